#include "shapes.hpp"

#ifndef DISTILLCFG_NO_FAST_PATH

#include <cstring>

#include "reflect.hpp"
#include "text/plain_values.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

namespace {

// Values of up to four bytes are written as a word.
static_assert(offsetof(Field<bool>, at) == sizeof(std::uint32_t));

constexpr std::uint32_t word_of(bool value) noexcept {
  if constexpr (std::endian::native == std::endian::big) return value ? 0x0100'0000 : 0;
  return value ? 1 : 0;
}

inline void store(char* to, std::uint32_t word) noexcept { std::memcpy(to, &word, sizeof word); }

// `size` is a multiple of 4.
inline void copy_words(char* to, const char* from, std::size_t size) noexcept {
#if DISTILLCFG_SSE2
  for (; size >= 16; size -= 16) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), load_vector(from));
    to += 16;
    from += 16;
  }
#endif
  for (; size >= 8; size -= 8) {
    std::memcpy(to, from, 8);
    to += 8;
    from += 8;
  }
  if (size != 0) std::memcpy(to, from, 4);
}

}  // namespace

// The value that stands at `p`, whose kind `piece` says; nullptr if it is written in another way.
// What stands behind it is compared with the next piece.
inline const char* Shapes::read_value(Kind kind, const char* p, Value& value) noexcept {
  value.text = p;
  switch (kind) {
    case Kind::string: {
      const char* const end = find_string_special(p, p[-1]);
      value.size_or_bits = static_cast<std::uint32_t>(end - p);
      return end;
    }
    case Kind::float32: {
      float number = 0;
      const char* const end = read_plain<Behind::unchecked>(p, number);
      value.size_or_bits = std::bit_cast<std::uint32_t>(number);
      return end;
    }
    case Kind::uint32: return read_plain<Behind::unchecked>(p, value.size_or_bits);
    case Kind::boolean: {
      bool truth = false;
      const char* const end = read_plain<Behind::unchecked>(p, truth);
      value.size_or_bits = word_of(truth);
      return end;
    }
    case Kind::end: break;
  }
  return nullptr;
}

const char* Shapes::read(const FieldSchema& field, const char* begin, const char* name, const char* open,
                         ListBase& list, Arena& arena) noexcept {
  std::uint8_t next = first_[field.state];
  if (next == 0) return nullptr;
  Value values[most_values];
  std::uint32_t ends[most_values + 1];
  Value* value = values;
  std::uint32_t* end = ends;
  const char* p = open;
  *end = static_cast<std::uint32_t>(p - begin);
  for (;;) {
    const Piece* piece = &pieces_[next - 1];
    while (!same_text(p, piece->text, piece->size)) {
      if (piece->other == 0) return nullptr;
      piece = &pieces_[piece->other - 1];
    }
    p += piece->size;
    next = piece->next;
    if (piece->kind == Kind::end) break;
    p = read_value(piece->kind, p, *value++);
    if (p == nullptr) return nullptr;
    *++end = static_cast<std::uint32_t>(p - begin);
  }
  const Shape& shape = shapes_[next];
  char* const slot = static_cast<char*>(list.append_slot(arena, shape.slot_size, alignof(void*)));
  if (slot == nullptr) return nullptr;
  char* rest = nullptr;
  if (shape.rest_size != 0) {
    rest = static_cast<char*>(arena.allocate(shape.rest_size, alignof(void*)));
    if (rest == nullptr) {
      list.drop_last();
      return nullptr;
    }
  }
  build(shape, slot, rest, values, ends);
  place_in(slot, field) = static_cast<std::uint32_t>(name - begin);
  if (patience_ < most_patience) ++patience_;
  return p;
}

void Shapes::build(const Shape& shape, char* slot, char* rest, const Value* values,
                   const std::uint32_t* ends) noexcept {
  copy_words(slot, shape.image, shape.slot_size);
  if (rest != nullptr) copy_words(rest, shape.image + shape.slot_size, shape.rest_size);
  char* const bases[] = {slot, rest};
  const auto at = [&bases](Target target) { return bases[target.in_rest ? 1 : 0] + target.offset; };
  const Pointer* pointer = shape.pointer_at;
  for (const Pointer* const end = pointer + shape.pointers; pointer != end; ++pointer) {
    const char* const to = rest + pointer->to;
    std::memcpy(at(pointer->target), &to, sizeof to);
  }
  const Place* place = shape.slot_place_at;
  for (const Place* const end = place + shape.slot_places; place != end; ++place) {
    store(slot + place->offset, ends[place->behind] + static_cast<std::uint32_t>(place->distance));
  }
  if (rest != nullptr) {
    place = shape.place_at;
    for (const Place* const end = place + shape.places; place != end; ++place) {
      store(rest + place->offset, ends[place->behind] + static_cast<std::uint32_t>(place->distance));
    }
  }
  const auto* string = shape.string_at;
  for (const auto* const end = string + shape.strings; string != end; ++string) {
    const Value& value = values[string->value];
    const Text text(std::string_view(value.text, value.size_or_bits));
    std::memcpy(at(string->target), &text, sizeof text);
  }
  const auto* number = shape.number_at;
  for (const auto* const end = number + shape.numbers; number != end; ++number) {
    store(at(number->target), values[number->value].size_or_bits);
  }
}

bool Shapes::watch(const FieldSchema& field, const char* open, const char* element, const Arena& arena) noexcept {
  if (patience_ != 0) --patience_;
  if (shape_count_ == most_shapes) {
    full_ = true;
    return false;
  }
  overflow_ = false;
  values_ = places_ = pointers_ = 0;
  open_ = open;
  slot_ = element;
  slot_size_ = field.field_size;
  rest_ = arena.next(alignof(void*));
  reserved_ = arena.reserved();
  return true;
}

void Shapes::saw_value(FieldType type, char* value, const char* text, const char* behind) noexcept {
  if (values_ == most_values) {
    overflow_ = true;
  } else {
    seen_values_[values_++] = {type, Kind::end, value, text, behind};
  }
}

void Shapes::saw_place(std::uint32_t& place, const char* at) noexcept {
  if (places_ == most_places) {
    overflow_ = true;
  } else {
    seen_places_[places_++] = {&place, at};
  }
}

void Shapes::saw_pointer(void* pointer) noexcept {
  if (pointers_ == most_pointers) {
    overflow_ = true;
  } else {
    seen_pointers_[pointers_++] = pointer;
  }
}

// `address` is in the slot or in the rest: whatever the parser sets without reporting anything is part of the
// element, and keep() knows that the arena began no other block for it.
Shapes::Target Shapes::target_of(const void* address) const noexcept {
  const auto in_slot = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(slot_);
  if (in_slot < slot_size_) return {static_cast<std::uint16_t>(in_slot), false};
  return {static_cast<std::uint16_t>(static_cast<const char*>(address) - rest_), true};
}

// Kind::end for what is not written plainly.
Shapes::Kind Shapes::kind_of(const SeenValue& seen) noexcept {
  switch (seen.type) {
    case FieldType::string: {
      const auto* const text = reinterpret_cast<const Text*>(seen.value);
      return text->view().data() == seen.text + 1 ? Kind::string : Kind::end;
    }
    case FieldType::float32: {
      float value = 0;
      return read_plain(seen.text, value) == seen.behind ? Kind::float32 : Kind::end;
    }
    case FieldType::uint32: {
      std::uint32_t value = 0;
      return read_plain(seen.text, value) == seen.behind ? Kind::uint32 : Kind::end;
    }
    case FieldType::boolean: {
      bool value = false;
      return read_plain(seen.text, value) == seen.behind ? Kind::boolean : Kind::end;
    }
    case FieldType::enumeration:
    case FieldType::message: break;
  }
  return Kind::end;
}

// The piece at `link` or, instead of it, at one of its others: found or new.
Shapes::Piece* Shapes::piece(std::uint8_t*& link, const char* text, const char* end, Kind kind) noexcept {
  const auto size = static_cast<std::size_t>(end - text);
  while (*link != 0) {
    Piece& known = pieces_[*link - 1];
    if (known.size == size && known.kind == kind && std::memcmp(known.text, text, size) == 0) return &known;
    link = &known.other;
  }
  pieces_[piece_count_] = {text, static_cast<std::uint16_t>(size), kind, 0, 0};
  *link = ++piece_count_;
  return &pieces_[piece_count_ - 1];
}

// Where everything stands in the element; false if something of it stands where it cannot be described.
bool Shapes::describe(Shape& shape, const char* seen_end) const noexcept {
  shape.slot_size = static_cast<std::uint16_t>(slot_size_);
  shape.rest_size = static_cast<std::uint16_t>(rest_size_);
  for (std::size_t i = 0; i < pointers_; ++i) {
    Pointer& pointer = shape.pointer_at[shape.pointers++];
    void* to;
    std::memcpy(&to, seen_pointers_[i], sizeof to);
    pointer = {target_of(seen_pointers_[i]), target_of(to).offset};
  }
  const SeenPlace* place = seen_places_;
  const SeenPlace* const last_place = place + places_;
  const char* counted_from = open_;
  std::uint8_t behind = 0;
  const auto add_places_before = [&](const char* end) {
    for (; place != last_place && place->at < end; ++place) {
      const Target target = target_of(place->place);
      Place& at = target.in_rest ? shape.place_at[shape.places++] : shape.slot_place_at[shape.slot_places++];
      at = {target.offset, behind, static_cast<std::int32_t>(place->at - counted_from)};
    }
  };
  for (std::size_t i = 0; i < values_; ++i) {
    const SeenValue& seen = seen_values_[i];
    if (seen.kind == Kind::end) {
      // The value of a string that was decoded stands among the messages.
      if (seen.type == FieldType::string) return false;
      continue;
    }
    add_places_before(seen.text);
    const bool string = seen.kind == Kind::string;
    ValueAt& at = string ? shape.string_at[shape.strings++] : shape.number_at[shape.numbers++];
    at = {target_of(seen.value), behind++};
    counted_from = value_end(seen);
  }
  add_places_before(seen_end);
  return true;
}

void Shapes::keep(const FieldSchema& field, const char* behind, const Arena& arena) noexcept {
  if (overflow_ || behind - open_ > longest_text) return;
  if (piece_count_ + values_ + 1U > most_pieces) {
    full_ = true;
    return;
  }
  // A block that was begun may stand behind the last one, with something in between that is not ours.
  if (arena.reserved() != reserved_) return;
  const char* const rest_end = arena.next(1);
  rest_size_ = rest_end < rest_ ? 0 : static_cast<std::size_t>(rest_end - rest_);
  // Else decoded strings stand among the messages.
  if (rest_size_ % 4 != 0 || slot_size_ + rest_size_ > largest_image) return;
  for (std::size_t i = 0; i < values_; ++i) seen_values_[i].kind = kind_of(seen_values_[i]);
  Shape& shape = shapes_[shape_count_];
  shape.slot_places = shape.places = shape.strings = shape.numbers = shape.pointers = 0;
  if (!describe(shape, behind)) return;
  std::uint8_t* link = &first_[field.state];
  const char* text = open_;
  for (std::size_t i = 0; i < values_; ++i) {
    const SeenValue& seen = seen_values_[i];
    if (seen.kind == Kind::end) continue;
    const bool string = seen.kind == Kind::string;
    link = &piece(link, text, string ? seen.text + 1 : seen.text, seen.kind)->next;
    text = value_end(seen);
  }
  const std::uint8_t pieces_before = piece_count_;
  Piece* const end = piece(link, text, behind, Kind::end);
  // One that is known was not read because of a value that is written in a rare way.
  if (piece_count_ == pieces_before) return;
  end->next = shape_count_++;
  std::memcpy(shape.image, slot_, slot_size_);
  if (rest_size_ != 0) std::memcpy(shape.image + slot_size_, rest_, rest_size_);
}

void Shapes::forget(ShapeTexts& kept) noexcept {
  std::memset(first_, 0, sizeof first_);
  piece_count_ = shape_count_ = 0;
  full_ = false;
  kept.used = 0;
  kept.pieces = 0;
}

bool Shapes::end_text(ShapeTexts& kept) noexcept {
  for (; kept.pieces != piece_count_ && !full_; ++kept.pieces) {
    Piece& piece = pieces_[kept.pieces];
    if (piece.size > ShapeTexts::most_bytes - kept.used) {
      full_ = true;
      break;
    }
    char* const copy = kept.bytes + kept.used;
    std::memcpy(copy, piece.text, piece.size);
    piece.text = copy;
    kept.used = static_cast<std::uint16_t>(kept.used + piece.size);
  }
  if (!full_) return true;
  // Other shapes may be of more use from now on. If not, these are learnt again, as by those who keep nothing.
  forget(kept);
  return false;
}

}  // namespace distillcfg::detail

#endif
