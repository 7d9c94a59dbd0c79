#include "services/recommender/past_purchases.h"

#include <algorithm>

namespace rapport {

PastPurchases::PastPurchases(const CustomerState& state, const Vocabulary& vocabulary,
                             const ItemTable& items)
    : state_(state), table_(items) {
  for (const HistoryLine& line : state.bought()) {
    if (const auto item = vocabulary.Find(line.purchase.item_id)) bought_.push_back(*item);
  }
}

bool PastPurchases::BoughtWithin(std::string_view item_id, std::chrono::seconds within) const {
  return std::ranges::any_of(state_.bought(), [&](const HistoryLine& line) {
    return line.purchase.item_id == item_id && state_.as_of - line.purchase.purchased_at <= within;
  });
}

bool PastPurchases::BoughtIn(std::string_view category) const {
  return std::ranges::any_of(bought_, [&](ItemIndex item) {
    return std::ranges::find(table_[item]->category_path, category) !=
           table_[item]->category_path.end();
  });
}

}  // namespace rapport
