// What must hold of the library, whatever bytes it is given: one function for each target. Each
// aborts where something does not hold that the headers promise.
#pragma once

#include <string_view>

namespace distillcfg::fuzz {

// The tokens of src/text/lexer.hpp, and the values of numbers and escapes.
void require_lexer_invariants(std::string_view text);

// Parses `text` in all three semantics, with and without allow_unknown, and compares the modes; in
// one mode that the text chooses, parses it also from buffers that suffice and that do not, from an
// allocator that fails, with other limits and at other places. With a text of more than 64 KiB,
// tries fewer memories.
void require_parse_invariants(std::string_view text);
void require_model_invariants(std::string_view text);

// Of what is accepted: the printed form, and the same in other layouts, read back as the same.
void require_round_trip_invariants(std::string_view text);

// These take a configuration and a model (sections.hpp).
void require_resolve_invariants(std::string_view input);
void require_pipeline_invariants(std::string_view input);

// The renderers, which need the archive distillcfg-render.
void require_render_invariants(std::string_view input);

}  // namespace distillcfg::fuzz
