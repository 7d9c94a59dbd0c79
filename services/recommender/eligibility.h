// Eligibility: which items a list may hold, and what kept the others out. For one request.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/top_k.h"

namespace rapport {

enum class LeftOutBy {
  kNotAmongOnly,
  kExcluded,
  kAllergy,     // as was reported of the customer, and so the next two
  kDeclined,    // for ever
  kAlreadyHas,  // from elsewhere
  kPool,
  kBasket,
  kFilter,
  kUnavailable,
  kRule,
  kMinConfidence,
  kLimit,           // of a category, or of commercial places
  kDiversity,       // too much like what stands in the list
  kDeclinedLately,  // a rule would have put it forward: declined for now, within kDeclinedSilence
};

struct LeftOut {
  LeftOutBy by;
  std::string rule_id;  // kRule, kDeclinedLately
  int64_t items = 0;    // that nothing before it had left out
  bool operator==(const LeftOut&) const = default;
};

class Eligibility {
 public:
  // At first every item of the model. `traced`: it will be asked which items each step left out.
  explicit Eligibility(const ItemScan& scan, bool traced = false)
      : items_(scan.All()), count_(items_.Count()), traced_(traced) {}

  void Keep(const ItemScan::Filter& admitted, LeftOutBy by, std::string rule_id = "");

  const ItemScan::Filter& items() const { return items_; }
  size_t count() const { return count_; }
  // In the order in which they were asked.
  const std::vector<LeftOut>& left_out() const { return left_out_; }

  // The rest requires `traced`.

  // Everything that leaves the item out, in the order in which it was asked; `items` are 1.
  std::vector<LeftOut> ReasonsFor(ItemIndex item) const;
  // Which items each of left_out() is about.
  const std::vector<ItemScan::Filter>& removed() const { return removed_; }

 private:
  struct Step {
    LeftOut reason;
    ItemScan::Filter refused;  // whether anything before it did so too or not
  };
  ItemScan::Filter items_;
  size_t count_;
  const bool traced_;
  std::vector<LeftOut> left_out_;
  std::vector<ItemScan::Filter> removed_;
  std::vector<Step> steps_;
};

}  // namespace rapport
