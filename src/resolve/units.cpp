// What AMCT groups by itself: layers with what follows them, joined to cascades, and the order of all
// groups. Where AMCT goes by the names of nodes, which may repeat, so does this.
#include <cstdint>
#include <string_view>

#include "resolve/resolver.hpp"
#include "sort.hpp"
#include "validate.hpp"

namespace distillcfg::detail {

using namespace std::literals;

namespace {

bool is_activation(std::string_view op) noexcept {
  for (const std::string_view name : {"Relu"sv, "LeakyRelu"sv, "Sigmoid"sv, "Tanh"sv, "Softmax"sv}) {
    if (op == name) return true;
  }
  return false;
}

}  // namespace

// What the steps below ask of a node, together: the nodes themselves are too large to go through often.
Resolver::NodeFacts Resolver::facts_of(std::uint32_t index, const Node& node) const noexcept {
  NodeFacts facts;
  const std::string_view op = node.op_type.value;
  facts.op = op == "BatchNormalization"sv ? NodeFacts::Op::batch_norm
             : is_activation(op)          ? NodeFacts::Op::activation
                                          : NodeFacts::Op::other;
  facts.is_reused = node.is_reused.value;
  facts.obstacle = obstacle_in(node);
  facts.no_other_edge = node.output.size() <= 1;
  if (node.output.empty()) return facts;
  const Port& port = node.output[0].value;
  std::uint32_t consumers = 0;
  for (const Field<std::uint32_t>& consumer : port.consumer) {
    if (!is_edge(index, consumer.value)) continue;
    ++consumers;
    facts.consumer = consumer.value;
    facts.kind = NodeFacts::Consumer::node;
  }
  for (const Field<std::uint32_t>& output : port.graph_output) {
    if (output.value >= model_.graph_output.size()) continue;
    ++consumers;
    facts.consumer = output.value;
    facts.kind = NodeFacts::Consumer::graph_output;
  }
  if (consumers > 1) facts.no_other_edge = false;
  if (consumers != 1) facts.kind = NodeFacts::Consumer::none;
  return facts;
}

// ---- Units (step 12)

bool Resolver::make_units() noexcept {
  for (std::uint32_t i = 0; i < config_.distill_group.size(); ++i) {
    const UserGroup& group = user_groups_[i];
    for (std::uint32_t k = group.first; k < group.first + group.size; ++k) {
      NameInfo* const info = info_of(node_module_[group_nodes_[k]]);
      if (info != nullptr) info->in_user_group = true;
    }
  }
  for (std::uint32_t node = 0; node < model_.node.size(); ++node) {
    const NameInfo* const info = info_of(node_module_[node]);
    if (info == nullptr || info->layer == none || info->in_user_group) continue;
    Unit unit;
    if (!fill_unit(unit, node)) continue;
    for (std::uint32_t i = 0; i < unit.size; ++i) {
      std::uint32_t& first = infos_[unit.name[i]].unit;
      if (first == none) first = units_.size();
    }
    if (units_.push_back(reporter_.arena(), unit) == nullptr) return false;
  }
  return true;
}

// A layer, the batch normalisation behind it, and the activation behind that. False: the layer is in
// no unit.
bool Resolver::fill_unit(Unit& unit, std::uint32_t node) noexcept {
  const auto append = [&](std::uint32_t member) { unit.name[unit.size++] = node_name_[member]; };
  append(node);
  if (facts_[node].kind != NodeFacts::Consumer::node) return true;
  std::uint32_t next = facts_[node].consumer;
  if (facts_[next].op == NodeFacts::Op::batch_norm) {
    const Text* const type = class_of(node_module_[next]);
    if (type == nullptr) {
      at_step(Step::units, node);
      Diagnostic* const diagnostic =
          reporter_.error<Code::batch_norm_without_module>({}, display_name(node), names_[node_name_[next]]);
      reporter_.amct(diagnostic, AmctError::not_in_model, {amct_module_name(next)});
      return false;
    }
    if (*type != "BatchNorm2d"sv || facts_[next].is_reused) return false;
    append(next);
    if (facts_[next].kind != NodeFacts::Consumer::node) return true;
    next = facts_[next].consumer;
  }
  if (facts_[next].op == NodeFacts::Op::activation) append(next);
  return true;
}

// ---- Cascades (step 13)

bool Resolver::make_cascades() noexcept {
  if (!number_outputs()) return false;
  for (std::uint32_t node = 0; node < model_.node.size() && !too_many_members_; ++node) {
    if (infos_[node_name_[node]].in_cascade) continue;
    const std::uint32_t first = group_nodes_.size();
    if (!make_cascade(node)) return false;
    const std::uint32_t size = group_nodes_.size() - first;
    if (size == 0) continue;
    for (std::uint32_t i = first; i < first + size; ++i) infos_[node_name_[group_nodes_[i]]].in_cascade = true;
    if (cascades_.push_back(reporter_.arena(), {first, size}) == nullptr) return false;
  }
  return true;
}

// Once for all nodes that lead to the same output: its name may be of any length.
bool Resolver::number_outputs() noexcept {
  const auto leads_to_output = [this](std::uint32_t node) {
    return facts_[node].kind == NodeFacts::Consumer::graph_output;
  };
  std::uint32_t count = 0;
  for (std::uint32_t node = 0; node < model_.node.size(); ++node) count += leads_to_output(node) ? 1 : 0;
  std::uint32_t* nodes = nullptr;
  std::uint32_t* others = nullptr;
  if (!make_array(nodes, count, none) || !make_array(others, count, none)) return false;
  std::uint32_t next = 0;
  for (std::uint32_t node = 0; next < count; ++node) {
    if (leads_to_output(node)) nodes[next++] = node;
  }
  sort_by(nodes, others, count, [this](std::uint32_t node) { return facts_[node].consumer; });
  std::uint32_t output = none;
  std::uint32_t name = none;
  for (std::uint32_t i = 0; i < count; ++i) {
    NodeFacts& facts = facts_[nodes[i]];
    if (facts.consumer != output) {
      output = facts.consumer;
      name = names_.find(model_.graph_output[output].value);
    }
    facts.consumer = name;
  }
  return true;
}

// Up to group_size units in a row. A unit is taken for any name in it, and a graph output leads on to
// the unit that holds its name, so a network whose output is called as one of its layers may go round.
bool Resolver::make_cascade(std::uint32_t node) noexcept {
  std::uint32_t name = node_name_[node];
  for (std::uint32_t taken = 0;;) {
    const NameInfo* const info = info_of(name);
    if (info == nullptr || info->unit == none) return true;
    const Unit& unit = units_[info->unit];
    for (std::uint32_t i = 0; i < unit.size; ++i) {
      if (group_nodes_.push_back(reporter_.arena(), infos_[unit.name[i]].node) == nullptr) return false;
    }
    if (report_too_many_members() || ++taken >= config_.group_size.value) return true;
    const NodeFacts& last = facts_[infos_[unit.name[unit.size - 1]].node];
    switch (last.kind) {
      case NodeFacts::Consumer::none: return true;
      case NodeFacts::Consumer::node: name = node_name_[last.consumer]; break;
      case NodeFacts::Consumer::graph_output:
        name = last.consumer;
        warn_of_output(name);
        break;
    }
  }
}

void Resolver::warn_of_output(std::uint32_t name) noexcept {
  NameInfo* const info = info_of(name);
  if (info == nullptr || info->unit == none || info->warned) return;
  info->warned = true;
  at_step(Step::cascades, 0, 1);
  reporter_.report<Code::output_named_as_layer>(Severity::warning, {}, names_[name]);
}

// Where group_size is large, groups repeat nodes: those behind layers whose outputs meet and, where a graph
// output is called as a layer, perhaps without end. AMCT has no limit but its memory. True if there are too many.
bool Resolver::report_too_many_members() noexcept {
  if (group_nodes_.size() <= 2 * most_members()) return false;
  too_many_members_ = true;
  at_step(Step::cascades);
  reporter_.error<Code::groups_too_long>({});
  return true;
}

// AMCT walks the nodes, and at each that is in no group so far takes the first group that starts with
// its module. Groups that it never meets so are lost.
bool Resolver::sort_groups(bool all_are_sound) noexcept {
  const std::uint32_t user_groups = config_.distill_group.size();
  const std::uint64_t most = std::uint64_t{user_groups} + cascades_.size();
  std::uint32_t size = group_nodes_.size();
  Group* all = nullptr;
  Group* sorted = nullptr;
  std::uint32_t* nodes = nullptr;
  if (!make_array(all, most, Group{}) || !make_array(sorted, most, Group{}) || !make_array(nodes, size, none)) {
    return false;
  }
  std::uint32_t next = 0;
  for (const std::uint32_t node : group_nodes_) nodes[next++] = node;
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < user_groups; ++i) {
    const UserGroup& group = user_groups_[i];
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): null only if there are no groups at all.
    if (group.expanded) all[count++] = {group.first, group.size, i};
  }
  for (const Cascade& cascade : cascades_) {
    // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): as above.
    all[count++] = {cascade.first, cascade.size, Group::none};
  }
  if (count == 0 && all_are_sound && !layers_.empty()) {
    at_step(Step::cascades);
    Reporter::amct(reporter_.error<Code::no_distill_group>({}), AmctError::no_groups);
  }

  std::uint32_t null_group = none;  // the first group that starts with a node without a module
  bool null_in_result = false;
  for (std::uint32_t i = 0; i < count; ++i) {
    NameInfo* const info = info_of(node_module_[nodes[all[i].first]]);
    std::uint32_t& first = info == nullptr ? null_group : info->group;
    if (first == none) first = i;
  }
  std::uint32_t emitted = 0;
  for (std::uint32_t node = 0; node < model_.node.size(); ++node) {
    const NameInfo* const info = info_of(node_module_[node]);
    const std::uint32_t index = info == nullptr ? null_group : info->group;
    if (index == none || (info == nullptr ? null_in_result : info->in_result)) continue;
    const Group& group = all[index];
    for (std::uint32_t i = group.first; i < group.first + group.size; ++i) {
      NameInfo* const member = info_of(node_module_[nodes[i]]);
      (member == nullptr ? null_in_result : member->in_result) = true;
    }
    if (group.distill_group != Group::none) user_groups_[group.distill_group].in_result = true;
    sorted[emitted++] = group;
    if (group.distill_group == Group::none) warn_of_null({nodes + group.first, group.size});
  }
  result_.members_ = {nodes, size};
  result_.groups_ = {sorted, emitted};
  if (!all_are_sound) return true;
  for (std::uint32_t i = 0; i < user_groups; ++i) {
    if (user_groups_[i].in_result) continue;
    const Field<DistillGroup>& group = config_.distill_group[i];
    at_step(Step::cascades, 0, 2);
    reporter_.report<Code::group_dropped>(Severity::warning, places_.name(group.at), group->start_layer_name->view(),
                                          group->end_layer_name->view());
  }
  return true;
}

// Of a group that AMCT writes, the first node without a module.
void Resolver::warn_of_null(std::span<const std::uint32_t> nodes) noexcept {
  for (const std::uint32_t node : nodes) {
    if (node_module_[node] != none) continue;
    at_step(Step::cascades, 0, 2);
    reporter_.report<Code::null_in_group>(Severity::warning, {}, display_name(nodes[0]), names_[node_name_[node]]);
    return;
  }
}

}  // namespace distillcfg::detail
