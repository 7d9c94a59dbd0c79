// The made-up shop is what its header promises: otherwise the benchmark measures something else.
#include "tests/bench/scale_shop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "data/csv/purchase_source.h"

namespace rapport {
namespace {

constexpr int64_t kPurchases = 40'000;

std::string Csv(int64_t purchases) {
  std::ostringstream out;
  ScaleShop(purchases).Write(out);
  return out.str();
}

std::vector<Purchase> Read(const std::string& csv) {
  std::istringstream in(csv);
  const auto source = csv::PurchaseSource::FromStream(in, "shop", csv::Format::kPurchases);
  std::vector<Event> events;
  while (source.ok() && *(*source)->Read(1'000, &events)) {
  }
  std::vector<Purchase> purchases;
  for (Event& event : events) purchases.push_back(std::get<Purchase>(std::move(event)));
  return purchases;
}

// Made once: every test looks at the same shop.
const std::vector<Purchase>& Shop() {
  static const std::vector<Purchase> purchases = Read(Csv(kPurchases));
  return purchases;
}

TEST(ScaleShop, HasAsManyPurchasesCustomersAndItemsAsItSays) {
  const ScaleShop shop(kPurchases);
  std::set<std::string> customers, items, events;
  for (const Purchase& purchase : Shop()) {
    if (!purchase.customer_id.empty()) customers.insert(purchase.customer_id);
    items.insert(purchase.item_id);
    events.insert(purchase.event_id);
  }
  EXPECT_EQ(Shop().size(), static_cast<size_t>(kPurchases));
  EXPECT_EQ(events.size(), Shop().size());
  EXPECT_EQ(customers.size(), static_cast<size_t>(shop.customers()));
  EXPECT_TRUE(customers.contains(ScaleShop::CustomerId(shop.customers() - 1)));
  EXPECT_GE(items.size(), static_cast<size_t>(shop.items()) * 99 / 100);
  EXPECT_LE(items.size(), static_cast<size_t>(shop.items()));
}

TEST(ScaleShop, IsTheSameShopEveryTime) { EXPECT_EQ(Csv(2'000), Csv(2'000)); }

TEST(ScaleShop, SellsInOrderOfTimeOverTwoYears) {
  const auto earlier = [](const Purchase& a, const Purchase& b) {
    return a.purchased_at < b.purchased_at;
  };
  EXPECT_TRUE(std::is_sorted(Shop().begin(), Shop().end(), earlier));
  EXPECT_GT(Shop().back().purchased_at - Shop().front().purchased_at, std::chrono::days(729));
}

TEST(ScaleShop, SellsMostOfFewItemsToFewCustomersWhoComeAgainForTheSame) {
  std::map<std::string, int> of_customer, of_item;
  std::set<std::pair<std::string, std::string>> pairs;
  int known = 0;
  for (const Purchase& purchase : Shop()) {
    ++of_item[purchase.item_id];
    if (purchase.customer_id.empty()) continue;
    ++known;
    ++of_customer[purchase.customer_id];
    pairs.emplace(purchase.customer_id, purchase.item_id);
  }
  // Of all purchases, the part that the first tenth makes.
  const auto top_tenth = [](const std::map<std::string, int>& counts) {
    std::vector<int> sorted;
    int sum = 0, top = 0;
    for (const auto& [id, count] : counts) sorted.push_back(count), sum += count;
    std::ranges::sort(sorted, std::greater());
    for (size_t place = 0; place < sorted.size() / 10; ++place) top += sorted[place];
    return static_cast<double>(top) / sum;
  };
  EXPECT_GT(top_tenth(of_item), 0.3);
  EXPECT_GT(top_tenth(of_customer), 0.35);
  EXPECT_LT(static_cast<double>(pairs.size()) / known, 0.95);
  EXPECT_GT(static_cast<int>(Shop().size()) - known, 0) << "guests";
}

}  // namespace
}  // namespace rapport
