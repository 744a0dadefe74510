#include "layouts.hpp"

#ifdef DISTILLCFG_NO_FAST_PATH

namespace distillcfg {

Layouts::Layouts() noexcept { static_cast<void>(bytes_); }

}  // namespace distillcfg

#else

#include <bit>
#include <cstring>
#include <new>
#include <type_traits>

namespace distillcfg {

static_assert(sizeof(detail::KeptLayouts) <= Layouts::size && std::is_trivially_destructible_v<detail::KeptLayouts>);

Layouts::Layouts() noexcept { new (bytes_) detail::KeptLayouts; }

namespace detail {

KeptLayouts& KeptLayouts::of(Layouts& layouts) noexcept {
  return *std::launder(reinterpret_cast<KeptLayouts*>(layouts.bytes_));
}

LearntLayouts& KeptLayouts::begin_text(const MessageSchema& schema) noexcept {
  if (schema_ != &schema) {
    learnt_.known[0] = learnt_.known[1] = 0;
    learnt_.for_later = true;
    learnt_.shapes.forget(shape_texts_);
    schema_ = &schema;
  }
  learnt_.shapes.begin_text();
  return learnt_;
}

// What was learnt of a state is copied. The older step first: it may stand where the newer one's text is going to be.
void KeptLayouts::copy_steps(unsigned state) noexcept {
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

void KeptLayouts::end_text() noexcept {
  // Small processors count the zeros of words only.
  for (unsigned first = 0; first < max_states; first += 32) {
    for (auto left = static_cast<std::uint32_t>(learnt_.changed >> first); left != 0; left &= left - 1) {
      copy_steps(first + static_cast<unsigned>(std::countr_zero(left)));
    }
  }
  learnt_.changed = 0;
  if (!learnt_.shapes.end_text(shape_texts_)) learnt_.for_later = false;
}

}  // namespace detail

}  // namespace distillcfg

#endif
