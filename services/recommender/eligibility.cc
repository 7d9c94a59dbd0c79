#include "services/recommender/eligibility.h"

#include <utility>

namespace rapport {

void Eligibility::Keep(const ItemScan::Filter& admitted, LeftOutBy by, std::string rule_id) {
  if (traced_) {
    LeftOut reason{.by = by, .rule_id = rule_id, .items = 1};
    steps_.push_back({std::move(reason), admitted.Complement()});
    removed_.push_back(steps_.back().refused);
    removed_.back() &= items_;
  }
  items_ &= admitted;
  const size_t left = items_.Count();
  if (left == count_) {
    if (traced_) removed_.pop_back();
    return;
  }
  left_out_.push_back({by, std::move(rule_id), static_cast<int64_t>(count_ - left)});
  count_ = left;
}

std::vector<LeftOut> Eligibility::ReasonsFor(ItemIndex item) const {
  std::vector<LeftOut> reasons;
  for (const Step& step : steps_) {
    if (step.refused.Admits(item)) reasons.push_back(step.reason);
  }
  return reasons;
}

}  // namespace rapport
