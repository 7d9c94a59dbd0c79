// Figures of a study of due times: how good probabilities are, how good the order of each
// customer's subjects is, how many of the few customers that a day has time for buy what they were
// listed for. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "model/model_snapshot.h"
#include "model/timing_study/due_study.h"

namespace rapport {

struct Forecast {
  float chance = 0;
  bool happened = false;
};

// Brier score and skill, and ten bins of as many forecasts each, in order of chance, then as given.
// Zeros without forecasts; skill 0 where all happened, or nothing.
CalibrationQuality JudgeForecasts(std::vector<Forecast> forecasts);

// The probability that what happened had the greater chance than what did not, ties counting half
// (Mann and Whitney). 0.5 where all happened, or nothing.
double AreaUnderCurve(std::vector<Forecast> forecasts);

// Over all cuts. Worst: the greatest ECE of one cut.
struct DueCalibration {
  CalibrationQuality all;
  double worst_ece = 0;
};
// Of cases with at least so many purchases.
DueCalibration CalibrationOf(std::span<const std::vector<DueCase>> cuts, DueMethod method,
                             size_t horizon, int least_purchases);

// Of the first five subjects of each customer who bought one again within the longest horizon:
// means over the cuts at which they did. By customer of the log, those alone who ever did.
struct DueRanking {
  std::vector<double> ndcg, recall;
};
inline constexpr size_t kDueListLength = 5;
DueRanking RankingOf(std::span<const std::vector<DueCase>> cuts, DueMethod method);

// Who is listed on a day, and for what.
enum class ListedBy : uint8_t {
  kChance,            // the greatest of ours, each customer for their likeliest subject
  kFrequencyRecency,  // the same, of frequency x recency
  kLatestVisit,       // who came last, each for what they bought most
  kEarliestVisit,     // who has not come for longest, the same
  kRandom,            // anybody, for anything they had bought
};
inline constexpr size_t kListedBy = 5;
inline constexpr std::array<std::string_view, kListedBy> kListedByNames = {
    "rapport", "frequency x recency", "latest visit", "longest away", "random"};
inline constexpr size_t kCapacity = 20;      // customers a day
inline constexpr size_t kListedHorizon = 1;  // of kDueHorizons: 14 days

// The share of the listed, kCapacity at each cut, who buy what they were listed for within
// kListedHorizon; of kRandom the mean over all.
double PrecisionAtCapacity(std::span<const std::vector<DueCase>> cuts, ListedBy by);

}  // namespace rapport
