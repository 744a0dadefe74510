// Where results live: an arena over the caller's allocator or the caller's buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace distillcfg {

// Zero bytes that stand behind every text while it is parsed, so that the inner loops need no
// end-of-text test. `borrow_padded` asks the caller for them; `parse` makes them.
inline constexpr std::size_t source_padding = 64;

// The longest text that is read, in bytes (protobuf's own limit, INT_MAX). A longer one is refused
// with D9002. Offsets therefore fit in 31 bits.
inline constexpr std::size_t max_source_size = 0x7FFF'FFFF;

// Memory in large pieces. `allocate` returns memory of at least `size` bytes, aligned to
// `alignment` (a power of two), or nullptr: then the pass asks for a smaller block where that would
// do, and else reports D9001. `release` gets back what `allocate` returned, with the same size and
// alignment. Neither may throw. Both are called on the thread that runs the pass or destroys its
// result.
struct Allocator {
  void* (*allocate)(void* context, std::size_t size, std::size_t alignment);
  void (*release)(void* context, void* memory, std::size_t size, std::size_t alignment);
  void* context;
};

// The C++ heap: nothrow operator new. In an object file of its own, so that a program which always
// names its memory links no heap.
[[nodiscard]] Allocator heap_allocator() noexcept;

// Says where a pass takes its memory from: an allocator, or a buffer (then no heap at all).
//
//     static std::byte buffer[8192];
//     Document document = parse(text, {.memory = Memory(buffer)});
//
// A buffer must outlive the result and must not be used for anything else meanwhile.
class Memory {
 public:
  Memory() noexcept : allocator_(heap_allocator()) {}
  explicit constexpr Memory(Allocator allocator) noexcept : allocator_(allocator) {}
  explicit constexpr Memory(std::span<std::byte> buffer) noexcept
      : allocator_{nullptr, nullptr, nullptr}, buffer_(buffer.data()), buffer_size_(buffer.size()) {}

  [[nodiscard]] constexpr bool is_buffer() const noexcept { return allocator_.allocate == nullptr; }
  [[nodiscard]] constexpr std::byte* buffer() const noexcept { return buffer_; }
  [[nodiscard]] constexpr std::size_t buffer_size() const noexcept { return buffer_size_; }
  [[nodiscard]] constexpr const Allocator& allocator() const noexcept { return allocator_; }

 private:
  Allocator allocator_;
  std::byte* buffer_ = nullptr;
  std::size_t buffer_size_ = 0;
};

// How many diagnostics a result keeps. What comes after them is counted, not kept; acceptance
// never depends on it. 0: no limit.
struct Limits {
  std::uint32_t max_errors = 100;
  std::uint32_t max_warnings = 100;
};

// Bump allocation in blocks whose sizes grow geometrically. What it hands out never moves and is
// freed all at once, so it holds only trivially destructible objects. Move-only; addresses stay
// valid when it is moved.
class Arena {
 public:
  // An arena without memory: every allocation fails.
  Arena() noexcept : memory_(Allocator{nullptr, nullptr, nullptr}) {}
  explicit Arena(const Memory& memory) noexcept;
  Arena(Arena&& other) noexcept : Arena() { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    Arena taken(std::move(other));
    swap(taken);
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  // Makes one block with room for `bytes`. Returns false if there is no such block to be had.
  [[nodiscard]] bool reserve(std::size_t bytes) noexcept;

  // `size` bytes (at least one) aligned to `alignment` (a power of two), or nullptr. Never asks twice
  // for what was refused once: after a failure every later allocation fails too.
  [[nodiscard]] void* allocate(std::size_t size, std::size_t alignment) noexcept {
    if (size == 0) size = 1;
    const std::size_t gap = (0 - cursor_) & (alignment - 1);
    const std::size_t room = limit_ - cursor_;
    if (gap <= room && size <= room - gap) [[likely]] {
      const std::uintptr_t start = cursor_ + gap;
      cursor_ = start + size;
      return reinterpret_cast<void*>(start);
    }
    return allocate_in_new_block(size, alignment);
  }

  // A T in the arena, made from the arguments, or nullptr.
  template <class T, class... Arguments>
  [[nodiscard]] T* create(Arguments&&... arguments) noexcept {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    void* place = allocate(sizeof(T), alignof(T));
    return place == nullptr ? nullptr : new (place) T(std::forward<Arguments>(arguments)...);
  }

  // Where the next allocation will stand if the current block has room for it.
  [[nodiscard]] char* next(std::size_t alignment) const noexcept {
    return reinterpret_cast<char*>((cursor_ + alignment - 1) & ~(alignment - 1));
  }

  // Bytes handed out so far, gaps for alignment included.
  [[nodiscard]] std::size_t used() const noexcept;
  // Bytes taken from the allocator or offered by the buffer.
  [[nodiscard]] std::size_t reserved() const noexcept { return reserved_; }
  // True once an allocation has failed.
  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }

 private:
  struct Block {
    Block* previous;
    std::size_t size;
  };

  void swap(Arena& other) noexcept;
  [[nodiscard]] void* allocate_in_new_block(std::size_t size, std::size_t alignment) noexcept;
  [[nodiscard]] bool add_block(std::size_t payload) noexcept;

  std::uintptr_t cursor_ = 0;
  std::uintptr_t limit_ = 0;
  Block* blocks_ = nullptr;
  std::size_t reserved_ = 0;
  std::size_t abandoned_ = 0;  // unused bytes at the ends of full blocks, and block headers
  bool exhausted_ = false;
  Memory memory_;
};

}  // namespace distillcfg
