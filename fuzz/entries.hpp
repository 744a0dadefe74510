// A configuration or a model laid flat, so that two of them can be compared and each place in one be checked.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "distillcfg/ast.hpp"
#include "distillcfg/model.hpp"

namespace distillcfg::fuzz {

// One field that is set: a scalar, a message, or an element of a repeated field.
struct Entry {
  enum class Kind : std::uint8_t { message, number, text };

  std::string_view name;  // of the field
  Kind kind = Kind::message;
  bool repeated = false;
  std::uint32_t depth = 0;   // 0: a field of the root
  std::uint64_t number = 0;  // a float's bits, with one pattern for every NaN
  std::string_view text;
  std::uint32_t at = absent;
  std::uint32_t parent_at = absent;    // absent: the root
  std::uint32_t previous_at = absent;  // of the element before it in its list; absent: none
};

// Every field that is set, messages before their fields, in the order of the declarations. Requires
// of what is absent that it reads as the schema's default, and of lists that [ ] and iteration give
// the same elements.
[[nodiscard]] std::vector<Entry> entries_of(const AMCTDistillConfig& config);
[[nodiscard]] std::vector<Entry> entries_of(const Model& model);

// Whether two of them have the same fields with the same values. Places do not count.
[[nodiscard]] bool same_values(const std::vector<Entry>& a, const std::vector<Entry>& b);

// As same_values, and each field was read at the same place.
[[nodiscard]] bool same_values_and_places(const std::vector<Entry>& a, const std::vector<Entry>& b);

// Requires of each entry that it points into the text. Of a text that is accepted, also that it
// points at the field's name or, of a repeated field, at the first byte of an element, behind its
// parent and behind the element before it; what was made of a refused text may stand at a name
// that is misspelt, or in a message that was never opened.
void require_places(const std::vector<Entry>& entries, std::string_view text, bool accepted);

}  // namespace distillcfg::fuzz
