// What a training does, in order, and where each phase begins in the whole: for a bar that moves as
// time does. Values; any thread.
#pragma once

#include <array>
#include <cstddef>

#include "model/learn.h"
#include "services/recommender/training_status.h"

namespace rapport {

struct TrainingPhase {
  TrainingStage stage;
  double begin;         // 0 to 1, as measured on ten million purchases
  bool sweeps = false;  // over (customer, item) pairs
};

// Indices of kTrainingPhases; those that learn are kLearningPhase + LearnStage.
inline constexpr size_t kReadingPhase = 0, kTuningPhase = 1, kLearningPhase = 2;
inline constexpr size_t kPublishingPhase = kLearningPhase + kLearnStages;

inline constexpr std::array<TrainingPhase, kPublishingPhase + 1> kTrainingPhases = {
    {{TrainingStage::kReading, 0},
     {TrainingStage::kTuning, 0.12},
     {TrainingStage::kFittingWeights, 0.12, true},
     {TrainingStage::kFittingWeights, 0.28},
     {TrainingStage::kEvaluating, 0.39, true},
     {TrainingStage::kEvaluating, 0.55},
     {TrainingStage::kTraining, 0.82, true},
     {TrainingStage::kPublishing, 0.995}}};

// Of the whole, 0 to 1, where `part` of the phase is done. `searched`: whether this training
// searches for options, which then takes most of the time.
double FractionOf(size_t phase, double part, bool searched);

}  // namespace rapport
