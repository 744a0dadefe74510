// The user's distill groups: from two names to the one route between them, and what may stand on it.
#include <cstdint>
#include <string_view>

#include "resolve/resolver.hpp"
#include "validate.hpp"

namespace distillcfg::detail {

using namespace std::literals;

namespace {

// How often the whole graph may be walked for groups.
constexpr std::uint64_t most_walks = 64;

constexpr std::string_view member_classes[] = {"Conv2d"sv,    "Linear"sv,  "BatchNorm2d"sv, "ReLU"sv,
                                               "LeakyReLU"sv, "Sigmoid"sv, "Tanh"sv,        "Softmax"sv};

bool may_stand_in_group(std::string_view type) noexcept {
  for (const std::string_view name : member_classes) {
    if (type == name) return true;
  }
  return false;
}

}  // namespace

void Resolver::check_groups_without_graph() noexcept {
  if (config_.distill_group.empty()) return;
  at_step(Step::expansion);
  reporter_.report<Code::groups_need_graph>(Severity::warning, places_.name(config_.distill_group[0].at));
  for (std::uint32_t i = 0; i < config_.distill_group.size(); ++i) {
    at_step(Step::expansion, i, 1);
    const DistillGroup& group = config_.distill_group[i].value;
    if (group.start_layer_name->empty()) report_group_name(i, false);
    if (group.end_layer_name->empty()) report_group_name(i, true);
  }
}

bool Resolver::make_groups() noexcept {
  const std::uint32_t errors = reporter_.errors();
  if (!expand_groups()) return false;
  check_members();
  check_intersections();
  if (!make_units() || !make_cascades()) return false;
  return sort_groups(reporter_.errors() == errors);
}

// ---- Expansion (step 9)

// Edges against the order of the nodes and to nodes that do not exist are left out, so that there
// are no cycles: a description that was parsed has none of them.
bool Resolver::connect_nodes() noexcept {
  const std::uint32_t nodes = model_.node.size();
  const auto for_each_edge = [this](std::uint32_t i, auto&& visit) {
    const NodeFacts& facts = facts_[i];
    if (facts.no_other_edge) {
      if (facts.kind == NodeFacts::Consumer::node) visit(facts.consumer);
      return;
    }
    for (const Field<Port>& port : model_.node[i]->output) {
      for (const Field<std::uint32_t>& consumer : port->consumer) {
        if (is_edge(i, consumer.value)) visit(consumer.value);
      }
    }
  };
  if (!make_array(first_edge_, std::uint64_t{nodes} + 1, 0U)) return false;
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    for_each_edge(i, [&count](std::uint32_t) { ++count; });
    if (count >= none) return false;
    first_edge_[i + 1] = static_cast<std::uint32_t>(count);
  }
  if (!make_array(edges_, count, 0U)) return false;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    for_each_edge(i, [&](std::uint32_t consumer) { edges_[next++] = consumer; });
  }
  return true;
}

bool Resolver::expand_groups() noexcept {
  const std::uint32_t groups = config_.distill_group.size();
  const std::uint32_t nodes = model_.node.size();
  if (groups == 0) return true;
  if (!connect_nodes() || !make_array(user_groups_, groups, UserGroup{}) || !make_array(counted_, nodes, 0U) ||
      !make_array(routes_, nodes, std::uint8_t{0}) || !make_array(cursor_, nodes, 0U) ||
      !make_array(parent_, nodes, none) || !make_array(way_, nodes, none) || !mark_ways_to_reused_batch_norm()) {
    return false;
  }
  errors_before_groups_ = reporter_.errors();
  most_steps_ = most_walks * (std::uint64_t{nodes} + first_edge_[nodes]);
  for (std::uint32_t i = 0; i < groups; ++i) {
    if (!expand_group(i)) return false;
  }
  return true;
}

bool Resolver::expand_group(std::uint32_t index) noexcept {
  const Field<DistillGroup>& group = config_.distill_group[index];
  const NameInfo* const start_info = find_info(group->start_layer_name.value);
  const NameInfo* const end_info = find_info(group->end_layer_name.value);
  const std::uint32_t start = start_info == nullptr ? none : start_info->first_node;
  const std::uint32_t last_end = end_info == nullptr ? none : end_info->last_node;
  // A number that is no node's, so that nothing is the end.
  const std::uint32_t end_name = last_end == none ? none - 1 : node_module_[last_end];
  at_step(Step::expansion, index);
  bool failed = start == none || last_end == none;
  if (start != none && facts_[start].is_reused) {
    failed = true;
    Diagnostic* const diagnostic = reporter_.error<Code::reused_start>(
        place_of(group->start_layer_name, group.at, places_), group->start_layer_name->view());
    reporter_.amct(diagnostic, AmctError::reused_start, {name_for_amct(group->start_layer_name.value)});
  } else if (start != none && may_search(index)) {
    const std::uint32_t batch_norm = find_reused_batch_norm(start, end_name, index + 1);
    if (batch_norm != none) {
      failed = true;
      Diagnostic* const diagnostic = reporter_.error<Code::reused_batch_norm>(
          group_place(index, batch_norm), display_name(batch_norm), group->start_layer_name->view());
      reporter_.amct(diagnostic, AmctError::reused_batch_norm, {amct_module_name(batch_norm)});
    }
  }
  at_step(Step::expansion, index, 1);
  if (start == none) report_group_name(index, false);
  if (last_end == none) report_group_name(index, true);
  if (failed || !may_search(index)) return true;
  if (start <= last_end) count_routes(start, end_name, last_end);
  if (start > last_end || routes_[start] == 0) {
    report_no_route(index, start > last_end);
    return true;
  }
  if (routes_[start] > 1) {
    report_several_routes(index, start);
    return true;
  }
  return walk_route(user_groups_[index], start, end_name);
}

// A search may pass the whole graph, so many of them would take time quadratic in the groups. Groups that
// AMCT accepts share no node but those of modules that run more than once, so that all their searches
// together seldom pass the graph more than twice.
bool Resolver::may_search(std::uint32_t index) noexcept {
  if (steps_ <= most_steps_ && group_nodes_.size() <= most_members()) return true;
  if (!out_of_steps_) {
    at_step(Step::expansion, index);
    const bool failed = reporter_.errors() != errors_before_groups_;
    reporter_.report<Code::groups_not_searched>(failed ? Severity::warning : Severity::error,
                                                places_.name(config_.distill_group[index].at));
    at_step(Step::expansion, index, 1);
  }
  out_of_steps_ = true;
  return false;
}

// A name of a group behind which no node stands.
void Resolver::report_group_name(std::uint32_t index, bool is_end) noexcept {
  const Field<DistillGroup>& group = config_.distill_group[index];
  const Field<Text>& name = is_end ? group->end_layer_name : group->start_layer_name;
  const std::string_view text = name.value;
  const Span place = place_of(name, group.at, places_);
  const NameInfo* const info = find_info(text);
  Diagnostic* diagnostic = nullptr;
  if (text.empty()) {
    diagnostic = reporter_.error<Code::empty_name>(place, is_end ? "end_layer_name"sv : "start_layer_name"sv);
  } else if (info != nullptr && info->module != none) {
    diagnostic = reporter_.error<Code::no_route>(place, group->start_layer_name->view(), group->end_layer_name->view());
    reporter_.note<NoteKind::start_missing>(diagnostic, {}, text);
  } else {
    diagnostic = reporter_.error<Code::unknown_layer>(place, text);
    suggest_module(diagnostic, name);
  }
  name_group(diagnostic, AmctError::no_route, index);
}

void Resolver::report_no_route(std::uint32_t index, bool is_backwards) noexcept {
  const Field<DistillGroup>& group = config_.distill_group[index];
  const std::string_view end = group->end_layer_name.value;
  Diagnostic* const diagnostic =
      reporter_.error<Code::no_route>(places_.name(group.at), group->start_layer_name->view(), end);
  if (is_backwards) {
    reporter_.note<NoteKind::end_before_start>(diagnostic, place_of(group->end_layer_name, group.at, places_), end);
  } else {
    reporter_.note<NoteKind::not_reached>(diagnostic, place_of(group->end_layer_name, group.at, places_), end);
  }
  name_group(diagnostic, AmctError::no_route, index);
}

void Resolver::report_several_routes(std::uint32_t index, std::uint32_t start) noexcept {
  const Field<DistillGroup>& group = config_.distill_group[index];
  Diagnostic* const diagnostic = reporter_.error<Code::several_routes>(
      places_.name(group.at), group->start_layer_name->view(), group->end_layer_name->view());
  name_group(diagnostic, AmctError::no_route, index);
  if (diagnostic == nullptr) return;
  // As long as one edge alone leads on, all routes take it.
  std::uint32_t node = start;
  for (; way_[node] != none; node = way_[node]) ++steps_;
  reporter_.note<NoteKind::ways_part>(diagnostic, {}, display_name(node));
}

void Resolver::name_group(Diagnostic* diagnostic, AmctError error, std::uint32_t index) noexcept {
  const DistillGroup& group = config_.distill_group[index].value;
  reporter_.amct(diagnostic, error,
                 {name_for_amct(group.start_layer_name.value), name_for_amct(group.end_layer_name.value)});
}

bool Resolver::is_reused_batch_norm(std::uint32_t node) const noexcept {
  return facts_[node].is_reused && facts_[node].op == NodeFacts::Op::batch_norm;
}

// Backwards over the graph, so that no search sets out where there is nothing to find.
bool Resolver::mark_ways_to_reused_batch_norm() noexcept {
  const std::uint32_t nodes = model_.node.size();
  bool any = false;
  for (std::uint32_t i = 0; i < nodes && !any; ++i) any = is_reused_batch_norm(i);
  if (!any) return true;
  if (!make_array(leads_to_reused_, nodes, false) || !make_array(searched_, nodes, 0U)) return false;
  for (std::uint32_t i = nodes; i-- > 0;) {
    bool leads = is_reused_batch_norm(i);
    for (std::uint32_t k = first_edge_[i]; k < first_edge_[i + 1]; ++k) leads |= leads_to_reused_[edges_[k]];
    leads_to_reused_[i] = leads;
  }
  return true;
}

// The first batch normalisation that is reused on a walk in depth-first preorder, which goes no
// further than to the end, or `none`; the start is not one. AMCT refuses it even where it lies on no
// route. Not recursive: a node on the way has its next edge in cursor_ and where it was reached from in
// parent_.
std::uint32_t Resolver::find_reused_batch_norm(std::uint32_t start, std::uint32_t end_name,
                                               std::uint32_t stamp) noexcept {
  if (leads_to_reused_ == nullptr || !leads_to_reused_[start]) return none;
  const auto enter = [&](std::uint32_t reached, std::uint32_t from) {
    searched_[reached] = stamp;
    parent_[reached] = from;
    cursor_[reached] = node_module_[reached] == end_name ? first_edge_[reached + 1] : first_edge_[reached];
  };
  enter(start, none);
  for (std::uint32_t node = start; node != none;) {
    if (cursor_[node] == first_edge_[node + 1]) {
      node = parent_[node];
      continue;
    }
    ++steps_;
    const std::uint32_t next = edges_[cursor_[node]++];
    if (searched_[next] == stamp || !leads_to_reused_[next]) continue;
    if (is_reused_batch_norm(next)) return next;
    enter(next, node);
    node = next;
  }
  return none;
}

// Counts the routes from `start` to the first node on each that the module `end_name` has; `last` is
// the last such node of the graph, behind which nothing needs to be looked at. Each node is counted
// once: AMCT's own search takes time exponential in the number of branches. As above, not recursive.
void Resolver::count_routes(std::uint32_t start, std::uint32_t end_name, std::uint32_t last) noexcept {
  // Counts depend on the end alone, so those for the group before may serve again.
  if (end_name != count_end_) {
    ++count_;
    count_end_ = end_name;
  }
  if (counted_[start] == count_) return;
  const auto enter = [&](std::uint32_t reached, std::uint32_t from) {
    const bool is_end = node_module_[reached] == end_name;
    counted_[reached] = count_;
    parent_[reached] = from;
    routes_[reached] = is_end ? 1 : 0;
    cursor_[reached] = is_end ? first_edge_[reached + 1] : first_edge_[reached];
  };
  const auto add = [this](std::uint32_t to, std::uint32_t from) {
    if (routes_[from] != 0) way_[to] = routes_[to] == 0 ? from : none;
    const unsigned sum = routes_[to] + 0U + routes_[from];
    routes_[to] = static_cast<std::uint8_t>(sum < 2 ? sum : 2);
  };
  enter(start, none);
  for (std::uint32_t node = start; node != none;) {
    if (cursor_[node] == first_edge_[node + 1]) {
      const std::uint32_t parent = parent_[node];
      if (parent != none) add(parent, node);
      node = parent;
      continue;
    }
    ++steps_;
    const std::uint32_t next = edges_[cursor_[node]++];
    if (next > last) continue;
    if (counted_[next] == count_) {
      add(node, next);
    } else {
      enter(next, node);
      node = next;
    }
  }
}

// Follows the only route.
bool Resolver::walk_route(UserGroup& group, std::uint32_t start, std::uint32_t end_name) noexcept {
  group.first = group_nodes_.size();
  for (std::uint32_t node = start;;) {
    if (group_nodes_.push_back(reporter_.arena(), node) == nullptr) return false;
    if (node_module_[node] == end_name) break;
    ++steps_;
    node = way_[node];
  }
  group.size = group_nodes_.size() - group.first;
  group.expanded = true;
  return true;
}

// ---- What stands on the routes (steps 10 and 11)

// The narrowest place of a node in a group: one of the names of the group, or the whole of it.
Span Resolver::group_place(std::uint32_t index, std::uint32_t node) const noexcept {
  const Field<DistillGroup>& group = config_.distill_group[index];
  if (node_module_[node] != none) {
    const std::string_view name = names_[node_module_[node]];
    if (name == group->start_layer_name.value) return place_of(group->start_layer_name, group.at, places_);
    if (name == group->end_layer_name.value) return place_of(group->end_layer_name, group.at, places_);
  }
  return places_.name(group.at);
}

std::string_view Resolver::amct_module_name(std::uint32_t node) const noexcept {
  return node_module_[node] == none ? std::string_view{} : name_for_amct(names_[node_module_[node]]);
}

// Of each group, the first member that cannot stand in one.
void Resolver::check_members() noexcept {
  for (std::uint32_t i = 0; i < config_.distill_group.size(); ++i) {
    const UserGroup& group = user_groups_[i];
    for (std::uint32_t k = group.first; k < group.first + group.size; ++k) {
      const std::uint32_t node = group_nodes_[k];
      const Text* const type = class_of(node_module_[node]);
      if (type != nullptr && may_stand_in_group(*type)) continue;
      at_step(Step::members, i);
      const Span place = group_place(i, node);
      Diagnostic* const diagnostic = type == nullptr
                                         ? reporter_.error<Code::member_without_module>(
                                               place, names_[node_name_[node]], model_.node[node]->op_type->view())
                                         : reporter_.error<Code::member_type>(place, display_name(node), type->view());
      reporter_.amct(diagnostic, type == nullptr ? AmctError::no_module : AmctError::member_type,
                     {amct_module_name(node), amct_module_name(group_nodes_[group.first]),
                      amct_module_name(group_nodes_[group.first + group.size - 1])});
      break;
    }
  }
}

// AMCT compares names of nodes, and leaves out modules that have several: so the ends of a group
// that it names may be others than those that the user wrote. It raises the first pair i < j. Each
// group is reported once, with the first that it meets.
void Resolver::check_intersections() noexcept {
  const std::uint32_t groups = config_.distill_group.size();
  for (std::uint32_t i = 0; i < groups; ++i) {
    UserGroup& group = user_groups_[i];
    for (std::uint32_t k = group.first; k < group.first + group.size; ++k) {
      const std::uint32_t node = group_nodes_[k];
      const NameInfo* const module = info_of(node_module_[node]);
      if (module == nullptr || module->first_node != module->last_node) continue;
      if (group.first_own == none) group.first_own = node;
      group.last_own = node;
      std::uint32_t& owner = infos_[node_name_[node]].owner;
      if (owner == none) owner = i;
      if (owner < i && owner < group.other) {
        group.other = owner;
        group.common = node;
      }
    }
  }
  // In the order of the earlier groups: backwards, each goes to the front of its other's row.
  for (std::uint32_t i = groups; i-- > 0;) {
    if (user_groups_[i].other == none) continue;
    UserGroup& other = user_groups_[user_groups_[i].other];
    user_groups_[i].next = other.row;
    other.row = i;
  }
  for (std::uint32_t i = 0; i < groups; ++i) {
    if (user_groups_[i].row == none) continue;
    const MetGroup met = met_group(i);
    for (std::uint32_t k = user_groups_[i].row; k != none; k = user_groups_[k].next) report_intersection(k, met);
  }
}

Resolver::MetGroup Resolver::met_group(std::uint32_t index) noexcept {
  MetGroup met;
  if constexpr (!with_details) return met;
  const Field<DistillGroup>& group = config_.distill_group[index];
  met.start = names_.find(group->start_layer_name.value);
  met.end = names_.find(group->end_layer_name.value);
  met.start_at = place_of(group->start_layer_name, group.at, places_);
  met.end_at = place_of(group->end_layer_name, group.at, places_);
  met.at = places_.name(group.at);
  return met;
}

void Resolver::report_intersection(std::uint32_t index, const MetGroup& met) noexcept {
  const UserGroup& group = user_groups_[index];
  const UserGroup& other = user_groups_[group.other];
  at_step(Step::intersections, group.other);
  Diagnostic* const diagnostic =
      reporter_.error<Code::groups_intersect>(group_place(index, group.common), display_name(group.common));
  if (diagnostic == nullptr) return;
  reporter_.note<NoteKind::other_group>(diagnostic, met.place_of(node_module_[group.common]));
  const auto name = [this](std::uint32_t node) { return name_for_amct(names_[node_name_[node]]); };
  reporter_.amct(diagnostic, AmctError::intersection,
                 {name(other.first_own), name(other.last_own), name(group.first_own), name(group.last_own)});
}

}  // namespace distillcfg::detail
