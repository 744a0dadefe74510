// A resolution as a JSON document; its keys are promised to users (docs/resolution.schema.json).
#include <cmath>
#include <map>
#include <string_view>

#include "distillcfg/render.hpp"
#include "places.hpp"
#include "render/display.hpp"
#include "render/output.hpp"
#include "render/rules.hpp"
#include "render/settings.hpp"
#include "render/source_lines.hpp"

namespace distillcfg {
namespace {

using render::Literal;
using render::Shown;

class ResolutionJson {
 public:
  ResolutionJson(const Resolution& resolution, std::string_view text, Sink sink)
      : resolution_(resolution), config_(resolution.config()), out_(sink), lines_(text), places_(text) {}

  WriteResult run() {
    append("{{\"version\":1,\n\"batch_num\":");
    number(config_.batch_num);
    append(",\n\"group_size\":");
    number(config_.group_size);
    append(",\n\"data_dump\":");
    const Field<bool>& data_dump = config_.data_dump;
    value(render::name_of(data_dump.value), origin_of(data_dump.has_value()), data_dump.at);
    append(",\n\"distill_groups\":");
    groups();
    append(",\n\"layers\":[");
    Literal comma = "\n";
    for (const Layer& each : resolution_.layers()) {
      text() += comma;
      comma = ",\n";
      layer(each);
      if (!out_.flush_if_large()) break;
    }
    append("],\n\"summary\":");
    summary();
    append("}}\n");
    return out_.finish();
  }

 private:
  static constexpr Origin origin_of(bool is_written) noexcept { return is_written ? Origin::global : Origin::defaults; }

  void groups() {
    if (!resolution_.has_graph()) {
      text() += "null";
      return;
    }
    text() += "[";
    Literal comma = "\n";
    for (const Group& group : resolution_.groups()) {
      text() += comma;
      comma = ",\n";
      Literal opener = "[";
      for (const std::uint32_t member : resolution_.members(group)) {
        text() += opener;
        opener = ",";
        const Field<Text>& module = resolution_.model().node[member]->module_name;
        if (module.has_value()) {
          string(module.value);
        } else {
          text() += "null";
        }
      }
      text() += "]";
      if (!out_.flush_if_large()) return;
    }
    text() += "]";
  }

  void layer(const Layer& layer) {
    append("{{\"name\":");
    string(resolution_.name(layer));
    append(",\"type\":");
    string(resolution_.type(layer));
    append(R"(,"quantize":{},"rule":)", resolution_.quantized(layer));
    rule(resolution_.rule(layer));
    append(",\"lost\":[");
    Rule lost[Resolution::max_lost];
    const std::size_t count = resolution_.lost(layer, lost);
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) text() += ",";
      rule(lost[i]);
    }
    append(R"(],"data":{{"algo":)");
    const EffectiveData data = resolution_.data(layer);
    value(data.algo);
    if (data.has_clip) {
      append(",\"clip_max\":");
      value(data.clip_max);
      append(",\"clip_min\":");
      value(data.clip_min);
    }
    if (data.has_fixed_min) {
      append(",\"fixed_min\":");
      value(data.fixed_min);
    }
    append(",\"dst_type\":");
    value(data.dst_type);
    append(R"(}},"weight":{{"algo":)");
    const EffectiveWeight weight = resolution_.weight(layer);
    value(weight.algo);
    append(",\"channel_wise\":");
    value(weight.channel_wise);
    append(",\"dst_type\":");
    value(weight.dst_type);
    append("}}}}");
  }

  void summary() {
    const render::Tally tally = render::tally_of(resolution_);
    append(R"({{"layers":{},"quantized":{},"skipped":{},"int4":{},"int8":{},"rules":[)", resolution_.layers().size(),
           tally.quantized, tally.skipped, tally.int4, tally.int8);
    Literal comma = "\n";
    for (const render::RuleUse& use : tally.rules) {
      text() += comma;
      comma = ",\n";
      append("{{\"rule\":{{");
      place(use.rule.from, places_.value(use.rule.at));
      append(",\"text\":");
      string(render::rule_name(config_, use.rule));
      append(",\"layers\":{}}}", use.layers);
      if (!out_.flush_if_large()) return;
    }
    append("]}}");
  }

  // ---- values

  void number(const Field<std::uint32_t>& field) {
    value(render::shown("{}", field.value), origin_of(field.has_value()), field.at);
  }
  template <class T>
  void value(const Effective<T>& effective) {
    if constexpr (std::is_same_v<T, bool>) {
      value(render::name_of(effective.value), effective.from, effective.at);
    } else if constexpr (std::is_same_v<T, float>) {
      const Literal quote = std::isfinite(effective.value) ? Literal() : Literal("\"");
      value(render::shown("{0}{1}{0}", quote, render::float_text(effective.value)), effective.from, effective.at);
    } else {
      value(render::shown("\"{}\"", render::name_of(effective.value)), effective.from, effective.at);
    }
  }
  void value(const Shown& json, Origin from, std::uint32_t at) {
    append("{{\"value\":{},", json);
    place(from, find(from, at));
  }
  void rule(const Rule& rule) {
    text() += "{";
    place(rule.from, find(rule.from, rule.at));
  }
  // What layers share is looked for once, since there may be a comment of any length in front of it.
  Span find(Origin from, std::uint32_t at) {
    if (from == Origin::layer_override || from == Origin::skip_layer) return places_.value(at);
    const auto [known, is_new] = shared_.try_emplace(at);
    if (is_new) known->second = places_.value(at);
    return known->second;
  }
  void place(Origin from, Span span) {
    if (span.has_place()) {
      append(R"("from":"{}","line":{},"begin":{},"end":{}}})", render::origin_name(from),
             lines_.position(span.begin).line, span.begin, span.end);
    } else {
      append(R"("from":"{}","line":null,"begin":null,"end":null}})", render::origin_name(from));
    }
  }
  void string(std::string_view text_of_it) { text().add_json_string(text_of_it); }

  [[nodiscard]] Shown& text() noexcept { return out_.text(); }
  template <render::Safe... Arguments>
  void append(render::Format<std::type_identity_t<Arguments>...> format, const Arguments&... arguments) {
    out_.text().append(format, arguments...);
  }

  const Resolution& resolution_;
  const AMCTDistillConfig& config_;
  render::Output out_;
  render::SourceLines lines_;
  detail::Places places_;
  std::map<std::uint32_t, Span> shared_;  // the places of what layers share
};

}  // namespace

WriteResult render_resolution_json(const Resolution& resolution, std::string_view text, Sink sink) {
  return ResolutionJson(resolution, text, sink).run();
}

}  // namespace distillcfg
