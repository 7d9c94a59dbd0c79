#include "model/scan_query.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace rapport {

ItemScan::Query::Query(const ItemScan& scan, const Scorer& scorer) : bytes(scan.width_) {
  if (scorer.notes() != nullptr && !scorer.notes()->caps().empty()) {
    Filter items = scan.None();
    for (const Cap& cap : scorer.notes()->caps()) items.Admit(cap.item);
    capped = std::move(items.words_);
  }
  std::vector<double> values(scan.width_, 0.0);
  size_t column = 0, first = scan.width_, last = 0;
  double parts = 0;  // the lengths of what was added up, which may be more than what came out
  for (size_t taste = 0; taste < scan.model_.tastes.size(); ++taste) {
    const auto width = static_cast<size_t>(scan.model_.tastes[taste].factors.cols());
    for (const WeightedTaste& weighted : scorer.tastes()) {
      if (&weighted.folded->taste() != &scan.model_.tastes[taste]) continue;
      first = std::min(first, column);
      last = column + width;
      const double unit = weighted.weight * scan.units_[taste];
      for (size_t factor = 0; factor < width; ++factor)
        values[column + factor] =
            unit * weighted.folded->vector()[static_cast<Eigen::Index>(factor)];
      if (weighted.noted == nullptr) continue;
      for (size_t factor = 0; factor < width; ++factor)
        values[column + factor] +=
            unit * weighted.noted->vector()[static_cast<Eigen::Index>(factor)];
      parts +=
          std::abs(unit) * (weighted.folded->vector().norm() + weighted.noted->vector().norm());
    }
    column += width;
  }
  double greatest = 0, square = 0;
  for (const double value : values) {
    greatest = std::max(greatest, std::abs(value));
    square += value * value;
  }
  const float scale = static_cast<float>(greatest / scan.kernel_.levels);
  double length = 0, error = 0;
  for (size_t at = 0; at < values.size() && scale > 0; ++at) {
    const double level = std::clamp(std::nearbyint(values[at] / scale), -1.0 * scan.kernel_.levels,
                                    1.0 * scan.kernel_.levels);
    bytes[at] = static_cast<int8_t>(level);
    length += level * level;
    error += (values[at] - level * scale) * (values[at] - level * scale);
  }
  const double fuzz = kDoubleRounding * parts;
  norm = AtLeast(std::sqrt(square) * (1 + kRounding) + fuzz);
  // Tastes without a weight, before those that have one and behind them, are not read.
  first = std::min(first, last) / kScanColumns * kScanColumns;
  last = (last + kScanColumns - 1) / kScanColumns * kScanColumns;
  of_kernel = {
      .bytes = bytes.data() + first,
      .first_column = first,
      .width = last - first,
      .offset = 128 * std::accumulate(bytes.data(), bytes.data() + scan.width_, int32_t{0}),
      .scale = scale,
      .length = AtLeast(std::sqrt(length) * scale * (1 + kRounding)),
      .error = AtLeast(std::sqrt(error) + kRounding * (norm + std::sqrt(length) * scale) + fuzz)};
  if (!(scale > 0)) of_kernel.error = norm;
}

}  // namespace rapport
