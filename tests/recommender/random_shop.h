// RandomShop: a made-up shop of one's own for each seed: described items and others, customers with
// tastes, gifts, returns, a trained model; and requests of every kind for lists of it. Equal seeds
// make equal shops. For one thread.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "services/recommender/suggest_query.h"
#include "tests/recommender/shop.h"

namespace rapport {

class RandomShop {
 public:
  // `change`: what becomes of each purchase before it is recorded.
  explicit RandomShop(
      uint64_t seed, const std::function<void(Purchase&)>& change = [](Purchase&) {});

  // Another time of the shop: rules, and what can be sold.
  void ChangeRules();
  // A list of anybody, with anything that a request can say, but pages.
  SuggestQuery Query();
  // Of the items that were bought; and one that was described alone, and one that nobody knows.
  const std::vector<std::string>& items() const { return items_; }
  std::string Customer() { return testing::Id("c", static_cast<int64_t>(Below(kCustomers))); }
  uint64_t Below(uint64_t number) { return random_() % number; }
  bool OneIn(uint64_t number) { return Below(number) == 0; }

  Shop shop;

 private:
  static constexpr uint64_t kCustomers = 50;
  static constexpr uint64_t kItems = 48;

  std::string Item() { return testing::Id("i", static_cast<int64_t>(Below(kItems))); }
  std::string FilterText();
  void Describe();
  void Fill(const std::function<void(Purchase&)>& change);

  std::mt19937_64 random_;
  std::vector<std::string> items_;
};

}  // namespace rapport
