// AMCT's own config.json.
#pragma once

#include "distillcfg/resolve.hpp"
#include "distillcfg/sink.hpp"

namespace distillcfg {

// Writes what AMCT's create_distill_config writes for the same configuration and network, to the
// byte. That need not be JSON: clip limits that are not finite stand in it as Infinity and NaN. And
// AMCT need not be able to read it (see D4017, D4018).
//
// Writes nothing for a resolution that is not ok(), and returns the code of its first error; nor
// for one without a graph, where distill_group is not known (Code::graph_needed). Allocates nothing.
WriteResult write_config_json(const Resolution& resolution, Sink sink) noexcept;

}  // namespace distillcfg
