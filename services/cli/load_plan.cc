#include "services/cli/load_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

namespace rapport::cli {
namespace {

constexpr std::array<std::string_view, kCallTypeCount> kNames = {"suggest", "explain", "record",
                                                                 "get-item", "ping"};
constexpr double kMostWeight = 1e6;

size_t IndexOf(CallType type) { return static_cast<size_t>(type); }

absl::Status Wrong(std::string_view part, const std::string& expected) {
  return absl::InvalidArgumentError("given " + std::string(part) + "; expected " + expected);
}

std::optional<CallType> ParseName(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return kCallTypes[static_cast<size_t>(found - kNames.begin())];
}

}  // namespace

std::string_view CallName(CallType type) { return kNames[IndexOf(type)]; }

absl::StatusOr<Mix> Mix::Parse(std::string_view text) {
  Mix mix;
  std::array<bool, kCallTypeCount> given = {};
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const size_t equals = std::min(part.find('='), part.size());
    const auto type = ParseName(part.substr(0, equals));
    if (!type) return Wrong(part, "CALL=WEIGHT of suggest, explain, record, get-item or ping");
    if (std::exchange(given[IndexOf(*type)], true)) return Wrong(part, "each call once");
    const std::string_view number = part.substr(std::min(equals + 1, part.size()));
    double& weight = mix.weights_[IndexOf(*type)];
    const auto [end, failed] =
        std::from_chars(number.data(), number.data() + number.size(), weight);
    if (failed != std::errc{} || end != number.data() + number.size() || !(weight >= 0) ||
        weight > kMostWeight) {
      return Wrong(part, "a weight of 0 to 1,000,000");
    }
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
  }
  if (std::accumulate(mix.weights_.begin(), mix.weights_.end(), 0.0) > 0) return mix;
  return absl::InvalidArgumentError("no call has a weight above 0");
}

double Mix::Share(CallType type) const {
  return weights_[IndexOf(type)] / std::accumulate(weights_.begin(), weights_.end(), 0.0);
}

CallType Mix::Draw(std::mt19937_64& chance) const {
  const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  double at = std::uniform_real_distribution<double>(0, sum)(chance);
  CallType drawn = kCallTypes.front();
  for (const CallType type : kCallTypes) {
    const double weight = weights_[IndexOf(type)];
    if (weight == 0) continue;
    drawn = type;  // the last of them if rounding leaves none
    if (at < weight) break;
    at -= weight;
  }
  return drawn;
}

Schedule::Schedule(Time begin, double rate, double seconds)
    : begin_(begin), rate_(rate), size_(static_cast<int64_t>(std::llround(rate * seconds))) {}

Schedule::Time Schedule::At(int64_t call) const {
  return begin_ + std::chrono::duration_cast<Time::duration>(
                      std::chrono::duration<double>(static_cast<double>(call) / rate_));
}

}  // namespace rapport::cli
