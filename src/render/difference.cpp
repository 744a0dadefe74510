// What changes for a network from one configuration to another.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "render/columns.hpp"
#include "render/display.hpp"
#include "render/name_patterns.hpp"
#include "render/output.hpp"
#include "render/settings.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {
namespace {

using render::Columns;
using render::LineRange;
using render::Literal;
using render::Setting;
using render::Shown;

constexpr std::size_t name_columns = 90;
constexpr std::size_t most_names = 30;   // of one change
constexpr std::size_t most_groups = 30;  // on each side

struct Side {
  const Resolution& resolution;
  render::SourceLines lines;
  Shown path;

  explicit Side(const Comparison& comparison)
      : resolution(comparison.resolution),
        lines(comparison.config.text),
        path(render::display(comparison.config.path)) {}
};

struct Value {
  Shown name;
  Shown before;
  Shown after;
};

// Of layers for which the same values change, by rules of the same kinds.
struct Change {
  std::vector<Value> values;
  std::vector<std::uint32_t> layers;
  LineRange lines[2];  // of the rules behind it
};

class Difference {
 public:
  Difference(const Comparison& before, const Comparison& after, const RenderOptions& options, Sink sink)
      : before_(before), after_(after), out_(sink), language_(options.language), palette_(render::palette(options)) {}

  ComparisonResult run() {
    numbers();
    layers();
    groups();
    return {out_.finish(), differs_};
  }

 private:
  // ---- batch_num, group_size, data_dump

  void numbers() {
    const AMCTDistillConfig& before = before_.resolution.config();
    const AMCTDistillConfig& after = after_.resolution.config();
    Columns table("", palette_.reset);
    const auto compare = [&](Literal name, const auto& a, const auto& b) {
      if (a.value == b.value) return;
      table.add({{name, palette_.message}, {written(before_, a)}, {Literal("→")}, {written(after_, b), palette_.help}});
    };
    compare("batch_num", before.batch_num, after.batch_num);
    compare("group_size", before.group_size, after.group_size);
    compare("data_dump", before.data_dump, after.data_dump);
    if (table.empty()) return;
    begin_part();
    table.write(out_.text());
  }

  // "4 (a.cfg:3)"
  template <class T>
  Shown written(Side& side, const Field<T>& field) {
    Shown value;
    if constexpr (std::is_same_v<T, bool>) {
      value = render::name_of(field.value);
    } else {
      value.append("{}", field.value);
    }
    LineRange lines;
    lines.add(render::line_of(side.lines, field.at));
    return render::shown("{} ({})", value, place(side, lines, "default"));
  }

  // "a.cfg:3", "a.cfg:3-9"
  static Shown place(const Side& side, const LineRange& lines, Literal none) {
    if (lines.first == 0) return none;
    if (lines.first == lines.last) return render::shown("{}:{}", side.path, lines.first);
    return render::shown("{}:{}-{}", side.path, lines.first, lines.last);
  }

  // ---- layers

  void layers() {
    std::vector<Change> changes;
    std::map<std::string, std::size_t> places;
    // Index into changes, by what decides before and after; `unchanged` where nothing changes.
    constexpr std::size_t unchanged = SIZE_MAX;
    std::vector<std::optional<std::size_t>> known(render::decision_kinds * render::decision_kinds);
    const std::span<const Layer> before = before_.resolution.layers();
    const std::span<const Layer> after = after_.resolution.layers();
    const auto find_change = [&](std::uint32_t i) {
      std::vector<Value> values = changed(before[i], after[i]);
      if (values.empty()) return unchanged;
      std::string key(before_.resolution.type(before[i]));
      for (const Value& value : values) {
        for (const Shown* const part : {&value.name, &value.before, &value.after}) {
          key += '\0';
          key += part->view();
        }
      }
      for (const Origin from : {before_.resolution.rule(before[i]).from, after_.resolution.rule(after[i]).from}) {
        key += static_cast<char>('0' + static_cast<int>(from));
      }
      const auto [place, is_new] = places.try_emplace(std::move(key), changes.size());
      if (is_new) changes.push_back({std::move(values), {}, {}});
      return place->second;
    };
    std::size_t count = 0;
    // Both are of the same model, so they have the same layers.
    const std::size_t layers = std::min(before.size(), after.size());
    for (std::uint32_t i = 0; i < layers; ++i) {
      const std::optional<std::size_t> old_kind = render::decision_kind(before_.resolution, before[i]);
      const std::optional<std::size_t> new_kind = render::decision_kind(after_.resolution, after[i]);
      const bool is_shared = old_kind.has_value() && new_kind.has_value();
      std::optional<std::size_t> of_this_layer;
      std::optional<std::size_t>& found =
          is_shared ? known[*old_kind * render::decision_kinds + *new_kind] : of_this_layer;
      if (!found.has_value()) found = find_change(i);
      if (*found == unchanged) continue;
      ++count;
      Change& change = changes[*found];
      change.layers.push_back(i);
      change.lines[0].add(render::line_of(before_.lines, before_.resolution.rule(before[i]).at));
      change.lines[1].add(render::line_of(after_.lines, after_.resolution.rule(after[i]).at));
    }
    if (changes.empty()) return;
    for (const Change& change : changes) show(change);
    begin_part();
    append(word("{0} of {1} get something else\n", "共 {1} 层，其中 {0} 层有变化\n"), count, before.size());
  }

  [[nodiscard]] std::vector<Value> changed(const Layer& a, const Layer& b) const {
    const bool was = before_.resolution.quantized(a);
    const bool is = after_.resolution.quantized(b);
    if (was != is) return {{word("quantised", "量化"), yes_or_no(was), yes_or_no(is)}};
    if (!was) return {};
    const EffectiveData data_a = before_.resolution.data(a);
    const EffectiveData data_b = after_.resolution.data(b);
    const EffectiveWeight weight_a = before_.resolution.weight(a);
    const EffectiveWeight weight_b = after_.resolution.weight(b);
    const std::vector<Setting> old_settings = render::settings_of(data_a, weight_a);
    const std::vector<Setting> new_settings = render::settings_of(data_b, weight_b);
    std::vector<Value> values;
    for (std::size_t i = 0; i < render::settings_count; ++i) {
      const Setting& old_setting = old_settings[i];
      const Setting& new_setting = new_settings[i];
      if (old_setting.value == new_setting.value) continue;
      values.push_back({render::shown("{} {}", old_setting.part, old_setting.key), or_automatic(old_setting.value),
                        or_automatic(new_setting.value)});
    }
    return values;
  }
  [[nodiscard]] Shown yes_or_no(bool value) const { return value ? word("yes", "是") : word("no", "否"); }
  [[nodiscard]] Shown or_automatic(const Shown& value) const {
    return value.empty() ? Shown(word("auto", "自动")) : value;
  }

  void show(const Change& change) {
    begin_part();
    const Resolution& resolution = before_.resolution;
    const std::span<const Layer> all = resolution.layers();
    std::vector<std::string_view> names;
    names.reserve(change.layers.size());
    for (const std::uint32_t i : change.layers) names.push_back(resolution.name(all[i]));
    const std::vector<render::NamePattern> patterns = render::name_patterns(names);
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      if (i == most_names) {
        append(word("and {} more\n", "另有 {} 项\n"), patterns.size() - most_names);
        break;
      }
      append("{}{}{}", palette_.message, render::display_shortened(patterns[i].text, name_columns), palette_.reset);
      if (patterns[i].members.size() > 1) append(" ({})", render::layers_text(patterns[i].members.size(), language_));
      append("\n");
    }
    Columns table("    ", palette_.reset);
    for (const Value& value : change.values) {
      table.add({{value.name}, {value.before}, {Literal("→")}, {value.after, palette_.help}});
    }
    const std::uint32_t first = change.layers.front();
    table.add({{word("because of", "依据")},
               {rule_text(before_, all[first], change, 0)},
               {Literal("→")},
               {rule_text(after_, after_.resolution.layers()[first], change, 1)}});
    table.write(out_.text());
    out_.flush_if_large();
  }

  // "layer override (a.cfg:3-9)"
  static Shown rule_text(const Side& side, const Layer& layer, const Change& change, std::size_t index) {
    Shown text(render::origin_name(side.resolution.rule(layer).from));
    const Shown lines = place(side, change.lines[index], {});
    if (!lines.empty()) text.append(" ({})", lines);
    return text;
  }

  // ---- groups

  void groups() {
    if (!before_.resolution.has_graph()) return;
    // The graph gives their order: each stands where the first node of its first module does.
    if (have_same_groups()) return;
    const Nodes nodes_before = nodes_of_groups(before_);
    const Nodes nodes_after = nodes_of_groups(after_);
    begin_part();
    append("{}{}{}\n", palette_.message, word("Distill groups", "蒸馏组"), palette_.reset);
    show_groups(before_, nodes_after, "-", palette_.error);
    show_groups(after_, nodes_before, "+", palette_.help);
    append(word("  {} groups, {} before\n", "  现有 {} 组，原有 {} 组\n"), after_.resolution.groups().size(),
           before_.resolution.groups().size());
  }

  [[nodiscard]] bool have_same_groups() const {
    return std::ranges::equal(before_.resolution.groups(), after_.resolution.groups(),
                              [this](const Group& a, const Group& b) {
                                return nodes_of(before_.resolution, a) == nodes_of(after_.resolution, b);
                              });
  }

  // The bytes of its members: equal for groups of the same nodes.
  static std::string_view nodes_of(const Resolution& resolution, const Group& group) {
    const std::span<const std::byte> bytes = std::as_bytes(resolution.members(group));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  using Nodes = std::set<std::string_view>;
  static Nodes nodes_of_groups(const Side& side) {
    Nodes nodes;
    for (const Group& group : side.resolution.groups()) nodes.insert(nodes_of(side.resolution, group));
    return nodes;
  }

  // Those that the other side lacks.
  void show_groups(Side& side, const Nodes& others, Literal sign, Literal color) {
    std::size_t count = 0;
    for (const Group& group : side.resolution.groups()) {
      if (others.contains(nodes_of(side.resolution, group))) continue;
      if (++count > most_groups) continue;
      append("  {}{} {}{}", color, sign, render::group_text(side.resolution, group, language_), palette_.reset);
      if (group.distill_group != Group::none) {
        LineRange lines;
        lines.add(render::line_of(side.lines, side.resolution.config().distill_group[group.distill_group].at));
        append("  ({})", place(side, lines, "distill_group"));
      }
      append("\n");
      out_.flush_if_large();
    }
    if (count > most_groups) append(word("  {} and {} more\n", "  {} 另有 {} 组\n"), sign, count - most_groups);
  }

  // ---- output

  // The first difference brings the names of the two sides, further ones an empty line.
  void begin_part() {
    if (!differs_) {
      append("{}--- {}\n+++ {}{}\n", palette_.dim, before_.path, after_.path, palette_.reset);
    }
    differs_ = true;
    append("\n");
  }

  [[nodiscard]] Literal word(Literal english, Literal chinese) const noexcept {
    return render::pick(language_, english, chinese);
  }
  template <render::Safe... Arguments>
  void append(render::Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
    out_.text().append(format, arguments...);
  }

  Side before_;
  Side after_;
  render::Output out_;
  Language language_;
  render::Palette palette_;
  bool differs_ = false;
};

}  // namespace

ComparisonResult render_difference(const Comparison& before, const Comparison& after, const RenderOptions& options,
                                   Sink sink) {
  return Difference(before, after, options, sink).run();
}

}  // namespace distillcfg
