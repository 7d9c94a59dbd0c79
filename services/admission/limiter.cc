#include "services/admission/limiter.h"

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

// A window is as long as this and holds at least so many calls: a mean of fewer is noise. Short
// enough to fall from 200 to 20 in six seconds; the long-term average spans 600 of them.
constexpr std::chrono::milliseconds kWindow{250};
constexpr int64_t kLeastCalls = 10;

size_t IndexOf(Criticality criticality) { return static_cast<size_t>(criticality); }

constexpr std::array<double, 3> kShares = {1, 0.8, 0.5};
constexpr std::array<std::string_view, 3> kNames = {"critical", "default", "sheddable"};

}  // namespace

std::string_view CriticalityName(Criticality criticality) { return kNames[IndexOf(criticality)]; }

std::optional<Criticality> ParseCriticality(std::string_view name) {
  for (const Criticality criticality : kCriticalities) {
    if (name == CriticalityName(criticality)) return criticality;
  }
  return std::nullopt;
}

std::optional<Limiter::Permit> Limiter::Admit(Criticality criticality, Time now) {
  const std::lock_guard lock(mutex_);
  const double places = kShares[IndexOf(criticality)] * static_cast<double>(limit_.limit());
  if (on_ && static_cast<double>(in_flight_) >= places) {
    ++refused_[IndexOf(criticality)];
    return std::nullopt;
  }
  ++in_flight_;
  window_most_ = std::max(window_most_, in_flight_);
  return Permit(*this, now);
}

Limiter::Figures Limiter::figures() const {
  const std::lock_guard lock(mutex_);
  return {.limit = limit_.limit(), .in_flight = in_flight_, .refused = refused_};
}

void Limiter::GiveBack(End end, Time began, Time now) {
  const double seconds = std::chrono::duration<double>(now - began).count();
  const std::lock_guard lock(mutex_);
  if (end == End::kServed || (end == End::kTimedOut && seconds > limit_.long_seconds())) {
    Measure(seconds, now);
  }
  --in_flight_;
}

void Limiter::Measure(double seconds, Time now) {
  ++window_calls_;
  window_seconds_ += seconds;
  if (window_calls_ < kLeastCalls || now < window_end_) return;
  limit_.Update(window_seconds_ / static_cast<double>(window_calls_), window_most_);
  window_end_ = now + kWindow;
  window_most_ = in_flight_;
  window_calls_ = 0;
  window_seconds_ = 0;
}

Limiter::Permit::Permit(Permit&& other) noexcept
    : limiter_(std::exchange(other.limiter_, nullptr)), began_(other.began_) {}

Limiter::Permit& Limiter::Permit::operator=(Permit&& other) noexcept {
  if (this != &other) {
    Abandon();
    limiter_ = std::exchange(other.limiter_, nullptr);
    began_ = other.began_;
  }
  return *this;
}

void Limiter::Permit::Served(Time now) {
  if (Limiter* limiter = std::exchange(limiter_, nullptr)) {
    limiter->GiveBack(End::kServed, began_, now);
  }
}

void Limiter::Permit::TimedOut(Time now) {
  if (Limiter* limiter = std::exchange(limiter_, nullptr)) {
    limiter->GiveBack(End::kTimedOut, began_, now);
  }
}

void Limiter::Permit::Abandon() {
  if (Limiter* limiter = std::exchange(limiter_, nullptr)) {
    limiter->GiveBack(End::kAbandoned, began_, began_);
  }
}

}  // namespace rapport
