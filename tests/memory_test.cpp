// The arena: what it hands out, what it asks for, and how it runs out.
#include "distillcfg/memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/test_memory.hpp"

using namespace distillcfg;
using distillcfg::test::TestAllocator;
using distillcfg::test::TestBuffer;

namespace {

// An alignment that needs no gap behind a block's header, which is two words: a gap would count as used.
constexpr std::size_t no_gap = 2 * sizeof(void*);

static_assert(!std::is_copy_constructible_v<Arena> && !std::is_copy_assignable_v<Arena>);
static_assert(std::is_nothrow_move_constructible_v<Arena> && std::is_nothrow_move_assignable_v<Arena>);

bool aligned(const void* p, std::size_t alignment) { return reinterpret_cast<std::uintptr_t>(p) % alignment == 0; }

// What an arena handed out, each piece filled with a byte of its own.
class Pieces {
 public:
  void add(void* memory, std::size_t size) {
    const auto byte = static_cast<unsigned char>(pieces_.size() * 37 + 11);
    std::memset(memory, byte, size);
    pieces_.push_back({static_cast<unsigned char*>(memory), size, byte});
  }
  [[nodiscard]] bool intact() const {
    return std::all_of(pieces_.begin(), pieces_.end(), [](const Piece& piece) {
      return std::all_of(piece.bytes, piece.bytes + piece.size, [&piece](unsigned char b) { return b == piece.byte; });
    });
  }

 private:
  struct Piece {
    unsigned char* bytes;
    std::size_t size;
    unsigned char byte;
  };
  std::vector<Piece> pieces_;
};

struct Node {
  std::uint64_t a = 7;
  std::uint32_t b = 9;
};

}  // namespace

TEST_CASE("an arena without memory gives none") {
  Arena arena;
  CHECK(arena.used() == 0);
  CHECK(arena.reserved() == 0);
  CHECK_FALSE(arena.exhausted());
  CHECK_FALSE(arena.reserve(1));
  CHECK(arena.allocate(1, 1) == nullptr);
  CHECK(arena.exhausted());
  CHECK(arena.create<Node>() == nullptr);
  CHECK(arena.used() == 0);
}

TEST_CASE("what is handed out is aligned, disjoint and never moves") {
  TestAllocator allocator;
  {
    Arena arena(allocator.memory());
    Pieces pieces;
    std::uint32_t random = 1;
    for (int i = 0; i < 5000; ++i) {
      random = random * 1664525 + 1013904223;
      const std::size_t alignment = std::size_t{1} << (random >> 28U) % 8;
      const std::size_t size = 1 + (random >> 8U) % (i % 100 == 0 ? 5000 : 60);
      void* const memory = arena.allocate(size, alignment);
      REQUIRE(memory != nullptr);
      CHECK(aligned(memory, alignment));
      pieces.add(memory, size);
    }
    CHECK(pieces.intact());
    CHECK_FALSE(arena.exhausted());
  }
  CHECK(allocator.all_returned());
}

TEST_CASE("alignments larger than a block's own") {
  TestAllocator allocator;
  {
    Arena arena(allocator.memory());
    for (std::size_t alignment = 1; alignment <= 65536; alignment *= 2) {
      CAPTURE(alignment);
      void* const first = arena.allocate(1, alignment);
      void* const second = arena.allocate(3 * alignment, alignment);
      REQUIRE(first != nullptr);
      REQUIRE(second != nullptr);
      CHECK(aligned(first, alignment));
      CHECK(aligned(second, alignment));
      std::memset(second, 1, 3 * alignment);
    }
  }
  CHECK(allocator.all_returned());
}

TEST_CASE("blocks grow geometrically, so there are few of them") {
  TestAllocator allocator;
  {
    Arena arena(allocator.memory());
    std::size_t pieces = 0;
    for (; pieces < 1'000'000; ++pieces) {
      if (arena.allocate(24, 8) == nullptr) break;
    }
    REQUIRE(pieces == 1'000'000);
    CHECK(arena.used() == 24U * 1'000'000);
    CHECK(allocator.calls() <= 40);
    CHECK(arena.reserved() <= 2 * arena.used());
    for (std::size_t i = 1; i < allocator.calls(); ++i) CHECK(allocator.asked()[i] >= allocator.asked()[i - 1]);
  }
  CHECK(allocator.all_returned());
}

TEST_CASE("reserved is what the allocator gave, used is what was handed out") {
  TestAllocator allocator;
  {
    Arena arena(allocator.memory());
    CHECK(allocator.calls() == 0);
    CHECK(arena.reserved() == 0);
    REQUIRE(arena.allocate(1, 1) != nullptr);
    CHECK(arena.used() == 1);
    REQUIRE(arena.allocate(8, 8) != nullptr);  // the gap counts
    CHECK(arena.used() == 16);
    CHECK(arena.reserved() == allocator.live_bytes());

    // Ends of blocks and headers do not count, however many blocks there are.
    std::size_t expected = 16;
    for (int i = 0; i < 200; ++i) {
      REQUIRE(arena.allocate(512, no_gap) != nullptr);
      expected += 512;
      CHECK(arena.used() == expected);
      CHECK(arena.reserved() == allocator.live_bytes());
    }
    CHECK(allocator.calls() > 3);

    // A piece far larger than a block.
    REQUIRE(arena.allocate(1'000'000, 1) != nullptr);
    CHECK(arena.used() >= expected + 1'000'000);
    CHECK(arena.reserved() == allocator.live_bytes());
  }
  CHECK(allocator.all_returned());
  CHECK(allocator.live_bytes() == 0);
}

TEST_CASE("reserve makes one block for what comes") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  REQUIRE(arena.reserve(100'000));
  CHECK(allocator.calls() == 1);
  CHECK(arena.used() == 0);
  CHECK(arena.reserved() >= 100'000);
  for (int i = 0; i < 1000; ++i) CHECK(arena.allocate(100, 4) != nullptr);
  CHECK(allocator.calls() == 1);
  CHECK(arena.used() == 100'000);

  // What is there already need not be asked for.
  REQUIRE(arena.reserve(0));
  CHECK(allocator.calls() == 1);
  REQUIRE(arena.reserve(50));
  REQUIRE(arena.reserve(50));
  REQUIRE(arena.reserve(20));
  CHECK(allocator.calls() == 2);
}

TEST_CASE("a refused reserve is no failure: less may still be had") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  CHECK_FALSE(arena.reserve(std::size_t{3} << 30U));
  CHECK_FALSE(arena.exhausted());
  CHECK(arena.allocate(100, 8) != nullptr);
  CHECK(arena.used() == 100);
}

TEST_CASE("a large block that is refused is asked for in the needed size") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  REQUIRE(arena.reserve(1'000'000));
  REQUIRE(arena.allocate(1'000'000, 1) != nullptr);
  allocator.fail_at(1, false);
  REQUIRE(arena.allocate(10, 2) != nullptr);
  CHECK(allocator.calls() == 3);
  CHECK(allocator.asked()[1] >= 500'000);
  CHECK(allocator.asked()[2] < 100);
}

TEST_CASE("sizes near SIZE_MAX are refused, and never asked for as less") {
  constexpr std::size_t largest = SIZE_MAX;
  const std::size_t sizes[] = {largest,      largest - 1,  largest - 7,    largest - 8,     largest - 15,
                               largest - 16, largest - 17, largest - 31,   largest - 32,    largest - 33,
                               largest - 64, largest / 2,  largest - 4096, largest / 2 + 1, largest - largest / 4};
  for (const std::size_t size : sizes) {
    for (std::size_t alignment = 1; alignment <= 64; alignment *= 2) {
      for (const std::size_t before : {std::size_t{0}, std::size_t{1}, std::size_t{2000}}) {
        CAPTURE(size);
        CAPTURE(alignment);
        CAPTURE(before);
        TestAllocator allocator;
        {
          Arena arena(allocator.memory());
          if (before != 0) REQUIRE(arena.allocate(before, 1) != nullptr);
          const std::size_t calls = allocator.calls();
          CHECK_FALSE(arena.reserve(size));
          CHECK_FALSE(arena.exhausted());
          CHECK(arena.allocate(size, alignment) == nullptr);
          CHECK(arena.exhausted());
          for (std::size_t i = calls; i < allocator.calls(); ++i) CHECK(allocator.asked()[i] >= size);
          CHECK(arena.used() == before);
          CHECK(arena.reserved() == allocator.live_bytes());
        }
        CHECK(allocator.all_returned());
      }
    }
  }
}

TEST_CASE("every size near SIZE_MAX is refused by a buffer") {
  for (std::size_t below = 0; below < 200; ++below) {
    for (std::size_t alignment = 1; alignment <= 64; alignment *= 2) {
      TestBuffer buffer(128, 3);
      Arena arena(buffer.memory());
      REQUIRE(arena.allocate(1, 1) != nullptr);
      CHECK_FALSE(arena.reserve(SIZE_MAX - below));
      CHECK(arena.allocate(SIZE_MAX - below, alignment) == nullptr);
      CHECK(arena.exhausted());
    }
  }
}

TEST_CASE("after a failure every later allocation fails, and the allocator is not asked again") {
  for (const bool and_later : {false, true}) {
    for (std::uint64_t fails = 0; fails < 12; ++fails) {
      CAPTURE(and_later);
      CAPTURE(fails);
      TestAllocator allocator;
      allocator.fail_at(fails, and_later);
      {
        Arena arena(allocator.memory());
        Pieces pieces;
        std::size_t handed_out = 0;
        for (int i = 0; i < 600; ++i) {
          void* const memory = arena.allocate(512, no_gap);
          if (memory == nullptr) break;
          pieces.add(memory, 512);
          handed_out += 512;
        }
        CHECK(arena.used() == handed_out);
        CHECK(arena.reserved() == allocator.live_bytes());
        CHECK(pieces.intact());
        if (arena.exhausted()) {
          const std::size_t calls = allocator.calls();
          for (int i = 0; i < 10; ++i) CHECK(arena.allocate(1, 1) == nullptr);
          CHECK_FALSE(arena.reserve(1));
          CHECK(allocator.calls() == calls);
          CHECK(arena.used() == handed_out);
        } else {
          // One refusal is made up for by a smaller block.
          CHECK_FALSE(and_later);
          CHECK(handed_out == 600U * 512);
        }
        CHECK(allocator.refused() >= 1);
      }
      CHECK(allocator.all_returned());
    }
  }
}

TEST_CASE("a buffer gives all of its bytes and not one more") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{15}, std::size_t{64}, std::size_t{1000}}) {
    CAPTURE(size);
    TestBuffer buffer(size);
    Arena arena(buffer.memory());
    CHECK(arena.reserved() == size);
    CHECK(arena.reserve(size));
    CHECK_FALSE(arena.reserve(size + 1));
    void* const memory = arena.allocate(size, 1);
    REQUIRE(memory != nullptr);
    CHECK(buffer.contains(memory, size));
    std::memset(memory, 1, size);
    CHECK(arena.used() == size);
    CHECK_FALSE(arena.exhausted());
    CHECK(arena.allocate(1, 1) == nullptr);
    CHECK(arena.exhausted());
    CHECK(arena.used() == size);
    CHECK(arena.reserved() == size);
  }
}

TEST_CASE("once a buffer was too small it stays exhausted") {
  TestBuffer buffer(100);
  Arena arena(buffer.memory());
  REQUIRE(arena.allocate(10, 1) != nullptr);
  CHECK(arena.allocate(91, 1) == nullptr);
  CHECK(arena.exhausted());
  CHECK(arena.allocate(1, 1) == nullptr);
  CHECK_FALSE(arena.reserve(1));
  CHECK(arena.used() == 10);
  CHECK(arena.reserved() == 100);
}

TEST_CASE("buffers of no bytes") {
  const TestBuffer empty(0);
  for (const Memory& memory : {empty.memory(), Memory(std::span<std::byte>())}) {
    CHECK(memory.is_buffer());
    Arena arena(memory);
    CHECK(arena.reserved() == 0);
    CHECK(arena.used() == 0);
    CHECK(arena.reserve(0));
    CHECK_FALSE(arena.reserve(1));
    CHECK(arena.allocate(1, 1) == nullptr);
    CHECK(arena.exhausted());
  }
}

TEST_CASE("misaligned buffers") {
  for (std::size_t offset = 0; offset < 64; ++offset) {
    for (std::size_t size = 0; size < 80; ++size) {
      for (std::size_t alignment = 1; alignment <= 32; alignment *= 2) {
        TestBuffer buffer(size, offset);
        Arena arena(buffer.memory());
        const std::size_t gap = (alignment - offset % alignment) % alignment;
        void* const memory = arena.allocate(16, alignment);
        const bool fits = gap + 16 <= size;
        REQUIRE((memory != nullptr) == fits);
        REQUIRE(arena.exhausted() == !fits);
        if (!fits) continue;
        REQUIRE(aligned(memory, alignment));
        REQUIRE(buffer.contains(memory, 16));
        REQUIRE(arena.used() == gap + 16);
        std::memset(memory, 1, 16);
      }
    }
  }
}

TEST_CASE("an allocation of no bytes fails exactly if the arena is exhausted") {
  TestAllocator allocator;
  Arena fresh(allocator.memory());
  CHECK((fresh.allocate(0, 1) == nullptr) == fresh.exhausted());
  REQUIRE(fresh.allocate(8, 8) != nullptr);
  CHECK(fresh.allocate(0, 8) != nullptr);
  // It takes one byte: 1, a gap of 7, 8, and 1.
  CHECK(fresh.used() == 17);

  TestBuffer buffer(8);
  Arena exhausted(buffer.memory());
  CHECK(exhausted.allocate(9, 1) == nullptr);
  CHECK(exhausted.exhausted());
  CHECK(exhausted.allocate(0, 1) == nullptr);
}

TEST_CASE("moving an arena moves nothing that it holds") {
  TestAllocator first_allocator;
  TestAllocator second_allocator;
  {
    Arena first(first_allocator.memory());
    Pieces pieces;
    void* memory = first.allocate(100, 8);
    REQUIRE(memory != nullptr);
    pieces.add(memory, 100);
    const std::size_t used = first.used();
    const std::size_t reserved = first.reserved();

    Arena second(std::move(first));
    CHECK(second.used() == used);
    CHECK(second.reserved() == reserved);
    CHECK(pieces.intact());
    memory = second.allocate(5000, 8);
    REQUIRE(memory != nullptr);
    pieces.add(memory, 5000);

    // What it was moved to frees what it held before.
    Arena third(second_allocator.memory());
    REQUIRE(third.allocate(10, 1) != nullptr);
    CHECK(second_allocator.live_blocks() == 1);
    third = std::move(second);
    CHECK(second_allocator.live_blocks() == 0);
    CHECK(pieces.intact());
    CHECK(third.reserved() == first_allocator.live_bytes());

    // Exhaustion moves too.
    CHECK(third.allocate(SIZE_MAX / 2, 1) == nullptr);
    Arena fourth(std::move(third));
    CHECK(fourth.exhausted());
    CHECK(fourth.allocate(1, 1) == nullptr);
    CHECK(pieces.intact());
    CHECK(first_allocator.live_blocks() >= 2);
  }
  CHECK(first_allocator.all_returned());
  CHECK(second_allocator.all_returned());
}

TEST_CASE("an arena that was moved from is empty and usable as one without memory") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  REQUIRE(arena.allocate(10, 1) != nullptr);
  const Arena taken(std::move(arena));
  CHECK(arena.used() == 0);  // NOLINT(bugprone-use-after-move)
  CHECK(arena.reserved() == 0);
  CHECK(arena.allocate(1, 1) == nullptr);
  CHECK(taken.used() == 10);
}

TEST_CASE("moving an arena over itself keeps it") {
  TestAllocator allocator;
  {
    Arena arena(allocator.memory());
    void* const memory = arena.allocate(10, 1);
    REQUIRE(memory != nullptr);
    Arena& same = arena;
    arena = std::move(same);
    CHECK(arena.used() == 10);
    CHECK(allocator.live_blocks() == 1);
    std::memset(memory, 1, 10);
  }
  CHECK(allocator.all_returned());
}

TEST_CASE("create constructs in place") {
  TestAllocator allocator;
  Arena arena(allocator.memory());
  REQUIRE(arena.allocate(1, 1) != nullptr);
  const auto* const node = arena.create<Node>();
  REQUIRE(node != nullptr);
  CHECK(aligned(node, alignof(Node)));
  CHECK(node->a == 7);
  CHECK(node->b == 9);
  const auto* const copy = arena.create<Node>(Node{1, 2});
  REQUIRE(copy != nullptr);
  CHECK(copy->a == 1);
  CHECK(copy->b == 2);
}

TEST_CASE("the heap is an allocator like any other") {
  const Allocator heap = heap_allocator();
  for (std::size_t alignment = 1; alignment <= 4096; alignment *= 2) {
    void* const memory = heap.allocate(heap.context, 100, alignment);
    REQUIRE(memory != nullptr);
    CHECK(aligned(memory, alignment));
    std::memset(memory, 1, 100);
    heap.release(heap.context, memory, 100, alignment);
  }
  Arena arena{Memory()};
  CHECK_FALSE(Memory().is_buffer());
  CHECK(arena.reserved() == 0);
  CHECK(arena.allocate(10'000, 8) != nullptr);
  CHECK(arena.reserved() >= 10'000);
}
