// What must hold of parse, borrow_padded, print and the renderers, whatever bytes they are given.
#pragma once

#include <string_view>

namespace distillcfg::fuzz {

// Parses `text` in all three semantics, with and without allow_unknown, prints and reparses what
// was read, and compares the modes; in strict and in one mode that the text chooses, parses it also
// from buffers that suffice and that do not, from an allocator that fails, with other limits and at
// other places. Aborts where something does not hold that the headers promise. With a text of more
// than 64 KiB, tries fewer memories.
void require_invariants(std::string_view text);

#ifdef DISTILLCFG_WITH_MESSAGES
// The same for the renderers, which need the archive distillcfg-render.
void require_render_invariants(std::string_view text);
#endif

}  // namespace distillcfg::fuzz
