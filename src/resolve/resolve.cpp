#include "distillcfg/resolve.hpp"

#include <cstring>

#include "resolve/resolver.hpp"
#include "text/similarity.hpp"
#include "validate.hpp"

namespace distillcfg {

using namespace std::literals;

namespace detail {

namespace {

// Classes of AMCT's own, which it puts into a network when it quantises one.
constexpr std::string_view quantizers[] = {
    "IFMR"sv,
    "HFMG"sv,
    "Recorder"sv,
    "AscendQuant"sv,
    "AscendDeQuant"sv,
    "RetrainQuant"sv,
    "RNNRetrainQuant"sv,
    "MarkedQuantizableModule"sv,
    "QuantIdentity"sv,
    "SelectiveMaskGen"sv,
    "DMQBalancer"sv,
    "Conv2dQAT"sv,
    "LinearQAT"sv,
    "LSTMQAT"sv,
    "GRUQAT"sv,
    "OFMRQuant"sv,
    "ConvTranspose1dQAT"sv,
};

bool is_quantizer(std::string_view type) noexcept {
  for (const std::string_view quantizer : quantizers) {
    if (type == quantizer) return true;
  }
  return false;
}

}  // namespace

Resolution Resolver::run(const AMCTDistillConfig& config, const Model& model, const ResolveOptions& options) noexcept {
  Resolution result;
  result.arena_ = Arena(options.memory);
  result.config_ = &config;
  result.model_ = &model;
  result.default_config_ = options.default_config;
  Reporter reporter(result.diagnostics_, result.arena_, options.limits);
  // In the arena, since stacks may be small.
  void* const place = result.arena_.allocate(sizeof(Resolver), alignof(Resolver));
  const bool is_complete =
      place != nullptr && (new (place) Resolver(config, model, options, result, reporter))->run_steps();
  // Whatever it was that lacked memory.
  if (!is_complete || result.arena_.exhausted()) reporter.last_resort(Code::out_of_memory, {});
  reporter.finish();
  if (result.arena_.exhausted()) {
    // Rather nothing than half of it.
    result.layers_ = {};
    result.groups_ = {};
    result.members_ = {};
  }
  return result;
}

Resolver::Resolver(const AMCTDistillConfig& config, const Model& model, const ResolveOptions& options,
                   Resolution& result, Reporter& reporter) noexcept
    : config_(config),
      model_(model),
      options_(options),
      result_(result),
      reporter_(reporter),
      places_(options.config_text) {}

bool Resolver::run_steps() noexcept {
  if (!number_names()) return false;
  check_quantizers();
  if (!find_layers()) return false;
  for (const NameList list :
       {NameList::skip_layers, NameList::skip_types, NameList::override_layers, NameList::override_types}) {
    if (!check_list(list)) return false;
  }
  if (!trap_warnings()) return false;
  check_data_types();
  check_numbers();
  if (result_.has_graph()) {
    if (!make_groups()) return false;
  } else {
    check_groups_without_graph();
  }
  check_reserved_names();
  check_values();
  check_enabled();
  return true;
}

bool Resolver::number_names() noexcept {
  const std::uint32_t modules = model_.module.size();
  const std::uint32_t nodes = model_.node.size();
  // Most nodes are called as their modules.
  const std::uint64_t expected = std::uint64_t{modules} + config_.quant_skip_layers.size() +
                                 config_.quant_skip_layer_types.size() + config_.distill_override_layers.size() +
                                 config_.distill_override_layer_types.size();
  if (!names_.reserve(reporter_.arena(), expected, options_.hash_seed) || !make_array(module_name_, modules, none) ||
      !make_array(module_class_, modules, none) || !make_array(padded_otherwise_, modules, false) ||
      !make_array(node_name_, nodes, none) || !make_array(node_module_, nodes, none) ||
      !make_array(facts_, nodes, NodeFacts{})) {
    return false;
  }
  Classes classes;
  std::uint32_t i = 0;
  const auto own_name = [](const Field<Module>& module) { return module->name->view(); };
  if (!names_.add_each(model_.module, own_name, [&](const Field<Module>& module, std::uint32_t number) {
        module_name_[i] = number;
        return note_module(i++, module.value, classes);
      })) {
    return false;
  }
  i = 0;
  std::uint32_t last = 0;
  for (const Field<Node>& node : model_.node) {
    node_name_[i] = last = names_.add_behind(last, node->name.value);
    if (last == none) return false;
    if (node->module_name.has_value()) {
      node_module_[i] = last = names_.add_behind(last, node->module_name.value);
      if (last == none) return false;
    }
    facts_[i] = facts_of(i, node.value);
    ++i;
  }
  model_names_ = names_.size();
  for (const NameList list :
       {NameList::skip_layers, NameList::skip_types, NameList::override_layers, NameList::override_types}) {
    if (!number_list(list)) return false;
  }
  if (!make_array(infos_, model_names_, NameInfo{}) || !make_array(first_in_list_, names_.size(), none) ||
      !make_array(again_in_list_, names_.size(), false)) {
    return false;
  }
  describe_names();
  return true;
}

// What else the steps behind ask of a module, and whether there is what they would look for in vain in most.
bool Resolver::note_module(std::uint32_t i, const Module& module, Classes& classes) noexcept {
  const std::string_view type = module.type.value;
  std::uint32_t number = none;
  for (const Classes::Known& one : classes.known) {
    if (one.number != none && one.name == type) number = one.number;
  }
  if (number == none) {
    number = names_.add(type);
    if (number == none) return false;
    has_quantizers_ |= is_quantizer(type);
    classes.known[classes.oldest] = {type, number};
    classes.oldest = (classes.oldest + 1) % Classes::remembered;
  }
  module_class_[i] = number;
  padded_otherwise_[i] = module.padding_mode.value != "zeros"sv;
  if (!module.weight_id.has_value()) return true;
  has_weight_ids_ = true;
  return names_.add(module.weight_id.value) != none;
}

bool Resolver::number_list(NameList list) noexcept {
  const std::uint32_t size = size_of(list);
  std::uint32_t*& numbers = numbers_in_[static_cast<std::size_t>(list)];
  if (!make_array(numbers, size, none)) return false;
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    numbers[i] = last = names_.add_behind(last, name_in(list, i).value);
    if (last == none) return false;
  }
  return true;
}

void Resolver::describe_names() noexcept {
  std::uint32_t i = 0;
  for (; i < model_.module.size(); ++i) {
    NameInfo& info = infos_[module_name_[i]];
    if (info.module == none) info.module = i;
    NameInfo& class_info = infos_[module_class_[i]];
    if (class_info.class_module == none) class_info.class_module = i;
  }
  for (i = 0; i < model_.node.size(); ++i) {
    NameInfo& info = infos_[node_name_[i]];
    if (info.node == none) info.node = i;
    if (node_module_[i] == none) continue;
    NameInfo& module_info = infos_[node_module_[i]];
    if (module_info.first_node == none) module_info.first_node = i;
    module_info.last_node = i;
  }
  class_name_[static_cast<std::size_t>(LayerClass::Conv2d)] = names_.find("Conv2d"sv);
  class_name_[static_cast<std::size_t>(LayerClass::Linear)] = names_.find("Linear"sv);
}

const Text* Resolver::class_of(std::uint32_t module_name) const noexcept {
  const NameInfo* const info = info_of(module_name);
  if (info == nullptr) return nullptr;
  if (info->module != none) return &model_.module[info->module]->type.value;
  // The root is the module without a name.
  return names_[module_name].empty() && model_.root_type.has_value() ? &model_.root_type.value : nullptr;
}

// AMCT refuses a network that it has quantised before. One error of AMCT's names all of the modules.
void Resolver::check_quantizers() noexcept {
  if (!has_quantizers_ && !is_quantizer(model_.root_type.value)) return;
  std::uint32_t count = 0;
  const auto for_each = [this](auto&& visit) {
    if (is_quantizer(model_.root_type.value)) visit(""sv, model_.root_type.value);
    for (const Field<Module>& module : model_.module) {
      if (is_quantizer(module->type.value)) visit(name_for_amct(module->name.value), module->type.value);
    }
  };
  for_each([&count](std::string_view, const Text&) { ++count; });
  std::string_view* names = nullptr;
  static_cast<void>(make_array(names, std::uint64_t{count} * 2, std::string_view{}));
  std::size_t named = 0;
  if (names != nullptr) {
    for_each([&](std::string_view name, const Text& type) {
      names[named++] = name;
      names[named++] = type;
    });
  }
  at_step(Step::quantizers);
  std::uint32_t whole_lists = 0;
  for_each([&](std::string_view name, const Text& type) {
    Diagnostic* const diagnostic = reporter_.error<Code::quantizer_in_model>({}, name, type.view());
    if (whole_lists++ < most_whole_lists) {
      Reporter::amct(diagnostic, AmctError::quantizers, {names, named});
    } else {
      reporter_.amct(diagnostic, AmctError::quantizers, {name, name_for_amct(type.view())});
    }
  });
}

// What may surprise in the cfg whatever the network is. Of overrides, only those whose values are read count.
bool Resolver::trap_warnings() noexcept {
  bool* unused_layers = nullptr;
  bool* unused_types = nullptr;
  bool* linear_layers = nullptr;
  if (!make_array(unused_layers, config_.distill_override_layers.size(), true) ||
      !make_array(unused_types, config_.distill_override_layer_types.size(), true) ||
      !make_array(linear_layers, config_.distill_override_layers.size(), false)) {
    return false;
  }
  for (const Layer& layer : layers_) {
    if (layer.reserved_name) continue;
    const Rule rule = result_.rule(layer);
    if (rule.from == Origin::layer_override) {
      unused_layers[rule.index] = false;
      linear_layers[rule.index] = layer.layer_class == LayerClass::Linear;
    }
    if (rule.from == Origin::type_override) unused_types[rule.index] = false;
  }
  at_step(Step::traps);
  report_traps(config_, places_, reporter_, {unused_layers, unused_types, linear_layers});
  return true;
}

void Resolver::suggest_module(Diagnostic* diagnostic, const Field<Text>& name) noexcept {
  if constexpr (!with_details) return;
  if (diagnostic == nullptr || !reporter_.wants_suggestions()) return;
  const SoughtName sought(name.value);
  unsigned best = unlike;
  for (std::uint32_t i = 0; i < model_.module.size(); ++i) {
    if (infos_[module_name_[i]].first_node == none) continue;
    const unsigned here = sought.distance_to_made_up(module_name(i));
    if (here >= best) continue;
    best = here;
    diagnostic->suggestion = module_name(i);
  }
  if (best != unlike) add_replacement(diagnostic, name);
}

void Resolver::add_replacement(Diagnostic* diagnostic, const Field<Text>& name) noexcept {
  if constexpr (!with_details) return;
  for (const char c : diagnostic->suggestion) {
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return;
  }
  const Span place = places_.literal(name.at);
  if (!place.has_place()) return;
  const std::string_view text = reporter_.join(R"(")"sv, diagnostic->suggestion, R"(")"sv);
  if (!text.empty()) reporter_.fix(diagnostic, place, text);
}

}  // namespace detail

Resolution resolve(const AMCTDistillConfig& config, const Model& model, const ResolveOptions& options) noexcept {
  return detail::Resolver::run(config, model, options);
}

std::uint64_t resolve_arena_bound(const AMCTDistillConfig& config, const Model& model) noexcept {
  std::uint64_t edges = 0;
  for (const Field<Node>& node : model.node) {
    for (const Field<Port>& port : node->output) {
      edges += std::uint64_t{port->consumer.size()} + port->graph_output.size();
    }
  }
  const std::uint64_t entries = std::uint64_t{config.distill_group.size()} + config.distill_override_layers.size() +
                                config.distill_override_layer_types.size() + config.quant_skip_layers.size() +
                                config.quant_skip_layer_types.size();
  return 131'072 + std::uint64_t{model.module.size()} * 1088 + std::uint64_t{model.node.size()} * 1024 + edges * 8 +
         entries * 512;
}

}  // namespace distillcfg
