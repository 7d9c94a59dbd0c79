#include "model/faithfulness/measures.h"

#include <algorithm>
#include <map>

namespace rapport {
namespace {

constexpr double kCutCount = kCuts + 1;

size_t AtCut(size_t cut, size_t entries) { return (cut * entries + kCuts - 1) / kCuts; }

// Refolds of the ends of one order; many measures ask for the same.
class Ends {
 public:
  Ends(const PlainRefold& refold, std::span<const size_t> order) : refold_(refold), order_(order) {}

  const PlainRefold::Standing& Without(size_t first) {
    return Known(without_, first, WithoutFirst(order_, first));
  }
  const PlainRefold::Standing& Only(size_t first) {
    return Known(only_, first, OnlyFirst(order_, first));
  }

 private:
  const PlainRefold::Standing& Known(std::map<size_t, PlainRefold::Standing>& known, size_t count,
                                     std::span<const size_t> kept) {
    const auto place = known.find(count);
    if (place != known.end()) return place->second;
    return known.emplace(count, refold_.With(kept)).first->second;
  }

  const PlainRefold& refold_;
  const std::span<const size_t> order_;
  std::map<size_t, PlainRefold::Standing> without_, only_;  // by how many
};

double OneIf(bool condition) { return condition ? 1 : 0; }

std::optional<double> Removals(Ends& ends, size_t entries) {
  if (ends.Without(entries).listed) return std::nullopt;
  const size_t most = std::min(entries, kMostRemoved);
  for (size_t removed = 1; removed < most; ++removed) {
    if (!ends.Without(removed).listed) return static_cast<double>(removed);
  }
  return static_cast<double>(most);
}

}  // namespace

Measures MeasuresOf(const PlainRefold& refold, std::span<const size_t> order) {
  Ends ends(refold, order);
  const size_t entries = order.size();
  Measures measures;
  for (size_t place = 0; place < kDepths.size(); ++place) {
    const size_t depth = std::min(kDepths[place], entries);
    measures[static_cast<size_t>(Measure::kPn1) + place] = OneIf(!ends.Without(depth).listed);
    measures[static_cast<size_t>(Measure::kPs1) + place] = OneIf(ends.Only(depth).listed);
  }
  double pos = 0, neg = 0, deleted = 0, inserted = 0;
  for (size_t cut = 0; cut <= kCuts; ++cut) {
    const size_t count = AtCut(cut, entries);
    pos += OneIf(ends.Without(count).listed) / kCutCount;
    neg += OneIf(ends.Only(entries - count).listed) / kCutCount;
    deleted += ends.Without(count).score / kCutCount;
    inserted += ends.Only(count).score / kCutCount;
  }
  Of(measures, Measure::kPos) = pos;
  Of(measures, Measure::kNeg) = neg;
  if (const double whole = ends.Without(0).score; whole > 0) {
    Of(measures, Measure::kDel) = deleted / whole;
    Of(measures, Measure::kIns) = inserted / whole;
  }
  Of(measures, Measure::kCe) = Removals(ends, entries);
  return measures;
}

}  // namespace rapport
