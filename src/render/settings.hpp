// What a resolution says of a layer, as words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "distillcfg/render.hpp"
#include "distillcfg/resolve.hpp"
#include "render/display.hpp"
#include "render/source_lines.hpp"

namespace distillcfg::render {

// Of two texts that say the same, the one in the language.
[[nodiscard]] constexpr Literal pick(Language language, Literal english, Literal chinese) noexcept {
  return language == Language::zh ? chinese : english;
}

[[nodiscard]] constexpr Literal origin_name(Origin from) noexcept {
  switch (from) {
    case Origin::skip_layer: return "skip layer";
    case Origin::skip_type: return "skip type";
    case Origin::layer_override: return "layer override";
    case Origin::type_override: return "type override";
    case Origin::global: return "global";
    case Origin::defaults: break;
  }
  return "default";
}
[[nodiscard]] constexpr Literal name_of(DataType type) noexcept {
  return type == DataType::INT4 ? Literal("INT4") : Literal("INT8");
}
[[nodiscard]] constexpr Literal name_of(DataAlgorithm) noexcept { return "ulq_quantize"; }
[[nodiscard]] constexpr Literal name_of(WeightAlgorithmName name) noexcept {
  return name == WeightAlgorithmName::arq_distill ? Literal("arq_distill") : Literal("ulq_distill");
}
[[nodiscard]] constexpr Literal name_of(bool value) noexcept { return value ? Literal("true") : Literal("false"); }

// As config.json has it: as the double that it widens to; but inf, -inf, nan.
[[nodiscard]] Shown float_text(float value);

// The name in a rule: of the layer or class that it is about; "" for global and default.
[[nodiscard]] std::string_view rule_name(const AMCTDistillConfig& config, const Rule& rule) noexcept;

// One thing that is set for a layer.
struct Setting {
  Literal part;  // "data", "weight"
  Literal key;   // as in config.json
  Shown value;   // for people; "" where config.json has none
  Origin from = Origin::defaults;
  std::uint32_t at = absent;
};

// All of a layer's, always in the same order, present in config.json or not.
inline constexpr std::size_t settings_count = 8;
enum SettingIndex : std::uint8_t {
  data_algo,
  clip_max,
  clip_min,
  fixed_min,
  data_type,
  weight_algo,
  channel_wise,
  weight_type
};
[[nodiscard]] std::vector<Setting> settings_of(const EffectiveData& data, const EffectiveWeight& weight);

// Those that a rule writes down itself, whether it decides or not.
[[nodiscard]] std::vector<Setting> written_settings(const AMCTDistillConfig& config, const Rule& rule);

// Layers with the same number here get the same from rules of the same kind; below decision_kinds. None: a rule
// of the layer's own decides.
inline constexpr std::size_t decision_kinds = (static_cast<std::size_t>(Origin::defaults) + 1) * 4;
[[nodiscard]] std::optional<std::size_t> decision_kind(const Resolution& resolution, const Layer& layer) noexcept;

// The line of a place, counted from 1; 0 for none.
[[nodiscard]] std::uint32_t line_of(SourceLines& lines, std::uint32_t at);

// Lines from the first to the last of some places.
struct LineRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;

  void add(std::uint32_t line) noexcept {
    if (line == 0) return;
    if (first == 0 || line < first) first = line;
    if (line > last) last = line;
  }
};
// "line 3", "lines 3-9"; "" for none.
[[nodiscard]] Shown text_of(const LineRange& lines, Language language);

// "conv1 → bn1 → relu"; the middle of a long one is left out.
[[nodiscard]] Shown group_text(const Resolution& resolution, const Group& group, Language language);

// "1 layer", "1,204 layers"
[[nodiscard]] Shown layers_text(std::size_t count, Language language);

}  // namespace distillcfg::render
