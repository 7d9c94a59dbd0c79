// Shadow: a kept model tried on live requests before it serves. A sample of the requests is
// answered again, by the running model and by the one in the shadow, and the two lists are
// compared; what was replied is never touched. This happens on a thread of its own at low priority,
// behind a queue that drops what does not fit. Off until somebody sets a model. Any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "data/records.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/suggester.h"

namespace rapport {

// Over the latest thousand requests that were compared.
struct Latency {
  double p50_seconds = 0;
  double p99_seconds = 0;
};

struct ShadowStatus {
  std::string model_version;  // in the shadow now, or the last one that was; empty: none ever
  double sample_rate = 0;     // part of the requests, 0 to 1; 0: off
  TimePoint since;
  int64_t compared = 0;
  int64_t dropped = 0;                  // the queue was full
  int64_t failed = 0;                   // one of the two could not answer
  double mean_overlap = 0;              // part of a list that the other has too
  double mean_rank_biased_overlap = 0;  // the same with the top counting most
  double same_first = 0;                // part of the requests with the same first item
  // Both answer in the same thread, in turns, so that they can be compared.
  Latency running;
  Latency shadow;
  std::string note;  // the last error, or why it ended by itself
};

// What became of one sampled request.
struct ShadowEvent {
  enum class Result { kCompared, kDropped, kFailed };
  Result result = Result::kCompared;
  double overlap = 0;  // the rest only if it was compared
  double running_seconds = 0;
  double shadow_seconds = 0;
};

class Shadow {
 public:
  // `listener` is told of each event, on any thread; may be empty. References must outlive this.
  Shadow(const Suggester& suggester, const ModelShelf& models, Clock clock,
         std::function<void(const ShadowEvent&)> listener = nullptr);
  // Drops what waits, and joins.
  ~Shadow() = default;
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;

  // Begins anew with a kept model and part of the requests, 0 < sample_rate <= 1. It ends by itself
  // when that model serves or is no longer kept, and with the process. NOT_FOUND: no such trained
  // model; DATA_LOSS: damaged; FAILED_PRECONDITION: it serves already.
  absl::Status Set(std::string_view version, double sample_rate);
  void Clear();
  ShadowStatus Status() const;

  // Told of every request that was answered, with the time of the answer. Costs nanoseconds while
  // nothing is in the shadow or the request is not of the sample; else a copy of the query.
  void Offer(const SuggestQuery& query, TimePoint as_of);

 private:
  struct Durations {
    std::vector<double> seconds;  // a ring
    size_t next = 0;
    void Add(double value);
    Latency Quantiles() const;
  };
  struct Comparison;
  struct Job {
    std::shared_ptr<const ServingModel> model;
    SuggestQuery query;
  };

  void Work(const std::stop_token& stop);
  std::optional<Job> Next(const std::stop_token& stop);
  absl::Status Compare(const std::shared_ptr<const ServingModel>& shadow, const SuggestQuery& query,
                       bool shadow_first, Comparison* comparison) const;
  // Why the model cannot stay in the shadow; empty: it can.
  std::string Ended(const std::string& version) const;
  // With mutex_ held.
  void Stop(std::string note);
  void Record(const absl::Status& compared, const Comparison& comparison);

  const Suggester& suggester_;
  const ModelShelf& models_;
  const Clock clock_;
  const std::function<void(const ShadowEvent&)> listener_;

  std::atomic<double> rate_ = 0;  // status_.sample_rate, for those without the lock
  std::atomic<uint64_t> offered_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  // Guarded by mutex_:
  std::shared_ptr<const ServingModel> model_;  // null: off
  std::deque<SuggestQuery> waiting_;
  ShadowStatus status_;  // sums where it says means, until it is asked for
  Durations running_;
  Durations shadow_;
  std::jthread thread_;  // last: joined first
};

}  // namespace rapport
