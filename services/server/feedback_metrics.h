// FeedbackMetrics: what people reported, counted for Prometheus. Any thread.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <mutex>
#include <set>
#include <string>

#include "data/records.h"

namespace rapport::server {

class FeedbackMetrics {
 public:
  // The registry must outlive this.
  explicit FeedbackMetrics(prometheus::Registry& registry);

  void Reported(const Outcome& outcome);
  void Reported(const Insight& insight);
  void Undone() { undone_.Increment(); }

 private:
  // Clients choose what claims are called: the first so many have a series of their own, all
  // others are "other".
  static constexpr size_t kMostClaims = 32;
  std::string ClaimLabel(const std::string& claim);

  prometheus::Family<prometheus::Counter>& outcomes_;
  prometheus::Family<prometheus::Counter>& answers_;
  prometheus::Family<prometheus::Counter>& insights_;
  prometheus::Counter& undone_;
  std::mutex mutex_;
  std::set<std::string> claims_;  // guarded by mutex_
};

}  // namespace rapport::server
