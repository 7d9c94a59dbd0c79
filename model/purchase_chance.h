// Purchase chance: the probability that a suggested item is bought within the window, from its
// score, by curves that `calibration` learns. A model keeps them. Values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/history_depth.h"
#include "model/score.h"

namespace rapport {

// Scores are counted from their model's level: the logarithm of the sum of exp(popularity term)
// over all items but those that the fewest have bought, which may not have been on sale yet. It
// takes out of the score what moves with the season for every item alike; half of the error of
// probabilities was that. By Pool.
using ScoreLevels = std::array<double, kPoolCount>;

// A point of a curve; between points it is a straight line, beyond them level.
struct CalibrationKnot {
  double score = 0;  // above the level
  double probability = 0;
  double samples = 0;  // that the probability rests on
};
using CalibrationCurve = std::vector<CalibrationKnot>;  // both ascending with the score

// Requires: a curve with knots.
CalibrationKnot PointOn(const CalibrationCurve& curve, double score);

// Beside the base rate: what stands in our lists anyway.
enum class Confidence : uint8_t {
  kThin = 0,    // not surely more
  kFair = 1,    // the interval is above it
  kStrong = 2,  // that, and three times as much
};

struct PurchaseChance {
  double probability = 0;  // of being bought within the window, if suggested
  // Wilson's 95 % interval. Narrower than the truth: items of one list are not independent.
  double low = 0, high = 1;
  double samples = 0;    // that it rests on
  double base_rate = 0;  // of all that is suggested from the pool
  Confidence confidence = Confidence::kThin;
};

// Of lists from one pool; scores above the level.
struct PoolCalibration {
  int64_t samples = 0;
  double base_rate = 0;  // in the latest window
  double shift = 0;      // added to the log-odds of every curve: see Calibrate
  // By HistoryDepth, and whether the customer had bought the item before.
  std::array<std::array<CalibrationCurve, 2>, kHistoryDepths> curves;

  bool empty() const { return samples == 0; }
  double ProbabilityOf(double score, HistoryDepth depth, bool bought_before) const;
  PurchaseChance ChanceOf(double score, HistoryDepth depth, bool bought_before) const;
};

using CalibratedPools =
    std::array<PoolCalibration, kPoolCount>;  // by Pool; empty ones know nothing

// Of suggestions that staff relayed and customers answered, how many were accepted; by Confidence,
// as it was when they were made. What is said by a person is another thing than what is shown.
struct AnswerCounts {
  int64_t accepted = 0;
  int64_t declined = 0;

  int64_t answered() const { return accepted + declined; }
};
using RelayedAnswers = std::array<AnswerCounts, 3>;
// The share that was accepted, with its interval, beside that of all levels; drawn to it as if by
// four answers more.
PurchaseChance AcceptanceOf(const RelayedAnswers& answers, Confidence level);
// The level as answers bear it out: one lower, and again, while it is surely accepted less often
// than the one below (their intervals are apart).
Confidence BorneOut(const RelayedAnswers& answers, Confidence level);

struct Calibration {
  double window_days = 0;  // what the probabilities are about
  // Of the model that serves: its scores are counted from them, curves were learned with others.
  ScoreLevels levels = {};
  CalibratedPools pools;
  RelayedAnswers answers = {};

  const PoolCalibration& Of(Pool pool) const { return pools[static_cast<size_t>(pool)]; }
  // Of a score as it was served; its confidence as `answers` bear it out.
  PurchaseChance ChanceOf(Pool pool, double score, HistoryDepth depth, bool bought_before) const;
};

// How good probabilities are on another window.
struct CalibrationQuality {
  int64_t samples = 0;
  double expected = 0;     // mean probability
  double bought = 0;       // share that was
  double brier = 0;        // mean square error
  double brier_skill = 0;  // 1 - brier / that of knowing this window's share; 0: says nothing
  double ece = 0;          // mean |expected - bought| over ten bins of as many items each
};
using CalibrationQualities = std::array<CalibrationQuality, kPoolCount>;  // by Pool

}  // namespace rapport
