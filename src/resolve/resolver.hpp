// The steps of AMCT's create_distill_config, over a model's names, nodes and modules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "distillcfg/resolve.hpp"
#include "places.hpp"
#include "reporter.hpp"
#include "resolve/arrays.hpp"
#include "resolve/names.hpp"
#include "resolve/sources.hpp"

namespace distillcfg::detail {

// Everything that has a name in the model or in the cfg gets a number (Names), so that each step
// reads and writes arrays. A method that needs memory returns false if there is none; run() then
// makes that a diagnostic. All other mistakes are reported, and the next step runs: a later mistake
// that stands by itself is found in the same run.
class Resolver {
 public:
  [[nodiscard]] static Resolution run(const AMCTDistillConfig& config, const Model& model,
                                      const ResolveOptions& options) noexcept;

 private:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  // AMCT's checks in AMCT's order.
  enum class Step : std::uint8_t {
    quantizers,
    traps,
    layers,
    skip_layers,
    skip_types,
    override_layers,
    override_types,
    data_types,
    numbers,
    expansion,
    members,
    intersections,
    units,
    cascades,
    build,
    result,
  };

  enum class NameList : std::uint8_t { skip_layers, skip_types, override_layers, override_types };
  static constexpr std::size_t name_lists = 4;

  // Why AMCT cannot distil a module.
  enum class Obstacle : std::uint8_t {
    none,
    not_a_layer,
    padding,
    never_runs,
    transposed,
    pooling,
    reused,
    weight_not_constant,
    weight_rank,
    dimension_reduction,
    shared_weight,
  };

  // What a name stands for in the model. Only numbers below model_names_ have one.
  struct NameInfo {
    std::uint32_t module = none;        // the module of that name
    std::uint32_t layer = none;         // the layer of that name
    std::uint32_t class_module = none;  // the first module of the class of that name
    std::uint32_t node = none;          // the first node of that (IR) name
    std::uint32_t first_node = none;    // the first and the last node of the module of that name
    std::uint32_t last_node = none;
    // While groups are made. By a node's name:
    std::uint32_t owner = none;  // the first user group that holds it
    std::uint32_t unit = none;   // the first unit that holds it
    // By a module's name:
    std::uint32_t group = none;  // the first group that starts with it
    bool in_cascade = false;     // by a node's name
    bool in_user_group = false;  // by a module's name
    bool in_result = false;      // by a module's name
    bool warned = false;         // by a graph output's name
  };

  // The first two modules that own a weight.
  struct WeightOwners {
    std::uint32_t first = none;
    std::uint32_t second = none;
  };

  // Which layers read a source that several may read.
  struct Use {
    std::uint32_t first = none;
    std::uint32_t layers = 0;
    std::uint32_t first_linear = none;
    std::uint32_t linears = 0;
  };
  static constexpr std::size_t shared_sources = 3;  // global, and the type override of each class

  struct UserGroup {
    std::uint32_t first = 0;  // its nodes: `size` of group_nodes_ from here on
    std::uint32_t size = 0;
    bool expanded = false;
    // Of its nodes whose module has no other node: the first and the last.
    std::uint32_t first_own = none;
    std::uint32_t last_own = none;
    // The first earlier group that has a node in common with it, and one such node.
    std::uint32_t other = none;
    std::uint32_t common = none;
    std::uint32_t row = none;   // the first group whose `other` is this one
    std::uint32_t next = none;  // the next one with the same `other`
    bool in_result = false;
  };

  // What is said of a group for each that has a node in common with it: these may be many, and its names
  // and what stands in front of them of any length.
  struct MetGroup {
    std::uint32_t start = none;  // the numbers of its names
    std::uint32_t end = none;
    Span start_at;
    Span end_at;
    Span at;

    [[nodiscard]] Span place_of(std::uint32_t name) const noexcept {
      if (name == start) return start_at;
      return name == end ? end_at : at;
    }
  };

  // A layer with what may follow it, which are never torn apart: numbers of nodes' names.
  struct Unit {
    std::uint32_t name[3] = {none, none, none};
    std::uint32_t size = 0;
  };

  // Units in a row: `size` of group_nodes_ from `first` on.
  struct Cascade {
    std::uint32_t first = 0;
    std::uint32_t size = 0;
  };

  struct NodeFacts {
    enum class Op : std::uint8_t { other, batch_norm, activation };
    enum class Consumer : std::uint8_t { none, node, graph_output };

    // Index of the only reader of the first port; while cascades are made, of a graph output the number of its name.
    std::uint32_t consumer = 0;
    Consumer kind = Consumer::none;  // what that is; none: there is not exactly one
    Op op = Op::other;
    bool is_reused = false;
    bool no_other_edge = false;          // than the one to `consumer`, if that is a node
    Obstacle obstacle = Obstacle::none;  // of the layer that has the node's name, as far as the node knows
  };

  // Those met last. A network has few, and they alternate.
  struct Classes {
    static constexpr std::size_t remembered = 4;
    struct Known {
      std::string_view name;
      std::uint32_t number = none;
    };
    Known known[remembered];
    std::size_t oldest = 0;
  };

  Resolver(const AMCTDistillConfig& config, const Model& model, const ResolveOptions& options, Resolution& result,
           Reporter& reporter) noexcept;

  [[nodiscard]] bool run_steps() noexcept;

  // ---- resolve.cpp: names, memory, what the steps share
  [[nodiscard]] bool number_names() noexcept;
  [[nodiscard]] bool note_module(std::uint32_t i, const Module& module, Classes& classes) noexcept;
  [[nodiscard]] bool number_list(NameList list) noexcept;
  void describe_names() noexcept;
  void check_quantizers() noexcept;
  [[nodiscard]] bool trap_warnings() noexcept;

  // An array in the arena, each element a copy of `fill`. False if there is no memory.
  template <class T>
  [[nodiscard]] bool make_array(T*& array, std::uint64_t count, const std::type_identity_t<T>& fill) noexcept {
    if (count == 0) return true;
    T* const memory = allocate_array<T>(reporter_.arena(), count);
    if (memory == nullptr) return false;
    array = memory;
    for (std::size_t i = 0; i < count; ++i) new (array + i) T(fill);
    return true;
  }

  // The diagnostics that follow belong to this check; `item` orders them within it.
  void at_step(Step step, std::uint64_t item = 0, unsigned part = 0) noexcept {
    reporter_.set_rank(static_cast<std::uint64_t>(step) << 40U | item << 4U | part);
  }

  // What the model says of a name, or nullptr if the model lacks it.
  [[nodiscard]] NameInfo* info_of(std::uint32_t number) const noexcept {
    return number < model_names_ ? infos_ + number : nullptr;
  }
  [[nodiscard]] const NameInfo* find_info(std::string_view name) noexcept { return info_of(names_.find(name)); }
  // The class of the module with that name; nullptr if there is no such module.
  [[nodiscard, gnu::pure]] const Text* class_of(std::uint32_t module_name) const noexcept;
  [[nodiscard]] std::string_view module_name(std::uint32_t module) const noexcept {
    return names_[module_name_[module]];
  }
  [[nodiscard]] std::string_view layer_name(std::uint32_t layer) const noexcept {
    return module_name(layers_[layer].module);
  }
  // 'Did you mean': the nearest name of a module that the graph has.
  void suggest_module(Diagnostic* diagnostic, const Field<Text>& name) noexcept;
  // Makes the suggestion a fix, if the name and the suggestion can be written plainly.
  void add_replacement(Diagnostic* diagnostic, const Field<Text>& name) noexcept;

  // ---- layers.cpp: the layers and their settings (steps 2 to 8, 14, 15)
  [[nodiscard]] bool find_layers() noexcept;
  [[nodiscard, gnu::pure]] bool has_layer_class(std::uint32_t module) const noexcept;
  [[nodiscard]] bool is_layer(std::uint32_t module) noexcept;
  [[nodiscard]] bool count_weights() noexcept;
  [[nodiscard]] Obstacle obstacle_of(std::uint32_t index) noexcept;
  [[nodiscard]] static Obstacle obstacle_in(const Node& node) noexcept;
  void note_obstacle(Diagnostic* diagnostic, std::uint32_t module) noexcept;
  [[nodiscard]] std::uint32_t other_owner(std::uint32_t module) noexcept;
  void report_no_layers() noexcept;

  [[nodiscard]] bool check_list(NameList list) noexcept;
  [[nodiscard, gnu::pure]] std::uint32_t size_of(NameList list) const noexcept;
  [[nodiscard, gnu::pure]] const Field<Text>& name_in(NameList list, std::uint32_t i) const noexcept;
  [[nodiscard, gnu::pure]] Span place_in(NameList list, std::uint32_t i) const noexcept;
  [[nodiscard, gnu::pure]] bool is_known(NameList list, std::uint32_t number) const noexcept;
  [[nodiscard]] bool report_repeated(NameList list, std::span<const std::string_view> names) noexcept;
  void report_unknown(NameList list, std::span<const std::string_view> names) noexcept;
  void add_removal(Diagnostic* diagnostic, const Field<Text>& name) noexcept;
  void suggest_class(Diagnostic* diagnostic, const Field<Text>& field) noexcept;
  void suggest_layer(Diagnostic* diagnostic, const Field<Text>& field) noexcept;
  void apply_list(NameList list) noexcept;
  void apply_layer_override(Layer& layer, std::uint32_t i) noexcept;
  void report_dead_override(NameList list, std::uint32_t i, NameList by, std::uint32_t skip) noexcept;
  void note_skip(Diagnostic* diagnostic, NameList list, std::uint32_t i) noexcept;
  static constexpr Step step_of(NameList list) noexcept {
    return static_cast<Step>(static_cast<unsigned>(Step::skip_layers) + static_cast<unsigned>(list));
  }
  static constexpr bool is_skip_list(NameList list) noexcept {
    return list == NameList::skip_layers || list == NameList::skip_types;
  }
  // The field that holds the names.
  static constexpr std::string_view name_of_field(NameList list) noexcept {
    using namespace std::literals;
    switch (list) {
      case NameList::skip_layers: return "quant_skip_layers"sv;
      case NameList::skip_types: return "quant_skip_layer_types"sv;
      case NameList::override_layers: return "layer_name"sv;
      case NameList::override_types: break;
    }
    return "layer_type"sv;
  }
  static constexpr bool holds_classes(NameList list) noexcept {
    return list == NameList::skip_types || list == NameList::override_types;
  }

  void count_uses(bool of_values) noexcept;
  // The use that the layer's rule counts in; nullptr if only this layer can have that rule.
  [[nodiscard]] Use* shared_use(const Layer& layer, const Rule& rule) noexcept;
  void note_use(Diagnostic* diagnostic, std::uint32_t first, std::uint32_t layers) noexcept;
  void check_data_types() noexcept;
  // The source is that of so many layers, whose first one is `layer`.
  void check_int4(const Source& source, std::uint64_t item, std::uint32_t layer, std::uint32_t layers) noexcept;
  void check_numbers() noexcept;
  void check_reserved_names() noexcept;
  void check_values() noexcept;
  void check_clip(const Source& source, std::uint32_t layer, std::uint32_t layers) noexcept;
  void check_enabled() noexcept;

  // ---- groups.cpp: the user's groups (steps 9 to 11)
  void check_groups_without_graph() noexcept;
  [[nodiscard]] bool make_groups() noexcept;
  [[nodiscard]] bool is_edge(std::uint32_t from, std::uint32_t to) const noexcept {
    return to > from && to < model_.node.size();
  }
  [[nodiscard]] bool connect_nodes() noexcept;
  [[nodiscard]] bool expand_groups() noexcept;
  [[nodiscard]] bool expand_group(std::uint32_t index) noexcept;
  void report_group_name(std::uint32_t index, bool is_end) noexcept;
  void report_no_route(std::uint32_t index, bool is_backwards) noexcept;
  void report_several_routes(std::uint32_t index, std::uint32_t start) noexcept;
  void name_group(Diagnostic* diagnostic, AmctError error, std::uint32_t index) noexcept;
  [[nodiscard]] bool may_search(std::uint32_t index) noexcept;
  [[nodiscard]] bool is_reused_batch_norm(std::uint32_t node) const noexcept;
  [[nodiscard]] bool mark_ways_to_reused_batch_norm() noexcept;
  [[nodiscard]] std::uint32_t find_reused_batch_norm(std::uint32_t start, std::uint32_t end_name,
                                                     std::uint32_t stamp) noexcept;
  void count_routes(std::uint32_t start, std::uint32_t end_name, std::uint32_t last) noexcept;
  [[nodiscard]] bool walk_route(UserGroup& group, std::uint32_t start, std::uint32_t end_name) noexcept;
  [[nodiscard, gnu::pure]] Span group_place(std::uint32_t index, std::uint32_t node) const noexcept;
  void check_members() noexcept;
  void check_intersections() noexcept;
  [[nodiscard]] MetGroup met_group(std::uint32_t index) noexcept;
  void report_intersection(std::uint32_t index, const MetGroup& met) noexcept;
  // What a diagnostic calls a node: its module or, for want of one, itself.
  [[nodiscard]] std::string_view display_name(std::uint32_t node) const noexcept {
    return names_[node_module_[node] == none ? node_name_[node] : node_module_[node]];
  }
  // The name of a node's module for AmctError; without data: None.
  [[nodiscard, gnu::pure]] std::string_view amct_module_name(std::uint32_t node) const noexcept;

  // ---- units.cpp: what AMCT groups by itself, and the order of all groups (steps 12 and 13)
  [[nodiscard, gnu::pure]] NodeFacts facts_of(std::uint32_t index, const Node& node) const noexcept;
  [[nodiscard]] bool make_units() noexcept;
  [[nodiscard]] bool fill_unit(Unit& unit, std::uint32_t node) noexcept;
  [[nodiscard]] bool make_cascades() noexcept;
  [[nodiscard]] bool number_outputs() noexcept;
  [[nodiscard]] bool make_cascade(std::uint32_t node) noexcept;
  void warn_of_output(std::uint32_t name) noexcept;
  // How many members the groups of the cfg may have together, and those that AMCT makes.
  [[nodiscard]] std::uint64_t most_members() const noexcept { return std::uint64_t{model_.node.size()} * 16 + 4096; }
  [[nodiscard]] bool report_too_many_members() noexcept;
  [[nodiscard]] bool sort_groups(bool all_are_sound) noexcept;
  void warn_of_null(std::span<const std::uint32_t> nodes) noexcept;

  const AMCTDistillConfig& config_;
  const Model& model_;
  const ResolveOptions& options_;
  Resolution& result_;
  Reporter& reporter_;
  Places places_;
  Removals removals_{places_};

  Names names_;
  std::uint32_t model_names_ = 0;  // numbers below are names in the model, those above only in the cfg
  NameInfo* infos_ = nullptr;
  std::uint32_t* module_name_ = nullptr;   // the number of each module's name
  std::uint32_t* module_class_ = nullptr;  // and of its class
  bool* padded_otherwise_ = nullptr;       // whether it is padded with other than zeros
  bool has_quantizers_ = false;            // among the modules
  bool has_weight_ids_ = false;
  std::uint32_t* node_name_ = nullptr;          // the number of each node's name
  std::uint32_t* node_module_ = nullptr;        // that of its module's name; none: it has none
  NodeFacts* facts_ = nullptr;                  // of each node
  std::uint32_t* numbers_in_[name_lists] = {};  // those of the names in each list
  std::uint32_t class_name_[Resolution::classes] = {none, none};

  WeightOwners* weights_ = nullptr;  // by name; nullptr: not looked at
  std::span<Layer> layers_;
  std::uint32_t layers_of_class_[Resolution::classes] = {0, 0};
  // While a list is checked: where in it each name stands first, and whether it stands there again.
  std::uint32_t* first_in_list_ = nullptr;
  bool* again_in_list_ = nullptr;
  Use uses_[shared_sources];
  std::uint32_t skip_type_at_[Resolution::classes] = {absent, absent};  // the name that skips each class

  // The graph's edges: those from node n are edges_[first_edge_[n]] to edges_[first_edge_[n + 1] - 1].
  std::uint32_t* first_edge_ = nullptr;
  std::uint32_t* edges_ = nullptr;
  // Of each node, while groups are expanded:
  std::uint32_t* cursor_ = nullptr;   // the next of its edges to follow
  std::uint32_t* parent_ = nullptr;   // the node that it was reached from
  std::uint32_t* counted_ = nullptr;  // the last count of routes that came here
  std::uint8_t* routes_ = nullptr;    // that count's result, the routes from here to the end: at most 2
  std::uint32_t* way_ = nullptr;      // if there are any, the node to which all go on; none: they part here
  // Whether it is a batch normalisation that is reused or leads to one (nullptr: there is none), and
  // the last search for them that came here.
  bool* leads_to_reused_ = nullptr;
  std::uint32_t* searched_ = nullptr;
  // Nodes and edges that searches have passed, how many they may pass once one group has failed, and
  // whether that was too few.
  std::uint64_t steps_ = 0;
  std::uint64_t most_steps_ = 0;
  bool out_of_steps_ = false;
  std::uint32_t errors_before_groups_ = 0;
  // The current count of routes, and its end.
  std::uint32_t count_ = 0;
  std::uint32_t count_end_ = none;

  UserGroup* user_groups_ = nullptr;
  List<std::uint32_t> group_nodes_{FirstChunk{8}};  // of all groups, one behind the other
  List<Unit> units_;
  List<Cascade> cascades_;
  bool too_many_members_ = false;
};

}  // namespace distillcfg::detail
