// Limiter: decides whether one more call may come in, by how many are in flight and how critical it
// is, before anything is spent on it. Each class of methods has one, because a write that waits for
// the disk says nothing about a read. Time is passed in. Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "services/admission/gradient_limit.h"

namespace rapport {

// What is refused first when there is too much: the sheddable, then the default, last the critical.
enum class Criticality { kCritical, kDefault, kSheddable };

inline constexpr std::array kCriticalities = {Criticality::kCritical, Criticality::kDefault,
                                              Criticality::kSheddable};

// "critical", "default", "sheddable".
std::string_view CriticalityName(Criticality criticality);
std::optional<Criticality> ParseCriticality(std::string_view name);

struct LimiterOptions {
  bool on = true;     // false: everybody comes in, and is counted
  int64_t min = 20;   // of the limit; at least 1
  int64_t max = 200;  // of the limit; at least min
};

class Limiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // A place among the calls in flight, given back when it ends, and at the latest by its
  // destructor. One thread at a time.
  class Permit {
   public:
    Permit() = default;  // of no place
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&& other) noexcept;
    ~Permit() { Abandon(); }

    // The call did its work: the time from its admission counts as latency.
    void Served(Time now);
    // Its deadline passed before that. The time that it waited counts if it is longer than usual,
    // so that a limit under which nothing is served in time still falls; a call that came with
    // hardly any time left tells nothing.
    void TimedOut(Time now);
    // Refused further on, cancelled, invalid: nothing is learned.
    void Abandon();

   private:
    friend class Limiter;
    Permit(Limiter& limiter, Time began) : limiter_(&limiter), began_(began) {}

    Limiter* limiter_ = nullptr;
    Time began_;
  };

  struct Figures {
    int64_t limit = 0;
    int64_t in_flight = 0;
    std::array<uint64_t, 3> refused = {};  // in the order of kCriticalities
  };

  explicit Limiter(const LimiterOptions& options)
      : on_(options.on), limit_(options.min, options.max) {}
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;

  // A place, which the caller gives back; none, and counted as refused, if there are as many in
  // flight as this criticality's share of the limit: 1, 0.8 for default, 0.5 for sheddable. Must
  // outlive the permit.
  std::optional<Permit> Admit(Criticality criticality, Time now);

  bool on() const { return on_; }
  Figures figures() const;

 private:
  // How a call ended.
  enum class End { kServed, kTimedOut, kAbandoned };
  void GiveBack(End end, Time began, Time now);
  void Measure(double seconds, Time now);  // Requires: mutex_ is held.

  const bool on_;
  mutable std::mutex mutex_;
  // guarded by mutex_:
  GradientLimit limit_;
  int64_t in_flight_ = 0;
  std::array<uint64_t, 3> refused_ = {};
  Time window_end_;
  int64_t window_most_ = 0;  // in flight at once
  int64_t window_calls_ = 0;
  double window_seconds_ = 0;  // their sum
};

}  // namespace rapport
