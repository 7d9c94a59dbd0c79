// Trainer: reads the purchases, learns a model, judges it on held-out time, publishes it if it
// passes the gate. One training at a time, on its own thread, never in the way of calls. It also
// decides when: asked for, on a schedule, after enough new purchases, or because the process before
// ended in the middle of one.
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
#include "services/recommender/drift.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/training_status.h"
#include "services/recommender/tuner.h"

namespace rapport {

struct TrainerOptions {
  AlsOptions als = kOpenOptions;
  double long_half_life_days = kLongHalfLifeDays;  // of a second taste; 0: one taste only
  int threads = 1;          // for the sweeps; the result does not depend on it
  double window_days = 28;  // held out: one window to fit weights on, one to evaluate
  std::chrono::seconds interval{
      0};                     // train so often, if there are new purchases; 0: never by the clock
  uint64_t after_events = 0;  // train after so many new events; 0: never by count
  std::chrono::seconds pause{0};  // least time from one training by count to the next
  bool gate = true;               // false: publishes whatever was learned
  // Searches for better options before a training, if it did not for so long; 0: never. What was
  // found serves from then on, beginning with that training, if its model does.
  std::chrono::seconds tune_interval{0};
  std::chrono::seconds tune_budget{600};  // a search may take
  std::chrono::seconds drift_interval{
      0};  // measure so often what the running model achieves; 0: only when it trains
  std::chrono::milliseconds poll{1000};  // how often the thread looks
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

  // Asks a training to end, and returns at once: it is CANCELLED soon after, or at once if it had
  // not begun. An empty id: the one that runs, or else the one that waits. One that has ended stays
  // as it is. NOT_FOUND.
  absl::StatusOr<TrainingStatus> Cancel(std::string_view training_id);

  // What models have achieved in the weeks after their training.
  const Drift& drift() const { return drift_; }

  // Trains here and now, in the caller's thread; for tools and tests. Not together with Start().
  absl::StatusOr<TrainingStatus> TrainOnce();

  // While no trained model serves: publishes a popularity model of what the store holds, if it has
  // grown by a twentieth.
  absl::Status RefreshPopularity(const std::stop_token& stop = {});
  // Measures the complete weeks since the running model's training that were not measured yet.
  absl::Status MeasureDrift(const std::stop_token& stop = {});

 private:
  // How a training ended, if it did not fail.
  struct Outcome {
    TrainingState state = TrainingState::kSucceeded;
    std::string model_version;
    std::string message;
    EvaluationReport evaluation;
  };

  void Loop(const std::stop_token& stop);
  void Run(const std::stop_token& stop);
  absl::StatusOr<PurchaseLog> Read(const std::stop_token& stop, uint64_t* sequence);
  absl::StatusOr<Outcome> Train(const std::stop_token& stop);
  // None: not due, or too little history to tune on.
  absl::StatusOr<std::optional<Tuned>> TuneIfDue(const PurchaseLog& log, uint64_t sequence,
                                                 const std::stop_token& stop);
  absl::StatusOr<Outcome> Judge(ModelSnapshot model);
  absl::StatusOr<Outcome> TooLittle(const PurchaseLog& log, uint64_t sequence, std::string why);
  absl::Status PublishPopularity(const PurchaseLog& log, uint64_t sequence);
  // Of a phase, `part` of which is done; see training_phases.h.
  void Report(size_t phase, double part);
  void Finish(const absl::StatusOr<Outcome>& outcome);
  // With mutex_ held.
  bool Due() const;
  TrainingStatus* Begin();
  void TakeUp(TrainingStatus* training);
  void SetRate(double done);
  const TrainingStatus* Find(std::string_view training_id) const;
  TrainingStatus AsOfNow(TrainingStatus status) const;

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
  std::stop_source cancel_;      // of the running one
  bool cancelled_ = false;       // whether somebody asked for its end
  int cut_off_ = 0;              // trainings in a row that the end of a process cut off
  size_t phase_ = 0;             // of the running one
  TimePoint phase_began_at_;
  bool searched_ = false;  // whether the running one has searched for options
  int64_t pairs_ = 0;      // (customer, item) that the running one learns from

  // Trainer's thread, and those that work for it, only:
  Tuner tuner_;
  uint64_t popularity_sequence_ = 0;
  TimePoint drift_looked_at_ = TimePoint::min();

  Drift drift_;          // synchronises itself
  std::jthread thread_;  // last: joined first
};

}  // namespace rapport
