// Names as numbers, in the hash table and in the tree that takes over where names collide.
#include "resolve/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/colliding_names.hpp"
#include "support/random.hpp"
#include "support/test_memory.hpp"

namespace distillcfg::detail {
namespace {

using test::Random;

// Short ones over few bytes, so that many are equal or each other's beginning; long ones that part late.
std::vector<std::string> random_names(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  constexpr char bytes[] = {'\0', '\1', 'a', 'b', '\x7F', '\x80', '\xFF'};
  std::vector<std::string> names = {"", std::string(1, '\0'), std::string(2, '\0')};
  while (names.size() < count) {
    std::string name(random.below(8) == 0 ? 1000 : 0, 'a');
    for (std::size_t size = random.below(6); size != 0; --size) name += bytes[random.below(sizeof(bytes))];
    names.push_back(name);
  }
  return names;
}

TEST_CASE("a tree finds what was added and nothing else") {
  const std::vector<std::string> names = random_names(5000, 1);
  std::vector<std::string_view> added;
  std::map<std::string_view, std::uint32_t> expected;
  Arena arena{Memory()};
  NameTree tree;
  CHECK_FALSE(tree.in_use());
  REQUIRE(tree.reserve(arena, 8));
  CHECK(tree.in_use());
  std::uint32_t room = 8;
  for (const std::string& name : names) {
    const auto found = expected.find(name);
    REQUIRE(tree.find(added.data(), name) == (found == expected.end() ? NameTree::none : found->second));
    if (found != expected.end()) continue;
    const auto number = static_cast<std::uint32_t>(added.size());
    if (number == room) REQUIRE(tree.reserve(arena, room *= 2));
    added.emplace_back(name);
    tree.add(added.data(), number);
    expected.emplace(name, number);
  }
  for (const auto& [name, number] : expected) REQUIRE(tree.find(added.data(), name) == number);
  for (const std::string& name : random_names(5000, 2)) {
    const auto found = expected.find(name);
    REQUIRE(tree.find(added.data(), name) == (found == expected.end() ? NameTree::none : found->second));
  }
}

TEST_CASE("names get numbers in the order of first appearance, whatever their hashes") {
  std::vector<std::string> names = random_names(2000, 3);
  const std::vector<std::string> colliding = test::colliding_names(2000);
  // Some hundred collide before the table gives up; then both kinds go on in the tree.
  names.insert(names.begin() + 1000, colliding.begin(), colliding.end());
  for (const std::uint64_t seed : {0ULL, 77ULL}) {
    for (const std::uint32_t room : {0U, 4000U}) {
      Arena arena{Memory()};
      Names numbered;
      REQUIRE(numbered.reserve(arena, room, seed));
      std::map<std::string_view, std::uint32_t> expected;
      std::uint32_t last = 0;
      for (const std::string& name : names) {
        const auto [at, is_new] = expected.emplace(name, static_cast<std::uint32_t>(expected.size()));
        REQUIRE(numbered.find(name) == (is_new ? Names::none : at->second));
        last = numbered.add_behind(last, name);
        REQUIRE(last == at->second);
        REQUIRE(numbered[last] == name);
        REQUIRE(numbered.find_behind(last, name) == last);
      }
      REQUIRE(numbered.size() == expected.size());
      for (const auto& [name, number] : expected) REQUIRE(numbered.find(name) == number);
    }
  }
}

TEST_CASE("no name is written behind the room for names") {
  constexpr std::uint32_t room = 16;
  Arena arena{Memory()};
  Names numbered;
  REQUIRE(numbered.reserve(arena, room, 0));
  // Stands right behind that room.
  constexpr std::size_t size = sizeof(std::string_view);
  auto* const behind = static_cast<unsigned char*>(arena.allocate(size, 1));
  REQUIRE(behind != nullptr);
  std::fill_n(behind, size, static_cast<unsigned char>(0xA5));
  const std::string names(room + 1, 'a');
  for (std::uint32_t i = 0; i <= room; ++i) REQUIRE(numbered.add(std::string_view(names).substr(0, i)) == i);
  CHECK(std::all_of(behind, behind + size, [](unsigned char byte) { return byte == 0xA5; }));
}

TEST_CASE("what no memory holds is refused before it is asked for") {
  test::TestAllocator allocator;
  Arena arena{allocator.memory()};
  CHECK(allocate_array<std::uint64_t>(arena, UINT64_MAX / 8 + 1) == nullptr);
  Names numbered;
  CHECK_FALSE(numbered.reserve(arena, 0x8000'0000U, 0));  // numbers would be taken for leaves
  CHECK(allocator.calls() == 0);
  CHECK_FALSE(arena.exhausted());
}

TEST_CASE("memory may run out while the table or the tree grows") {
  std::vector<std::string> names = test::colliding_names(300);
  for (const std::uint64_t seed : {0ULL, 77ULL}) {  // in the tree, and in the table
    std::size_t added = 0;
    for (std::size_t size = 0; added < names.size(); size += 64) {
      const test::TestBuffer buffer(size);
      Arena arena{buffer.memory()};
      Names numbered;
      if (!numbered.reserve(arena, 0, seed)) continue;
      added = 0;
      while (added < names.size() && numbered.add(names[added]) == added) ++added;
      // Nothing is written where there is no room, and what was found stays so.
      for (std::size_t i = added; i < names.size(); ++i) static_cast<void>(numbered.add(names[i]));
      for (std::size_t i = 0; i < added; ++i) REQUIRE(numbered.find(names[i]) == i);
    }
  }
}

TEST_CASE("look-ups that collide without memory for a tree go on in the table") {
  const std::vector<std::string> names = test::colliding_names(600);
  // Room for the table, which takes 2,048 slots for that many names, and for the names.
  std::vector<std::byte> memory(2048 * 8 + 1000 * sizeof(std::string_view) + 64);
  Arena arena{Memory(memory)};
  Names numbered;
  REQUIRE(numbered.reserve(arena, 1000, 0));
  std::uint32_t added = 0;
  while (added < names.size() && numbered.add(names[added]) == added) ++added;
  CHECK(added < 100);
  for (int turn = 0; turn < 20; ++turn) {
    for (std::uint32_t i = 0; i < added; ++i) REQUIRE(numbered.find(names[i]) == i);
  }
}

}  // namespace
}  // namespace distillcfg::detail
