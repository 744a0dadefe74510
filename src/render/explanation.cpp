// The story of a layer: why it gets what it gets.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "render/columns.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/settings.hpp"
#include "render/source_lines.hpp"
#include "render/words.hpp"

namespace distillcfg {
namespace {

using render::Columns;
using render::Literal;
using render::Setting;
using render::Shown;

constexpr std::size_t name_columns = 60;

class Explanation {
 public:
  Explanation(const Resolution& resolution, const NamedText& config, const RenderOptions& options, Sink sink)
      : resolution_(resolution),
        config_(resolution.config()),
        path_(render::display(config.path)),
        out_(sink),
        lines_(config.text),
        language_(options.language),
        palette_(render::palette(options)) {}

  WriteResult run(std::span<const Layer* const> layers) {
    find_groups(layers);
    for (const Layer* const layer : layers) {
      explain(*layer);
      if (!out_.flush_if_large()) break;
    }
    append("{}{}{}\n", palette_.dim,
           word("Precedence: skip layer > skip type > layer override > type override > global > default.\n"
                "The rule that decides replaces all others: what it does not set gets AMCT's default.",
                "优先级：skip layer > skip type > layer override > type override > global > default。\n"
                "生效的规则整体取代其他规则：它未设置的项取 AMCT 的默认值。"),
           palette_.reset);
    return out_.finish();
  }

 private:
  // One look at all nodes, for all layers that are asked for; and one at all groups, which may repeat nodes.
  void find_groups(std::span<const Layer* const> layers) {
    for (const Layer* const layer : layers) group_of_.try_emplace(resolution_.name(*layer), Group::none);
    std::vector<std::uint32_t*> group_of_node;
    group_of_node.reserve(resolution_.model().node.size());
    for (const Field<Node>& node : resolution_.model().node) {
      const std::string_view module = node->module_name.value;
      const auto place = node->module_name.has_value() ? group_of_.find(module) : group_of_.end();
      const bool is_asked_for = place != group_of_.end();
      if (is_asked_for) node_of_.try_emplace(module, static_cast<std::uint32_t>(group_of_node.size()));
      group_of_node.push_back(is_asked_for ? &place->second : nullptr);
    }
    std::uint32_t index = 0;
    for (const Group& group : resolution_.groups()) {
      for (const std::uint32_t member : resolution_.members(group)) {
        std::uint32_t* const found = group_of_node[member];
        if (found != nullptr && *found == Group::none) *found = index;
      }
      ++index;
    }
    for (const Field<Module>& module : resolution_.model().module) {
      if (module->type->view() == "BatchNorm2d") batch_norms_.insert(module->name.value);
    }
  }

  void explain(const Layer& layer) {
    append("{}{}{} ({}){}", palette_.message, render::display_shortened(resolution_.name(layer), name_columns),
           palette_.reset, render::display(resolution_.type(layer)), word(": ", "："));
    const EffectiveData data = resolution_.data(layer);
    const std::vector<Setting> settings = render::settings_of(data, resolution_.weight(layer));
    if (resolution_.quantized(layer)) {
      append(word("quantised, {}\n", "量化，{}\n"), settings[render::data_type].value);
    } else if (layer.reserved_name) {
      append("{}\n", word("not quantised: its name is a key of config.json", "不量化：其名称是 config.json 的固定键"));
    } else {
      append("{}\n", word("not quantised", "不量化"));
    }
    rules(layer, settings);
    if (resolution_.quantized(layer)) values(settings);
    group(layer);
    append("\n");
  }

  void rules(const Layer& layer, const std::vector<Setting>& settings) {
    append("  {}\n", word("Rules that match; the first decides:", "匹配的规则，第一条生效："));
    Columns table("    ", palette_.reset);
    const auto add = [&](Literal mark, const Rule& rule, Shown remark) {
      table.add({{mark, palette_.help},
                 {render::origin_name(rule.from)},
                 {render::display_shortened(render::rule_name(config_, rule), name_columns)},
                 {place(rule.at)},
                 {std::move(remark), palette_.dim}});
    };
    add("*", resolution_.rule(layer), {});
    Rule lost[Resolution::max_lost];
    const std::size_t count = resolution_.lost(layer, lost);
    const bool quantized = resolution_.quantized(layer);
    // Whether something else stands in the way too, so that no other rule would quantise it.
    const bool stays = !quantized && (layer.reserved_name || (count != 0 && lost[0].from == Origin::skip_type));
    for (std::size_t i = 0; i < count; ++i) add({}, lost[i], what_is_lost(lost[i], settings, quantized, stays));
    table.write(out_.text());
  }

  // What would be different if a rule had not lost.
  [[nodiscard]] Shown what_is_lost(const Rule& rule, const std::vector<Setting>& settings, bool quantized, bool stays) {
    if (rule.from == Origin::skip_type) return word("lost: it would skip it too", "未生效：同样会跳过该层");
    if (stays) return word("lost", "未生效");
    Shown list;
    Literal part;
    for (const Setting& written : render::written_settings(config_, rule)) {
      // Whatever can be written is among them.
      const auto same = std::ranges::find_if(
          settings, [&](const Setting& setting) { return setting.part == written.part && setting.key == written.key; });
      if (quantized && same->value == written.value) continue;
      if (written.part != part) {
        // "data algo ulq_quantize, fixed_min true; weight algo arq_distill"
        if (!list.empty()) list += word("; ", "；");
        list += written.part;
        list += " ";
        part = written.part;
      } else {
        list += word(", ", "，");
      }
      list.append("{} {}", written.key, written.value);
    }
    Shown out(word("lost", "未生效"));
    if (!quantized) out += word(": it would quantise it", "：否则会量化该层");
    if (!list.empty()) {
      out += word(": ", "：");
      out += list;
    } else if (quantized) {
      out += word(": it would change nothing it sets", "：它未设置不同的值");
    }
    return out;
  }

  void values(const std::vector<Setting>& settings) {
    append("  {}\n", word("What it gets:", "得到的设置："));
    Columns table("    ", palette_.reset);
    Literal part;
    for (const Setting& setting : settings) {
      Shown value = setting.value;
      Shown origin = setting.from == Origin::defaults ? Shown("default") : place(setting.at);
      if (value.empty()) {
        // Only what config.json leaves out.
        value = word("auto", "自动");
        origin = setting.key == "fixed_min"
                     ? word("default: true behind a ReLU, else false", "default：ReLU 之后为 true，否则为 false")
                     : word("default: found out by calibration", "default：由校准确定");
      } else if (setting.from == Origin::defaults && setting.key == "channel_wise") {
        origin = word("default: true for Conv2d, false for Linear", "default：Conv2d 为 true，Linear 为 false");
      }
      const bool is_default = setting.from == Origin::defaults;
      table.add({{setting.part == part ? Literal() : setting.part},
                 {setting.key},
                 {std::move(value), palette_.message},
                 {std::move(origin), is_default ? palette_.dim : Literal()}});
      part = setting.part;
    }
    table.write(out_.text());
  }

  void group(const Layer& layer) {
    if (!resolution_.has_graph()) {
      append("  {}\n",
             word("Distill group: not known, the model description has no nodes", "蒸馏组：未知，模型描述中没有节点"));
      return;
    }
    const std::string_view name = resolution_.name(layer);
    const std::uint32_t index = group_of_.find(name)->second;
    if (index == Group::none) {
      append("  {}{}\n", word("No distill group", "不在任何蒸馏组中"), why_no_group(name));
      return;
    }
    const Group& group = resolution_.groups()[index];
    append(word("  Distill group {} of {}: {}\n", "  蒸馏组 {}/{}：{}\n"), index + 1, resolution_.groups().size(),
           render::group_text(resolution_, group, language_));
    if (group.distill_group == Group::none) {
      append("    {}{}{}\n", palette_.dim, word("made by AMCT from the graph", "由 AMCT 根据图生成"), palette_.reset);
    } else {
      append("    {}distill_group{}{}{}\n", palette_.dim, word(", ", "，"),
             place(config_.distill_group[group.distill_group].at), palette_.reset);
    }
  }

  // AMCT starts no group at a layer in front of a batch normalisation that it cannot fold.
  [[nodiscard]] Shown why_no_group(std::string_view name) const {
    const List<Field<Node>>& nodes = resolution_.model().node;
    const auto place = node_of_.find(name);
    if (place == node_of_.end()) return {};
    const List<Field<Port>>& ports = nodes[place->second]->output;
    if (ports.empty() || ports[0]->consumer.size() != 1 || !ports[0]->graph_output.empty()) return {};
    const std::uint32_t next = ports[0]->consumer[0].value;
    if (next >= nodes.size() || nodes[next]->op_type->view() != "BatchNormalization") return {};
    if (!nodes[next]->is_reused.value && batch_norms_.contains(nodes[next]->module_name.value)) return {};
    return render::shown(word(": the batch normalisation {} behind it is no BatchNorm2d, or runs more than once",
                              "：其后的批归一化 {} 不是 BatchNorm2d，或被多次调用"),
                         render::display_shortened(nodes[next]->name.value, name_columns));
  }

  // "quant.cfg:12"
  [[nodiscard]] Shown place(std::uint32_t at) {
    const std::uint32_t line = render::line_of(lines_, at);
    return line == 0 ? Shown() : render::shown("{}:{}", path_, line);
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
  Shown path_;
  render::Output out_;
  render::SourceLines lines_;
  Language language_;
  render::Palette palette_;
  std::map<std::string_view, std::uint32_t> group_of_;  // of the layers that are asked for
  std::map<std::string_view, std::uint32_t> node_of_;   // the first of each of these
  std::set<std::string_view> batch_norms_;              // the modules that AMCT folds
};

}  // namespace

WriteResult render_explanation(const Resolution& resolution, const NamedText& config,
                               std::span<const Layer* const> layers, const RenderOptions& options, Sink sink) {
  return Explanation(resolution, config, options, sink).run(layers);
}

}  // namespace distillcfg
