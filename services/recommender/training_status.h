// TrainingStatus: how a training goes, or went. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/records.h"
#include "model/model_snapshot.h"

namespace rapport {

enum class TrainingState {
  kRunning,
  kSucceeded,
  kFailed,
  kCancelled,
  kRejected,   // by the gate: a model came of it, and does not serve
  kTooLittle,  // there are too few purchases to learn tastes from
};
enum class TrainingStage {
  kReading,
  kTuning,
  kFittingWeights,
  kEvaluating,
  kTraining,
  kPublishing
};

struct TrainingStatus {
  std::string training_id;
  TrainingState state = TrainingState::kRunning;
  TrainingStage stage = TrainingStage::kReading;
  double fraction = 0;  // of the whole, 0 to 1
  int64_t rows = 0;     // purchases read
  // A second: purchases while reading; while sweeping, (customer, item) pairs, each of which a
  // sweep meets once. None: not known yet, or neither.
  std::optional<double> rate;
  std::optional<double> eta_seconds;
  double elapsed_seconds = 0;
  TimePoint started_at;
  std::string model_version;    // what came of it: published, or kept though rejected
  std::string message;          // why not, or what kept it from more
  EvaluationReport evaluation;  // of that model
};

}  // namespace rapport
