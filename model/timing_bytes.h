// A model's purchase timing to bytes and back, as model/README.md has it. Pure functions; any
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/purchase_timing.h"

namespace rapport {

std::string TimingBytes(const PurchaseTiming& timing);

// False unless the section, to its last byte, is what TimingBytes wrote of so many items: finite
// numbers, shares between 0 and 1, deviations above 0, categories that are there.
bool LoadTiming(std::string_view section, size_t items, PurchaseTiming* timing);

}  // namespace rapport
