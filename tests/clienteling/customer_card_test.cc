#include "services/clienteling/customer_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <iostream>

#include "services/recommender/similar_items.h"
#include "tests/recommender/shop.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The sample shop of the use cases; whatever says "secret" is never spoken of.
class CustomerCardTest : public ::testing::Test {
 protected:
  absl::StatusOr<CustomerCard> Try(const CardQuery& query) const {
    const auto secret = [](std::string_view text) {
      return text.find("secret") != std::string_view::npos;
    };
    const Discretion discretion{.hides_item =
                                    [secret](const Item& item) {
                                      return secret(item.title) ||
                                             std::ranges::any_of(item.category_path, secret);
                                    },
                                .hides_text = secret};
    return CardMaker(*shop_.store, *shop_.shelf, time_, discretion, 730, shop_.clock).Make(query);
  }
  CustomerCard Card(const CardQuery& query = {.customer_id = "ada"}) const {
    auto card = Try(query);
    EXPECT_TRUE(card.ok()) << card.status();
    return card.ok() ? *std::move(card) : CustomerCard{};
  }
  void Describe(const Item& item) { ASSERT_TRUE(shop_.store->UpsertItemsAndWait({item}).ok()); }
  void Describe(const std::string& id, std::vector<std::string> path,
                std::map<std::string, std::string> attributes = {}, bool available = true) {
    Describe(Item{.item_id = id,
                  .title = "The " + id,
                  .category_path = std::move(path),
                  .attributes = std::move(attributes),
                  .available = available});
  }
  void Meet(Customer customer) {
    ASSERT_TRUE(shop_.store->UpsertCustomersAndWait({std::move(customer)}).ok());
  }
  // So many times, every second day, the last two days ago.
  void BuysOften(const std::string& item, int times, const std::string& customer = "ada") {
    for (int time = times; time > 0; --time) shop_.Buys(customer, item, 2 * time);
  }

  Shop shop_;
  ShopTime time_ = ShopTime::Utc();
};

std::vector<std::string> UsualOf(const CustomerCard& card) {
  std::vector<std::string> ids;
  if (card.usual_orders.empty() || !card.usual_orders[0].usual) return ids;
  for (const UsualItem& item : card.usual_orders[0].usual->items) ids.push_back(item.item_id);
  return ids;
}

// All that a card names of items, for what must not be there.
std::string NamesOf(const CustomerCard& card) {
  std::string names;
  for (const auto& [id, item] : card.items) {
    names += id + " ";
    if (item.substitute) names += item.substitute->item->item_id + " ";
  }
  for (const CardLine& line : card.recent) names += line.purchase.item_id + " ";
  for (const First& first : card.milestones.by_category) names += first.category + " ";
  for (const DoNotSay& flag : card.do_not_say) names += flag.item_id + " ";
  return names;
}

TEST_F(CustomerCardTest, TellsWhoTheyAreWhatTheyTakeAndWhenTheyCome) {
  Meet({.customer_id = "ada", .name = "Ada Okafor", .form_of_address = "Ms Okafor"});
  Describe("tea", {"Drinks", "Tea"});
  BuysOften("tea", 6);
  const CustomerCard card = Card();
  EXPECT_EQ(card.customer.name, "Ada Okafor");
  EXPECT_EQ(card.customer.form_of_address, "Ms Okafor");
  EXPECT_TRUE(card.personal && card.may_mention);
  EXPECT_THAT(UsualOf(card), ElementsAre("tea"));
  EXPECT_EQ(card.items.at("tea").item->title, "The tea");
  EXPECT_TRUE(card.items.at("tea").usual && card.items.at("tea").may_say);
  ASSERT_TRUE(card.rhythm);
  EXPECT_EQ(card.rhythm->median_days, 2);
  EXPECT_EQ(card.rhythm->due, Due::kDue);
  ASSERT_TRUE(card.last_visit);
  EXPECT_EQ(card.last_visit->at, shop_.DaysAgo(2));
  EXPECT_THAT(card.last_visit->event_ids, ElementsAre("e6"));
  EXPECT_EQ(card.milestones.orders, 6);
  EXPECT_EQ(card.milestones.first_order->event_id, "e1");
  ASSERT_THAT(card.milestones.by_category, SizeIs(1));
  EXPECT_EQ(card.milestones.by_category[0].category, "Drinks");
  ASSERT_THAT(card.recent, SizeIs(6));
  EXPECT_EQ(card.recent[0].purchase.event_id, "e6");
  EXPECT_TRUE(card.recent[0].may_say);
  EXPECT_THAT(card.do_not_say, IsEmpty());
  EXPECT_EQ(card.as_of, shop_.now());
}

TEST_F(CustomerCardTest, OfNobodyIsNotFoundAndOfANewcomerIsEmpty) {
  EXPECT_TRUE(absl::IsNotFound(Try({.customer_id = "ada"}).status()));
  Meet({.customer_id = "ada", .name = "Ada"});
  const CustomerCard card = Card();
  ASSERT_THAT(card.usual_orders, SizeIs(1));
  EXPECT_EQ(card.usual_orders[0].why_none, NoUsual::kTooFewVisits);
  EXPECT_FALSE(card.rhythm || card.last_visit || card.milestones.first_order);
  EXPECT_THAT(card.recent, IsEmpty());
}

TEST_F(CustomerCardTest, OfOnePurchaseTellsItAndNoMore) {
  shop_.Buys("ada", "tea");
  const CustomerCard card = Card();
  EXPECT_EQ(card.customer.customer_id, "ada");
  EXPECT_THAT(UsualOf(card), IsEmpty());
  EXPECT_EQ(card.milestones.orders, 1);
  EXPECT_FALSE(card.rhythm);
  EXPECT_THAT(card.recent, SizeIs(1));
  EXPECT_FALSE(card.recent[0].may_say);  // nothing says what it is called
}

TEST_F(CustomerCardTest, OfWhoRefusesPersonalizationIsHowToServeThem) {
  Meet({.customer_id = "ada",
        .name = "Ada",
        .form_of_address = "Ms Okafor",
        .consent_personalization = false});
  Describe("tea", {"Tea"});
  BuysOften("tea", 6);
  const CustomerCard card = Card();
  EXPECT_FALSE(card.personal);
  EXPECT_EQ(card.customer.form_of_address, "Ms Okafor");
  EXPECT_THAT(card.usual_orders, IsEmpty());
  EXPECT_FALSE(card.rhythm || card.last_visit);
  EXPECT_EQ(card.milestones.orders, 0);
  EXPECT_EQ(NamesOf(card), "");
}

TEST_F(CustomerCardTest, OfWhoRefusesMentionMarksEverything) {
  Meet({.customer_id = "ada", .consent_mention = false});
  Describe("tea", {"Tea"});
  BuysOften("tea", 6);
  const CustomerCard card = Card();
  EXPECT_FALSE(card.may_mention);
  EXPECT_THAT(UsualOf(card), ElementsAre("tea"));
  for (const auto& [id, item] : card.items) EXPECT_FALSE(item.may_say);
  for (const CardLine& line : card.recent) EXPECT_FALSE(line.may_say);
  ASSERT_THAT(card.do_not_say, SizeIs(1));
  EXPECT_EQ(card.do_not_say[0].why, Unsayable::kPastPurchases);
}

TEST_F(CustomerCardTest, NeitherShowsNorCountsWhatIsNeverSpokenOf) {
  Describe("tea", {"Tea"});
  Describe("pill", {"secret things"});
  BuysOften("tea", 3);
  BuysOften("pill", 8);
  const CustomerCard card = Card();
  EXPECT_THAT(UsualOf(card), ElementsAre("tea"));
  EXPECT_EQ(card.usual_orders[0].visits, 3);
  EXPECT_EQ(card.milestones.orders, 3);
  EXPECT_THAT(NamesOf(card), Not(::testing::HasSubstr("pill")));
  EXPECT_THAT(NamesOf(card), Not(::testing::HasSubstr("secret")));
}

TEST_F(CustomerCardTest, OfGiftsAloneTakesNothingForTheirs) {
  Describe("mug", {"Gear"});
  for (int number = 0; number < 4; ++number) {
    Purchase gift = shop_.MadeUp("ada", "mug", number);
    gift.gift = true;
    gift.purchased_at = shop_.DaysAgo(1 + number);
    shop_.Append(gift);
  }
  const CustomerCard card = Card();
  EXPECT_THAT(UsualOf(card), IsEmpty());
  EXPECT_EQ(card.usual_orders[0].visits, 0);
  EXPECT_EQ(card.milestones.orders, 4);  // they came all the same
  EXPECT_THAT(card.milestones.by_category, IsEmpty());
  ASSERT_THAT(card.do_not_say, SizeIs(1));
  EXPECT_EQ(card.do_not_say[0].why, Unsayable::kGift);
  EXPECT_THAT(card.do_not_say[0].event_ids, SizeIs(4));
  EXPECT_EQ(card.do_not_say[0].gifts, 4);
  EXPECT_EQ(card.do_not_say[0].purchases, 4);
  for (const CardLine& line : card.recent) EXPECT_FALSE(line.may_say);
  shop_.Buys("ada", "mug");
  EXPECT_EQ(Card().do_not_say[0].gifts, 4);
  EXPECT_EQ(Card().do_not_say[0].purchases, 5);
}

TEST_F(CustomerCardTest, OfWhatCameBackInFullHasNoVisits) {
  Describe("mug", {"Gear"});
  for (int number = 0; number < 4; ++number) {
    const std::string event = shop_.Buys("ada", "mug", 10 + number);
    shop_.Append(Return{.event_id = "back-" + event,
                        .customer_id = "ada",
                        .purchase_event_id = event,
                        .returned_at = shop_.DaysAgo(1)});
  }
  const CustomerCard card = Card();
  EXPECT_THAT(UsualOf(card), IsEmpty());
  EXPECT_FALSE(card.last_visit || card.rhythm);
  EXPECT_EQ(card.milestones.orders, 0);
  ASSERT_THAT(card.do_not_say, SizeIs(1));
  EXPECT_EQ(card.do_not_say[0].why, Unsayable::kReturned);
  EXPECT_THAT(card.recent, SizeIs(4));
  EXPECT_EQ(card.recent[0].kept, 0);
  EXPECT_FALSE(card.recent[0].may_say);
}

TEST_F(CustomerCardTest, MarksWhatIsTooOldToSpeakOfUnlessItIsTheUsual) {
  Describe("mug", {"Gear"});
  shop_.Buys("ada", "mug", 800);
  const CustomerCard card = Card();
  ASSERT_THAT(card.do_not_say, SizeIs(1));
  EXPECT_EQ(card.do_not_say[0].why, Unsayable::kTooOld);
  EXPECT_FALSE(card.recent[0].may_say);
  for (const double days : {801, 802, 803}) shop_.Buys("ada", "mug", days);
  EXPECT_THAT(Card().do_not_say, IsEmpty());
  EXPECT_TRUE(Card().recent[0].may_say);
}

TEST_F(CustomerCardTest, IsOfTheTimeAskedFor) {
  Describe("tea", {"Tea"});
  BuysOften("tea", 6);  // 12, 10, 8, 6, 4, 2 days ago
  const CustomerCard then = Card({.customer_id = "ada", .at = shop_.DaysAgo(7)});
  EXPECT_EQ(then.milestones.orders, 3);
  EXPECT_EQ(then.as_of, shop_.DaysAgo(7));
  EXPECT_EQ(then.rhythm->due, Due::kNotYet);
  const CustomerCard next_week = Card({.customer_id = "ada", .at = shop_.DaysAgo(-7)});
  EXPECT_EQ(next_week.rhythm->due, Due::kLate);
  EXPECT_EQ(next_week.rhythm->days_late, 7);
}

TEST_F(CustomerCardTest, FindsTheUsualOfTheStore) {
  for (int number = 0; number < 10; ++number) {
    Purchase purchase = shop_.MadeUp("ada", number < 5 ? "tea" : "coffee", number);
    purchase.store = number < 5 ? "Harbour" : "Market";
    purchase.purchased_at = shop_.DaysAgo(20 - number);
    shop_.Append(purchase);
  }
  EXPECT_THAT(UsualOf(Card({.customer_id = "ada", .store = "Harbour"})), ElementsAre("tea"));
  EXPECT_THAT(UsualOf(Card({.customer_id = "ada", .store = "Market"})), ElementsAre("coffee"));
}

TEST_F(CustomerCardTest, OffersASubstituteOfTheSameCategoryAndSaysWhatTheyShare) {
  shop_.FillWithTastes();
  for (int number = 0; number < 15; ++number) {
    const std::string tea = testing::Id("tea-", number), coffee = testing::Id("coffee-", number);
    Describe(tea, {"Drinks", number < 8 ? "Green tea" : "Black tea"},
             {{"origin", "Assam"}, {"cup", number % 2 == 0 ? "small" : "large"}},
             number != 0 && number != 1);
    Describe(coffee, {"Drinks", "Coffee"});
  }
  shop_.Train();
  BuysOften("tea-0", 6);
  const CardItem usual = Card().items.at("tea-0");
  ASSERT_TRUE(usual.substitute);
  const Substitute& instead = *usual.substitute;
  EXPECT_EQ(instead.category, "Green tea");
  EXPECT_EQ(instead.item->category_path.back(), "Green tea");
  EXPECT_TRUE(instead.item->available);
  EXPECT_TRUE(instead.similarity);
  EXPECT_EQ(instead.shared.at("origin"), "Assam");
  // The most alike of those.
  SimilarQuery query{.item_id = "tea-0", .count = 100};
  const auto similar = SimilarItems(*shop_.shelf->Serving(), query, shop_.now());
  ASSERT_TRUE(similar.ok());
  const auto best = std::ranges::find_if(*similar, [](const SimilarItem& each) {
    return each.item->category_path.back() == "Green tea";
  });
  EXPECT_EQ(instead.item->item_id, best->item->item_id);
}

TEST_F(CustomerCardTest, OffersFromTheBroaderCategoryWhereTheNarrowOneIsEmptyAndNothingHidden) {
  shop_.FillWithTastes();
  for (int number = 0; number < 15; ++number) {
    Describe(testing::Id("tea-", number),
             {"Drinks", number == 0   ? "Matcha"
                        : number < 14 ? "secret tea"
                                      : "Black tea"},
             {}, number != 0);
  }
  shop_.Train();
  BuysOften("tea-0", 6);
  const CustomerCard card = Card();
  ASSERT_TRUE(card.items.at("tea-0").substitute);
  EXPECT_EQ(card.items.at("tea-0").substitute->item->item_id, "tea-14");
  EXPECT_EQ(card.items.at("tea-0").substitute->category, "Drinks");
}

TEST_F(CustomerCardTest, OffersInsteadNothingThatTheyShouldNotHearOf) {
  Describe("oat", {"Milk"}, {{"fat", "low"}}, false);
  Describe("soy", {"Milk"}, {{"fat", "low"}});
  shop_.Buys("bob", "soy", 3);
  BuysOften("oat", 6);
  Trainer trainer(*shop_.store, *shop_.shelf, {.als = Shop::kAls, .threads = 1}, shop_.clock);
  ASSERT_TRUE(trainer.TrainOnce().ok());
  const auto offers = [this] { return Card().items.at("oat").substitute.has_value(); };
  const auto outcome = [this](OutcomeKind kind, double days_ago = 0) {
    return Outcome{
        .customer_id = "ada", .kind = kind, .item_id = "soy", .at = shop_.DaysAgo(days_ago)};
  };
  const auto insight = [this](InsightKind kind) {
    return Insight{.customer_id = "ada",
                   .kind = kind,
                   .subject = {SubjectKind::kItem, "", "soy"},
                   .at = shop_.now()};
  };
  const std::vector<Event> unwelcome = {
      outcome(OutcomeKind::kUncomfortable), outcome(OutcomeKind::kDeclinedNotNow, 29),
      outcome(OutcomeKind::kDeclinedNever), outcome(OutcomeKind::kAlreadyHas),
      insight(InsightKind::kAvoidTopic),    insight(InsightKind::kDislikes),
      insight(InsightKind::kAllergicTo)};
  for (size_t number = 0; number < unwelcome.size(); ++number) {
    Event report = unwelcome[number];
    const std::string id = "r" + std::to_string(number);
    std::visit([&](auto& each) { each.event_id = id; }, report);
    EXPECT_TRUE(offers()) << number;
    shop_.Append(report);
    EXPECT_FALSE(offers()) << number;
    shop_.Append(Retraction{.event_id = "undo-" + id,
                            .customer_id = "ada",
                            .retracted_event_id = id,
                            .at = shop_.now()});
  }
  Outcome old = outcome(OutcomeKind::kDeclinedNotNow, 31);
  old.event_id = "old";
  shop_.Append(old);
  EXPECT_TRUE(offers());
}

TEST_F(CustomerCardTest, OffersWhatSharesMostAttributesWhereNothingIsLearned) {
  Describe("oat", {"Milk"}, {{"fat", "low"}, {"size", "1 l"}}, false);
  Describe("soy", {"Milk"}, {{"fat", "low"}, {"size", "1 l"}});
  Describe("cow", {"Milk"}, {{"fat", "high"}, {"size", "1 l"}});
  for (const char* item : {"cow", "soy"}) shop_.Buys("bob", item, 3);
  BuysOften("oat", 6);
  Trainer trainer(*shop_.store, *shop_.shelf, {.als = Shop::kAls, .threads = 1}, shop_.clock);
  ASSERT_EQ(trainer.TrainOnce()->state, TrainingState::kTooLittle);
  const CustomerCard card = Card();
  ASSERT_TRUE(card.items.at("oat").substitute);
  EXPECT_EQ(card.items.at("oat").substitute->item->item_id, "soy");
  EXPECT_THAT(card.items.at("oat").substitute->shared, SizeIs(2));
}

TEST_F(CustomerCardTest, OffersNothingForWhatCanBeHadOrHasNoCategory) {
  Describe("tea", {"Tea"});
  Describe("bun", {}, {}, false);
  for (int day = 1; day <= 4; ++day) {
    shop_.Buys("ada", "tea", day);
    shop_.Buys("ada", "bun", day);
  }
  for (const auto& [id, item] : Card().items) EXPECT_FALSE(item.substitute) << id;
}

TEST_F(CustomerCardTest, OfAThousandPurchasesTakesLessThanFiveMilliseconds) {
  shop_.FillWithTastes();
  for (int number = 0; number < 15; ++number)
    Describe(testing::Id("tea-", number), {"Drinks", "Tea"}, {}, number > 2);
  shop_.Train();
  std::vector<Event> events;
  for (int number = 0; number < 1'000; ++number) {
    Purchase purchase = shop_.MadeUp("ada", testing::Id("tea-", number * number % 7), number);
    purchase.order_id = testing::Id("o", number / 2);
    purchase.store = testing::Id("store ", number % 3);
    purchase.purchased_at = shop_.DaysAgo(500 - number / 2 * 0.9);
    events.push_back(std::move(purchase));
  }
  ASSERT_TRUE(shop_.store->AppendAndWait(std::move(events)).ok());
  time_ = *ShopTime::In("Europe/Amsterdam");
  const CardQuery now{.customer_id = "ada", .store = "store 1"};
  CardQuery then = now;  // is read from disk each time
  then.at = shop_.now() - std::chrono::microseconds(1);
  for (const CardQuery& query : {now, then}) {
    ASSERT_GE(Card(query).usual_orders.size(), 1u);
    constexpr int kCards = 20;
    const std::clock_t began = std::clock();  // of the processor, since these machines are noisy
    for (int card = 0; card < kCards; ++card) (void)Card(query);
    const double ms = 1e3 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC / kCards;
    std::cout << "a card of 1,000 purchases" << (query.at ? ", from disk: " : ": ") << ms
              << " ms of CPU\n";
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(ms, 5);
#endif
  }
}

}  // namespace
}  // namespace rapport::clienteling
