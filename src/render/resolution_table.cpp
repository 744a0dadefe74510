// A resolution for people: layers, groups, and what each rule came to.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "render/columns.hpp"
#include "render/display.hpp"
#include "render/name_patterns.hpp"
#include "render/output.hpp"
#include "render/rules.hpp"
#include "render/settings.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {
namespace {

using render::Cell;
using render::Columns;
using render::LineRange;
using render::Literal;
using render::Setting;
using render::Shown;

// Networks up to this size are shown layer by layer.
constexpr std::size_t most_single_rows = 24;
constexpr std::size_t most_groups = 30;
constexpr std::size_t most_rules = 12;  // of one kind that are listed one by one
constexpr std::size_t name_columns = 60;

// Of layers that get the same from rules of the same kind.
struct Kind {
  std::array<Shown, 8> cells;  // class to the kind of rule
  std::vector<std::uint32_t> layers;
};

struct Row {
  std::uint32_t first;
  Shown name;
  std::size_t count;
  const Kind* kind;
  LineRange lines;
};

class ResolutionTable {
 public:
  ResolutionTable(const Resolution& resolution, std::string_view text, const RenderOptions& options, Sink sink)
      : resolution_(resolution),
        config_(resolution.config()),
        out_(sink),
        lines_(text),
        language_(options.language),
        palette_(render::palette(options)) {}

  WriteResult run() {
    layers();
    groups();
    summary();
    return out_.finish();
  }

 private:
  // ---- layers

  void layers() {
    std::vector<Kind> kinds;
    std::map<std::string, std::size_t> places;
    std::array<std::optional<std::size_t>, render::decision_kinds> known;
    const auto find_kind = [&](const Layer& layer) {
      std::array<Shown, 8> cells = cells_of(layer);
      std::string key;
      for (const Shown& cell : cells) {
        key += cell.view();
        key += '\0';
      }
      const auto [place, is_new] = places.try_emplace(std::move(key), kinds.size());
      if (is_new) kinds.push_back({std::move(cells), {}});
      return place->second;
    };
    const std::span<const Layer> all = resolution_.layers();
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      const std::optional<std::size_t> decision = render::decision_kind(resolution_, all[i]);
      std::optional<std::size_t> kind = decision.has_value() ? known[*decision] : std::nullopt;
      if (!kind.has_value()) kind = find_kind(all[i]);
      if (decision.has_value()) known[*decision] = kind;
      kinds[*kind].layers.push_back(i);
    }

    std::vector<Row> rows;
    for (const Kind& kind : kinds) add_rows(rows, kind);
    std::ranges::sort(rows, {}, &Row::first);

    Columns table("", palette_.reset);
    const bool has_counts = std::ranges::any_of(rows, [](const Row& row) { return row.count > 1; });
    const auto head = [&](Literal english, Literal chinese) { return Cell{word(english, chinese), palette_.message}; };
    table.add({head("LAYER", "层"), has_counts ? head("LAYERS", "层数") : Cell{}, head("CLASS", "类型"),
               head("TYPE", "位宽"), head("DATA", "数据"), head("CLIP", "截断"),
               Cell{Literal("fixed_min"), palette_.message}, head("WEIGHTS", "权重"),
               Cell{Literal("channel_wise"), palette_.message}, head("RULE", "依据")});
    for (const Row& row : rows) {
      const auto& cells = row.kind->cells;
      const bool is_skipped = cells[1] != "INT8" && cells[1] != "INT4";
      const Literal color = is_skipped ? palette_.dim : Literal();
      Shown rule = cells[7];
      if (const Shown lines = render::text_of(row.lines, language_); !lines.empty()) {
        rule += word(", ", "，");
        rule += lines;
      }
      std::vector<Cell> line{{row.name, color}, {row.count > 1 ? render::shown("{}", row.count) : Shown(), color}};
      for (std::size_t i = 0; i + 1 < cells.size(); ++i) line.push_back({cells[i], color});
      line.push_back({std::move(rule), color});
      table.add(std::move(line));
    }
    table.write(out_.text());
    out_.flush_if_large();
  }

  void add_rows(std::vector<Row>& rows, const Kind& kind) {
    const std::span<const Layer> all = resolution_.layers();
    if (all.size() <= most_single_rows) {
      for (const std::uint32_t i : kind.layers) {
        rows.push_back({i, render::display_shortened(resolution_.name(all[i]), name_columns), 1, &kind, {}});
        add_line(rows.back(), all[i]);
      }
      return;
    }
    std::vector<std::string_view> names;
    names.reserve(kind.layers.size());
    for (const std::uint32_t i : kind.layers) names.push_back(resolution_.name(all[i]));
    for (const render::NamePattern& pattern : render::name_patterns(names)) {
      rows.push_back({kind.layers[pattern.members.front()],
                      render::display_shortened(pattern.text, name_columns),
                      pattern.members.size(),
                      &kind,
                      {}});
      for (const std::uint32_t member : pattern.members) add_line(rows.back(), all[kind.layers[member]]);
    }
  }
  void add_line(Row& row, const Layer& layer) { row.lines.add(render::line_of(lines_, resolution_.rule(layer).at)); }

  // What stands in the columns behind the name.
  [[nodiscard]] std::array<Shown, 8> cells_of(const Layer& layer) const {
    Shown rule(render::origin_name(resolution_.rule(layer).from));
    Shown type = render::display(resolution_.type(layer));
    if (!resolution_.quantized(layer)) {
      const Shown no(layer.reserved_name ? word("no, a reserved name", "否（保留名称）") : word("no", "否"));
      const Shown none = Literal("-");
      return {type, no, none, none, none, none, none, rule};
    }
    const EffectiveData data = resolution_.data(layer);
    std::vector<Setting> settings = render::settings_of(data, resolution_.weight(layer));
    const auto take = [&](render::SettingIndex index) { return std::move(settings[index].value); };
    Shown clip =
        data.has_clip ? render::shown("{} .. {}", take(render::clip_min), take(render::clip_max)) : Shown(automatic());
    return {type,
            take(render::data_type),
            take(render::data_algo),
            clip,
            data.has_fixed_min ? take(render::fixed_min) : Shown(automatic()),
            take(render::weight_algo),
            take(render::channel_wise),
            rule};
  }

  // What AMCT finds out while it calibrates.
  [[nodiscard]] Literal automatic() const noexcept { return word("auto", "自动"); }

  // ---- groups

  void groups() {
    if (!resolution_.has_graph()) {
      append("\n{}\n",
             word("Distill groups: not known, the model description has no nodes", "蒸馏组：未知，模型描述中没有节点"));
      return;
    }
    const std::span<const Group> all = resolution_.groups();
    append("\n{}{}{}{}\n", palette_.message, word("Distill groups: ", "蒸馏组："), all.size(), palette_.reset);
    Columns table("  ", palette_.reset);
    for (std::size_t i = 0; i < std::min(all.size(), most_groups); ++i) {
      const Group& group = all[i];
      Shown origin;
      if (group.distill_group != Group::none) {
        LineRange lines;
        lines.add(render::line_of(lines_, config_.distill_group[group.distill_group].at));
        origin = render::shown("distill_group{}{}", lines.first == 0 ? Literal() : word(", ", "，"),
                               render::text_of(lines, language_));
      }
      table.add(
          {{render::shown("{}", i + 1)}, {render::group_text(resolution_, group, language_)}, {origin, palette_.dim}});
    }
    table.write(out_.text());
    if (all.size() > most_groups) {
      append(word("  and {} more ('--format json' has all)\n", "  另有 {} 个（'--format json' 显示全部）\n"),
             all.size() - most_groups);
    }
  }

  // ---- summary

  void summary() {
    const render::Tally tally = render::tally_of(resolution_);
    append(word("\n{}Summary:{} {}, {} quantised ({} INT8, {} INT4), {} skipped\n",
                "\n{}汇总：{}共 {}，量化 {}（INT8 {}，INT4 {}），跳过 {}\n"),
           palette_.message, palette_.reset, render::layers_text(resolution_.layers().size(), language_),
           tally.quantized, tally.int8, tally.int4, tally.skipped);
    Columns numbers("  ", palette_.reset);
    const auto number = [&](Literal name, const Shown& value, std::uint32_t at) {
      LineRange lines;
      lines.add(render::line_of(lines_, at));
      const Shown origin = at == set_by_code  ? Shown(word("set by code", "由代码设置"))
                           : lines.first == 0 ? Shown("default")
                                              : render::text_of(lines, language_);
      numbers.add({{name}, {value}, {origin}});
    };
    number("batch_num", render::shown("{}", config_.batch_num.value), config_.batch_num.at);
    number("group_size", render::shown("{}", config_.group_size.value), config_.group_size.at);
    number("data_dump", render::name_of(config_.data_dump.value), config_.data_dump.at);
    numbers.write(out_.text());
    append("\n{}{}{}\n", palette_.message, word("Rules and the layers they decide:", "规则及其决定的层："),
           palette_.reset);
    rules(tally);
  }

  void rules(const render::Tally& tally) {
    Columns table("  ", palette_.reset);
    for (std::size_t begin = 0; begin < tally.rules.size();) {
      std::size_t end = begin;
      while (end < tally.rules.size() && tally.rules[end].rule.from == tally.rules[begin].rule.from) ++end;
      const std::span<const render::RuleUse> kind(tally.rules.data() + begin, end - begin);
      begin = end;
      if (kind.size() > most_rules) {
        add_sum(table, kind);
      } else {
        for (const render::RuleUse& use : kind) add_rule(table, use);
      }
    }
    table.write(out_.text());
  }

  void add_rule(Columns& table, const render::RuleUse& use) {
    LineRange lines;
    lines.add(render::line_of(lines_, use.rule.at));
    const Literal color = use.layers == 0 ? palette_.warning : Literal();
    Shown count = use.layers == 0 ? Shown(word("none: it has no effect", "无：不起作用"))
                                  : render::layers_text(use.layers, language_);
    table.add({{render::origin_name(use.rule.from), color},
               {render::display_shortened(render::rule_name(config_, use.rule), name_columns), color},
               {render::text_of(lines, language_), color},
               {std::move(count), color}});
  }

  // Many rules as one row, and those without effect one by one.
  void add_sum(Columns& table, std::span<const render::RuleUse> kind) {
    LineRange lines;
    std::size_t layers = 0;
    std::size_t idle = 0;
    for (const render::RuleUse& use : kind) {
      lines.add(render::line_of(lines_, use.rule.at));
      layers += use.layers;
      idle += use.layers == 0 ? 1 : 0;
    }
    table.add({{render::origin_name(kind.front().rule.from)},
               {render::shown(word("{} rules", "{} 条规则"), kind.size())},
               {render::text_of(lines, language_)},
               {render::layers_text(layers, language_)}});
    std::size_t shown = 0;
    for (const render::RuleUse& use : kind) {
      if (use.layers != 0) continue;
      if (shown++ == most_rules) {
        table.add({{},
                   {render::shown(word("and {} more without effect", "另有 {} 条不起作用"), idle - most_rules),
                    palette_.warning}});
        break;
      }
      add_rule(table, use);
    }
  }

  [[nodiscard]] Literal word(Literal english, Literal chinese) const noexcept {
    return render::pick(language_, english, chinese);
  }
  template <render::Safe... Arguments>
  void append(render::Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
    out_.text().append(format, arguments...);
  }

  const Resolution& resolution_;
  const AMCTDistillConfig& config_;
  render::Output out_;
  render::SourceLines lines_;
  Language language_;
  render::Palette palette_;
};

}  // namespace

WriteResult render_resolution_table(const Resolution& resolution, std::string_view text, const RenderOptions& options,
                                    Sink sink) {
  return ResolutionTable(resolution, text, options, sink).run();
}

}  // namespace distillcfg
