#include "services/recommender/trainer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "model/learn.h"
#include "model/purchase_log.h"
#include "services/recommender/fenced.h"
#include "services/recommender/gate.h"
#include "services/recommender/low_priority.h"
#include "services/recommender/model_version.h"
#include "services/recommender/purchase_history.h"
#include "services/recommender/training_phases.h"

namespace rapport {
namespace {

constexpr size_t kTrainingsRemembered = 20;
constexpr uint64_t kWorthRefreshing =
    20;  // popularity is learned again when the store has grown by a twentieth
// After so many trainings in a row that the process did not survive, it is perhaps they that end
// it: the next one waits until the server has served for a while.
constexpr int kMostCutOff = 3;
constexpr auto kServeFirst = std::chrono::hours(1);

}  // namespace

Trainer::Trainer(const Store& store, ModelShelf& models, const TrainerOptions& options, Clock clock,
                 std::function<void(const TrainingStatus&)> on_finished)
    : store_(store),
      models_(models),
      options_(options),
      clock_(std::move(clock)),
      on_finished_(std::move(on_finished)),
      opened_at_(clock_()),
      opened_sequence_(store.LastSequence()),
      cut_off_(models.CutOff()),
      tuner_(
          models,
          {.configured = {.als = options.als, .long_half_life_days = options.long_half_life_days},
           .window_days = options.window_days,
           .threads = options.threads,
           .interval = options.tune_interval,
           .budget = options.tune_budget},
          clock_),
      popularity_sequence_(models.Current()->sequence) {}

Trainer::~Trainer() {
  thread_.request_stop();
  wake_.notify_all();
}

void Trainer::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Loop(stop); });
}

TrainingStatus Trainer::Request() {
  const std::lock_guard lock(mutex_);
  if (waiting_ != nullptr) return *waiting_;
  const bool has_all = running_ != nullptr && store_.LastSequence() <= tried_sequence_;
  if (has_all && !cancel_.stop_requested()) return AsOfNow(*running_);
  waiting_ = Begin();
  wake_.notify_all();
  return *waiting_;
}

absl::StatusOr<TrainingStatus> Trainer::Cancel(std::string_view training_id) {
  std::stop_source cancel(std::nostopstate);
  TrainingStatus cancelled;
  {
    const std::lock_guard lock(mutex_);
    const TrainingStatus* training = Find(training_id);
    if (training_id.empty()) training = running_ != nullptr ? running_ : waiting_;
    if (training == nullptr) return absl::NotFoundError("there is no such training to cancel");
    if (training == running_) {
      cancel = cancel_;
      cancelled_ = true;
    }
    if (training == waiting_) {
      waiting_->state = TrainingState::kCancelled;
      waiting_->message = "cancelled before it began";
      waiting_ = nullptr;
    }
    cancelled = AsOfNow(*training);
  }
  cancel.request_stop();  // outside the lock: whoever listens may want it
  return cancelled;
}

absl::StatusOr<TrainingStatus> Trainer::Status(std::string_view training_id) const {
  const std::lock_guard lock(mutex_);
  if (const TrainingStatus* training = Find(training_id)) return AsOfNow(*training);
  if (training_id.empty())
    return absl::NotFoundError("no training has run since the server started");
  return absl::NotFoundError(
      absl::StrCat("no training ", std::string(training_id), " since the server started"));
}

const TrainingStatus* Trainer::Find(std::string_view training_id) const {
  for (auto training = trainings_.rbegin(); training != trainings_.rend(); ++training) {
    if (training_id.empty() || training->training_id == training_id) return &*training;
  }
  return nullptr;
}

TrainingStatus Trainer::AsOfNow(TrainingStatus status) const {
  if (status.state != TrainingState::kRunning) return status;
  status.elapsed_seconds = SecondsBetween(status.started_at, clock_());
  if (status.fraction > 0.02)
    status.eta_seconds = status.elapsed_seconds * (1 - status.fraction) / status.fraction;
  return status;
}

absl::StatusOr<TrainingStatus> Trainer::TrainOnce() {
  {
    const std::lock_guard lock(mutex_);
    TakeUp(Begin());
  }
  Run({});
  return Status("");
}

TrainingStatus* Trainer::Begin() {
  const TimePoint now = clock_();
  trainings_.push_back(
      {.training_id = absl::StrCat("training-", now.time_since_epoch().count(), "-", ++begun_),
       .started_at = now});
  if (trainings_.size() > kTrainingsRemembered) {
    trainings_.erase(std::ranges::find_if(trainings_, [](const TrainingStatus& training) {
      return training.state != TrainingState::kRunning;  // nor waiting
    }));
  }
  return &trainings_.back();
}

void Trainer::Loop(const std::stop_token& stop) {
  LowerThreadPriority();  // and that of the threads that will sweep
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, options_.poll, [this] { return waiting_ != nullptr; });
      if (stop.stop_requested()) break;
      if (waiting_ != nullptr) {
        TakeUp(std::exchange(waiting_, nullptr));
      } else if (Due()) {
        TakeUp(Begin());
      }
    }
    if (running_ != nullptr) {
      Run(stop);
    } else {
      // Nobody waits for these; a failure shows when a training is asked for.
      RefreshPopularity(stop).IgnoreError();
      MeasureDrift(stop).IgnoreError();
    }
  }
}

bool Trainer::Due() const {
  const uint64_t sequence = store_.LastSequence();
  const TimePoint now = clock_();
  if (cut_off_ > 0) return cut_off_ < kMostCutOff || now - opened_at_ >= kServeFirst;
  const ModelShelf::Learned learned = models_.LastLearned();
  // A store restored from a backup may be behind its models; what it holds now counts as learned.
  const uint64_t seen = std::max(std::min(learned.sequence, opened_sequence_), tried_sequence_);
  if (sequence <= seen) return false;  // nothing that was not tried
  const TimePoint tried_at = trainings_.empty() ? TimePoint::min() : trainings_.back().started_at;
  const TimePoint last =
      std::max(learned.trained_at == TimePoint{} ? opened_at_ : learned.trained_at, tried_at);
  const bool enough = options_.after_events > 0 && sequence - seen >= options_.after_events &&
                      (trainings_.empty() || now - tried_at >= options_.pause);
  const bool time = options_.interval.count() > 0 && now - last >= options_.interval;
  return enough || time;
}

void Trainer::TakeUp(TrainingStatus* training) {
  running_ = training;
  running_->started_at = phase_began_at_ = clock_();  // it may have waited
  phase_ = kReadingPhase;
  searched_ = cancelled_ = false;
  cancel_ = std::stop_source();
}

void Trainer::Run(const std::stop_token& stop) {
  std::stop_source cancel(std::nostopstate);
  int cut_off = 0;
  {
    const std::lock_guard lock(mutex_);
    cancel = cancel_;
    cut_off = cut_off_;
  }
  const std::stop_callback end_with_the_thread(stop, [&cancel] { cancel.request_stop(); });
  // A note that cannot be written is missed only if the process ends before the training does.
  models_.SetCutOff(cut_off + 1).IgnoreError();
  const auto outcome = Fenced([&] { return Train(cancel.get_token()); });
  {
    const std::lock_guard lock(mutex_);
    // One that was cut off by an orderly end is due again, and is no sign of harm.
    const bool ended = stop.stop_requested() && !cancelled_;
    cut_off_ = cut_off = ended && absl::IsCancelled(outcome.status()) ? 1 : 0;
  }
  models_.SetCutOff(cut_off).IgnoreError();
  Finish(outcome);
}

absl::StatusOr<PurchaseLog> Trainer::Read(const std::stop_token& stop, uint64_t* sequence) {
  const uint64_t expected = std::max<uint64_t>(1, store_.LastSequence());
  {
    const std::lock_guard lock(mutex_);
    tried_sequence_ = expected;
  }
  const auto on_rows = [&](size_t rows) {
    const std::lock_guard lock(mutex_);
    running_->rows = static_cast<int64_t>(rows);
    const double read = static_cast<double>(rows) / static_cast<double>(expected);
    running_->fraction = FractionOf(kReadingPhase, std::min(1.0, read), false);
    SetRate(static_cast<double>(rows));
  };
  auto log = ReadLog(store_, on_rows, stop, sequence);
  if (!log.ok()) return log.status();
  const int64_t pairs = CountPairs(*log);
  const std::lock_guard lock(mutex_);
  pairs_ = pairs;
  return log;
}

absl::StatusOr<Trainer::Outcome> Trainer::Train(const std::stop_token& stop) {
  const TimePoint began = clock_();
  uint64_t sequence = 0;
  const auto log = Read(stop, &sequence);
  if (!log.ok()) return log.status();
  const auto running = models_.Current();
  drift_.Measure(*log, *running, clock_(), options_.threads, stop);
  const auto tuned = TuneIfDue(*log, sequence, stop);
  if (!tuned.ok()) return tuned.status();
  auto model = rapport::Learn(
      *log,
      {.tastes = (*tuned ? (*tuned)->recipe : tuner_.recipe()).Tastes(),
       .window_days = options_.window_days,
       .threads = options_.threads,
       .running = running->kind == ModelKind::kTrained ? running.get() : nullptr},
      [this](LearnStage stage, double fraction) {
        Report(kLearningPhase + static_cast<size_t>(stage), fraction);
      },
      stop);
  if (absl::IsFailedPrecondition(model.status()))
    return TooLittle(*log, sequence, std::string(model.status().message()));
  if (!model.ok()) return model.status();
  model->trained_at = clock_();
  // Newer than any before, also when the store was restored from an older backup.
  model->version =
      VersionFor(std::max(sequence, models_.LastLearned().sequence), model->trained_at);
  model->sequence = sequence;
  model->training_seconds = SecondsBetween(began, model->trained_at);
  // From here on it is a matter of milliseconds; a training that was cancelled publishes nothing.
  if (stop.stop_requested()) return absl::CancelledError("training was stopped");
  Report(kPublishingPhase, 0);
  auto outcome = Judge(*std::move(model));
  if (outcome.ok() && *tuned) {
    const bool serves = outcome->state == TrainingState::kSucceeded;
    const std::string found = tuner_.TakeOn(**tuned, serves);
    outcome->message = found + (outcome->message.empty() ? "" : "; " + outcome->message);
  }
  return outcome;
}

absl::StatusOr<std::optional<Tuned>> Trainer::TuneIfDue(const PurchaseLog& log, uint64_t sequence,
                                                        const std::stop_token& stop) {
  if (!tuner_.Due()) return std::nullopt;
  const auto report = [this](double fraction) { Report(kTuningPhase, fraction); };
  report(0);
  return tuner_.Search(log, sequence, {.progress = report, .stop = stop});
}

absl::StatusOr<Trainer::Outcome> Trainer::Judge(ModelSnapshot model) {
  const Verdict verdict = options_.gate ? JudgeCandidate(model) : Verdict{};
  if (!verdict.sound) return absl::InternalError(verdict.reason);
  Outcome outcome{.state = verdict.publish ? TrainingState::kSucceeded : TrainingState::kRejected,
                  .model_version = model.version,
                  .message = model.remark,
                  .evaluation = model.evaluation};
  if (outcome.message.empty()) outcome.message = verdict.reason;
  if (!verdict.publish) model.remark = outcome.message = "rejected: " + verdict.reason;
  const absl::Status kept =
      verdict.publish ? models_.Publish(std::move(model)) : models_.KeepRejected(model);
  if (!kept.ok()) return kept;
  return outcome;
}

absl::StatusOr<Trainer::Outcome> Trainer::TooLittle(const PurchaseLog& log, uint64_t sequence,
                                                    std::string why) {
  Outcome outcome{.state = TrainingState::kTooLittle, .message = std::move(why)};
  if (models_.Current()->kind == ModelKind::kTrained) {
    outcome.message += "; the model that was learned before serves on";
    return outcome;
  }
  if (log.line_count() > 0) {
    if (absl::Status published = PublishPopularity(log, sequence); !published.ok())
      return published;
    outcome.message += "; meanwhile suggestions come from what is popular and was bought before";
  }
  outcome.model_version = models_.Current()->version;
  return outcome;
}

void Trainer::SetRate(double done) {
  const double seconds = SecondsBetween(phase_began_at_, clock_());
  if (seconds > 0 && done > 0) running_->rate = done / seconds;
}

void Trainer::Report(size_t phase, double part) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(phase_, phase) != phase) {
    running_->rate.reset();
    phase_began_at_ = clock_();
  }
  running_->stage = kTrainingPhases[phase].stage;
  if (phase == kTuningPhase) searched_ = true;
  running_->fraction = FractionOf(phase, part, searched_);
  if (!kTrainingPhases[phase].sweeps) return;
  const Recipe& recipe = tuner_.recipe();
  const double tastes = recipe.long_half_life_days > 0 ? 2 : 1;
  SetRate(part * tastes * static_cast<double>(recipe.als.iterations) * static_cast<double>(pairs_));
}

void Trainer::Finish(const absl::StatusOr<Outcome>& outcome) {
  TrainingStatus finished;
  {
    const std::lock_guard lock(mutex_);
    TrainingStatus& training = *std::exchange(running_, nullptr);
    training.elapsed_seconds = SecondsBetween(training.started_at, clock_());
    training.rate.reset();
    if (outcome.ok()) {
      training.state = outcome->state;
      training.fraction = 1;
      training.model_version = outcome->model_version;
      training.message = outcome->message;
      training.evaluation = outcome->evaluation;
    } else {
      training.state =
          absl::IsCancelled(outcome.status()) ? TrainingState::kCancelled : TrainingState::kFailed;
      training.message = std::string(outcome.status().message());
    }
    finished = training;
  }
  if (on_finished_) on_finished_(finished);
}

absl::Status Trainer::PublishPopularity(const PurchaseLog& log, uint64_t sequence) {
  popularity_sequence_ = sequence;
  const auto current = models_.Current();
  const bool known = current->kind == ModelKind::kPopularity && current->sequence == sequence;
  if (known && !current->version.empty()) return absl::OkStatus();
  ModelSnapshot popularity = PopularityModel(log);
  popularity.trained_at = clock_();
  popularity.version = VersionFor(sequence, popularity.trained_at);
  popularity.sequence = sequence;
  return models_.Publish(std::move(popularity));
}

absl::Status Trainer::RefreshPopularity(const std::stop_token& stop) {
  if (models_.Current()->kind == ModelKind::kTrained) return absl::OkStatus();
  const uint64_t fresh =
      store_.LastSequence() - std::min(store_.LastSequence(), popularity_sequence_);
  if (fresh == 0 || fresh < popularity_sequence_ / kWorthRefreshing) return absl::OkStatus();
  return Fenced([&]() -> absl::Status {
    uint64_t sequence = 0;
    const auto log = ReadLog(store_, nullptr, stop, &sequence);
    return log.ok() ? PublishPopularity(*log, sequence) : log.status();
  });
}

absl::Status Trainer::MeasureDrift(const std::stop_token& stop) {
  const TimePoint now = clock_();
  const bool never = drift_looked_at_ == TimePoint::min();
  if (options_.drift_interval.count() == 0) return absl::OkStatus();
  if (!never && now - drift_looked_at_ < options_.drift_interval) return absl::OkStatus();
  drift_looked_at_ = now;
  const auto running = models_.Current();
  const bool grown = store_.LastSequence() > running->sequence;
  if (!grown || !drift_.MayHaveNews(*running, now)) return absl::OkStatus();
  return Fenced([&]() -> absl::Status {
    uint64_t sequence = 0;
    const auto log = ReadLog(store_, nullptr, stop, &sequence);
    if (!log.ok()) return log.status();
    drift_.Measure(*log, *running, now, options_.threads, stop);
    return absl::OkStatus();
  });
}

}  // namespace rapport
