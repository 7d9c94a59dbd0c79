#include "services/admission/gradient_limit.h"

#include <algorithm>

namespace rapport {
namespace {

// Names and figures of Gradient2Limit.java and ExpAvgMeasurement.java.
constexpr double kTolerance = 1.5;
constexpr double kLeastGradient = 0.5;
constexpr double kSmoothing = 0.2;
constexpr double kQueueSize = 4;
constexpr int kWarmUpWindows = 10;
constexpr double kLongWindow = 600;
constexpr double kRecovered = 2;  // the average is so many times what is measured: load is over
constexpr double kDecay = 0.95;

}  // namespace

GradientLimit::GradientLimit(int64_t min, int64_t max)
    : min_(static_cast<double>(min)), max_(static_cast<double>(max)), estimate_(min_) {}

void GradientLimit::Update(double seconds, int64_t in_flight) {
  Remember(seconds);
  const double tolerated = kTolerance * long_seconds_;
  if (long_seconds_ > kRecovered * seconds) long_seconds_ *= kDecay;
  if (2 * in_flight < limit()) return;
  const double gradient = tolerated >= seconds ? 1 : std::max(kLeastGradient, tolerated / seconds);
  const double aim = estimate_ * gradient + kQueueSize;
  estimate_ = std::clamp(estimate_ + kSmoothing * (aim - estimate_), min_, max_);
}

void GradientLimit::Remember(double seconds) {
  if (windows_ < kWarmUpWindows) {
    ++windows_;
    long_seconds_ += (seconds - long_seconds_) / windows_;
  } else {
    long_seconds_ += (seconds - long_seconds_) * 2 / (kLongWindow + 1);
  }
}

}  // namespace rapport
