// Everything: the one header to include.
#pragma once

#include "distillcfg/ast.hpp"          // IWYU pragma: export
#include "distillcfg/config_json.hpp"  // IWYU pragma: export
#include "distillcfg/diagnostics.hpp"  // IWYU pragma: export
#include "distillcfg/list.hpp"         // IWYU pragma: export
#include "distillcfg/memory.hpp"       // IWYU pragma: export
#include "distillcfg/model.hpp"        // IWYU pragma: export
#include "distillcfg/parse.hpp"        // IWYU pragma: export
#include "distillcfg/print.hpp"        // IWYU pragma: export
#include "distillcfg/render.hpp"       // IWYU pragma: export
#include "distillcfg/resolve.hpp"      // IWYU pragma: export
#include "distillcfg/schema.hpp"       // IWYU pragma: export
#include "distillcfg/sink.hpp"         // IWYU pragma: export
#include "distillcfg/validate.hpp"     // IWYU pragma: export
