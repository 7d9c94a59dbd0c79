// Metrics: what the server counts. Names begin with rapport_, units are base units, and a customer
// or an item is never a label. References are looked up once, so that counting costs tens of
// nanoseconds. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "data/store.h"
#include "grpcpp/support/status.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/clienteling/moment_list.h"
#include "services/recommender/shadow.h"
#include "services/recommender/trainer.h"
#include "services/server/feedback_metrics.h"
#include "services/talk/talker.h"

namespace rapport::server {

// The figures of one gRPC method.
class MethodMetrics {
 public:
  MethodMetrics(std::string name, prometheus::Family<prometheus::Counter>& requests,
                prometheus::Histogram& seconds, prometheus::Gauge& in_flight);

  const std::string& name() const { return name_; }
  void Began() { in_flight_.Increment(); }
  void Ended(grpc::StatusCode code, double seconds);
  // A call that did not begin: counted, and no latency.
  void Refused(grpc::StatusCode code) { ByCode(code).Increment(); }

 private:
  prometheus::Counter& ByCode(grpc::StatusCode code);

  const std::string name_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Histogram& seconds_;
  prometheus::Gauge& in_flight_;
  std::array<std::atomic<prometheus::Counter*>, 17> by_code_ = {};  // filled on first use
};

// What became of purchases, or of returns.
struct LineCounters {
  prometheus::Counter& accepted;
  prometheus::Counter& duplicate;
  prometheus::Counter& conflict;
  prometheus::Counter& rejected;
};

// How trainings ended.
struct TrainingCounters {
  prometheus::Counter& succeeded;
  prometheus::Counter& failed;
  prometheus::Counter& cancelled;
  prometheus::Counter& rejected;
  prometheus::Counter& too_little;
};

// What became of requests that the shadow was to answer too.
struct ShadowFigures {
  prometheus::Counter& compared;
  prometheus::Counter& dropped;
  prometheus::Counter& failed;
  prometheus::Histogram& overlap;
  prometheus::Histogram& running_seconds;
  prometheus::Histogram& shadow_seconds;
};

// What suggestions rested on.
struct SourceCounters {
  prometheus::Counter& personal;
  prometheus::Counter& popular;
};

// What talks came to, by mode, and what became of their points.
struct TalkCounters {
  prometheus::Counter& suggest;
  prometheus::Counter& ask_first;
  prometheus::Counter& listen;
  prometheus::Counter& hand_over;
  prometheus::Counter& points;
  prometheus::Counter& withheld;
};

// Moments told, by kind.
struct MomentCounters {
  prometheus::Counter& first_order;
  prometheus::Counter& first_in_category;
  prometheus::Counter& nth_order;
};

// What became of moments, by occasion and suppression in their orders; of fates the first is a
// claim.
struct MomentListFigures {
  std::array<prometheus::Counter*, kOccasions> listed;
  std::array<prometheus::Counter*, clienteling::kSuppressions> suppressed;
  std::array<std::array<prometheus::Counter*, kMomentFates + 1>, kOccasions> claims;
};

class Metrics {
 private:
  const std::shared_ptr<prometheus::Registry> registry_;  // first: the members below live in it

 public:
  explicit Metrics(std::string_view version);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

  // Of "PurchaseService/RecordPurchases". Lives as long as this. Looks up under a lock: once a
  // method, not once a call.
  MethodMetrics& Method(const std::string& name);

  // Listeners for those who do not know prometheus.
  void Committed(const CommitReport& report);
  void Trained(const TrainingStatus& status);
  void Shadowed(const ShadowEvent& event);
  void Explained(double relative_residual, bool exceeded);
  void Talked(const talk::Talk& talk);
  void Told(std::span<const Moment> moments);
  void Listed(const clienteling::MomentList& list);
  void Claimed(const MomentClaim& claim);
  // Of the model that serves at start, so that an old one is seen as old.
  void SetLastTraining(TimePoint trained_at);

  LineCounters purchases;
  LineCounters returns;
  SourceCounters suggestions;
  prometheus::Counter& model_load_failures;
  prometheus::Gauge& store_refuses_writes;
  prometheus::Histogram& history_lines;
  prometheus::Counter& ungrounded_text;
  FeedbackMetrics feedback;

 private:
  prometheus::Counter& residual_exceeded_;
  prometheus::Histogram& residual_;
  prometheus::Histogram& batch_events_;
  prometheus::Histogram& sync_seconds_;
  prometheus::Histogram& visible_seconds_;
  TrainingCounters trainings_;
  prometheus::Histogram& training_seconds_;
  prometheus::Gauge& training_last_success_;
  ShadowFigures shadow_;
  TalkCounters talks_;
  MomentCounters moments_;
  MomentListFigures moment_lists_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& request_seconds_;
  prometheus::Family<prometheus::Gauge>& requests_in_flight_;

  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<MethodMetrics>> methods_;  // guarded by mutex_
};

}  // namespace rapport::server
