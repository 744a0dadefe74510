#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "bounded.hpp"
#include "diagnostics_checks.hpp"
#include "distillcfg/config_json.hpp"
#include "distillcfg/resolve.hpp"
#include "distillcfg/validate.hpp"
#include "invariants.hpp"
#include "json_checker.hpp"
#include "known_model.hpp"
#include "limited_sink.hpp"
#include "require.hpp"
#include "sample.hpp"
#include "sections.hpp"
#include "support/output.hpp"
#include "support/test_memory.hpp"

namespace distillcfg::fuzz {

namespace {

// ---- which modules are layers, from the model alone

class ExpectedLayers {
 public:
  explicit ExpectedLayers(const Model& model) : model_(model) {
    std::uint32_t i = 0;
    for (const Field<Node>& node : model.node) nodes_.try_emplace(node->name->view(), i++);
    i = 0;
    for (const Field<Module>& module : model.module) {
      modules_.try_emplace(module->name->view(), i++);
      if (module->weight_id.has_value() && owns_weights(module->type.value)) ++owners_[module->weight_id->view()];
    }
  }

  [[nodiscard]] bool contains(std::uint32_t i) const {
    const Module& module = model_.module[i].value;
    const bool is_conv = module.type->view() == "Conv2d";
    if (!is_conv && module.type->view() != "Linear") return false;
    if (modules_.at(module.name->view()) != i) return false;
    if (is_conv && module.padding_mode->view() != "zeros") return false;
    if (model_.node.empty()) return true;
    const auto found = nodes_.find(module.name->view());
    if (found == nodes_.end()) return false;
    const Node& node = model_.node[found->second].value;
    const std::string_view op_type = node.op_type->view();
    if (op_type == "Gemm" && *node.trans_a) return false;
    if (op_type == "GlobalAveragePool" || *node.is_reused || *node.input_dimension_reduction) return false;
    if (op_type == "MatMul" && (!*node.constant_weight || *node.weight_rank != 2)) return false;
    return !module.weight_id.has_value() || owners_.at(module.weight_id->view()) < 2;
  }

 private:
  static bool owns_weights(const Text& type) {
    constexpr std::string_view owners[] = {"Conv2d",          "Conv3d",          "ConvTranspose1d",
                                           "ConvTranspose2d", "ConvTranspose3d", "Linear"};
    for (const std::string_view owner : owners) {
      if (type == owner) return true;
    }
    return false;
  }

  const Model& model_;
  std::map<std::string_view, std::uint32_t> nodes_;  // the first of each name
  std::map<std::string_view, std::uint32_t> modules_;
  std::map<std::string_view, int> owners_;  // of each weight
};

// ---- one resolution

template <class Element, class NameOf>
bool any_is_named(const List<Element>& list, std::string_view name, NameOf name_of) {
  for (const Element& element : list) {
    if (name_of(element) == name) return true;
  }
  return false;
}

// The element that a rule names, or its absence, is what the configuration says.
void require_rule(const AMCTDistillConfig& config, const Rule& rule, std::string_view name, std::string_view type) {
  switch (rule.from) {
    case Origin::skip_layer:
      DISTILLCFG_REQUIRE(config.quant_skip_layers[rule.index].value == name, "a rule names its element");
      DISTILLCFG_REQUIRE(config.quant_skip_layers[rule.index].at == rule.at, "a rule has its element's place");
      return;
    case Origin::skip_type:
      DISTILLCFG_REQUIRE(config.quant_skip_layer_types[rule.index].value == type, "a rule names its element");
      DISTILLCFG_REQUIRE(config.quant_skip_layer_types[rule.index].at == rule.at, "a rule has its element's place");
      return;
    case Origin::layer_override:
      DISTILLCFG_REQUIRE(config.distill_override_layers[rule.index]->layer_name.value == name,
                         "a rule names its element");
      DISTILLCFG_REQUIRE(config.distill_override_layers[rule.index].at == rule.at, "a rule has its element's place");
      return;
    case Origin::type_override:
      DISTILLCFG_REQUIRE(config.distill_override_layer_types[rule.index]->layer_type.value == type,
                         "a rule names its element");
      DISTILLCFG_REQUIRE(config.distill_override_layer_types[rule.index].at == rule.at,
                         "a rule has its element's place");
      return;
    case Origin::global: {
      const std::uint32_t data_at = config.distill_data_quant_config.at();
      DISTILLCFG_REQUIRE(rule.at == (data_at == absent ? config.distill_weight_quant_config.at() : data_at),
                         "the global settings' place is that of the first kind that is there");
      return;
    }
    case Origin::defaults: return;
  }
}

template <class T>
bool are_equal(T a, T b) {
  if constexpr (std::is_same_v<T, float>) {
    if (std::isnan(a) && std::isnan(b)) return true;
  }
  return a == b;
}

template <class T>
void require_value(const Effective<T>& effective, const Field<T>& field, Origin from, T default_value) {
  const bool is_set = field.has_value();
  const T expected = is_set ? field.value : default_value;
  DISTILLCFG_REQUIRE(are_equal(effective.value, expected), "a layer gets the value that its rule sets, or the default");
  DISTILLCFG_REQUIRE(effective.from == (is_set ? from : Origin::defaults) && effective.at == field.at,
                     "a value is said to come from where it does");
}

// What the rule that decides sets, and nothing of those that lost to it.
void require_settings(const Resolution& resolution, const Layer& layer, const Rule& rule) {
  const AMCTDistillConfig& config = resolution.config();
  const DistillDataQuantConfig* data = nullptr;
  const DistillWeightQuantConfig* weight = nullptr;
  const auto take = [&](const auto& settings) {
    data = settings.distill_data_quant_config.get();
    weight = settings.distill_weight_quant_config.get();
  };
  if (resolution.quantized(layer)) {
    if (rule.from == Origin::layer_override) take(config.distill_override_layers[rule.index].value);
    if (rule.from == Origin::type_override) take(config.distill_override_layer_types[rule.index].value);
    if (rule.from == Origin::global) take(config);
  }
  constexpr ActULQquantize no_data;
  const bool has_data = data != nullptr && data->ulq_quantize.has_value();
  const ActULQquantize& ulq = has_data ? data->ulq_quantize.value : no_data;
  const EffectiveData got = resolution.data(layer);
  require_value(got.algo, Field<DataAlgorithm>(DataAlgorithm::ulq_quantize, has_data ? data->ulq_quantize.at : absent),
                rule.from, DataAlgorithm::ulq_quantize);
  require_value(got.dst_type, ulq.dst_type, rule.from, DataType::INT8);
  DISTILLCFG_REQUIRE(got.has_clip == ulq.clip_max_min.has_value(), "a layer has limits where its rule sets them");
  if (got.has_clip) {
    require_value(got.clip_max, ulq.clip_max_min->clip_max, rule.from, 0.0F);
    require_value(got.clip_min, ulq.clip_max_min->clip_min, rule.from, 0.0F);
  }
  DISTILLCFG_REQUIRE(got.has_fixed_min == ulq.fixed_min.has_value(), "a layer has fixed_min where its rule sets it");
  if (got.has_fixed_min) require_value(got.fixed_min, ulq.fixed_min, rule.from, false);

  const bool is_conv = layer.layer_class == LayerClass::Conv2d;
  const EffectiveWeight weight_got = resolution.weight(layer);
  const WeightAlgorithm none;
  const WeightAlgorithm& algorithm = weight == nullptr ? none : weight->weights_quant_algo.value;
  const std::uint32_t algorithm_at = weight == nullptr ? absent : weight->weights_quant_algo.at;
  const auto require_weight = [&](const auto& settings, WeightAlgorithmName name) {
    require_value(weight_got.algo, Field<WeightAlgorithmName>(name, algorithm_at), rule.from,
                  WeightAlgorithmName::arq_distill);
    require_value(weight_got.dst_type, settings.dst_type, rule.from, DataType::INT8);
    require_value(weight_got.channel_wise, settings.channel_wise, rule.from, is_conv);
  };
  if (const auto* const ulq_distill = std::get_if<WtsULQDistill>(&algorithm)) {
    require_weight(*ulq_distill, WeightAlgorithmName::ulq_distill);
  } else {
    const auto* const arq_distill = std::get_if<ARQDistill>(&algorithm);
    require_weight(arq_distill == nullptr ? ARQDistill{} : *arq_distill, WeightAlgorithmName::arq_distill);
  }
}

void require_layer(const Resolution& resolution, const Layer& layer) {
  const AMCTDistillConfig& config = resolution.config();
  const std::string_view name = resolution.name(layer);
  const std::string_view type = resolution.type(layer);
  DISTILLCFG_REQUIRE(type == (layer.layer_class == LayerClass::Conv2d ? "Conv2d" : "Linear"),
                     "a layer is of its class");
  const bool skipped = any_is_named(config.quant_skip_layers, name, [](const auto& e) { return e->view(); }) ||
                       any_is_named(config.quant_skip_layer_types, type, [](const auto& e) { return e->view(); });
  const Rule rule = resolution.rule(layer);
  DISTILLCFG_REQUIRE(skipped == (rule.from <= Origin::skip_type), "a layer that is skipped has a rule that skips it");
  DISTILLCFG_REQUIRE(
      resolution.quantized(layer) == (!skipped && (!layer.reserved_name || resolution.is_default_config())),
      "a layer is quantised unless it is skipped");
  if (!skipped) {
    const bool overridden =
        any_is_named(config.distill_override_layers, name, [](const auto& e) { return e->layer_name->view(); });
    DISTILLCFG_REQUIRE(overridden == (rule.from == Origin::layer_override), "an override of the layer decides");
    const bool type_overridden =
        any_is_named(config.distill_override_layer_types, type, [](const auto& e) { return e->layer_type->view(); });
    DISTILLCFG_REQUIRE(overridden || type_overridden == (rule.from == Origin::type_override),
                       "an override of the type decides where none of the layer does");
  }
  require_rule(config, rule, name, type);
  require_settings(resolution, layer, rule);
  Rule lost[Resolution::max_lost];
  const std::size_t count = resolution.lost(layer, lost);
  DISTILLCFG_REQUIRE(count <= Resolution::max_lost, "no more rules lose than there are");
  Origin before = rule.from;
  for (std::size_t i = 0; i < count; ++i) {
    DISTILLCFG_REQUIRE(lost[i].from > before, "rules stand in order of precedence");
    before = lost[i].from;
    require_rule(config, lost[i], name, type);
  }
}

void require_layers(const Resolution& resolution) {
  const ExpectedLayers expected(resolution.model());
  auto layer = resolution.layers().begin();
  for (std::uint32_t i = 0; i < resolution.model().module.size(); ++i) {
    if (!expected.contains(i)) continue;
    DISTILLCFG_REQUIRE(layer != resolution.layers().end() && layer->module == i,
                       "the layers are those that AMCT can distil, in order");
    require_layer(resolution, *layer);
    ++layer;
  }
  DISTILLCFG_REQUIRE(layer == resolution.layers().end(), "nothing else is a layer");
  for (const Group& group : resolution.groups()) {
    DISTILLCFG_REQUIRE(
        group.distill_group == Group::none || group.distill_group < resolution.config().distill_group.size(),
        "a group's distill_group is one");
    for (const std::uint32_t member : resolution.members(group)) {
      DISTILLCFG_REQUIRE(member < resolution.model().node.size(), "a group's members are nodes");
    }
  }
}

// Everything that a resolution says of layers and groups.
std::string described(const Resolution& resolution) {
  std::string text;
  const auto add = [&text](std::uint64_t number) { text += std::to_string(number) + ' '; };
  const auto add_value = [&](const auto& effective, double value) {
    char shown[40];
    std::snprintf(shown, sizeof shown, "%a@%u/%u ", value, static_cast<unsigned>(effective.from), effective.at);
    text += shown;
  };
  for (const Layer& layer : resolution.layers()) {
    for (const std::uint32_t n : {layer.module, layer.skip_layer, layer.layer_override}) add(n);
    const EffectiveData data = resolution.data(layer);
    const EffectiveWeight weight = resolution.weight(layer);
    add_value(data.algo, 0);
    if (data.has_clip) add_value(data.clip_max, static_cast<double>(data.clip_max.value));
    if (data.has_clip) add_value(data.clip_min, static_cast<double>(data.clip_min.value));
    if (data.has_fixed_min) add_value(data.fixed_min, data.fixed_min.value ? 1 : 0);
    add_value(data.dst_type, static_cast<double>(data.dst_type.value));
    add_value(weight.algo, static_cast<double>(weight.algo.value));
    add_value(weight.channel_wise, weight.channel_wise.value ? 1 : 0);
    add_value(weight.dst_type, static_cast<double>(weight.dst_type.value));
    text += '\n';
  }
  for (const Group& group : resolution.groups()) {
    add(group.distill_group);
    for (const std::uint32_t member : resolution.members(group)) add(member);
    text += '\n';
  }
  return text;
}

bool all_clips_are_finite(const Resolution& resolution) {
  for (const Layer& layer : resolution.layers()) {
    const EffectiveData data = resolution.data(layer);
    if (data.has_clip && !(std::isfinite(data.clip_max.value) && std::isfinite(data.clip_min.value))) return false;
  }
  return true;
}

// What write_config_json gives; empty if it is right to give nothing.
std::string require_config_json(const Resolution& resolution, std::size_t read) {
  std::string json;
  const WriteResult result =
      require_bounded_writing(read, json, [&](Sink sink) { return write_config_json(resolution, sink); });
  if (!resolution.ok()) {
    DISTILLCFG_REQUIRE(json.empty() && !result.ok(), "of a configuration that AMCT refuses nothing is written");
    DISTILLCFG_REQUIRE(contains(resolution.diagnostics(), result.code), "the code is that of an error that was found");
  } else if (!resolution.has_graph()) {
    DISTILLCFG_REQUIRE(json.empty() && result.code == Code::graph_needed, "without a graph nothing is written");
  } else {
    DISTILLCFG_REQUIRE(result.ok() && !json.empty(), "config.json is written");
    DISTILLCFG_REQUIRE(!all_clips_are_finite(resolution) || JsonChecker(json).is_valid(),
                       "config.json is JSON where all limits are finite");
    for (const char c : json) {
      DISTILLCFG_REQUIRE(c == '\n' || (c >= 0x20 && c <= 0x7F), "config.json is ASCII, as Python writes it");
    }
    require_refusal_is_reported(json.size(), [&](Sink sink) { return write_config_json(resolution, sink); });
  }
  return json;
}

// ---- one input

class Trial {
 public:
  Trial(const Document& document, const ModelDocument& model, Sample& sample)
      : Trial(document.config(), document.text(), model, sample) {
    if (sample_.below(4) != 0) options_.config_text = document.text();
  }
  // AMCT's default configuration.
  Trial(const AMCTDistillConfig& none, const ModelDocument& model, Sample& sample) : Trial(none, {}, model, sample) {
    options_.default_config = true;
  }

  void run() {
    set_situation("resolved from the heap");
    const Resolution resolution = resolve_with(options_);
    DISTILLCFG_REQUIRE(!contains(resolution.diagnostics(), Code::out_of_memory), "the heap suffices");
    require_layers(resolution);
    description_ = described(resolution);
    json_ = require_config_json(resolution, size_);
    require_validation_agrees(resolution);
    if (sample_.one_in(2)) require_seed_does_not_matter(resolution);
    if (sample_.one_in(3)) require_limits_change_nothing(resolution);
    if (sample_.one_in(3)) require_survives_buffers(resolution);
    if (sample_.one_in(3)) require_survives_allocators(resolution);
  }

 private:
  Trial(const AMCTDistillConfig& config, std::string_view text, const ModelDocument& model, Sample& sample)
      : config_(config), text_(text), model_(model), size_(text.size() + model.text().size()), sample_(sample) {
    options_.int4 = sample_.below(4) != 0;
  }

  Resolution resolve_with(const ResolveOptions& options) const {
    Resolution resolution = require_bounded([&] { return resolve(config_, model_.model(), options); },
                                            [&] { return most_resolve_steps(size_); });
    DISTILLCFG_REQUIRE(resolution.ok() == !resolution.diagnostics().has_errors(), "what has errors is refused");
    require_sound(resolution.diagnostics(), text_, options.limits);
    return resolution;
  }

  void require_same(const Resolution& other, const Resolution& resolution, const char* invariant) const {
    DISTILLCFG_REQUIRE(same_diagnostics(other.diagnostics(), resolution.diagnostics()), invariant);
    DISTILLCFG_REQUIRE(described(other) == description_, invariant);
    DISTILLCFG_REQUIRE(require_config_json(other, size_) == json_, invariant);
  }

  // What is wrong whatever the network is, is wrong for this one.
  void require_validation_agrees(const Resolution& resolution) {
    set_situation("validated");
    ValidateOptions options{.text = options_.config_text, .int4 = options_.int4};
    const Diagnostics diagnostics =
        require_bounded([&] { return validate(config_, options); }, [&] { return most_validate_steps(text_.size()); });
    require_sound(diagnostics, text_, options.limits);
    DISTILLCFG_REQUIRE(!diagnostics.has_errors() || !resolution.ok(), "what validate refuses resolve refuses");
    options.hash_seed = sample_.number();
    for (const Limits& limits : {Limits{0, 0}, Limits{1, 0}, Limits{0, 1}}) {
      options.limits = limits;
      const Diagnostics limited = validate(config_, options);
      require_sound(limited, text_, limits);
      DISTILLCFG_REQUIRE(limited.errors() == diagnostics.errors() && limited.warnings() == diagnostics.warnings(),
                         "limits never change what validate counts");
    }
    options.limits = {};
    {
      const auto enough = static_cast<std::size_t>(validate_arena_bound(config_) +
                                                   diagnostic_bound * std::uint64_t{diagnostics.size()});
      const test::TestBuffer buffer(enough, sample_.below(64));
      options.memory = buffer.memory();
      DISTILLCFG_REQUIRE(same_diagnostics(diagnostics, validate(config_, options)),
                         "validate_arena_bound bounds the arena");
    }
    test::TestAllocator allocator;
    options.memory = allocator.memory();
    {
      const Diagnostics other = validate(config_, options);
      DISTILLCFG_REQUIRE(same_diagnostics(diagnostics, other), "validation depends on neither seed nor memory");
    }
    const std::size_t calls = allocator.calls();
    DISTILLCFG_REQUIRE(allocator.all_returned(), "all memory is given back as it was taken");
    DISTILLCFG_REQUIRE(calls <= most_allocations(size_), "few allocations suffice");
    if (calls == 0) return;
    test::TestAllocator failing;
    failing.fail_at(sample_.below(calls), sample_.below(2) == 0);
    options.memory = failing.memory();
    {
      const Diagnostics starved = validate(config_, options);
      require_sound(starved, text_, options.limits);
      DISTILLCFG_REQUIRE(starved.has_errors() || !diagnostics.has_errors(), "want of memory accepts nothing");
      DISTILLCFG_REQUIRE(!starved.has_errors() || diagnostics.has_errors() || contains(starved, Code::out_of_memory),
                         "what is good is refused only for want of memory");
    }
    DISTILLCFG_REQUIRE(failing.all_returned(), "all memory is given back as it was taken");
  }

  void require_seed_does_not_matter(const Resolution& resolution) {
    ResolveOptions options = options_;
    options.hash_seed = sample_.number();
    set_situation("hash_seed %llu", static_cast<unsigned long long>(options.hash_seed));
    require_same(resolve_with(options), resolution, "the seed of the hash table does not matter");
  }

  void require_limits_change_nothing(const Resolution& resolution) {
    for (const Limits& limits : {Limits{0, 0}, Limits{1, 1}, Limits{2, 0}}) {
      set_situation("limits of %u and %u", limits.max_errors, limits.max_warnings);
      ResolveOptions options = options_;
      options.limits = limits;
      const Resolution limited = resolve_with(options);
      DISTILLCFG_REQUIRE(described(limited) == description_, "limits never change what is resolved");
      DISTILLCFG_REQUIRE(limited.diagnostics().errors() == resolution.diagnostics().errors() &&
                             limited.diagnostics().warnings() == resolution.diagnostics().warnings(),
                         "diagnostics that are not kept are counted");
    }
  }

  // Where memory runs out nothing is said of layers or, if only a diagnostic lacked it, all.
  void require_no_worse(const Resolution& starved, const Resolution& resolution) const {
    const bool out_of_memory = contains(starved.diagnostics(), Code::out_of_memory);
    const std::string description = described(starved);
    DISTILLCFG_REQUIRE(description == description_ || (out_of_memory && description.empty()),
                       "what is resolved is resolved in full");
    DISTILLCFG_REQUIRE(starved.ok() == (resolution.ok() && !out_of_memory),
                       "want of memory accepts nothing and refuses with D9001");
  }

  void require_survives_buffers(const Resolution& resolution) {
    const auto enough = static_cast<std::size_t>(resolve_arena_bound(config_, model_.model()) +
                                                 diagnostic_bound * std::uint64_t{resolution.diagnostics().size()});
    const std::size_t used = resolution.arena_used();
    DISTILLCFG_REQUIRE(used <= enough, "resolve_arena_bound bounds the arena");
    for (const std::size_t size : {sample_.below(used + 1), used - 1, enough}) {
      set_situation("a buffer of %zu", size);
      const test::TestBuffer buffer(size, sample_.below(64));
      ResolveOptions options = options_;
      options.memory = buffer.memory();
      const Resolution starved = resolve_with(options);
      require_no_worse(starved, resolution);
      if (size == enough) require_same(starved, resolution, "a buffer of resolve_arena_bound holds all there is");
    }
  }

  void require_survives_allocators(const Resolution& resolution) {
    std::size_t calls = 1;
    for (std::size_t call = 0; call <= calls; ++call) {
      // The first time, the call that fails is none of those that come.
      const bool fails = call != 0;
      if (call > 2 && !sample_.one_in(calls)) continue;
      set_situation("an allocator that fails at call %zu, counted from 1; 0: at none", call);
      test::TestAllocator allocator;
      if (fails) allocator.fail_at(call - 1, sample_.below(2) == 0);
      ResolveOptions options = options_;
      options.memory = allocator.memory();
      {
        const Resolution starved = resolve_with(options);
        require_no_worse(starved, resolution);
        if (!fails) require_same(starved, resolution, "any allocator gives the same");
      }
      DISTILLCFG_REQUIRE(allocator.all_returned(), "all memory is given back as it was taken");
      if (fails) continue;
      calls = allocator.calls();
      DISTILLCFG_REQUIRE(calls <= most_allocations(size_), "few allocations suffice");
    }
  }

  const AMCTDistillConfig& config_;
  std::string_view text_;
  const ModelDocument& model_;
  std::size_t size_;  // of both texts
  Sample& sample_;
  ResolveOptions options_;
  std::string description_;
  std::string json_;
};

}  // namespace

void require_resolve_invariants(std::string_view input) {
  const Sections sections = sections_of(input);
  Sample sample(input);
  set_situation("parsed");
  const ParseOptions lenient{.semantics = Semantics::amct, .allow_unknown = true, .limits = {1, 1}};
  const Document document = parse(sections.config, lenient);
  const ModelDocument model = parse_model(sections.model, lenient);
  // Where one of the two is refused, the other one is tried with what is always accepted.
  const ModelDocument known = parse_model(known_model);
  if (document.ok()) Trial(document, model.ok() ? model : known, sample).run();
  if (!model.ok() || (document.ok() && !sample.one_in(4))) return;
  const AMCTDistillConfig none;
  Trial(none, model, sample).run();
}

}  // namespace distillcfg::fuzz
