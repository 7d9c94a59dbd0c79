// Study of lapses: before each cut, how likely customers were said to stay away for kLapseDays,
// beside what recency alone says, and who did. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/purchase_log.h"
#include "model/timing_study/due_figures.h"

namespace rapport {

enum class LapseMethod : uint8_t { kOurs, kRecency, kFrequencyRecency };
inline constexpr size_t kLapseMethods = 3;
inline constexpr std::array<std::string_view, kLapseMethods> kLapseMethodNames = {
    "rapport", "recency", "frequency x recency"};

// By method: everybody who had bought before the cut. Scores but for ours, which are probabilities.
using LapseForecasts = std::array<std::vector<Forecast>, kLapseMethods>;

// Requires: `model` was learned from `log` before `cut`, and is not empty.
LapseForecasts LapseForecastsAt(const PurchaseLog& log, PurchaseDay cut, const LapseModel& model);

}  // namespace rapport
