// amct_error_of is declared in render.hpp.
#pragma once

#include "distillcfg/render.hpp"
