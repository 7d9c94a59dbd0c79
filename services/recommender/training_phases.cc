#include "services/recommender/training_phases.h"

namespace rapport {
namespace {

constexpr double kSearch = 0.7;  // of the whole; the phases after it share what is left

}  // namespace

double FractionOf(size_t phase, double part, bool searched) {
  const double begin = kTrainingPhases[phase].begin;
  const double end = phase < kPublishingPhase ? kTrainingPhases[phase + 1].begin : 1;
  const double done = begin + part * (end - begin);
  if (!searched) return done;
  const double before = kTrainingPhases[kTuningPhase].begin;
  if (phase == kTuningPhase) return before + part * kSearch;
  return before + kSearch + (done - before) * (1 - before - kSearch) / (1 - before);
}

}  // namespace rapport
