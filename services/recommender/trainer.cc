#include "services/recommender/trainer.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/learn.h"
#include "model/purchase_log.h"
#include "services/recommender/purchase_history.h"

namespace rapport {
namespace {

constexpr size_t kTrainingsRemembered = 20;
constexpr uint64_t kWorthRefreshing =
    20;  // popularity is learned again when the store has grown by a twentieth
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

// Libraries throw when memory runs out or no thread can be had; a training that fails must not end
// the server.
template <typename Work>
absl::StatusOr<ModelSnapshot> Fenced(const Work& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return absl::ResourceExhaustedError("not enough memory to train");
  } catch (const std::exception& thrown) {
    return absl::InternalError(absl::StrCat("training failed: ", thrown.what()));
  }
}

double SecondsBetween(TimePoint from, TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

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
  if (running_ != nullptr && store_.LastSequence() <= tried_sequence_) return *running_;
  waiting_ = Begin();
  wake_.notify_all();
  return *waiting_;
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
    running_ = Begin();
  }
  Run({});
  return Status("");
}

TrainingStatus* Trainer::Begin() {
  const TimePoint now = clock_();
  trainings_.push_back(
      {.training_id = absl::StrCat("training-", now.time_since_epoch().count(), "-", ++begun_),
       .started_at = now});
  if (trainings_.size() > kTrainingsRemembered)
    trainings_.pop_front();  // never the running or waiting one
  return &trainings_.back();
}

void Trainer::Loop(const std::stop_token& stop) {
  setpriority(PRIO_PROCESS, 0, kNiceness);  // on Linux: this thread, and those it will start
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, options_.poll, [this] { return waiting_ != nullptr; });
      if (stop.stop_requested()) break;
      running_ = std::exchange(waiting_, nullptr);
      if (running_ == nullptr && Due()) running_ = Begin();
    }
    if (running_ != nullptr) {
      Run(stop);
    } else {
      // Nobody waits for this one; a failure shows when a training is asked for.
      RefreshPopularity(stop).IgnoreError();
    }
  }
}

bool Trainer::Due() const {
  const uint64_t sequence = store_.LastSequence();
  const ModelShelf::Learned learned = models_.LastLearned();
  // A store restored from a backup may be behind its models; what it holds now counts as learned.
  const uint64_t seen = std::max(std::min(learned.sequence, opened_sequence_), tried_sequence_);
  if (sequence <= seen) return false;  // nothing that was not tried
  const TimePoint now = clock_();
  const TimePoint tried_at = trainings_.empty() ? TimePoint::min() : trainings_.back().started_at;
  const TimePoint last =
      std::max(learned.trained_at == TimePoint{} ? opened_at_ : learned.trained_at, tried_at);
  const bool enough = options_.after_events > 0 && sequence - seen >= options_.after_events &&
                      (trainings_.empty() || now - tried_at >= options_.pause);
  const bool time = options_.interval.count() > 0 && now - last >= options_.interval;
  return enough || time;
}

void Trainer::Run(const std::stop_token& stop) {
  const auto learned = Fenced([&]() -> absl::StatusOr<ModelSnapshot> {
    auto model = Learn(stop);
    if (!model.ok()) return model;
    Report(TrainingStage::kPublishing, 0);
    if (absl::Status published = models_.Publish(*model); !published.ok()) return published;
    return model;
  });
  if (learned.ok()) {
    Finish(learned->version, learned->remark);
  } else {
    Finish(learned.status(), "");
  }
}

absl::StatusOr<ModelSnapshot> Trainer::Learn(const std::stop_token& stop) {
  const TimePoint began = clock_();
  const uint64_t expected = std::max<uint64_t>(1, store_.LastSequence());
  {
    const std::lock_guard lock(mutex_);
    tried_sequence_ = expected;
  }
  uint64_t sequence = 0;
  const auto on_rows = [&](size_t rows) {
    const std::lock_guard lock(mutex_);
    running_->rows = static_cast<int64_t>(rows);
    running_->fraction =
        kStageBegins[1] * std::min(1.0, static_cast<double>(rows) / static_cast<double>(expected));
  };
  const auto log = ReadLog(store_, on_rows, stop, &sequence);
  if (!log.ok()) return log.status();
  auto model = rapport::Learn(
      *log, {.tastes = TastesOf(options_.als, options_.long_half_life_days), .window_days = options_.window_days, .threads = options_.threads},
      [this](LearnStage stage, double fraction) { Report(StageOf(stage), fraction); }, stop);
  if (!model.ok()) return model.status();
  model->trained_at = clock_();
  // Newer than any before, also when the store was restored from an older backup.
  model->version =
      VersionFor(std::max(sequence, models_.LastLearned().sequence), model->trained_at);
  model->sequence = sequence;
  model->training_seconds = SecondsBetween(began, model->trained_at);
  return model;
}

void Trainer::Report(TrainingStage stage, double fraction) {
  const std::lock_guard lock(mutex_);
  const auto index = static_cast<size_t>(stage);
  running_->stage = stage;
  running_->fraction =
      kStageBegins[index] + fraction * (kStageBegins[index + 1] - kStageBegins[index]);
}

void Trainer::Finish(const absl::StatusOr<std::string>& version, std::string_view remark) {
  TrainingStatus finished;
  {
    const std::lock_guard lock(mutex_);
    TrainingStatus& training = *std::exchange(running_, nullptr);
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

absl::Status Trainer::RefreshPopularity(const std::stop_token& stop) {
  if (models_.Current()->kind == ModelKind::kTrained) return absl::OkStatus();
  const uint64_t fresh =
      store_.LastSequence() - std::min(store_.LastSequence(), popularity_sequence_);
  if (fresh == 0 || fresh < popularity_sequence_ / kWorthRefreshing) return absl::OkStatus();
  const auto model = Fenced([&]() -> absl::StatusOr<ModelSnapshot> {
    uint64_t sequence = 0;
    const auto log = ReadLog(store_, nullptr, stop, &sequence);
    if (!log.ok()) return log.status();
    popularity_sequence_ = sequence;
    ModelSnapshot popularity = PopularityModel(*log);
    popularity.trained_at = clock_();
    popularity.version = VersionFor(sequence, popularity.trained_at);
    popularity.sequence = sequence;
    if (absl::Status published = models_.Publish(popularity); !published.ok()) return published;
    return popularity;
  });
  return model.status();
}

}  // namespace rapport
