#include "model/purchase_chance.h"

#include <algorithm>
#include <cmath>

#include "model/wilson.h"

namespace rapport {
namespace {

constexpr double kStrongTimesBase = 3;

double LogOdds(double probability) { return std::log(probability / (1 - probability)); }
double Logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

double Shifted(double probability, double shift) {
  if (probability <= 0 || probability >= 1) return probability;
  return Logistic(LogOdds(probability) + shift);
}

PurchaseChance WithInterval(double p, double n) {
  const WilsonBounds bounds = WilsonInterval(p, n);
  return {.probability = p, .low = bounds.low, .high = bounds.high, .samples = n};
}

}  // namespace

CalibrationKnot PointOn(const CalibrationCurve& curve, double score) {
  const auto right = std::lower_bound(
      curve.begin(), curve.end(), score,
      [](const CalibrationKnot& knot, double wanted) { return knot.score < wanted; });
  if (right == curve.begin()) return curve.front();
  if (right == curve.end()) return curve.back();
  const CalibrationKnot& left = *(right - 1);
  const double part = (score - left.score) / (right->score - left.score);
  return {.score = score,
          .probability = left.probability + part * (right->probability - left.probability),
          .samples = left.samples + part * (right->samples - left.samples)};
}

double PoolCalibration::ProbabilityOf(double score, HistoryDepth depth, bool bought_before) const {
  const CalibrationCurve& curve = curves[static_cast<size_t>(depth)][bought_before ? 1 : 0];
  return curve.empty() ? 0 : Shifted(PointOn(curve, score).probability, shift);
}

PurchaseChance PoolCalibration::ChanceOf(double score, HistoryDepth depth,
                                         bool bought_before) const {
  const CalibrationCurve& curve = curves[static_cast<size_t>(depth)][bought_before ? 1 : 0];
  if (curve.empty()) return {};
  const double p = ProbabilityOf(score, depth, bought_before);
  const double n = PointOn(curve, score).samples;
  PurchaseChance chance = WithInterval(p, n);
  chance.base_rate = base_rate;
  if (chance.low > base_rate) {
    chance.confidence = p >= kStrongTimesBase * base_rate ? Confidence::kStrong : Confidence::kFair;
  }
  return chance;
}

PurchaseChance AcceptanceOf(const RelayedAnswers& answers, Confidence level) {
  constexpr double kWorth = 4;  // answers, of all levels
  AnswerCounts all;
  for (const AnswerCounts& each : answers) {
    all.accepted += each.accepted;
    all.declined += each.declined;
  }
  if (all.answered() == 0) return {};
  const double share = static_cast<double>(all.accepted) / static_cast<double>(all.answered());
  const AnswerCounts& own = answers[static_cast<size_t>(level)];
  const double n = static_cast<double>(own.answered()) + kWorth;
  PurchaseChance chance = WithInterval((static_cast<double>(own.accepted) + kWorth * share) / n, n);
  chance.base_rate = share;
  chance.confidence = level;
  return chance;
}

Confidence BorneOut(const RelayedAnswers& answers, Confidence level) {
  while (level != Confidence::kThin) {
    const auto below = static_cast<Confidence>(static_cast<int>(level) - 1);
    if (AcceptanceOf(answers, level).high >= AcceptanceOf(answers, below).low) break;
    level = below;
  }
  return level;
}

PurchaseChance Calibration::ChanceOf(Pool pool, double score, HistoryDepth depth,
                                     bool bought_before) const {
  PurchaseChance chance =
      Of(pool).ChanceOf(score - levels[static_cast<size_t>(pool)], depth, bought_before);
  chance.confidence = BorneOut(answers, chance.confidence);
  return chance;
}

}  // namespace rapport
