// The layers that AMCT can distil, the lists of names in the cfg, and the settings that layers get.
#include <cstdint>
#include <string_view>

#include "resolve/resolver.hpp"
#include "text/similarity.hpp"
#include "validate.hpp"

namespace distillcfg::detail {

using namespace std::literals;

namespace {

// How many candidates a diagnostic about a network without layers explains.
constexpr unsigned most_explained = 3;

// The classes among which AMCT looks for a second owner of a weight; Conv1d, for one, goes unseen.
bool shares_weights(std::string_view type) noexcept {
  for (const std::string_view name :
       {"Conv2d"sv, "Conv3d"sv, "ConvTranspose1d"sv, "ConvTranspose2d"sv, "ConvTranspose3d"sv, "Linear"sv}) {
    if (type == name) return true;
  }
  return false;
}

// Keys of config.json that AMCT writes before it looks at the layers: one of that name is lost.
bool is_reserved(std::string_view name) noexcept {
  return name == "batch_num"sv || name == "group_size"sv || name == "data_dump"sv || name == "distill_group"sv;
}

constexpr std::string_view type_name(DataType type) noexcept { return type == DataType::INT4 ? "INT4"sv : "INT8"sv; }

constexpr std::size_t index_of(LayerClass layer_class) noexcept { return static_cast<std::size_t>(layer_class); }

}  // namespace

// ---- Which modules are layers (step 2)

bool Resolver::find_layers() noexcept {
  if (!count_weights()) return false;
  std::uint32_t most = 0;
  for (std::uint32_t i = 0; i < model_.module.size(); ++i) most += has_layer_class(i) ? 1 : 0;
  Layer* layers = nullptr;
  if (!make_array(layers, most, Layer{})) return false;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < model_.module.size(); ++i) {
    if (!is_layer(i)) continue;
    Layer& layer = layers[count];
    layer.module = i;
    layer.layer_class = module_class_[i] == class_name_[0] ? LayerClass::Conv2d : LayerClass::Linear;
    ++layers_of_class_[index_of(layer.layer_class)];
    // Without a configuration, AMCT does not look at "version" before it looks at the layers.
    const std::string_view name = module_name(i);
    layer.reserved_name = is_reserved(name) || (name == "version"sv && options_.default_config);
    infos_[module_name_[i]].layer = count++;
  }
  layers_ = {layers, count};
  result_.layers_ = layers_;
  if (count == 0) report_no_layers();
  return true;
}

bool Resolver::has_layer_class(std::uint32_t module) const noexcept {
  return module_class_[module] == class_name_[0] || module_class_[module] == class_name_[1];
}

// A module of a name that an earlier one has is none: named_modules() gives each name once.
bool Resolver::is_layer(std::uint32_t module) noexcept {
  return infos_[module_name_[module]].module == module && obstacle_of(module) == Obstacle::none;
}

bool Resolver::count_weights() noexcept {
  if (!result_.has_graph() || !has_weight_ids_) return true;
  if (!make_array(weights_, model_names_, WeightOwners{})) return false;
  std::uint32_t i = 0;
  for (const Field<Module>& module : model_.module) {
    if (module->weight_id.has_value() && shares_weights(module->type.value)) {
      WeightOwners& owners = weights_[names_.find(module->weight_id.value)];
      if (owners.first == none) {
        owners.first = i;
      } else if (owners.second == none) {
        owners.second = i;
      }
    }
    ++i;
  }
  return true;
}

Resolver::Obstacle Resolver::obstacle_of(std::uint32_t index) noexcept {
  if (!has_layer_class(index)) return Obstacle::not_a_layer;
  const bool is_conv = module_class_[index] == class_name_[0];
  if (is_conv && padded_otherwise_[index]) return Obstacle::padding;
  if (!result_.has_graph()) return Obstacle::none;
  // AMCT looks for a node of the module's name, not for a node of the module: they differ where a
  // name was given before.
  const NameInfo& info = infos_[module_name_[index]];
  if (info.node == none) return Obstacle::never_runs;
  if (facts_[info.node].obstacle != Obstacle::none) return facts_[info.node].obstacle;
  if (weights_ == nullptr) return Obstacle::none;
  const Field<Text>& weight = model_.module[index]->weight_id;
  const bool shared = weight.has_value() && weights_[names_.find(weight.value)].second != none;
  return shared ? Obstacle::shared_weight : Obstacle::none;
}

Resolver::Obstacle Resolver::obstacle_in(const Node& node) noexcept {
  const Text& op = node.op_type.value;
  if (op == "Gemm"sv && node.trans_a.value) return Obstacle::transposed;
  if (op == "GlobalAveragePool"sv) return Obstacle::pooling;
  if (node.is_reused.value) return Obstacle::reused;
  if (op == "MatMul"sv) {
    if (!node.constant_weight.value) return Obstacle::weight_not_constant;
    if (node.weight_rank.value != 2) return Obstacle::weight_rank;
  }
  return node.input_dimension_reduction.value ? Obstacle::dimension_reduction : Obstacle::none;
}

void Resolver::note_obstacle(Diagnostic* diagnostic, std::uint32_t module) noexcept {
  if constexpr (!with_details) return;
  const NameInfo& info = infos_[module_name_[module]];
  switch (obstacle_of(module)) {
    case Obstacle::none: break;
    case Obstacle::not_a_layer: reporter_.note<NoteKind::reason_class>(diagnostic, {}); break;
    case Obstacle::padding:
      reporter_.note<NoteKind::reason_padding>(diagnostic, {}, model_.module[module]->padding_mode->view());
      break;
    case Obstacle::never_runs: reporter_.note<NoteKind::reason_never_runs>(diagnostic, {}); break;
    case Obstacle::transposed: reporter_.note<NoteKind::reason_transposed>(diagnostic, {}); break;
    case Obstacle::pooling: reporter_.note<NoteKind::reason_pooling>(diagnostic, {}); break;
    case Obstacle::reused: reporter_.note<NoteKind::reason_reused>(diagnostic, {}); break;
    case Obstacle::weight_not_constant: reporter_.note<NoteKind::reason_weight_not_constant>(diagnostic, {}); break;
    case Obstacle::weight_rank:
      reporter_.note<NoteKind::reason_weight_rank>(diagnostic, {}, model_.node[info.node]->weight_rank.value);
      break;
    case Obstacle::dimension_reduction: reporter_.note<NoteKind::reason_dimension_reduction>(diagnostic, {}); break;
    case Obstacle::shared_weight:
      reporter_.note<NoteKind::reason_shared_weight>(diagnostic, {}, module_name(other_owner(module)));
      break;
  }
}

// The first other module that has the same weight.
std::uint32_t Resolver::other_owner(std::uint32_t module) noexcept {
  const WeightOwners& owners = weights_[names_.find(model_.module[module]->weight_id.value)];
  return owners.first == module ? owners.second : owners.first;
}

void Resolver::report_no_layers() noexcept {
  at_step(Step::layers);
  Diagnostic* const diagnostic = reporter_.error<Code::no_supported_layer>({});
  Reporter::amct(diagnostic, AmctError::no_layers);
  unsigned explained = 0;
  for (std::uint32_t i = 0; i < model_.module.size() && explained < most_explained; ++i) {
    const Obstacle obstacle = obstacle_of(i);
    if (obstacle == Obstacle::not_a_layer || obstacle == Obstacle::none) continue;
    reporter_.note<NoteKind::candidate>(diagnostic, {}, module_name(i), model_.module[i]->type->view());
    note_obstacle(diagnostic, i);
    ++explained;
  }
}

// ---- The four lists of names (steps 3 to 6)

std::uint32_t Resolver::size_of(NameList list) const noexcept {
  switch (list) {
    case NameList::skip_layers: return config_.quant_skip_layers.size();
    case NameList::skip_types: return config_.quant_skip_layer_types.size();
    case NameList::override_layers: return config_.distill_override_layers.size();
    case NameList::override_types: break;
  }
  return config_.distill_override_layer_types.size();
}

const Field<Text>& Resolver::name_in(NameList list, std::uint32_t i) const noexcept {
  switch (list) {
    case NameList::skip_layers: return config_.quant_skip_layers[i];
    case NameList::skip_types: return config_.quant_skip_layer_types[i];
    case NameList::override_layers: return config_.distill_override_layers[i]->layer_name;
    case NameList::override_types: break;
  }
  return config_.distill_override_layer_types[i]->layer_type;
}

Span Resolver::place_in(NameList list, std::uint32_t i) const noexcept {
  const Field<Text>& name = name_in(list, i);
  switch (list) {
    case NameList::skip_layers:
    case NameList::skip_types: break;
    case NameList::override_layers: return place_of(name, config_.distill_override_layers[i].at, places_);
    case NameList::override_types: return place_of(name, config_.distill_override_layer_types[i].at, places_);
  }
  return places_.value(name.at);
}

bool Resolver::is_known(NameList list, std::uint32_t number) const noexcept {
  if (!holds_classes(list)) {
    const NameInfo* const info = info_of(number);
    return info != nullptr && info->layer != none;
  }
  for (std::size_t i = 0; i < Resolution::classes; ++i) {
    if (number == class_name_[i]) return layers_of_class_[i] != 0;
  }
  return false;
}

bool Resolver::check_list(NameList list) noexcept {
  const std::uint32_t size = size_of(list);
  if (size == 0) return true;
  const std::uint32_t* const numbers = numbers_in_[static_cast<std::size_t>(list)];
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    first_in_list_[i] = none;
    again_in_list_[i] = false;
  }
  std::uint32_t repeated = 0;  // names, each counted once
  std::uint32_t unknown = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    std::uint32_t& first = first_in_list_[numbers[i]];
    if (first == none) {
      first = i;
      unknown += is_known(list, numbers[i]) ? 0 : 1;
    } else if (!again_in_list_[numbers[i]]) {
      again_in_list_[numbers[i]] = true;
      ++repeated;
    }
  }
  // AMCT names all mistakes of one kind in one error.
  const auto gather = [&](std::uint32_t count, std::span<const std::string_view>& out, auto&& is_meant) {
    if constexpr (!with_details) return true;
    std::string_view* names = nullptr;
    if (!make_array(names, count, std::string_view{})) return false;
    std::size_t next = 0;
    for (std::uint32_t i = 0; i < size; ++i) {
      if (first_in_list_[numbers[i]] == i && is_meant(numbers[i])) names[next++] = name_for_amct(names_[numbers[i]]);
    }
    out = {names, next};
    return true;
  };
  std::span<const std::string_view> names;
  if (repeated != 0) {
    if (!gather(repeated, names, [this](std::uint32_t number) { return again_in_list_[number]; })) return false;
    if (!report_repeated(list, names)) return false;
  }
  if (unknown != 0) {
    if (!gather(unknown, names, [&](std::uint32_t number) { return !is_known(list, number); })) return false;
    report_unknown(list, names);
  }
  apply_list(list);
  return true;
}

// In a skip list, a name that stands there again is harmless.
bool Resolver::report_repeated(NameList list, std::span<const std::string_view> names) noexcept {
  const std::uint32_t* const numbers = numbers_in_[static_cast<std::size_t>(list)];
  // Many may point to the same place, so it is looked for once, and only where it is shown.
  Span* places = nullptr;
  if (with_details && !make_array(places, size_of(list), Span{})) return false;
  at_step(step_of(list));
  std::uint32_t whole_lists = 0;
  for (std::uint32_t i = 0; i < size_of(list); ++i) {
    const std::uint32_t first = first_in_list_[numbers[i]];
    if (first == i) continue;
    const std::string_view name = names_[numbers[i]];
    const Span place = place_in(list, i);
    Diagnostic* diagnostic = nullptr;
    if (name.empty() && !is_known(list, numbers[i])) {
      // That it is empty says more than that it is empty again. Skips are reported with the first.
      if (is_skip_list(list)) continue;
      diagnostic = reporter_.error<Code::empty_name>(place, name_of_field(list));
    } else {
      switch (list) {
        case NameList::skip_layers:
        case NameList::skip_types:
          diagnostic = reporter_.report<Code::repeated_skip>(Severity::warning, place, name, name_of_field(list));
          add_removal(diagnostic, name_in(list, i));
          break;
        case NameList::override_layers: diagnostic = reporter_.error<Code::repeated_override_layer>(place, name); break;
        case NameList::override_types: diagnostic = reporter_.error<Code::repeated_override_type>(place, name); break;
      }
      if (with_details && diagnostic != nullptr) {
        if (!places[first].has_place()) places[first] = place_in(list, first);
        reporter_.note<NoteKind::first_set_here>(diagnostic, places[first], name);
      }
    }
    if (is_skip_list(list)) continue;
    const AmctError error =
        list == NameList::override_layers ? AmctError::override_layers_repeated : AmctError::override_types_repeated;
    if (whole_lists++ < most_whole_lists) {
      Reporter::amct(diagnostic, error, names);
    } else {
      reporter_.amct(diagnostic, error, {name_for_amct(name)});
    }
  }
  return true;
}

void Resolver::add_removal(Diagnostic* diagnostic, const Field<Text>& name) noexcept {
  if constexpr (!with_details) return;
  if (diagnostic == nullptr) return;
  if (const Span removal = removals_.next(name.at); removal.has_place()) reporter_.fix(diagnostic, removal, {});
}

void Resolver::report_unknown(NameList list, std::span<const std::string_view> names) noexcept {
  constexpr AmctError errors[] = {AmctError::skip_layers, AmctError::skip_types, AmctError::override_layers,
                                  AmctError::override_types};
  const std::uint32_t* const numbers = numbers_in_[static_cast<std::size_t>(list)];
  const bool of_classes = holds_classes(list);
  // Repeated overrides are a check of their own, before this one.
  at_step(step_of(list), 0, is_skip_list(list) ? 0 : 1);
  std::uint32_t whole_lists = 0;
  for (std::uint32_t i = 0; i < size_of(list); ++i) {
    const std::uint32_t number = numbers[i];
    if (is_known(list, number)) continue;
    const std::string_view name = names_[number];
    if (first_in_list_[number] != i && !(name.empty() && is_skip_list(list))) continue;
    const NameInfo* const info = info_of(number);
    const std::uint32_t module = info == nullptr ? none : of_classes ? info->class_module : info->module;
    const Span place = place_in(list, i);
    Diagnostic* diagnostic = nullptr;
    if (name.empty()) {
      diagnostic = reporter_.error<Code::empty_name>(place, name_of_field(list));
    } else if (module != none) {
      diagnostic = of_classes
                       ? reporter_.error<Code::unsupported_type>(place, name)
                       : reporter_.error<Code::unsupported_layer>(place, name, model_.module[module]->type->view());
      note_obstacle(diagnostic, module);
    } else if (of_classes) {
      diagnostic = reporter_.error<Code::unknown_type>(place, name);
      suggest_class(diagnostic, name_in(list, i));
    } else {
      diagnostic = reporter_.error<Code::unknown_layer>(place, name);
      suggest_layer(diagnostic, name_in(list, i));
    }
    const AmctError error = errors[static_cast<std::size_t>(list)];
    if (whole_lists++ < most_whole_lists) {
      Reporter::amct(diagnostic, error, names);
    } else {
      reporter_.amct(diagnostic, error, {name_for_amct(name)});
    }
  }
}

void Resolver::suggest_class(Diagnostic* diagnostic, const Field<Text>& field) noexcept {
  if constexpr (!with_details) return;
  if (diagnostic == nullptr || !reporter_.wants_suggestions()) return;
  diagnostic->suggestion = similar_class(field->view(), {layers_of_class_[0] != 0, layers_of_class_[1] != 0});
  if (!diagnostic->suggestion.empty()) add_replacement(diagnostic, field);
}

// The nearest name of all, if it is a layer's. Where another module is nearer, that one is meant, and to
// name it would lead to the next mistake.
void Resolver::suggest_layer(Diagnostic* diagnostic, const Field<Text>& field) noexcept {
  if constexpr (!with_details) return;
  if (diagnostic == nullptr || !reporter_.wants_suggestions()) return;
  const SoughtName sought(field.value);
  unsigned best = unlike;
  for (const Layer& layer : layers_) {
    const std::string_view candidate = module_name(layer.module);
    const unsigned here = sought.distance_to_made_up(candidate);
    if (here >= best) continue;
    best = here;
    diagnostic->suggestion = candidate;
  }
  if (best == unlike) return;
  for (std::uint32_t i = 0; best != 0 && i < model_.module.size(); ++i) {
    // That no layer is nearer is known.
    if (infos_[module_name_[i]].layer != none) continue;
    if (sought.distance_to_made_up(module_name(i)) >= best) continue;
    diagnostic->suggestion = {};
    return;
  }
  add_replacement(diagnostic, field);
}

// Notes which layers the names stand for; of a name that is repeated, the first counts.
void Resolver::apply_list(NameList list) noexcept {
  const std::uint32_t* const numbers = numbers_in_[static_cast<std::size_t>(list)];
  at_step(step_of(list), 0, 1);
  for (std::uint32_t i = 0; i < size_of(list); ++i) {
    const std::uint32_t number = numbers[i];
    if (first_in_list_[number] != i || !is_known(list, number)) continue;
    const std::size_t layer_class = number == class_name_[0] ? 0 : 1;
    switch (list) {
      case NameList::skip_layers: layers_[infos_[number].layer].skip_layer = i; break;
      case NameList::skip_types:
        result_.skip_type_[layer_class] = i;
        skip_type_at_[layer_class] = name_in(list, i).at;
        break;
      case NameList::override_layers: apply_layer_override(layers_[infos_[number].layer], i); break;
      case NameList::override_types:
        result_.type_override_[layer_class] = i;
        if (result_.skip_type_[layer_class] != none) {
          report_dead_override(list, i, NameList::skip_types, result_.skip_type_[layer_class]);
        }
        break;
    }
  }
}

void Resolver::apply_layer_override(Layer& layer, std::uint32_t i) noexcept {
  layer.layer_override = i;
  const std::uint32_t skip_type = result_.skip_type_[index_of(layer.layer_class)];
  if (layer.skip_layer != none) {
    report_dead_override(NameList::override_layers, i, NameList::skip_layers, layer.skip_layer);
  } else if (skip_type != none) {
    report_dead_override(NameList::override_layers, i, NameList::skip_types, skip_type);
  }
}

void Resolver::report_dead_override(NameList list, std::uint32_t i, NameList by, std::uint32_t skip) noexcept {
  Diagnostic* const diagnostic = reporter_.report<Code::dead_override>(Severity::warning, place_in(list, i),
                                                                       name_in(list, i)->view(), name_of_field(by));
  note_skip(diagnostic, by, skip);
}

void Resolver::note_skip(Diagnostic* diagnostic, NameList list, std::uint32_t i) noexcept {
  if constexpr (!with_details) return;
  if (diagnostic == nullptr) return;
  // All layers of a class may point to what skips it.
  const Span place = list == NameList::skip_layers
                         ? place_in(list, i)
                         : places_.shared_string(skip_type_at_[i == result_.skip_type_[0] ? 0 : 1]);
  reporter_.note<NoteKind::skipped_here>(diagnostic, place, name_in(list, i)->view());
}

// ---- The settings that layers get. A mistake in settings that many layers get is reported once, with
// the rank of the first of them.

Resolver::Use* Resolver::shared_use(const Layer& layer, const Rule& rule) noexcept {
  switch (rule.from) {
    case Origin::global: return &uses_[0];
    case Origin::type_override: return &uses_[1 + index_of(layer.layer_class)];
    case Origin::layer_override:
    case Origin::skip_layer:
    case Origin::skip_type:
    case Origin::defaults: break;
  }
  return nullptr;
}

// AMCT compares the types of all layers, but reads the values of those alone that have no reserved name.
void Resolver::count_uses(bool of_values) noexcept {
  for (Use& use : uses_) use = {};
  for (std::uint32_t i = 0; i < layers_.size(); ++i) {
    if (of_values && layers_[i].reserved_name) continue;
    Use* const use = shared_use(layers_[i], result_.rule(layers_[i]));
    if (use == nullptr) continue;
    if (use->layers++ == 0) use->first = i;
    if (layers_[i].layer_class == LayerClass::Linear && use->linears++ == 0) use->first_linear = i;
  }
}

void Resolver::note_use(Diagnostic* diagnostic, std::uint32_t first, std::uint32_t layers) noexcept {
  if constexpr (!with_details) return;
  if (layers > 1) {
    reporter_.note<NoteKind::used_by_layers>(diagnostic, {}, layer_name(first), layers);
  } else {
    reporter_.note<NoteKind::used_by_layer>(diagnostic, {}, layer_name(first));
  }
}

void Resolver::check_data_types() noexcept {
  count_uses(false);
  // AMCT reads the global settings before those of any layer, and whether one uses them or not.
  if (!options_.int4) check_int4(source_in(Origin::global, config_), 0, uses_[0].first, uses_[0].layers);
  for (std::uint32_t i = 0; i < layers_.size(); ++i) {
    const Rule rule = result_.rule(layers_[i]);
    const Use* const use = shared_use(layers_[i], rule);
    if (use != nullptr && use->first != i) continue;
    const Source source = source_of(config_, rule);
    if (!options_.int4) {
      // Types that differ are a consequence: one of them is INT4.
      if (rule.from == Origin::global) continue;
      check_int4(source, std::uint64_t{i} + 1, i, use == nullptr ? 1 : use->layers);
      continue;
    }
    const DataType data = data_type_of(source.data).value;
    const DataType weight = data_type_of(source.weight).value;
    if (data == weight) continue;
    at_step(Step::data_types, i);
    const std::uint32_t source_at = rule.from == Origin::global ? absent : rule.at;
    Diagnostic* const diagnostic = report_type_mismatch(Severity::error, source, source_at, places_, reporter_);
    note_use(diagnostic, i, use == nullptr ? 1 : use->layers);
    reporter_.amct(diagnostic, AmctError::data_types, {type_name(data), type_name(weight)});
  }
}

void Resolver::check_int4(const Source& source, std::uint64_t item, std::uint32_t layer,
                          std::uint32_t layers) noexcept {
  for (const Field<DataType>& type : {data_type_of(source.data), data_type_of(source.weight)}) {
    if (type.value != DataType::INT4) continue;
    at_step(Step::data_types, item);
    const Span place = places_.value(type.at);
    Diagnostic* const diagnostic = reporter_.error<Code::int4_not_supported>(place);
    if (place.begin != place.end) reporter_.fix(diagnostic, place, type_name(DataType::INT8));
    if (layers != 0) note_use(diagnostic, layer, layers);
    Reporter::amct(diagnostic, AmctError::int4);
  }
}

void Resolver::check_numbers() noexcept {
  at_step(Step::numbers);
  const auto check = [this](const Field<std::uint32_t>& number, std::string_view field, AmctError error) {
    if (number.value != 0) return;
    Reporter::amct(reporter_.error<Code::value_below_one>(places_.value(number.at), field), error);
  };
  check(config_.batch_num, "batch_num"sv, AmctError::batch_num);
  at_step(Step::numbers, 0, 1);
  check(config_.group_size, "group_size"sv, AmctError::group_size);
}

void Resolver::check_reserved_names() noexcept {
  for (std::uint32_t i = 0; i < layers_.size(); ++i) {
    const std::string_view name = layer_name(i);
    if (layers_[i].reserved_name) {
      at_step(Step::build, std::uint64_t{i} + 1);
      reporter_.report<Code::reserved_layer_name>(Severity::warning, {}, name);
    } else if (name == "version"sv) {
      // AMCT looks at this key before it looks at any layer.
      at_step(Step::build);
      Reporter::amct(reporter_.error<Code::layer_named_version>({}), AmctError::version);
    }
  }
}

void Resolver::check_values() noexcept {
  count_uses(true);
  for (std::uint32_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].reserved_name) continue;
    const Rule rule = result_.rule(layers_[i]);
    const Use* const use = shared_use(layers_[i], rule);
    const Source source = source_of(config_, rule);
    if (use == nullptr || use->first == i) check_clip(source, i, use == nullptr ? 1 : use->layers);
    if (layers_[i].layer_class != LayerClass::Linear || (use != nullptr && use->first_linear != i)) continue;
    const Field<bool> channel_wise = channel_wise_of(source.weight);
    if (!channel_wise.value) continue;
    at_step(Step::build, std::uint64_t{i} + 1, 3);
    Diagnostic* const diagnostic = report_channel_wise(Severity::error, channel_wise, places_, reporter_);
    note_use(diagnostic, i, use == nullptr ? 1 : use->linears);
    reporter_.amct(diagnostic, AmctError::channel_wise, {name_for_amct(layer_name(i))});
  }
}

void Resolver::check_clip(const Source& source, std::uint32_t layer, std::uint32_t layers) noexcept {
  if (source.data == nullptr || !source.data->ulq_quantize->clip_max_min.has_value()) return;
  const Field<ClipMaxMin>& clip = source.data->ulq_quantize->clip_max_min;
  const std::uint64_t item = std::uint64_t{layer} + 1;
  const std::string_view name = name_for_amct(layer_name(layer));
  if (!clip_max_fits(clip->clip_max.value)) {
    at_step(Step::build, item, 0);
    Diagnostic* const diagnostic = report_clip_max(Severity::error, clip, places_, reporter_);
    note_use(diagnostic, layer, layers);
    reporter_.amct(diagnostic, AmctError::clip_max, {name});
  }
  if (!clip_min_fits(clip->clip_min.value)) {
    at_step(Step::build, item, 1);
    Diagnostic* const diagnostic = report_clip_min(Severity::error, clip, places_, reporter_);
    note_use(diagnostic, layer, layers);
    reporter_.amct(diagnostic, AmctError::clip_min, {name});
  }
  at_step(Step::build, item, 2);
  report_non_finite(clip, places_, reporter_);
}

void Resolver::check_enabled() noexcept {
  if (layers_.empty()) return;  // which was reported
  for (const Layer& layer : layers_) {
    if (result_.quantized(layer)) return;
  }
  at_step(Step::result);
  Diagnostic* const diagnostic = reporter_.error<Code::nothing_quantized>({});
  Reporter::amct(diagnostic, AmctError::nothing_enabled);
  // Every list that had a part in it, with one of its names.
  for (const std::uint32_t skip : result_.skip_type_) {
    if (skip != Layer::none) note_skip(diagnostic, NameList::skip_types, skip);
  }
  for (const Layer& layer : layers_) {
    if (layer.skip_layer == Layer::none) continue;
    note_skip(diagnostic, NameList::skip_layers, layer.skip_layer);
    break;
  }
}

}  // namespace distillcfg::detail
