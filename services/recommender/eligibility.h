// Eligibility: which items a list may hold, and what kept the others out. For one request.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/top_k.h"

namespace rapport {

enum class LeftOutBy {
  kNotAmongOnly,
  kExcluded,
  kPool,
  kBasket,
  kFilter,
  kUnavailable,
  kRule,
  kMinConfidence,
  kLimit,
};

struct LeftOut {
  LeftOutBy by;
  std::string rule_id;  // kRule
  int64_t items = 0;    // that nothing before it had left out
  bool operator==(const LeftOut&) const = default;
};

class Eligibility {
 public:
  // At first every item of the model. `traced`: removed() is wanted.
  explicit Eligibility(const ItemScan& scan, bool traced = false)
      : items_(scan.All()), count_(items_.Count()), traced_(traced) {}

  void Keep(const ItemScan::Filter& admitted, LeftOutBy by, std::string rule_id = "") {
    if (traced_) {
      removed_.push_back(admitted.Complement());
      removed_.back() &= items_;
    }
    items_ &= admitted;
    const size_t left = items_.Count();
    if (left < count_) {
      left_out_.push_back({by, std::move(rule_id), static_cast<int64_t>(count_ - left)});
    } else if (traced_) {
      removed_.pop_back();
    }
    count_ = left;
  }

  const ItemScan::Filter& items() const { return items_; }
  size_t count() const { return count_; }
  // In the order in which they were asked.
  const std::vector<LeftOut>& left_out() const { return left_out_; }
  // Which items each of left_out() is about.
  const std::vector<ItemScan::Filter>& removed() const { return removed_; }

 private:
  ItemScan::Filter items_;
  size_t count_;
  const bool traced_;
  std::vector<LeftOut> left_out_;
  std::vector<ItemScan::Filter> removed_;
};

}  // namespace rapport
