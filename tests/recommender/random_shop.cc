#include "tests/recommender/random_shop.h"

#include <array>
#include <utility>

namespace rapport {

RandomShop::RandomShop(uint64_t seed, const std::function<void(Purchase&)>& change)
    : random_(seed) {
  Fill(change);
  Describe();
  shop.Train();
}

void RandomShop::Fill(const std::function<void(Purchase&)>& change) {
  std::vector<Event> events;
  int event = 0;
  for (uint64_t number = 0; number < kCustomers; ++number) {
    const std::string customer = testing::Id("c", static_cast<int64_t>(number));
    const uint64_t orders = 1 + Below(12);
    for (uint64_t order = 0; order < orders; ++order) {
      const double days_ago = 1 + static_cast<double>(Below(2'000)) / 10;
      for (uint64_t line = 0; line < 1 + Below(3); ++line) {
        // Of a dozen items that suit their taste; now and then of all.
        const uint64_t item = OneIn(6) ? Below(kItems) : (number % 4) * 12 + Below(6) + Below(6);
        Purchase purchase{.event_id = testing::Id("e", ++event),
                          .customer_id = customer,
                          .item_id = testing::Id("i", static_cast<int64_t>(item)),
                          .order_id = testing::Id("o", static_cast<int64_t>(order)),
                          .purchased_at = shop.DaysAgo(days_ago),
                          .quantity = static_cast<int32_t>(1 + Below(3)),
                          .gift = OneIn(12)};
        if (OneIn(12)) {
          events.push_back(Return{.event_id = testing::Id("r", event),
                                  .customer_id = customer,
                                  .purchase_event_id = purchase.event_id,
                                  .returned_at = shop.DaysAgo(0.5)});
        }
        change(purchase);
        events.push_back(std::move(purchase));
      }
    }
  }
  ASSERT_TRUE(shop.store->AppendAndWait(std::move(events)).ok());
}

void RandomShop::Describe() {
  std::vector<rapport::Item> described;
  for (uint64_t number = 0; number < kItems; ++number) {
    items_.push_back(testing::Id("i", static_cast<int64_t>(number)));
    if (number % 9 == 0) continue;
    described.push_back({.item_id = items_.back(),
                         .category_path = {testing::Id("k", static_cast<int64_t>(number % 5))},
                         .price = Money{"EUR", static_cast<int64_t>(number % 13), 0}});
  }
  described.push_back({.item_id = "described-alone"});
  items_.emplace_back("described-alone");
  items_.emplace_back("unknown");
  ASSERT_TRUE(shop.store->UpsertItemsAndWait(std::move(described)).ok());
}

std::string RandomShop::FilterText() {
  const std::string price = std::to_string(Below(13));
  const std::array<std::string, 5> texts = {
      "price < " + price, "NOT category:k" + std::to_string(Below(5)),
      "bought_within(\"60d\") OR price > " + price, "NOT bought_within(\"30d\")",
      "category:k1 OR category:k2"};
  return texts[Below(texts.size())];
}

void RandomShop::ChangeRules() {
  std::vector<Rule> rules;
  for (int number = 0; number < 4; ++number) {
    rules.push_back({.rule_id = testing::Id("rule", number),
                     .filter = FilterText(),
                     .effect = static_cast<RuleEffect>(1 + Below(4)),
                     .amount = static_cast<double>(Below(9)) / 2 - 1,
                     .position = static_cast<int32_t>(1 + Below(6)),
                     .commercial = OneIn(2)});
    if (rules.back().effect == RuleEffect::kExclude && OneIn(2))
      rules.back().filter = "item_id = \"" + Item() + "\"";
  }
  ASSERT_TRUE(shop.store->UpsertRulesAndWait(std::move(rules)).ok());
  for (int change = 0; change < 3; ++change)
    ASSERT_TRUE(shop.store->SetAvailabilityAndWait(Item(), OneIn(2)).ok());
}

SuggestQuery RandomShop::Query() {
  SuggestQuery query{.count = static_cast<int>(1 + Below(15)), .pool = kPools[Below(3)]};
  Shopper& shopper = query.shopper;
  if (OneIn(6)) {  // a guest
    for (uint64_t past = 0; past < Below(4); ++past)
      shopper.guest_past.push_back({.item_id = Item(), .purchased_at = shop.DaysAgo(3)});
  } else {
    shopper.customer_id = OneIn(8) ? "stranger" : Customer();
  }
  if (OneIn(3)) shopper.basket_item_ids = {Item(), Item()};
  if (OneIn(4)) shopper.what_if.add_item_ids = {Item()};
  if (OneIn(3)) query.filter_text = FilterText();
  if (!query.filter_text.empty())
    query.filter = std::make_shared<const ItemFilter>(*ItemFilter::Parse(query.filter_text));
  if (OneIn(4)) query.diversity = static_cast<double>(Below(10)) / 10;
  if (OneIn(3)) query.max_per_category = static_cast<int>(1 + Below(3));
  if (OneIn(2)) query.promoted_slots = static_cast<int>(Below(4));
  if (OneIn(3)) query.min_confidence = static_cast<double>(Below(20)) / 100;
  if (OneIn(4)) query.exclude_item_ids = {Item(), Item()};
  if (OneIn(8)) query.only_item_ids = {Item(), Item(), Item(), Item(), Item(), Item()};
  return query;
}

}  // namespace rapport
