// Which quantisation each layer of a network gets, and why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"

namespace distillcfg {

// What decided a value. In order of precedence.
enum class Origin : std::uint8_t { skip_layer, skip_type, layer_override, type_override, global, defaults };

// A value and what wrote it: `at` is the place of the field in the cfg, or `absent` for a default.
template <class T>
struct Effective {
  T value{};
  Origin from = Origin::defaults;
  std::uint32_t at = absent;
};

// A rule of the cfg that applies to a layer. `index` is that of the element in its list; `at` its
// place (see Field::at).
struct Rule {
  Origin from = Origin::defaults;
  std::uint32_t index = 0;
  std::uint32_t at = absent;
};

enum class DataAlgorithm : std::uint8_t { ulq_quantize };
enum class WeightAlgorithmName : std::uint8_t { arq_distill, ulq_distill };

// What config.json says of a layer's data. A member whose `has_` is false is not written.
struct EffectiveData {
  Effective<DataAlgorithm> algo;
  bool has_clip = false;
  Effective<float> clip_max;
  Effective<float> clip_min;
  bool has_fixed_min = false;
  Effective<bool> fixed_min;
  Effective<DataType> dst_type{DataType::INT8};
};

struct EffectiveWeight {
  Effective<WeightAlgorithmName> algo;
  Effective<bool> channel_wise;
  Effective<DataType> dst_type{DataType::INT8};
};

// The classes that AMCT distils.
enum class LayerClass : std::uint8_t { Conv2d, Linear };

// A layer that AMCT can distil, and the rules of the cfg that match it.
struct Layer {
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  std::uint32_t module = 0;             // index into Model::module
  std::uint32_t skip_layer = none;      // index into AMCTDistillConfig::quant_skip_layers
  std::uint32_t layer_override = none;  // index into AMCTDistillConfig::distill_override_layers
  LayerClass layer_class = LayerClass::Conv2d;
  // Its name is a key of config.json, which it takes over (D4018). AMCT then quantises it in the
  // default configuration alone.
  bool reserved_name = false;
};

// A structure that is distilled as one: a route of the graph.
struct Group {
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  std::uint32_t first = 0;  // its nodes: `size` of Resolution::members() from here on
  std::uint32_t size = 0;
  std::uint32_t distill_group = none;  // index into AMCTDistillConfig::distill_group; none: made by AMCT
};

struct ResolveOptions {
  // The text of the cfg, for the ends of places: Document::text(), behind which source_padding zero bytes
  // stand; not another copy without those. Empty: places are points.
  std::string_view config_text = {};
  // There is no cfg, and `config` is an empty one: AMCT's default configuration.
  bool default_config = false;
  // The target's AMCT can distil INT4.
  bool int4 = true;
  Limits limits = {};
  // Spreads the names over the hash table; results do not depend on it.
  std::uint64_t hash_seed = 0;
  Memory memory = {};
};

namespace detail {
class Resolver;
}

// The outcome. Move-only; borrows from the config and the model it was made from, which must
// outlive it. What it says of layers is complete even where ok() is false, unless memory ran out
// (D9001): then there are none. Groups are those that could be made.
class [[nodiscard]] Resolution {
 public:
  // Of an empty configuration and an empty model; so is one that was moved from.
  Resolution() noexcept = default;
  Resolution(Resolution&& other) noexcept : Resolution() { *this = std::move(other); }
  Resolution& operator=(Resolution&& other) noexcept {
    arena_ = std::move(other.arena_);
    config_ = std::exchange(other.config_, nullptr);
    model_ = std::exchange(other.model_, nullptr);
    diagnostics_ = std::move(other.diagnostics_);
    layers_ = std::exchange(other.layers_, {});
    groups_ = std::exchange(other.groups_, {});
    members_ = std::exchange(other.members_, {});
    for (std::size_t i = 0; i < classes; ++i) {
      skip_type_[i] = std::exchange(other.skip_type_[i], Layer::none);
      type_override_[i] = std::exchange(other.type_override_[i], Layer::none);
    }
    default_config_ = std::exchange(other.default_config_, false);
    return *this;
  }
  Resolution(const Resolution&) = delete;
  Resolution& operator=(const Resolution&) = delete;
  ~Resolution() = default;

  // True if nothing was found that AMCT refuses.
  [[nodiscard]] bool ok() const noexcept { return !diagnostics_.has_errors(); }
  // In the order of AMCT's checks: the first that has an `amct` is the error that AMCT raises.
  [[nodiscard]] const Diagnostics& diagnostics() const& noexcept { return diagnostics_; }
  const Diagnostics& diagnostics() const&& = delete;

  // The layers that AMCT can distil, in the order of the model's modules.
  [[nodiscard]] std::span<const Layer> layers() const& noexcept { return layers_; }
  std::span<const Layer> layers() const&& = delete;
  // The distill groups in AMCT's order; none where the model has no nodes.
  [[nodiscard]] std::span<const Group> groups() const& noexcept { return groups_; }
  std::span<const Group> groups() const&& = delete;
  // The nodes of a group, as indices into Model::node.
  [[nodiscard]] std::span<const std::uint32_t> members(const Group& group) const& noexcept {
    return {members_.data() + group.first, group.size};
  }
  std::span<const std::uint32_t> members(const Group& group) const&& = delete;
  // Whether the model has nodes, so that groups() is known.
  [[nodiscard]] bool has_graph() const noexcept { return model_ != nullptr && !model_->node.empty(); }

  [[nodiscard]] std::string_view name(const Layer& layer) const noexcept {
    return model_->module[layer.module]->name.value;
  }
  [[nodiscard]] std::string_view type(const Layer& layer) const noexcept {
    return model_->module[layer.module]->type.value;
  }
  [[nodiscard]] bool quantized(const Layer& layer) const noexcept;
  // The rule that decided.
  [[nodiscard]] Rule rule(const Layer& layer) const noexcept;
  // The rules that matched too and lost, in order of precedence; returns how many it wrote. The
  // global settings are one of them where the cfg has any; the defaults are not.
  static constexpr std::size_t max_lost = 4;
  std::size_t lost(const Layer& layer, Rule (&rules)[max_lost]) const noexcept;
  // What config.json says of the layer.
  [[nodiscard]] EffectiveData data(const Layer& layer) const noexcept;
  [[nodiscard]] EffectiveWeight weight(const Layer& layer) const noexcept;

  [[nodiscard]] const AMCTDistillConfig& config() const noexcept;
  [[nodiscard]] const Model& model() const noexcept;
  [[nodiscard]] bool is_default_config() const noexcept { return default_config_; }
  [[nodiscard]] std::size_t arena_used() const noexcept { return arena_.used(); }

 private:
  friend class detail::Resolver;

  static constexpr std::size_t classes = 2;

  Arena arena_;
  const AMCTDistillConfig* config_ = nullptr;
  const Model* model_ = nullptr;
  Diagnostics diagnostics_;
  std::span<const Layer> layers_;
  std::span<const Group> groups_;
  std::span<const std::uint32_t> members_;
  // By LayerClass: index into quant_skip_layer_types and distill_override_layer_types.
  std::uint32_t skip_type_[classes] = {Layer::none, Layer::none};
  std::uint32_t type_override_[classes] = {Layer::none, Layer::none};
  bool default_config_ = false;
};

// Says which quantisation each layer of the model gets under the configuration, and everything that
// AMCT would refuse. Both must have been parsed without errors or filled in by code, and must
// outlive the result. An index or an edge that a checked model does not have (D3102, D3103) is left
// out. Time and memory are linear in their sizes and in that of the groups; a distill_group without a
// route costs the part of the graph that was searched for one.
//
//     const Resolution resolution = resolve(document.config(), model.model(), {.config_text = document.text()});
//     for (const Layer& layer : resolution.layers()) use(resolution.name(layer), resolution.data(layer));
[[nodiscard]] Resolution resolve(const AMCTDistillConfig& config, const Model& model,
                                 const ResolveOptions& options = {}) noexcept;
Resolution resolve(const AMCTDistillConfig&&, const Model&, const ResolveOptions& = {}) = delete;
Resolution resolve(const AMCTDistillConfig&, const Model&&, const ResolveOptions& = {}) = delete;
Resolution resolve(const AMCTDistillConfig&&, const Model&&, const ResolveOptions& = {}) = delete;

// An upper bound on the arena bytes that resolving takes, diagnostics aside: 128 KiB, 1088 for each module,
// 1024 for each node, 8 for each edge (consumer or graph output of a port), and 512 for each distill group
// and each name in a list of the configuration. A network of the usual kind takes a tenth of that.
// Each diagnostic that is kept takes up to diagnostic_bound more.
[[nodiscard]] std::uint64_t resolve_arena_bound(const AMCTDistillConfig& config, const Model& model) noexcept;

}  // namespace distillcfg
