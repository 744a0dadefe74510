// What the parser learns of how a text is laid out: what stands between values, and the elements of lists
// that are written alike (shapes.hpp). Files repeat themselves, so comparing bytes replaces reading them.
//
// All of it are pieces of text without a mistake and what they mean in a schema, so what was learnt from one text
// holds for the next one of that schema, whatever the semantics.
#pragma once

#include <cstddef>
#include <cstdint>

#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"
#include "shapes.hpp"

namespace distillcfg::detail {

#ifdef DISTILLCFG_NO_FAST_PATH
inline constexpr bool remembers_steps = false;
#else
inline constexpr bool remembers_steps = true;
#endif

// The longest stretch of bytes that is remembered between two values.
inline constexpr std::ptrdiff_t longest_step = 64;

// What stands between the end of one value and the start of the next, as it was seen last time in a state.
struct Step {
  const char* bytes;         // in the text, or a copy of longest_step bytes
  const FieldSchema* field;  // whose value comes next; nullptr: the message is closed
  std::uint8_t length;       // of `bytes`; 0: not to be remembered
  std::uint8_t name;         // where in `bytes` the field's name stands
  char close;                // of a message that is opened: what will close it; of a close: it
};

struct LearntLayouts {
  // For each state the two steps that were seen last, as a oneof has two members; `known` has a bit for each that
  // is set, `changed` for each state that has a new one.
  Step steps[remembers_steps ? max_states : 1][2];
  std::uint64_t known[2] = {};
  std::uint64_t changed = 0;
  // Whether an element's shape is kept although the next one is another, since a later text may have it: until some
  // text has more shapes than there is room for.
  bool for_later = false;
  Shapes shapes;
};

#ifndef DISTILLCFG_NO_FAST_PATH

// The same from text to text: what Layouts holds.
class KeptLayouts {
 public:
  [[nodiscard]] static KeptLayouts& of(Layouts& layouts) noexcept;

  // To be asked before a text of `schema` is read. What was learnt of another schema is forgotten.
  [[nodiscard]] LearntLayouts& begin_text(const MessageSchema& schema) noexcept;
  // To be called behind it, while the text is still there: what was learnt from it is copied.
  void end_text() noexcept;

 private:
  void copy_steps(unsigned state) noexcept;

  LearntLayouts learnt_;
  const MessageSchema* schema_ = nullptr;
  ShapeTexts shape_texts_;
  char step_texts_[max_states][2][longest_step];
};

#endif

}  // namespace distillcfg::detail
