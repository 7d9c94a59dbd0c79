// How much is known of a customer, in four steps of the number of orders. Quality and probability
// differ between them more than by anything else that is known. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/evidence.h"

namespace rapport {

// Stored: never renumber.
enum class HistoryDepth : uint8_t { kOneOrder = 0, kFew = 1, kSome = 2, kMany = 3 };
inline constexpr size_t kHistoryDepths = 4;
inline constexpr std::array<std::string_view, kHistoryDepths> kHistoryDepthNames = {"1", "2-4",
                                                                                    "5-19", "20+"};

// Distinct orders in the evidence.
size_t OrderCount(const Evidence& evidence);
// No orders at all count as one.
HistoryDepth DepthOf(size_t orders);

}  // namespace rapport
