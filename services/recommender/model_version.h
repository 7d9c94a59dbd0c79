// The name of a model. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "data/records.h"

namespace rapport {

// "000000823643-20261121T193000123": sorts by what was learned from, then by time; a clock set back
// does no harm.
std::string VersionFor(uint64_t sequence, TimePoint now);

}  // namespace rapport
