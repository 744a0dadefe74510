// How distill groups are made: the user's, those of AMCT, and what is wrong with either.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/networks.hpp"

using namespace distillcfg;
using namespace distillcfg::test;

// ---- Groups of the user

TEST_CASE("a group is the route between its ends") {
  const Case all(group("conv1", "relu2") + group("fc2", "fc2"), small_net());
  CHECK(all.resolution->ok());
  CHECK(all.groups() == Names{"conv1 bn1 relu1 conv2 relu2", "fc1", "fc2"});
  CHECK(all.resolution->groups()[0].distill_group == 0);
  CHECK(all.resolution->groups()[1].distill_group == Group::none);
  CHECK(all.resolution->groups()[2].distill_group == 1);
}

TEST_CASE("names of groups") {
  const Case all(group("conv11", "relu2") + group("conv1", "block") + group("x", "y") + group("fc1", "conv1"),
                 small_net() + module_text("block", "Sequential"));
  CHECK(all.codes() ==
        Codes{Code::unknown_layer, Code::no_route, Code::unknown_layer, Code::unknown_layer, Code::no_route});
  CHECK(all[0].suggestion == "conv1");
  CHECK(all.at(all[0]) == "\"conv11\"");
  CHECK(all[0].amct == AmctError::no_route);
  CHECK(amct_names(all[0]) == Names{"conv11", "relu2"});
  CHECK(notes(all[1]) == std::vector{NoteKind::start_missing});
  CHECK(all.at(all[1]) == "\"block\"");
  CHECK(all.at(all[3]) == "\"y\"");
  CHECK(notes(all[4]) == std::vector{NoteKind::end_before_start});
  CHECK(all.at(all[4]) == "distill_group");
}

TEST_CASE("no route, and several") {
  // a feeds b and c, which meet in d; e stands alone.
  std::string model;
  for (const char* name : {"a", "b", "c", "d", "e"}) model += module_text(name, "Conv2d");
  model += own_node("a", "Conv", {1, 2}) + own_node("b", "Conv", {3}) + own_node("c", "Conv", {3}) +
           own_node("d", "Conv", {}) + own_node("e", "Conv", {});
  const Case all(group("a", "d") + group("a", "e") + group("b", "d"), model);
  CHECK(all.codes() == Codes{Code::several_routes, Code::no_route});
  CHECK(note(all[0], NoteKind::ways_part).arguments[0].text == "a");
  CHECK(all[0].amct == AmctError::no_route);
  CHECK(notes(all[1]) == std::vector{NoteKind::not_reached});

  // A value that is used twice makes two routes.
  const Case twice(group("a", "b"), module_text("a", "Conv2d") + module_text("b", "Conv2d") +
                                        own_node("a", "Conv", {1, 1}) + own_node("b", "Conv", {}));
  CHECK(twice.codes() == Codes{Code::several_routes});

  // Routes end at the first node of the end, so the second one makes no second route.
  const Case ends(group("a", "r"), module_text("a", "Conv2d") + module_text("b", "Conv2d") + module_text("r", "ReLU") +
                                       own_node("a", "Conv", {1}) + own_node("r", "Relu", {2}, "is_reused: true") +
                                       own_node("b", "Conv", {3}) +
                                       node_text("r1", "Relu", "module_name: \"r\" is_reused: true output {}"));
  CHECK(ends.resolution->ok());
  CHECK(ends.groups() == Names{"a r", "b r"});
}

TEST_CASE("so many routes that a byte cannot count them") {
  for (const int routes : {1, 2, 255, 256, 257, 512}) {
    CAPTURE(routes);
    std::string model = module_text("a", "Conv2d") + module_text("z", "Conv2d");
    std::vector<int> middle;
    std::string nodes;
    for (int i = 1; i <= routes; ++i) {
      const std::string name = "b" + std::to_string(i);
      model += module_text(name, "Conv2d");
      nodes += own_node(name, "Conv", {routes + 1});
      middle.push_back(i);
    }
    model += own_node("a", "Conv", middle) + nodes + own_node("z", "Conv", {});
    CHECK(Case(group("a", "z"), model).codes() == (routes == 1 ? Codes{} : Codes{Code::several_routes}));
  }
}

TEST_CASE("where the ways part, by the name of the node where there is no module") {
  std::string model = module_text("a", "Conv2d") + module_text("z", "Conv2d");
  model += own_node("a", "Conv", {1}) + node_text("/Add", "Add", "output { consumer: 2 consumer: 3 }") +
           node_text("/x", "Relu", "output { consumer: 3 }") + own_node("z", "Conv", {});
  const Case all(group("a", "z"), model);
  CHECK(all.first(Code::several_routes).code == Code::several_routes);
  CHECK(note(all.first(Code::several_routes), NoteKind::ways_part).arguments[0].text == "/Add");
}

TEST_CASE("where the ways part, not counting those that lead behind the end or nowhere") {
  std::string model;
  for (const char* name : {"a", "b", "c", "d", "z", "behind", "dead"}) model += module_text(name, "Conv2d");
  model += own_node("a", "Conv", {1, 2, 6}) + own_node("dead", "Conv", {}) + own_node("b", "Conv", {3, 4}) +
           own_node("c", "Conv", {5}) + own_node("d", "Conv", {5}) + own_node("z", "Conv", {}) +
           own_node("behind", "Conv", {});
  const Case all(group("a", "z"), model);
  CHECK(all.codes() == Codes{Code::several_routes});
  CHECK(note(all[0], NoteKind::ways_part).arguments[0].text == "b");
}

TEST_CASE("a route past dead ends, on either side of it") {
  std::string model;
  for (const char* name : {"a", "b", "x", "y", "z"}) model += module_text(name, "Conv2d");
  model += own_node("a", "Conv", {1, 2, 1}) + own_node("x", "Conv", {}) + own_node("b", "Conv", {3, 4, 3}) +
           own_node("y", "Conv", {}) + own_node("z", "Conv", {});
  CHECK(Case(group("a", "z"), model).groups() == Names{"a b z", "x", "y"});
  // What led to one end does not lead to the next.
  const Case all(group("a", "b") + group("a", "y") + group("a", "z"), model);
  CHECK(all.codes() == Codes{Code::several_routes, Code::groups_intersect});
  CHECK(note(all[0], NoteKind::ways_part).arguments[0].text == "b");
}

TEST_CASE("modules that run more than once") {
  std::string model;
  for (const char* name : {"c1", "c2", "c3"}) model += module_text(name, "Conv2d");
  model += module_text("bn", "BatchNorm2d");
  model += own_node("c1", "Conv", {1}) + own_node("bn", "BatchNormalization", {2}, "is_reused: true") +
           own_node("c2", "Conv", {3, 4}) +
           node_text("bn1", "BatchNormalization", "module_name: \"bn\" is_reused: true output {}") +
           own_node("c3", "Conv", {});
  const Case all(group("bn", "c3") + group("c1", "nope") + group("c2", "c3") + group("c1", "c1"), model);
  CHECK(all.codes() ==
        Codes{Code::reused_start, Code::reused_batch_norm, Code::unknown_layer, Code::reused_batch_norm});
  CHECK(all[0].amct == AmctError::reused_start);
  CHECK(amct_names(all[0]) == Names{"bn"});
  CHECK(all[1].amct == AmctError::reused_batch_norm);
  CHECK(all[1].arguments[1].text == "c1");
  CHECK(amct_names(all[1]) == Names{"bn"});
  CHECK(all[3].arguments[1].text == "c2");  // on a dead end
}

// What stands behind the end, and what leads nowhere near, does not count against a group.
TEST_CASE("a batch normalisation that runs more than once behind the end of a group") {
  std::string model;
  for (const char* name : {"a", "b", "c", "z"}) model += module_text(name, "Conv2d");
  model += module_text("bn", "BatchNorm2d") + module_text("x", "Conv2d");
  model += own_node("a", "Conv", {1, 2, 3}) + own_node("x", "Conv", {}) + own_node("b", "Conv", {4}) +
           own_node("c", "Conv", {4}) + own_node("z", "Conv", {5}) +
           own_node("bn", "BatchNormalization", {}, "is_reused: true");
  const Case all(group("a", "z") + group("b", "z"), model);
  CHECK(all.codes() == Codes{Code::several_routes});
}

TEST_CASE("members of groups") {
  std::string model = module_text("c1", "Conv2d") + module_text("pool", "MaxPool2d") + module_text("c2", "Conv2d") +
                      module_text("c3", "Conv2d");
  model += own_node("c1", "Conv", {1}) + own_node("pool", "MaxPool", {2}) + own_node("c2", "Conv", {3}) +
           node_text("/Add", "Add", "output { consumer: 4 }") + own_node("c3", "Conv", {5}) +
           node_text("c3_pad", "Pad", "module_name: \"c3_pad\" output {}");
  const Case all(group("c1", "c2") + group("c2", "c3") + group("c3", "c3_pad"), model);
  CHECK(all.codes() == Codes{Code::member_type, Code::member_without_module, Code::member_without_module,
                             Code::groups_intersect, Code::groups_intersect});
  CHECK(all[0].arguments[1].text == "MaxPool2d");
  CHECK(amct_names(all[0]) == Names{"pool", "c1", "c2"});
  CHECK(all[1].amct == AmctError::no_module);
  CHECK(amct_names(all[1]) == Names{"None", "c2", "c3"});
  CHECK(amct_names(all[2]) == Names{"c3_pad", "c3", "c3_pad"});
  CHECK(all.at(all[2]) == "\"c3_pad\"");
}

TEST_CASE("the root is a module without a name") {
  const std::string nodes = own_node("c", "Conv", {1}) + node_text("r", "Relu", "module_name: \"\" output {}");
  const Case known(group("c", ""), "root_type: \"ReLU\"\n" + module_text("c", "Conv2d") + nodes);
  CHECK(known.resolution->ok());
  CHECK(known.groups() == Names{"c "});
  const Case unknown(group("c", ""), module_text("c", "Conv2d") + nodes);
  CHECK(unknown.codes() == Codes{Code::member_without_module});
  // A name that no module has is none of the root's.
  const Case other(group("c", "x"), "root_type: \"ReLU\"\n" + module_text("c", "Conv2d") + own_node("c", "Conv", {1}) +
                                        node_text("r", "Relu", "module_name: \"x\" output {}"));
  CHECK(other.codes() == Codes{Code::member_without_module});
}

TEST_CASE("groups that intersect are reported by the first that they meet") {
  const Case all(group("fc1", "fc2") + group("conv2", "relu2") + group("conv1", "relu2") + group("fc2", "fc2") +
                     group("relu1", "relu2"),
                 small_net());
  CHECK(all.codes() == Codes(3, Code::groups_intersect));
  // (1, 4), (2, 3), (2, 5)
  CHECK(amct_names(all[0]) == Names{"fc1", "fc2", "fc2", "fc2"});
  CHECK(all[0].arguments[0].text == "fc2");
  CHECK(amct_names(all[1]) == Names{"conv2", "relu2", "conv1", "relu2"});
  CHECK(amct_names(all[2]) == Names{"conv2", "relu2", "relu1", "relu2"});
  CHECK(all[1].rank == all[2].rank);
  CHECK(all.at(note(all[0], NoteKind::other_group).at) == "\"fc2\"");
  CHECK(all.at(note(all[2], NoteKind::other_group).at) == "\"conv2\"");
}

TEST_CASE("where groups that intersect are said to do so") {
  const Case all(group("conv1", "relu1") + group("bn1", "bn1") + group("relu1", "relu1") + group("conv1", "conv1"),
                 small_net());
  CHECK(all.codes() == Codes(3, Code::groups_intersect));
  Names places;
  for (std::uint32_t i = 0; i < 3; ++i) places.emplace_back(all.at(note(all[i], NoteKind::other_group).at));
  CHECK(places == Names{"distill_group", "\"relu1\"", "\"conv1\""});
}

TEST_CASE("without a graph") {
  const Case all(group("conv1", "") + group("", ""), module_text("conv1", "Conv2d"));
  CHECK(all.codes() == Codes{Code::groups_need_graph, Code::empty_name, Code::empty_name, Code::empty_name});
  CHECK(all[0].severity == Severity::warning);
  CHECK(all.layers() == Names{"conv1"});
}

// ---- Groups of AMCT

TEST_CASE("units are layers with a batch normalisation and an activation") {
  const Case all("", small_net());
  CHECK(all.groups() == Names{"conv1 bn1 relu1", "conv2 relu2", "fc1", "fc2"});
  const Case without("", chain({{"conv1", "Conv2d", "Conv"},
                                {"bn1", "BatchNorm3d", "BatchNormalization"},
                                {"conv2", "Conv2d", "Conv"},
                                {"bn2", "BatchNorm2d", "BatchNormalization"}}));
  CHECK(without.groups() == Names{"conv2 bn2"});
}

TEST_CASE("cascades join units") {
  CHECK(Case("group_size: 2", small_net()).groups() == Names{"conv1 bn1 relu1 conv2 relu2", "fc1 fc2"});
  CHECK(Case("group_size: 100", small_net()).groups() == Names{"conv1 bn1 relu1 conv2 relu2", "fc1 fc2"});
  // A user group and what it holds are left out.
  CHECK(Case("group_size: 4 " + group("conv2", "conv2"), small_net()).groups() ==
        Names{"conv1 bn1 relu1", "conv2", "fc1 fc2"});
}

TEST_CASE("a batch normalisation that is no module") {
  const std::string model = module_text("fc", "Linear") + module_text("c", "Conv2d") + own_node("fc", "Gemm", {1}) +
                            node_text("/BN", "BatchNormalization", "output { consumer: 2 }") +
                            own_node("c", "Conv", {3}) +
                            node_text("sync", "BatchNormalization", "module_name: \"sync\" output {}");
  const Case all("", model);
  CHECK(all.codes() == Codes(2, Code::batch_norm_without_module));
  CHECK(all[0].amct == AmctError::not_in_model);
  CHECK(amct_names(all[0]) == Names{"None"});
  CHECK(amct_names(all[1]) == Names{"sync"});
  CHECK(all[0].arguments[0].text == "fc");
  CHECK(all[0].arguments[1].text == "/BN");
}

TEST_CASE("no groups at all") {
  const Case all("", chain({{"c", "Conv2d", "Conv"}, {"bn", "BatchNorm1d", "BatchNormalization"}}));
  CHECK(all.codes() == Codes{Code::no_distill_group});
  CHECK(all[0].amct == AmctError::no_groups);
}

TEST_CASE("a functional activation makes null") {
  const Case all("", module_text("c", "Conv2d") + own_node("c", "Conv", {1}) + node_text("/Relu", "Relu", "output {}"));
  CHECK(all.codes() == Codes{Code::null_in_group});
  CHECK(all.groups() == Names{"c -"});
  CHECK(all[0].arguments[0].text == "c");
  CHECK(all[0].arguments[1].text == "/Relu");
}

TEST_CASE("a group whose start is in another one is dropped") {
  const Case all(group("relu1", "conv2"), small_net());
  CHECK(all.codes() == Codes{Code::group_dropped});
  CHECK(all[0].severity == Severity::warning);
  CHECK(all.groups() == Names{"conv1 bn1 relu1", "fc1", "fc2"});
}

TEST_CASE("a graph output that is named as a layer") {
  const std::string model = module_text("a", "Conv2d") + module_text("b", "Conv2d") + own_node("a", "Conv", {1}) +
                            node_text("b", "Conv", "module_name: \"b\" output { graph_output: 0 }") +
                            "graph_output: \"a\"";
  CHECK(Case("", model).codes().empty());
  const Case three("group_size: 3", model);
  CHECK(three.codes() == Codes{Code::output_named_as_layer});
  CHECK(three.groups() == Names{"a b a"});
  const Case endless("group_size: 4294967295", model);
  CHECK(endless.codes() == Codes{Code::groups_too_long, Code::output_named_as_layer});
  CHECK(endless[0].severity == Severity::error);
  // A node that is in no unit leads on to nothing.
  const std::string pool =
      module_text("pool", "MaxPool2d") + module_text("c", "Conv2d") + own_node("pool", "MaxPool", {1}) +
      node_text("c", "Conv", "module_name: \"c\" output { graph_output: 0 }") + "graph_output: \"pool\"";
  const Case no_unit("group_size: 3", pool);
  CHECK(no_unit.codes().empty());
  CHECK(no_unit.groups() == Names{"c"});
}

TEST_CASE("several graph outputs that are named as layers, each for several nodes") {
  std::string model = "graph_output: \"d\" graph_output: \"none\" graph_output: \"b\"";
  for (const char* name : {"a", "b", "c", "d", "e"}) model += module_text(name, "Conv2d");
  const int outputs[] = {2, 0, 2, 1, 0};
  for (std::size_t i = 0; i < 5; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    model += node_text(name, "Conv",
                       "module_name: \"" + name + "\" output { graph_output: " + std::to_string(outputs[i]) + " }");
  }
  const Case all("group_size: 3", model);
  CHECK(all.codes() == Codes(2, Code::output_named_as_layer));
  CHECK(all.groups() == Names{"a b d", "c b d", "e d"});
}

TEST_CASE("groups may have too many members, with an end or without") {
  // Layers whose outputs meet in one chain, which stands in the group of each.
  const auto meeting = [](int count) {
    std::string modules;
    std::string nodes;
    for (int i = 0; i < 2 * count; ++i) {
      const std::string name = "a" + std::to_string(i);
      modules += module_text(name, "Conv2d");
      const int next = i < count ? count : i + 1;
      nodes += own_node(name, "Conv", next < 2 * count ? std::vector<int>{next} : std::vector<int>{});
    }
    return modules + nodes;
  };
  CHECK(Case("group_size: 1000", meeting(100)).codes().empty());
  CHECK(Case("group_size: 1000", meeting(200)).codes() == Codes{Code::groups_too_long});
  CHECK(Case("group_size: 10", meeting(200)).codes().empty());
}

TEST_CASE("nodes may share a name") {
  // The second x is looked for by name, and the first one found.
  const std::string model = module_text("x", "Conv2d") + module_text("y", "Conv2d") +
                            node_text("x", "Relu", "output { consumer: 1 }") + own_node("y", "Conv", {2}) +
                            node_text("x", "Conv", "module_name: \"x\" output {}");
  const Case all("", model);
  CHECK(all.resolution->groups().size() == 2);
  CHECK(all.groups() == Names{"-", "y"});

  // Of the units that hold a node called r, the first one follows c.
  const std::string units = module_text("c", "Conv2d") + module_text("a", "Conv2d") + module_text("b", "Conv2d") +
                            module_text("r", "ReLU") + own_node("c", "Conv", {1}) +
                            node_text("r", "MaxPool", "module_name: \"r\" output {}") + own_node("a", "Conv", {3}) +
                            node_text("r", "Relu", "module_name: \"r\" output {}") + own_node("b", "Conv", {5}) +
                            node_text("r", "Relu", "module_name: \"r\" output {}");
  CHECK(Case("group_size: 2", units).groups()[0] == "c a r");
}

namespace {

// Two chains of `length` convolutions, a0 a1 … and b0 b1 …, in one order: a0 b0 a1 b1 …
std::string two_chains(int length) {
  std::string modules;
  std::string nodes;
  for (int i = 0; i < length; ++i) {
    for (const int chain : {0, 1}) {
      const std::string name = "ab"[chain] + std::to_string(i);
      modules += module_text(name, "Conv2d");
      nodes += own_node(name, "Conv", i + 1 < length ? std::vector<int>{2 * (i + 1) + chain} : std::vector<int>{});
    }
  }
  return modules + nodes;
}

}  // namespace

// A group whose end is not reached makes the search pass all that stands behind its start. The searches
// that were made are those with a message.
TEST_CASE("groups that cannot be reached are searched for a bounded number of times") {
  constexpr int length = 2000;
  std::string cfg;
  for (int i = 0; i < length; ++i) cfg += group("a0", "b" + std::to_string(length - 1 - i));
  cfg += group("a0", "nowhere");
  const Case all(cfg, two_chains(length), {.limits = {0, 0}});
  int searched = 0;
  for (const Code code : all.codes()) searched += code == Code::no_route ? 1 : 0;
  CHECK(searched >= 64);
  CHECK(searched <= 300);  // each passes a bit less than a quarter of all nodes and edges
  const Diagnostic& rest = all.first(Code::groups_not_searched);
  CHECK(rest.severity == Severity::warning);
  CHECK(all.at(rest) == "distill_group");
  CHECK(static_cast<int>(all.codes().size()) == searched + 2);  // and of the names, all are looked up
  CHECK(all.codes().back() == Code::unknown_layer);
}

TEST_CASE("groups that overlap so much that the search is given up are an error") {
  constexpr int length = 1200;
  std::string cfg;
  for (int i = 0; i < length / 2; ++i) cfg += group("a" + std::to_string(i), "a" + std::to_string(length - 1 - i));
  const Case all(cfg, two_chains(length), {.limits = {0, 0}});
  const Diagnostic& given_up = all.first(Code::groups_not_searched);
  CHECK(given_up.severity == Severity::error);
  CHECK(given_up.amct == AmctError::none);
  CHECK_FALSE(all.resolution->ok());
}

TEST_CASE("a hundred groups that overlap are each searched for") {
  constexpr int length = 200;
  std::string cfg;
  // Each search passes the rest of the chain, up to its end.
  for (int i = 0; i < length; ++i) cfg += group("a" + std::to_string(i), "a" + std::to_string(i));
  CHECK(Case(cfg, two_chains(length)).codes().empty());
  cfg.clear();
  for (int i = 0; i < length / 2; ++i) cfg += group("a" + std::to_string(i), "a" + std::to_string(length - 1 - i));
  const Case nested(cfg + group("a0", "b0"), two_chains(length), {.limits = {0, 0}});
  CHECK(nested.codes().front() == Code::no_route);  // AMCT's first
  CHECK(nested.resolution->diagnostics().errors() == length / 2);
}
