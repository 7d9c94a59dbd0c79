#include "tests/recommender/shop.h"

#include <array>
#include <cmath>
#include <random>

namespace rapport {

Shop::Shop() { Reopen(); }

void Shop::Reopen() {
  shelf.reset();
  store.reset();
  StoreOptions options;
  options.path = dir / "db";
  options.now = clock;
  options.free_space_floor_bytes = 0;
  options.on_items = [this](std::vector<Item> items) {
    if (shelf != nullptr) shelf->UpdateItems(std::move(items));
  };
  options.on_rules = [this](std::vector<Rule> rules) {
    if (shelf != nullptr) shelf->UpdateRules(std::move(rules));
  };
  store = *Store::Open(options);
  shelf = *ModelShelf::Open({.path = dir / "models"});
  ASSERT_TRUE(LoadCatalogue(*store, *shelf).ok());
}

TimePoint Shop::DaysAgo(double days) const {
  return now() - std::chrono::microseconds(static_cast<int64_t>(std::llround(days * 86'400e6)));
}

void Shop::Append(Event event) {
  const auto result = store->AppendAndWait({std::move(event)});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->events[0].outcome, AppendOutcome::kAccepted);
}

Purchase Shop::MadeUp(const std::string& customer, const std::string& item, int number) const {
  return {.event_id = testing::Id("made-up-", number),
          .customer_id = customer,
          .item_id = item,
          .purchased_at = now()};
}

std::string Shop::Buys(const std::string& customer, const std::string& item, double days_ago) {
  const std::string event = testing::Id("e", ++events_);
  Append(Purchase{.event_id = event,
                  .customer_id = customer,
                  .item_id = item,
                  .order_id = testing::Id("o", events_),
                  .purchased_at = DaysAgo(days_ago)});
  return event;
}

void Shop::FillWithTastes() {
  static constexpr std::array<const char*, 3> kTastes = {"coffee-", "tea-", "book-"};
  std::mt19937_64 random(4);
  std::vector<Event> events;
  for (int customer = 0; customer < 90; ++customer) {
    for (int order = 0; order < 14; ++order) {
      const double days_ago = 1 + 199 * static_cast<double>(random() % 1000) / 1000;
      for (int line = 0; line < 2; ++line) {
        const auto taste = random() % 10 == 0 ? random() % 3 : static_cast<uint64_t>(customer % 3);
        events.push_back(
            Purchase{.event_id = testing::Id("e", ++events_),
                     .customer_id = testing::Id("c", customer),
                     .item_id = testing::Id(kTastes[taste], static_cast<int>(random() % 15)),
                     .order_id = testing::Id("o", order),
                     .purchased_at = DaysAgo(days_ago)});
      }
    }
  }
  ASSERT_TRUE(store->AppendAndWait(std::move(events)).ok());
}

void Shop::Train() {
  Trainer trainer(*store, *shelf, {.als = kAls, .threads = 2}, clock);
  const auto status = trainer.TrainOnce();
  ASSERT_TRUE(status.ok()) << status.status();
  ASSERT_EQ(status->state, TrainingState::kSucceeded) << status->message;
}

SuggestionList Shop::Suggest(const std::string& customer, Pool pool, int count) const {
  auto list =
      suggester().Suggest({.shopper = {.customer_id = customer}, .count = count, .pool = pool});
  EXPECT_TRUE(list.ok()) << list.status();
  return list.ok() ? *std::move(list) : SuggestionList{};
}

}  // namespace rapport
