// Where a customer belongs: to which store, and by which clock they live.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "data/store.h"
#include "services/clienteling/shop_time.h"

namespace rapport::clienteling {

// Their own store; of who has none the one of their last purchase that was in a store. Empty: none
// is known. Pure; any thread.
std::string StoreOf(const Customer& customer, const HistoryView& history);

// Customers' clocks, each made once. One thread.
class CustomerClocks {
 public:
  // `shop`: the clock of who has none, or one that is not known. Must outlive this.
  explicit CustomerClocks(const ShopTime& shop) : shop_(shop) {}

  // Good as long as this is.
  const ShopTime& Of(const Customer& customer);

 private:
  const ShopTime& shop_;
  std::map<std::string, std::unique_ptr<ShopTime>> clocks_;  // null: no zone that is known
};

}  // namespace rapport::clienteling
