#include "services/recommender/past_purchases.h"

#include <algorithm>

namespace rapport {

std::vector<ItemIndex> PastPurchases::Items() const {
  std::vector<ItemIndex> items;
  for (const HistoryLine& line : state_.bought()) {
    if (!IsTheirs(line)) continue;
    if (const auto item = vocabulary_.Find(line.purchase.item_id)) items.push_back(*item);
  }
  return items;
}

bool PastPurchases::BoughtWithin(std::string_view item_id, std::chrono::seconds within) const {
  return std::ranges::any_of(state_.bought(), [&](const HistoryLine& line) {
    return line.purchase.item_id == item_id && IsTheirs(line) &&
           state_.as_of - line.purchase.purchased_at <= within;
  });
}

bool PastPurchases::BoughtIn(std::string_view category) const {
  return std::ranges::any_of(Items(), [&](ItemIndex item) {
    const std::vector<std::string>& path = items_[item]->category_path;
    return std::ranges::find(path, category) != path.end();
  });
}

}  // namespace rapport
