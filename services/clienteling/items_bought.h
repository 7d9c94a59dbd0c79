// ItemsBought: the items of histories, each looked up once, and whether it may be shown to staff.
// Reading it may read from disk. One thread.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "data/store.h"
#include "services/clienteling/known_item.h"
#include "services/clienteling/substitute.h"
#include "services/recommender/serving_model.h"

namespace rapport::clienteling {

class ItemsBought {
 public:
  // All must outlive it.
  ItemsBought(const Store& store, const ServingModel& serving, const Discretion& discretion)
      : store_(store), serving_(serving), discretion_(discretion) {}

  // Codes of Store::GetItem.
  absl::Status Read(std::span<const HistoryLine> lines);
  absl::Status Read(const std::string& item_id);

  // Requires: it was read.
  const KnownItem& operator[](const std::string& item_id) const { return items_.at(item_id); }
  bool Shows(const HistoryLine& line) const { return !items_.at(line.purchase.item_id).hidden; }

 private:
  const Store& store_;
  const ServingModel& serving_;
  const Discretion& discretion_;
  std::unordered_map<std::string, KnownItem> items_;
};

}  // namespace rapport::clienteling
