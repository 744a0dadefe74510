#include "layouts.hpp"

#include <bit>
#include <cstring>

namespace distillcfg::detail {

LearntLayouts& KeptLayouts::begin_text(const MessageSchema& schema) noexcept {
  if (schema_ != &schema) {
    learnt_ = {};
    learnt_.for_later = true;
    shape_texts_.used = 0;
    shape_texts_.pieces = 0;
    schema_ = &schema;
  }
  learnt_.shapes.begin_text();
  return learnt_;
}

void KeptLayouts::end_text() noexcept {
  for (; learnt_.changed != 0; learnt_.changed &= learnt_.changed - 1) {
    const auto state = static_cast<unsigned>(std::countr_zero(learnt_.changed));
    // The older step first: it may stand where the newer one's text is going to be.
    for (const unsigned i : {1U, 0U}) {
      if ((learnt_.known[i] >> state & 1U) == 0) continue;
      Step& step = learnt_.steps[state][i];
      char* const copy = step_texts_[state][i];
      if (step.bytes == copy) continue;
      // Whole, since comparing looks at whole vectors; behind a text there is padding.
      std::memcpy(copy, step.bytes, longest_step);
      step.bytes = copy;
    }
  }
  // Texts that have more than there is room for are no reason to keep more than each needs.
  if (!learnt_.shapes.end_text(shape_texts_)) learnt_.for_later = false;
}

}  // namespace distillcfg::detail
