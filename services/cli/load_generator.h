// LoadGenerator: sends a planned load to a server and measures what comes back. Open loop: calls go
// out at their times however slow the answers are, and latency counts from the time that was
// planned, so that a stalled server is not flattered by calls that were never sent. Closed loop: so
// many at once, each sent when one before has ended, for the capacity. One run an object; Run()
// from one thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "rapport/v1/recommendation_service.pb.h"
#include "services/cli/latency_histogram.h"
#include "services/cli/load_plan.h"

namespace rapport::cli {

struct LoadOptions {
  Mix mix;
  bool closed = false;
  double rate = 100;                // calls a second; open loop
  int concurrency = 8;              // closed loop
  double seconds = 10;              // that are measured
  double warm_up_seconds = 2;       // before them; sent, not counted
  int64_t max_outstanding = 1'000;  // open loop: beyond it, calls are not sent, and counted as such
  std::chrono::milliseconds deadline{1'000};
  std::string criticality;  // empty: none is said
  uint64_t seed = 1;
};

// Whom and what calls are about, drawn evenly.
struct LoadSubjects {
  struct Suggested {
    std::string token;
    std::string item_id;
  };
  std::vector<std::string> customers;  // not empty if suggest or record are in the mix
  std::vector<std::string> items;      // not empty if record or get-item are
  std::vector<Suggested> suggested;    // not empty if explain is; renewed by what is suggested
};

// What became of the calls of one kind.
struct CallFigures {
  int64_t sent = 0;
  std::map<grpc::StatusCode, int64_t> failed;
  LatencyHistogram latency;  // of those that succeeded: its count is theirs

  int64_t ok() const { return latency.count(); }
  void Add(const CallFigures& other);
};

struct LoadReport {
  std::array<CallFigures, kCallTypeCount> calls;  // in the order of kCallTypes
  int64_t not_sent = 0;                           // because too many were outstanding
  LatencyHistogram late;  // open loop: how much later than planned calls were sent
  double seconds = 0;     // that were measured

  CallFigures All() const;
};

struct LoadProgress {
  double fraction = 0;
  int64_t outstanding = 0;
  int64_t ok = 0;  // since the warm-up
  int64_t failed = 0;
};

class LoadGenerator {
 public:
  using Time = Schedule::Time;

  // Requires: a channel at least.
  LoadGenerator(std::vector<std::shared_ptr<grpc::Channel>> channels, LoadSubjects subjects,
                LoadOptions options);

  // Sends, waits for the last answer, and calls `watch` ten times a second meanwhile.
  LoadReport Run(const std::function<void(const LoadProgress&)>& watch);

 private:
  // A call that is due.
  struct Due {
    Time planned;
    bool counted = false;  // not of the warm-up
  };
  template <class Request, class Response>
  struct Unary;

  void SendAll(const std::stop_token& stop);  // open loop
  void SendFirst();                           // closed loop: as many as there may be at once
  void SendNext();                            // closed loop: unless the time is over
  bool Counted(Time planned) const { return planned >= measured_from_; }
  // Draws a call, then gives the lock of mutex_ back, then sends.
  void Send(Due due, std::unique_lock<std::mutex> lock);
  template <class T>
  const T& Draw(const std::vector<T>& from);  // Requires: mutex_ is held.

  template <class Async, class Request, class Response, class Then>
  void Start(Async* stub,
             void (Async::*method)(grpc::ClientContext*, const Request*, Response*,
                                   std::function<void(grpc::Status)>),
             CallType type, Due due, Request request, Then then);
  void Ended(CallType type, Due due, Time now, const grpc::Status& status);
  void Renew(const v1::SuggestForCustomerResponse& response);

  const LoadOptions options_;
  const std::vector<std::shared_ptr<grpc::Channel>> channels_;
  const std::string run_id_;  // of made-up purchases
  Time begin_;
  Time measured_from_;
  Time end_;

  std::mutex mutex_;
  std::condition_variable changed_;
  // guarded by mutex_:
  LoadSubjects subjects_;
  std::mt19937_64 chance_;
  LoadReport report_;
  size_t next_channel_ = 0;
  int64_t recorded_ = 0;
  int64_t outstanding_ = 0;
  bool all_sent_ = false;
};

}  // namespace rapport::cli
