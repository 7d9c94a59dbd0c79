// PastPurchases: what a filter may ask of a customer's past: every purchase of theirs counts,
// whether it was kept or not, and gifts too. What lies in the basket is not bought yet. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "services/filter/item_filter.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/item_table.h"

namespace rapport {

class PastPurchases final : public CustomerPast {
 public:
  // Knows the categories of items that the model knows. All must outlive this.
  PastPurchases(const CustomerState& state, const Vocabulary& vocabulary, const ItemTable& items)
      : state_(state), vocabulary_(vocabulary), items_(items) {}

  bool BoughtWithin(std::string_view item_id, std::chrono::seconds within) const override;
  bool BoughtIn(std::string_view category) const override;
  // The model's items that were bought; each as often as it was.
  std::vector<ItemIndex> Items() const;

 private:
  const CustomerState& state_;
  const Vocabulary& vocabulary_;
  const ItemTable& items_;
};

}  // namespace rapport
