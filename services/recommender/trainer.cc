#include "services/recommender/trainer.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/learn.h"
#include "model/purchase_log.h"
#include "services/recommender/purchase_history.h"

namespace rapport {
namespace {

constexpr size_t kTrainingsRemembered = 20;
constexpr int kNiceness = 10;  // calls come first; the sweeps' threads inherit it

// Where each stage begins in the whole, and where the last one ends.
constexpr std::array<double, 6> kStageBegins = {0, 0.1, 0.35, 0.6, 0.97, 1};

TrainingStage StageOf(LearnStage stage) {
  switch (stage) {
    case LearnStage::kFittingWeights:
      return TrainingStage::kFittingWeights;
    case LearnStage::kEvaluating:
      return TrainingStage::kEvaluating;
    case LearnStage::kTraining:
      break;
  }
  return TrainingStage::kTraining;
}

// "000000823643-20261121T193000123": sorts by what was learned from, then by time; a clock set back
// does no harm.
std::string VersionFor(uint64_t sequence, TimePoint now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(now - day));
  char text[64];
  std::snprintf(text, sizeof(text), "%012llu-%04d%02u%02uT%02d%02d%02d%03d",
                static_cast<unsigned long long>(sequence), static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

// Streams the store into a log. `on_rows` is told how many lines there are so far; CANCELLED soon
// after `stop` is asked.
absl::StatusOr<PurchaseLog> ReadLog(const Store& store, const std::function<void(size_t)>& on_rows,
                                    const std::stop_token& stop, uint64_t* sequence) {
  PurchaseLogBuilder builder;
  const auto read =
      store.ScanHistories([&](std::string_view customer_id, std::span<const HistoryLine> history) {
        if (stop.stop_requested()) return absl::CancelledError("training was stopped");
        AddToLog(customer_id, history, builder);
        if (on_rows) on_rows(builder.line_count());
        return absl::OkStatus();
      });
  if (!read.ok()) return read.status();
  *sequence = *read;
  return std::move(builder).Build();
}

double SecondsBetween(TimePoint from, TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Trainer::Trainer(const Store& store, ModelShelf& models, TrainerOptions options, Clock clock,
                 std::function<void(const TrainingStatus&)> on_finished)
    : store_(store),
      models_(models),
      options_(std::move(options)),
      clock_(std::move(clock)),
      on_finished_(std::move(on_finished)),
      popularity_sequence_(models.Current()->sequence) {}

Trainer::~Trainer() {
  thread_.request_stop();
  wake_.notify_all();
}

void Trainer::Start() {
  thread_ = std::jthread([this](std::stop_token stop) { Loop(stop); });
}

TrainingStatus Trainer::Request() {
  const std::lock_guard lock(mutex_);
  if (trainings_.empty() || trainings_.back().state != TrainingState::kRunning) {
    Begin();
    requested_ = true;
    wake_.notify_all();
  }
  return trainings_.back();
}

absl::StatusOr<TrainingStatus> Trainer::Status(std::string_view training_id) const {
  const std::lock_guard lock(mutex_);
  for (auto training = trainings_.rbegin(); training != trainings_.rend(); ++training) {
    if (!training_id.empty() && training->training_id != training_id) continue;
    TrainingStatus status = *training;
    if (status.state == TrainingState::kRunning) {
      status.elapsed_seconds = SecondsBetween(status.started_at, clock_());
      if (status.fraction > 0.02)
        status.eta_seconds = status.elapsed_seconds * (1 - status.fraction) / status.fraction;
    }
    return status;
  }
  if (training_id.empty())
    return absl::NotFoundError("no training has run since the server started");
  return absl::NotFoundError(
      absl::StrCat("no training ", std::string(training_id), " since the server started"));
}

absl::StatusOr<TrainingStatus> Trainer::TrainOnce() {
  {
    const std::lock_guard lock(mutex_);
    Begin();
  }
  Run({});
  return Status("");
}

void Trainer::Begin() {
  const TimePoint now = clock_();
  trainings_.push_back(
      {.training_id = absl::StrCat("training-", now.time_since_epoch().count(), "-", ++begun_),
       .started_at = now});
  if (trainings_.size() > kTrainingsRemembered) trainings_.erase(trainings_.begin());
}

void Trainer::Loop(std::stop_token stop) {
  setpriority(PRIO_PROCESS, 0, kNiceness);  // on Linux: this thread, and those it will start
  while (!stop.stop_requested()) {
    bool asked = false;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, options_.poll, [this] { return requested_; });
      if (stop.stop_requested()) break;
      asked = std::exchange(requested_, false);
      if (!asked && Due()) {
        Begin();
        asked = true;
      }
    }
    if (asked) {
      Run(stop);
    } else {
      // Nobody waits for this one; a failure shows when a training is asked for.
      RefreshPopularity().IgnoreError();
    }
  }
}

bool Trainer::Due() const {
  const uint64_t sequence = store_.LastSequence();
  const auto model = models_.Current();
  const uint64_t fresh = sequence - std::min(sequence, model->sequence);
  const TimePoint now = clock_();
  const TimePoint last_try = trainings_.empty() ? TimePoint::min() : trainings_.back().started_at;
  if (fresh == 0 || sequence == tried_sequence_)
    return false;  // nothing to learn that was not tried
  const bool enough = options_.after_events > 0 && fresh >= options_.after_events &&
                      sequence - std::min(sequence, tried_sequence_) >= options_.after_events;
  const bool time = options_.interval.count() > 0 && model->kind == ModelKind::kTrained &&
                    now - std::max(model->trained_at, last_try) >= options_.interval;
  return enough || time;
}

void Trainer::Run(std::stop_token stop) {
  auto model = Learn(stop);
  if (!model.ok()) return Finish(model.status(), "");
  Report(TrainingStage::kPublishing, 0);
  const std::string version = model->version;
  const std::string remark = model->remark;
  if (absl::Status published = models_.Publish(*std::move(model)); !published.ok()) {
    return Finish(published, "");
  }
  Finish(version, remark);
}

absl::StatusOr<ModelSnapshot> Trainer::Learn(std::stop_token stop) {
  const TimePoint began = clock_();
  const uint64_t expected = std::max<uint64_t>(1, store_.LastSequence());
  {
    const std::lock_guard lock(mutex_);
    tried_sequence_ = expected;
  }
  uint64_t sequence = 0;
  const auto on_rows = [&](size_t rows) {
    const std::lock_guard lock(mutex_);
    trainings_.back().rows = static_cast<int64_t>(rows);
    trainings_.back().fraction =
        kStageBegins[1] * std::min(1.0, static_cast<double>(rows) / static_cast<double>(expected));
  };
  const auto log = ReadLog(store_, on_rows, stop, &sequence);
  if (!log.ok()) return log.status();
  auto model = rapport::Learn(
      *log, {.als = options_.als, .window_days = options_.window_days, .threads = options_.threads},
      [this](LearnStage stage, double fraction) { Report(StageOf(stage), fraction); }, stop);
  if (!model.ok()) return model.status();
  model->trained_at = clock_();
  model->version = VersionFor(sequence, model->trained_at);
  model->sequence = sequence;
  model->training_seconds = SecondsBetween(began, model->trained_at);
  return model;
}

void Trainer::Report(TrainingStage stage, double fraction) {
  const std::lock_guard lock(mutex_);
  const auto index = static_cast<size_t>(stage);
  trainings_.back().stage = stage;
  trainings_.back().fraction =
      kStageBegins[index] + fraction * (kStageBegins[index + 1] - kStageBegins[index]);
}

void Trainer::Finish(const absl::StatusOr<std::string>& version, std::string_view remark) {
  TrainingStatus finished;
  {
    const std::lock_guard lock(mutex_);
    TrainingStatus& training = trainings_.back();
    training.elapsed_seconds = SecondsBetween(training.started_at, clock_());
    if (version.ok()) {
      training.state = TrainingState::kSucceeded;
      training.fraction = 1;
      training.model_version = *version;
      training.message = remark;
    } else {
      training.state =
          absl::IsCancelled(version.status()) ? TrainingState::kCancelled : TrainingState::kFailed;
      training.message = std::string(version.status().message());
    }
    finished = training;
  }
  if (on_finished_) on_finished_(finished);
}

absl::Status Trainer::RefreshPopularity() {
  if (models_.Current()->kind == ModelKind::kTrained ||
      store_.LastSequence() == popularity_sequence_)
    return absl::OkStatus();
  uint64_t sequence = 0;
  const auto log = ReadLog(store_, nullptr, {}, &sequence);
  if (!log.ok()) return log.status();
  popularity_sequence_ = sequence;
  ModelSnapshot model = PopularityModel(*log);
  model.trained_at = clock_();
  model.version = VersionFor(sequence, model.trained_at);
  model.sequence = sequence;
  return models_.Publish(std::move(model));
}

}  // namespace rapport
