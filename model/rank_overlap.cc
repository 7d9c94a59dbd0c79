#include "model/rank_overlap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <unordered_set>

namespace rapport {
namespace {

// How many of the first `depth` of each are among the first `depth` of the other.
size_t Common(std::span<const std::string> a, std::span<const std::string> b, size_t depth) {
  const auto a_top = a.first(std::min(depth, a.size()));
  const auto b_top = b.first(std::min(depth, b.size()));
  const std::unordered_set<std::string> known(a_top.begin(), a_top.end());
  return static_cast<size_t>(
      std::ranges::count_if(b_top, [&](const std::string& item) { return known.contains(item); }));
}

}  // namespace

double Overlap(std::span<const std::string> a, std::span<const std::string> b) {
  const size_t length = std::max(a.size(), b.size());
  if (length == 0) return 1;
  return static_cast<double>(Common(a, b, length)) / static_cast<double>(length);
}

double RankBiasedOverlap(std::span<const std::string> a, std::span<const std::string> b,
                         double persistence) {
  const auto [s, l] = std::minmax({a.size(), b.size()});
  if (l == 0) return 1;
  if (s == 0) return 0;
  const auto shorter = static_cast<double>(s);
  const auto common_of_shorter = static_cast<double>(Common(a, b, s));
  double sum = 0;
  for (size_t depth = 1; depth <= l; ++depth) {
    const auto d = static_cast<double>(depth);
    double agreement = static_cast<double>(Common(a, b, depth)) / d;
    // Where the shorter list has ended, it is taken to go on agreeing as it did.
    if (depth > s) agreement += common_of_shorter * (d - shorter) / (d * shorter);
    sum += agreement * std::pow(persistence, d);
  }
  const auto common = static_cast<double>(Common(a, b, l));
  const double beyond =
      ((common - common_of_shorter) / static_cast<double>(l) + common_of_shorter / shorter) *
      std::pow(persistence, static_cast<double>(l));
  return (1 - persistence) / persistence * sum + beyond;
}

}  // namespace rapport
