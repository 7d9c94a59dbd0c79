// Factors of one taste, made up as they are found in real ones: lengths differ as popularity does,
// and few directions have most of it. The same size gives the same taste.
#pragma once

#include <cstdint>

#include "model/taste.h"

namespace rapport {

// items x factors.
Taste MadeUpTaste(int64_t items, int32_t factors);

}  // namespace rapport
