// Lists: chunks that never move, arrays of the caller's, and running out of memory.
#include "distillcfg/list.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/test_memory.hpp"

using namespace distillcfg;
using distillcfg::test::TestAllocator;
using distillcfg::test::TestBuffer;

namespace {

static_assert(std::is_trivially_destructible_v<List<int>>);
static_assert(std::is_trivially_copyable_v<List<int>>);
static_assert(std::is_nothrow_default_constructible_v<List<int>>);
static_assert(std::forward_iterator<decltype(std::declval<List<int>&>().begin())>);
static_assert(std::forward_iterator<decltype(std::declval<const List<int>&>().begin())>);
static_assert(std::is_same_v<decltype(*std::declval<List<int>&>().begin()), int&>);
static_assert(std::is_same_v<decltype(*std::declval<const List<int>&>().begin()), const int&>);
static_assert(std::is_same_v<List<int>::value_type, int>);

// An element whose size is no power of two and whose alignment is large.
struct alignas(32) Wide {
  std::uint32_t number = 0;
  char rest[40] = {};
};

std::uint32_t number_of(std::uint32_t element) { return element; }
std::uint32_t number_of(const Wide& element) { return element.number; }

template <class T>
T make(std::uint32_t number) {
  if constexpr (std::is_same_v<T, Wide>) {
    return {.number = number, .rest = {}};
  } else {
    return number;
  }
}

// Whether a list holds first, first + 1, ... by index, by iteration and by const access.
template <class T>
void check_counts_up(List<T>& list, std::uint32_t size, std::uint32_t first = 0) {
  const List<T>& constant = list;
  REQUIRE(list.size() == size);
  CHECK(list.empty() == (size == 0));
  for (std::uint32_t i = 0; i < size; ++i) {
    REQUIRE(number_of(list[i]) == first + i);
    REQUIRE(&constant[i] == &list[i]);
    REQUIRE(list.element(i, sizeof(T)) == &list[i]);
  }
  std::uint32_t seen = 0;
  for (T& element : list) REQUIRE(&element == &list[seen++]);
  CHECK(seen == size);
  seen = 0;
  for (const T& element : constant) REQUIRE(number_of(element) == first + seen++);
  CHECK(seen == size);
  CHECK((list.begin() == list.end()) == (size == 0));
}

}  // namespace

TEST_CASE_TEMPLATE("lists of every length up to a thousand", T, std::uint32_t, Wide) {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<T> list;
  check_counts_up(list, 0);
  std::vector<T*> addresses;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    T* const element = list.push_back(arena, make<T>(i));
    REQUIRE(element != nullptr);
    REQUIRE(reinterpret_cast<std::uintptr_t>(element) % alignof(T) == 0);
    addresses.push_back(element);
    REQUIRE(list.size() == i + 1);
    REQUIRE(&list[i] == element);
  }
  check_counts_up(list, 1000);
  for (std::uint32_t i = 0; i < 1000; ++i) REQUIRE(addresses[i] == &list[i]);
}

TEST_CASE("every prefix reads back while a list grows") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<std::uint32_t> list;
  for (std::uint32_t size = 0; size <= 300; ++size) {
    CAPTURE(size);
    check_counts_up(list, size);
    REQUIRE(list.push_back(arena, size) != nullptr);
  }
}

TEST_CASE("elements stand in chunks of 4, 8, 16, 32 and then 64") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<std::uint32_t> list;
  std::vector<std::uint32_t> borders;
  for (std::uint32_t i = 0; i < 400; ++i) {
    REQUIRE(list.push_back(arena, i) != nullptr);
    // Something in between, so that chunks cannot touch by chance.
    if (i > 0 && &list[i] != &list[i - 1] + 1) borders.push_back(i);
    REQUIRE(arena.allocate(4, 4) != nullptr);
  }
  CHECK(borders == std::vector<std::uint32_t>{4, 12, 28, 60, 124, 188, 252, 316, 380});
}

TEST_CASE("a long list wastes little") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<std::uint64_t> list;
  constexpr std::uint32_t size = 200'000;
  for (std::uint64_t i = 0; i < size; ++i) REQUIRE(list.push_back(arena, i) != nullptr);
  // One chunk, and tables of chunks of which each is twice as long as the one before.
  CHECK(arena.used() <=
        sizeof(std::uint64_t) * size + 64 * sizeof(std::uint64_t) + 4 * sizeof(void*) * (size / 64 + 8));
  std::uint64_t sum = 0;
  for (const std::uint64_t element : list) sum += element;
  CHECK(sum == std::uint64_t{size} * (size - 1) / 2);
}

TEST_CASE("iterators") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<std::uint32_t> list;
  for (std::uint32_t i = 0; i < 130; ++i) REQUIRE(list.push_back(arena, i) != nullptr);

  auto iterator = list.begin();
  CHECK(*iterator++ == 0);
  CHECK(*iterator == 1);
  CHECK(*++iterator == 2);
  const auto copy = iterator;
  CHECK(copy == iterator);
  ++iterator;
  CHECK(copy != iterator);
  CHECK(*copy == 2);
  *iterator = 1000;
  CHECK(list[3] == 1000);
  CHECK(std::distance(list.begin(), list.end()) == 130);
  CHECK(std::next(list.begin(), 130) == list.end());

  List<Wide> wide;
  REQUIRE(wide.push_back(arena, make<Wide>(5)) != nullptr);
  CHECK(wide.begin()->number == 5);
  wide.begin()->number = 6;
  CHECK(std::as_const(wide).begin()->number == 6);
}

TEST_CASE("a copy shares the elements") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  List<std::uint32_t> list;
  for (std::uint32_t i = 0; i < 20; ++i) REQUIRE(list.push_back(arena, i) != nullptr);
  List<std::uint32_t> copy = list;
  CHECK(copy.size() == 20);
  CHECK(&copy[13] == &list[13]);
  copy[13] = 99;
  CHECK(list[13] == 99);
}

TEST_CASE("an array is adopted in place, whatever its length, and can grow") {
  TestAllocator allocator;
  for (std::uint32_t size = 0; size <= 70; ++size) {
    CAPTURE(size);
    Arena arena(allocator.memory());
    std::vector<std::uint32_t> array(size);
    for (std::uint32_t i = 0; i < size; ++i) array[i] = i;
    List<std::uint32_t> list{std::span<std::uint32_t>(array)};
    check_counts_up(list, size);
    if (size != 0) {
      CHECK(&list[0] == array.data());
      CHECK(&list[size - 1] == &array[size - 1]);
    }
    CHECK(arena.used() == 0);
    for (std::uint32_t i = size; i < size + 200; ++i) REQUIRE(list.push_back(arena, i) != nullptr);
    check_counts_up(list, size + 200);
    if (size != 0) CHECK(&list[0] == array.data());
  }
  CHECK(allocator.all_returned());
}

TEST_CASE("arrays are adopted at compile time, too") {
  static constinit std::array<int, 3> array = {1, 2, 3};
  static constinit List<int> list{std::span<int>(array)};
  static_assert(List<int>().empty());
  CHECK(list.size() == 3);
  CHECK(list[2] == 3);
}

TEST_CASE("without memory nothing is appended and nothing is lost") {
  // Fails at each place at once where a list allocates: first chunk, further chunks, tables.
  for (std::size_t room = 0; room < 4000; room += 4) {
    CAPTURE(room);
    TestBuffer buffer(room);
    Arena arena(buffer.memory());
    List<std::uint32_t> list;
    std::uint32_t size = 0;
    while (size < 2000 && list.push_back(arena, size) != nullptr) ++size;
    REQUIRE(size < 2000);
    REQUIRE(arena.exhausted());
    check_counts_up(list, size);
    REQUIRE(list.push_back(arena, 0) == nullptr);
    REQUIRE(list.size() == size);
  }
}

TEST_CASE("without memory an adopted array stays as it is") {
  std::uint32_t array[] = {0, 1, 2};
  List<std::uint32_t> list{std::span<std::uint32_t>(array)};
  Arena none;
  CHECK(list.push_back(none, 3) == nullptr);
  check_counts_up(list, 3);
}
