#include "services/recommender/shadow.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/rank_overlap.h"
#include "services/recommender/low_priority.h"

namespace rapport {
namespace {

constexpr size_t kMostWaiting = 64;
constexpr size_t kDurations = 1'000;

// Evenly in [0, 1) and without a pattern, so that no rhythm in the requests meets one in the sample
// (splitmix64, Steele, Lea, Flood, OOPSLA 2014).
double Scatter(uint64_t number) {
  number = (number + 1) * 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return static_cast<double>((number ^ (number >> 31)) >> 11) * 0x1p-53;
}

std::vector<std::string> IdsOf(const SuggestionList& list) {
  std::vector<std::string> ids;
  for (const Suggestion& suggestion : list.suggestions) ids.push_back(suggestion.item->item_id);
  return ids;
}

double Quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  const ptrdiff_t place = std::lround(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<size_t>(place)];
}

}  // namespace

struct Shadow::Comparison {
  double overlap = 0;
  double rank_biased_overlap = 0;
  bool same_first = false;
  double running_seconds = 0;
  double shadow_seconds = 0;
};

void Shadow::Durations::Add(double value) {
  if (seconds.size() < kDurations) seconds.push_back(value);
  seconds[next] = value;
  next = (next + 1) % kDurations;
}

Latency Shadow::Durations::Quantiles() const {
  return {.p50_seconds = Quantile(seconds, 0.5), .p99_seconds = Quantile(seconds, 0.99)};
}

Shadow::Shadow(const Suggester& suggester, const ModelShelf& models, Clock clock,
               std::function<void(const ShadowEvent&)> listener)
    : suggester_(suggester),
      models_(models),
      clock_(std::move(clock)),
      listener_(std::move(listener)),
      thread_([this](const std::stop_token& stop) { Work(stop); }) {}

absl::Status Shadow::Set(std::string_view version, double sample_rate) {
  if (models_.Current()->version == version)
    return absl::FailedPreconditionError("this model serves already; name another that is kept");
  if (!models_.Keeps(version))
    return absl::NotFoundError(absl::StrCat("there is no model ", std::string(version)));
  auto model = models_.ServingOf(version);
  if (!model.ok()) return model.status();
  const std::lock_guard lock(mutex_);
  model_.swap(*model);  // the old one dies after the lock is gone
  waiting_.clear();
  running_ = shadow_ = {};
  status_ = {.model_version = std::string(version),
             .sample_rate = sample_rate,
             .since = clock_(),
             .note = ""};
  rate_ = sample_rate;
  return absl::OkStatus();
}

void Shadow::Clear() {
  std::shared_ptr<const ServingModel> gone;  // dies after the lock is gone
  const std::lock_guard lock(mutex_);
  gone = model_;
  Stop("");
}

void Shadow::Stop(std::string note) {
  model_ = nullptr;
  waiting_.clear();
  rate_ = status_.sample_rate = 0;
  if (!note.empty()) status_.note = std::move(note);
}

std::string Shadow::Ended(const std::string& version) const {
  if (models_.Current()->version == version) return "ended: the model serves now";
  if (!models_.Keeps(version)) return "ended: the model is no longer kept";
  return {};
}

ShadowStatus Shadow::Status() const {
  ShadowStatus status;
  {
    const std::lock_guard lock(mutex_);
    status = status_;
    status.running = running_.Quantiles();
    status.shadow = shadow_.Quantiles();
  }
  if (status.compared > 0) {
    const auto count = static_cast<double>(status.compared);
    status.mean_overlap /= count;
    status.mean_rank_biased_overlap /= count;
    status.same_first /= count;
  }
  if (status.sample_rate == 0) return status;
  // It may have ended since the last request.
  if (std::string ended = Ended(status.model_version); !ended.empty()) {
    status.sample_rate = 0;
    status.note = std::move(ended);
  }
  return status;
}

void Shadow::Offer(const SuggestQuery& query, TimePoint as_of) {
  const double rate = rate_.load(std::memory_order_relaxed);
  if (rate == 0 || Scatter(offered_.fetch_add(1, std::memory_order_relaxed)) >= rate) return;
  {
    const std::lock_guard lock(mutex_);
    if (model_ == nullptr) return;
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back(query);
      waiting_.back().as_of = as_of;
      arrived_.notify_one();
      return;
    }
    ++status_.dropped;
  }
  if (listener_) listener_({.result = ShadowEvent::Result::kDropped});
}

absl::Status Shadow::Compare(const std::shared_ptr<const ServingModel>& shadow,
                             const SuggestQuery& query, bool shadow_first,
                             Comparison* comparison) const {
  const auto running = models_.Serving();
  std::vector<std::string> running_ids;
  std::vector<std::string> shadow_ids;
  for (const bool by_shadow : {shadow_first, !shadow_first}) {
    const TimePoint began = clock_();
    const auto list = suggester_.SuggestBy(by_shadow ? shadow : running, query);
    const double seconds = std::chrono::duration<double>(clock_() - began).count();
    if (!list.ok()) return list.status();
    (by_shadow ? comparison->shadow_seconds : comparison->running_seconds) = std::max(0.0, seconds);
    (by_shadow ? shadow_ids : running_ids) = IdsOf(*list);
  }
  comparison->overlap = Overlap(running_ids, shadow_ids);
  comparison->rank_biased_overlap = RankBiasedOverlap(running_ids, shadow_ids);
  comparison->same_first = running_ids.empty()
                               ? shadow_ids.empty()
                               : !shadow_ids.empty() && running_ids.front() == shadow_ids.front();
  return absl::OkStatus();
}

std::optional<Shadow::Job> Shadow::Next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
  if (stop.stop_requested()) return std::nullopt;
  Job job{.model = model_, .query = std::move(waiting_.front())};
  waiting_.pop_front();
  lock.unlock();
  auto fresh = models_.UpToDate(job.model);
  lock.lock();
  if (model_ == job.model) model_ = fresh;
  job.model = std::move(fresh);
  return job;
}

void Shadow::Work(const std::stop_token& stop) {
  LowerThreadPriority();
  bool shadow_first = false;
  while (const auto job = Next(stop)) {
    if (std::string ended = Ended(job->model->model().version); !ended.empty()) {
      const std::lock_guard lock(mutex_);
      if (job->model == model_) Stop(std::move(ended));
      continue;
    }
    Comparison comparison;
    absl::Status compared;
    shadow_first = !shadow_first;
    try {
      compared = Compare(job->model, job->query, shadow_first, &comparison);
    } catch (const std::exception& thrown) {  // of libraries: no memory
      compared = absl::InternalError(thrown.what());
    }
    if (listener_) {
      listener_(
          {.result = compared.ok() ? ShadowEvent::Result::kCompared : ShadowEvent::Result::kFailed,
           .overlap = comparison.overlap,
           .running_seconds = comparison.running_seconds,
           .shadow_seconds = comparison.shadow_seconds});
    }
    const std::lock_guard lock(mutex_);
    if (job->model == model_) Record(compared, comparison);
  }
}

void Shadow::Record(const absl::Status& compared, const Comparison& comparison) {
  if (!compared.ok()) {
    ++status_.failed;
    status_.note = std::string(compared.message());
    return;
  }
  ++status_.compared;
  status_.mean_overlap += comparison.overlap;
  status_.mean_rank_biased_overlap += comparison.rank_biased_overlap;
  status_.same_first += comparison.same_first ? 1 : 0;
  running_.Add(comparison.running_seconds);
  shadow_.Add(comparison.shadow_seconds);
}

}  // namespace rapport
