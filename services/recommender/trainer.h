// Trainer: reads the purchases, learns a model, judges it on held-out time, publishes it. One
// training at a time, on its own thread, never in the way of calls. It also decides when: asked
// for, on a schedule, or after enough new purchases.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/store.h"
#include "model/learn.h"
#include "model/model_snapshot.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"

namespace rapport {

struct TrainerOptions {
  AlsOptions als = kOpenOptions;
  double long_half_life_days = kLongHalfLifeDays;  // of a second taste; 0: one taste only
  int threads = 1;          // for the sweeps; the result does not depend on it
  double window_days = 28;  // held out: one window to fit weights on, one to evaluate
  std::chrono::seconds interval{
      0};                     // train so often, if there are new purchases; 0: never by the clock
  uint64_t after_events = 0;  // train after so many new events; 0: never by count
  std::chrono::seconds pause{0};         // least time from one training by count to the next
  std::chrono::milliseconds poll{1000};  // how often the thread looks
};

enum class TrainingState { kRunning, kSucceeded, kFailed, kCancelled };
enum class TrainingStage { kReading, kFittingWeights, kEvaluating, kTraining, kPublishing };

struct TrainingStatus {
  std::string training_id;
  TrainingState state = TrainingState::kRunning;
  TrainingStage stage = TrainingStage::kReading;
  double fraction = 0;  // of the whole, 0 to 1
  int64_t rows = 0;     // purchases read
  std::optional<double> eta_seconds;
  double elapsed_seconds = 0;
  TimePoint started_at;
  std::string model_version;
  std::string message;
};

class Trainer {
 public:
  // `on_finished` is told of each training that ended, on the trainer's thread; may be empty.
  Trainer(const Store& store, ModelShelf& models, const TrainerOptions& options, Clock clock,
          std::function<void(const TrainingStatus&)> on_finished = nullptr);
  // Cancels a running training and joins.
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // Starts the thread that trains when it is due. Until then nothing runs by itself.
  void Start();

  // Asks for a training of all that is recorded by now, and returns at once. If one runs that has
  // it all, that one; if one runs that began before, the next one, which begins when that ends.
  // Requires Start().
  TrainingStatus Request();
  // Of a training by id; an empty id: the latest. NOT_FOUND.
  absl::StatusOr<TrainingStatus> Status(std::string_view training_id) const;

  // Trains here and now, in the caller's thread; for tools and tests. Not together with Start().
  absl::StatusOr<TrainingStatus> TrainOnce();

  // While no trained model serves: publishes a popularity model of what the store holds, if it has
  // grown by a twentieth.
  absl::Status RefreshPopularity(const std::stop_token& stop = {});

 private:
  void Loop(const std::stop_token& stop);
  void Run(const std::stop_token& stop);
  absl::StatusOr<ModelSnapshot> Learn(const std::stop_token& stop);
  void Report(TrainingStage stage, double fraction);
  void Finish(const absl::StatusOr<std::string>& version, std::string_view remark);
  // Both with mutex_ held.
  bool Due() const;
  TrainingStatus* Begin();

  const Store& store_;
  ModelShelf& models_;
  const TrainerOptions options_;
  const Clock clock_;
  const std::function<void(const TrainingStatus&)> on_finished_;
  const TimePoint opened_at_;
  const uint64_t opened_sequence_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // Guarded by mutex_:
  std::list<TrainingStatus> trainings_;  // the latest last; addresses stay
  TrainingStatus* running_ = nullptr;    // of trainings_
  TrainingStatus* waiting_ = nullptr;    // of trainings_: asked for, not begun
  uint64_t begun_ = 0;
  uint64_t tried_sequence_ = 0;  // what the running or last training reads at least

  uint64_t popularity_sequence_ = 0;  // trainer's thread only
  std::jthread thread_;               // last: joined first
};

}  // namespace rapport
