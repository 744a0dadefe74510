// Elements of a list that are written alike, read as a whole.
//
// Long configurations and network descriptions are lists of messages in which only names and
// numbers differ. Once the parser has read such an element, its shape is kept: the text between the
// values, and the memory that the element became. Where the next one has the same text between its
// values, that memory is copied, and only values and places are set anew. What has no known shape is
// left to the parser, so nothing here knows of mistakes.
//
// Shapes form a tree: they share their pieces from the start to where they differ.
#pragma once

#include <cstddef>
#include <cstdint>

#include "distillcfg/ast.hpp"
#include "distillcfg/memory.hpp"
#include "distillcfg/schema.hpp"

namespace distillcfg::detail {

#ifdef DISTILLCFG_NO_FAST_PATH

// Knows none.
class Shapes {
 public:
  static const char* read(const FieldSchema&, const char*, const char*, const char*, ListBase&, Arena&) noexcept {
    return nullptr;
  }
  static bool worthwhile() noexcept { return false; }
  static bool watch(const FieldSchema&, const char*, const char*, const Arena&) noexcept { return false; }
  static const char* open() noexcept { return nullptr; }
  static void saw_value(FieldType, char*, const char*, const char*) noexcept {}
  static void saw_place(std::uint32_t&, const char*) noexcept {}
  static void saw_pointer(void*) noexcept {}
  static void keep(const FieldSchema&, const char*, const Arena&) noexcept {}
};

#else

// The texts of shapes that outlive the text they were learnt from.
struct ShapeTexts {
  static constexpr std::size_t most_bytes = 6144;

  std::uint16_t used = 0;
  std::uint8_t pieces = 0;  // whose text is here
  // Vectors are read from the start of any text, so there is room for one behind the last.
  char bytes[most_bytes + 32] = {};
};

class Shapes {
 public:
  // A new text is read.
  void begin_text() noexcept {
    patience_ = most_patience;
    passed_ = 0;
  }
  // Puts copies of all that stands in the text that was read into `kept`, where those of the texts before are. Returns
  // false if there was no room for something: then all is forgotten.
  bool end_text(ShapeTexts& kept) noexcept;
  void forget(ShapeTexts& kept) noexcept;

  // Reads the element of the list `field` whose name stands at `name` and whose opening bracket at
  // `open`, and appends it to `list`. Returns behind it; nullptr, with nothing appended, if it has no
  // known shape or there is no memory.
  [[nodiscard]] const char* read(const FieldSchema& field, const char* begin, const char* name, const char* open,
                                 ListBase& list, Arena& arena) noexcept;

  // Whether the text has repeated itself often enough to go on with all this.
  [[nodiscard]] bool worthwhile() noexcept { return patience_ > 0 || ++passed_ % second_chance == 0; }

  // Whether to watch the parser read the element that it has just opened, to keep its shape. What was
  // not read by read() comes here.
  [[nodiscard]] bool watch(const FieldSchema& field, const char* open, const char* element,
                           const Arena& arena) noexcept;
  [[nodiscard]] const char* open() const noexcept { return open_; }
  // A value that was read; `text` to `behind` is how it was written.
  void saw_value(FieldType type, char* value, const char* text, const char* behind) noexcept;
  // A place that was set to where `at` stands.
  void saw_place(std::uint32_t& place, const char* at) noexcept;
  // A pointer into the arena that was set.
  void saw_pointer(void* pointer) noexcept;
  // The element ends before `behind`.
  void keep(const FieldSchema& field, const char* behind, const Arena& arena) noexcept;

 private:
  static constexpr std::size_t most_pieces = 48;
  static constexpr std::size_t most_shapes = 8;
  static constexpr std::size_t most_values = 8;
  static constexpr std::size_t most_places = 16;
  static constexpr std::size_t most_pointers = 2;
  static constexpr std::size_t largest_image = 256;
  static constexpr std::ptrdiff_t longest_text = 4096;
  // How many elements without a known shape may come before no more are looked for.
  static constexpr int most_patience = 16;
  // One in so many is looked at even then.
  static constexpr unsigned second_chance = 64;

  enum class Kind : std::uint8_t { string, float32, uint32, boolean, end };

  // Text, and the kind of value behind it.
  struct Piece {
    const char* text;
    std::uint16_t size;
    Kind kind;
    std::uint8_t next;   // the piece behind the value, as its index + 1; of an end: the shape's index
    std::uint8_t other;  // what may stand here instead of this piece, as its index + 1
  };

  // Where something stands in an element: in the list's slot, or in the rest, which the arena gave
  // for what it holds.
  struct Target {
    std::uint16_t offset;
    bool in_rest;
  };
  struct Place {
    std::uint16_t offset;
    std::uint8_t behind;  // the value (1...) or opening bracket (0) that `distance` counts from
    std::int32_t distance;
  };
  struct Pointer {
    Target target;
    std::uint16_t to;  // in the rest
  };

  struct ValueAt {
    Target target;
    std::uint8_t value;
  };

  // What an element becomes.
  struct Shape {
    std::uint16_t slot_size;
    std::uint16_t rest_size;
    std::uint8_t slot_places;
    std::uint8_t places;
    std::uint8_t strings;
    std::uint8_t numbers;
    std::uint8_t pointers;
    ValueAt string_at[most_values];
    ValueAt number_at[most_values];
    Place slot_place_at[most_places];
    Place place_at[most_places];
    Pointer pointer_at[most_pointers];
    alignas(8) char image[largest_image + 16];
  };

  struct Value {
    const char* text;
    std::uint32_t size_or_bits;  // of a string: its size
  };

  struct SeenValue {
    FieldType type;
    Kind kind;  // of what is written plainly, else end; set by keep()
    char* value;
    const char* text;
    const char* behind;
  };
  struct SeenPlace {
    std::uint32_t* place;
    const char* at;
  };

  [[nodiscard]] static const char* read_value(Kind kind, const char* p, Value& value) noexcept;
  static void build(const Shape& shape, char* slot, char* rest, const Value* values,
                    const std::uint32_t* ends) noexcept;
  [[nodiscard]] Target target_of(const void* address) const noexcept;
  [[nodiscard]] bool describe(Shape& shape, const char* end) const noexcept;
  [[nodiscard]] static Kind kind_of(const SeenValue& seen) noexcept;
  // Where the piece behind a value starts: with its closing quote, if it has one.
  [[nodiscard]] static const char* value_end(const SeenValue& seen) noexcept {
    return seen.type == FieldType::string ? seen.behind - 1 : seen.behind;
  }
  [[nodiscard]] Piece* piece(std::uint8_t*& link, const char* text, const char* end, Kind kind) noexcept;

  bool full_ = false;  // an element found no room
  std::uint8_t piece_count_ = 0;
  std::uint8_t shape_count_ = 0;
  std::uint8_t first_[max_states] = {};  // by the state of the list: its first piece, as its index + 1
  int patience_ = most_patience;
  unsigned passed_ = 0;

  // Of the element that is watched.
  bool overflow_ = false;
  std::uint8_t values_ = 0;
  std::uint8_t places_ = 0;
  std::uint8_t pointers_ = 0;
  const char* open_ = nullptr;
  const char* slot_ = nullptr;
  const char* rest_ = nullptr;
  std::size_t reserved_ = 0;  // by the arena when the element began
  std::size_t slot_size_ = 0;
  std::size_t rest_size_ = 0;

  // Set before they are read, so not zeroed: a short text would notice.
  SeenValue seen_values_[most_values];
  SeenPlace seen_places_[most_places];
  void* seen_pointers_[most_pointers];
  Piece pieces_[most_pieces];
  Shape shapes_[most_shapes];
};

#endif

}  // namespace distillcfg::detail
