// Talking points of a real store and a real model.
#include "services/talk/talker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "services/recommender/token.h"
#include "services/talk/crowd.h"
#include "tests/talk/talk_shop.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// A shop for all tests that change nothing.
class Talking : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop_ = new TalkShop;
    shop_->Open();
  }
  static void TearDownTestSuite() { delete shop_; }
  static TalkShop& shop() { return *shop_; }

 private:
  static TalkShop* shop_;
};
TalkShop* Talking::shop_ = nullptr;

std::vector<std::string> ItemsOf(const Talk& talk) {
  std::vector<std::string> ids;
  for (const TalkingPoint& point : talk.points) ids.push_back(point.item.item_id);
  return ids;
}

std::vector<std::string> WithheldOf(const Talk& talk, WithheldBy by) {
  std::vector<std::string> ids;
  for (const Withheld& withheld : talk.withheld) {
    if (withheld.by == by) ids.push_back(withheld.item_id);
  }
  return ids;
}

bool IsPersonal(const TalkingPoint& point) {
  return std::ranges::any_of(point.parts, [](const Part& part) {
    return part.kind == PartKind::kObservation || !part.evidence.empty();
  });
}

TEST_F(Talking, SuggestsTwoOfWhatWouldBeSuggestedNowWithTheirReasons) {
  const Talk talk = shop().About("c4");
  EXPECT_EQ(talk.mode.mode, Mode::kSuggest);
  EXPECT_THAT(talk.mode.reasons, IsEmpty());
  ASSERT_THAT(talk.points, SizeIs(2));
  const SuggestionList list = shop().shop.Suggest("c4");
  for (const TalkingPoint& point : talk.points) {
    EXPECT_TRUE(std::ranges::any_of(list.suggestions, [&](const Suggestion& suggestion) {
      return suggestion.item->item_id == point.item.item_id;
    }));
    EXPECT_GT(point.level, Confidence::kThin);
    EXPECT_TRUE(IsPersonal(point));
    EXPECT_TRUE(std::ranges::all_of(point.parts, &Part::say_to_customer));
    EXPECT_EQ(point.parts.back().kind, PartKind::kQuestion);
    EXPECT_FALSE(point.briefing.facts.empty());
  }
}

TEST_F(Talking, ListensToWhoIsNotKnown) {
  const Talk talk = shop().About("stranger");
  EXPECT_EQ(talk.mode.mode, Mode::kListen);
  EXPECT_THAT(talk.mode.reasons, Contains(ModeReason::kNoHistory));
  EXPECT_THAT(talk.points, IsEmpty());
  EXPECT_THAT(talk.advice.text, HasSubstr("Listen"));
  for (const Line& question : talk.questions) EXPECT_THAT(question.text, ::testing::EndsWith("?"));
}

TEST_F(Talking, AnswersOfItemsThatWereAskedAboutButDoesNotVolunteerThem) {
  const Talk talk = shop().About("stranger", {"coffee-1"});
  EXPECT_EQ(talk.mode.mode, Mode::kListen);
  ASSERT_THAT(talk.points, SizeIs(1));
  EXPECT_FALSE(IsPersonal(talk.points[0]));
  for (const Part& part : talk.points[0].parts) EXPECT_FALSE(part.say_to_customer);
}

TEST_F(Talking, TakesNoMoreItemsThanOneVisitDoes) {
  const Talk talk = shop().About("c4", {"tea-1", "tea-2", "tea-3"});
  EXPECT_THAT(ItemsOf(talk), ElementsAre("tea-1", "tea-2"));
  EXPECT_THAT(WithheldOf(talk, WithheldBy::kEnough), ElementsAre("tea-3"));
}

TEST_F(Talking, SpeaksOfAListByItsToken) {
  const SuggestionList list = shop().shop.Suggest("c4");
  const auto talk = shop().Ask({.token = list.token});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(ItemsOf(*talk),
              ElementsAre(list.suggestions[0].item->item_id, list.suggestions[1].item->item_id));
  const std::string third = list.suggestions[2].item->item_id;
  const auto asked = shop().Ask({.token = list.token, .item_ids = {third}});
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_THAT(ItemsOf(*asked), ElementsAre(third));
}

TEST_F(Talking, SpeaksWithGuestsOfWhatIsKnownOfThem) {
  const auto list = shop().shop.suggester().Suggest(
      {.shopper = {.guest_past = {{.item_id = "tea-1"}, {.item_id = "tea-2"}},
                   .basket_item_ids = {"tea-3"}}});
  ASSERT_TRUE(list.ok());
  const auto talk = shop().Ask({.token = list->token, .item_ids = {"tea-5"}, .locale = "en-US"});
  ASSERT_TRUE(talk.ok()) << talk.status();
  ASSERT_THAT(talk->points, SizeIs(1));
  EXPECT_TRUE(std::ranges::any_of(
      talk->points[0].parts, [](const Part& part) { return part.kind == PartKind::kObservation; }));
}

TEST_F(Talking, RefusesWhatIsNoTokenAndWhatIsNoItem) {
  const SuggestionList list = shop().shop.Suggest("c4");
  for (const std::string& token :
       {std::string("forged"), list.token.substr(0, 40), list.token + "x"})
    EXPECT_TRUE(absl::IsInvalidArgument(shop().Ask({.token = token}).status())) << token;
  EXPECT_TRUE(
      absl::IsNotFound(shop().Ask({.customer_id = "c4", .item_ids = {"no-such-item"}}).status()));
  EXPECT_TRUE(
      absl::IsNotFound(shop().Ask({.token = list.token, .item_ids = {"no-such-item"}}).status()));
}

TEST_F(Talking, SpeaksTheLanguageThatWasAskedForOrTheNearest) {
  const auto asked = [](const std::string& locale) {
    return *shop().Ask({.customer_id = "c4", .locale = locale});
  };
  EXPECT_EQ(asked("nl-NL").locale, "nl-NL");
  EXPECT_EQ(asked("nl-SR").locale, "nl");
  EXPECT_EQ(asked("nl-SR").asked_locale, "nl-SR");
  EXPECT_EQ(asked("sw-KE").locale, "en-US");
  EXPECT_EQ(asked("").locale, "en-US");
  EXPECT_FALSE(asked("nl-NL").reviewed);
  EXPECT_EQ(asked("nl-NL").manner,
            (Register{Formality::kInformal, Directness::kDirect, Medium::kSpoken}));
  EXPECT_EQ(asked("ja-JP").manner,
            (Register{Formality::kFormal, Directness::kIndirect, Medium::kSpoken}));
}

TEST_F(Talking, CountsBuyersAndNeverTooMany) {
  const auto serving = shop().shop.shelf->Serving();
  std::map<std::string, std::set<std::string>> buyers;
  ASSERT_TRUE(shop()
                  .shop.store
                  ->ScanHistories([&](std::string_view customer, const HistoryView& history) {
                    for (const HistoryLine& line : history.lines)
                      buyers[line.purchase.item_id].insert(std::string(customer));
                    return absl::OkStatus();
                  })
                  .ok());
  for (const auto& [item, customers] : buyers) {
    EXPECT_EQ(LeastBuyers(serving->model(), *serving->model().items.Find(item)),
              static_cast<int64_t>(customers.size()))
        << item;
  }
}

TEST(Talker, SpeaksTheCustomersOwnLanguageIfItIsOne) {
  TalkShop shop;
  shop.Open();
  shop.Describe({.customer_id = "c4", .locale = "nl-be"});
  EXPECT_EQ(shop.Ask({.customer_id = "c4"})->locale, "nl-BE");
  shop.Describe({.customer_id = "c4", .locale = "Vlaams, denk ik"});
  EXPECT_EQ(shop.Ask({.customer_id = "c4"})->locale, "en-US");
}

TEST(Talker, UsesNothingOfWhoRefusedPersonalizationFromThenOn) {
  TalkShop shop;
  shop.Open();
  const SuggestionList list = shop.shop.Suggest("c4");
  shop.Describe({.customer_id = "c4", .consent_personalization = false});
  for (const TalkQuery& query : {TalkQuery{.customer_id = "c4"}, TalkQuery{.token = list.token},
                                 TalkQuery{.customer_id = "c4", .item_ids = {"tea-1", "coffee-1"}},
                                 TalkQuery{.token = list.token, .item_ids = {"tea-1"}}}) {
    const auto talk = shop.Ask(query);
    ASSERT_TRUE(talk.ok()) << talk.status();
    EXPECT_EQ(talk->mode.mode, Mode::kListen);
    EXPECT_THAT(talk->mode.reasons, Contains(ModeReason::kNoPersonalization));
    EXPECT_THAT(talk->points, SizeIs(query.item_ids.size()));
    for (const TalkingPoint& point : talk->points) EXPECT_FALSE(IsPersonal(point));
    EXPECT_THAT(TextOf(*talk), Not(HasSubstr("% of the score")));
  }
}

TEST(Talker, MentionsNothingToWhoRefusedThatFromThenOn) {
  TalkShop shop;
  shop.Open();
  const SuggestionList list = shop.shop.Suggest("c4");
  shop.Describe({.customer_id = "c4", .consent_mention = false});
  for (const TalkQuery& query : {TalkQuery{.customer_id = "c4", .item_ids = {"tea-1"}},
                                 TalkQuery{.token = list.token, .item_ids = {"tea-1"}}}) {
    const auto talk = shop.Ask(query);
    ASSERT_TRUE(talk.ok()) << talk.status();
    EXPECT_EQ(talk->mode.mode, Mode::kListen);
    EXPECT_THAT(talk->mode.reasons, Contains(ModeReason::kNoMention));
    for (const TalkingPoint& point : talk->points) EXPECT_FALSE(IsPersonal(point));
    EXPECT_THAT(TextOf(*talk), Not(HasSubstr("% of the score")));
  }
}

TEST(Talker, DoesNotSpeakOfWhatCameBackSinceTheListWasMade) {
  TalkShop shop;
  shop.Open();
  const std::string bought = shop.shop.Buys("newcomer", "tea-1", 2);
  const SuggestionList list = shop.shop.Suggest("newcomer");
  const TalkQuery query{.token = list.token, .item_ids = {"tea-5"}, .locale = "en-US"};
  EXPECT_THAT(SayableOf(*shop.Ask(query)), HasSubstr("Tea B"));
  shop.shop.Append(Return{.event_id = "back",
                          .customer_id = "newcomer",
                          .purchase_event_id = bought,
                          .returned_at = shop.shop.now()});
  const auto talk = shop.Ask(query);
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(TextOf(*talk), Not(HasSubstr("Tea B")));
}

TEST(Talker, HandsOverWhereThereIsNoModelOrAnOldOne) {
  TalkShop shop;
  Talk talk = shop.About("c4");
  EXPECT_EQ(talk.mode.mode, Mode::kHandOver);
  EXPECT_THAT(talk.mode.reasons, Contains(ModeReason::kPopularityOnly));
  EXPECT_THAT(talk.points, IsEmpty());
  shop.Open();
  EXPECT_EQ(shop.About("c4").mode.mode, Mode::kSuggest);
  shop.shop.Pass(std::chrono::days(31));
  talk = shop.About("c4");
  EXPECT_EQ(talk.mode.mode, Mode::kHandOver);
  EXPECT_THAT(talk.mode.reasons, ElementsAre(ModeReason::kModelStale));
}

TEST(Talker, AsksFirstWhoHasNotBeenHereForLong) {
  TalkShop shop({.stale_days = 1'000});
  shop.Open();
  shop.shop.Pass(std::chrono::days(100));
  const Talk talk = shop.About("c4");
  EXPECT_EQ(talk.mode.mode, Mode::kAskFirst);
  EXPECT_THAT(talk.mode.reasons, ElementsAre(ModeReason::kLapsed));
  EXPECT_THAT(talk.points, Not(IsEmpty()));
}

TEST(Talker, HasNoWordsForItemsWithoutATitle) {
  TalkShop shop;
  for (int customer = 0; customer < 20; ++customer)
    shop.shop.Buys(rapport::testing::Id("c", customer), "undescribed", 3);
  shop.Open();
  EXPECT_THAT(WithheldOf(shop.About("c40", {"undescribed"}), WithheldBy::kNoName),
              ElementsAre("undescribed"));
  EXPECT_THAT(TextOf(shop.About("c3", {"tea-1"})), Not(HasSubstr("undescribed")));
}

TEST(Talker, GivesNoPersonalReasonForAPlaceThatACommercialRuleGave) {
  TalkShop shop;
  shop.Open();
  const std::string second = shop.shop.Suggest("c4").suggestions[1].item->item_id;
  ASSERT_TRUE(shop.shop.store
                  ->UpsertRulesAndWait({{.rule_id = "paid",
                                         .filter = "item_id = \"" + second + "\"",
                                         .effect = RuleEffect::kPin,
                                         .position = 1,
                                         .commercial = true}})
                  .ok());
  const Talk talk = shop.About("c4");
  ASSERT_THAT(ItemsOf(talk), Contains(second));
  for (const TalkingPoint& point : talk.points)
    EXPECT_EQ(IsPersonal(point), point.item.item_id != second);
  const auto by_token = shop.Ask({.token = shop.shop.Suggest("c4").token, .item_ids = {second}});
  ASSERT_TRUE(by_token.ok()) << by_token.status();
  ASSERT_THAT(ItemsOf(*by_token), ElementsAre(second));
  EXPECT_FALSE(IsPersonal(by_token->points[0]));
}

TEST(Talker, OffersNothingThatCannotBeSoldAnyMore) {
  TalkShop shop;
  shop.Open();
  const SuggestionList list = shop.shop.Suggest("c4");
  const std::string first = list.suggestions[0].item->item_id;
  const std::string second = list.suggestions[1].item->item_id;
  ASSERT_THAT(ItemsOf(*shop.Ask({.token = list.token})), ElementsAre(first, second));
  ASSERT_TRUE(shop.shop.store->SetAvailabilityAndWait(first, false).ok());
  shop.shop.Buys("c4", second);
  const auto talk = shop.Ask({.token = list.token});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(ItemsOf(*talk), Not(Contains(first)));
  EXPECT_THAT(ItemsOf(*talk), Not(Contains(second)));
  EXPECT_THAT(talk->points, SizeIs(2));
  EXPECT_THAT(WithheldOf(shop.About("c4", {first}), WithheldBy::kNotOnOffer), ElementsAre(first));
}

TEST(Talker, VolunteersNothingThinThoughSomethingElseWasKeptBack) {
  TalkShop shop;
  shop.Open();
  SuggestQuery query{.shopper = {.customer_id = "c4"}, .count = 100};
  const auto all = shop.shop.suggester().Suggest(query);
  ASSERT_TRUE(all.ok());
  for (const Suggestion& suggestion : all->suggestions) {
    if (!suggestion.chance || suggestion.chance->confidence == Confidence::kThin)
      query.only_item_ids.insert(suggestion.item->item_id);
  }
  ASSERT_GT(query.only_item_ids.size(), 3u);
  const auto thin = shop.shop.suggester().Suggest(query);
  ASSERT_TRUE(thin.ok());
  const std::string first = thin->suggestions[0].item->item_id;
  ASSERT_TRUE(shop.shop.store->SetAvailabilityAndWait(first, false).ok());
  const auto talk = shop.Ask({.token = thin->token});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(ItemsOf(*talk), Not(Contains(first)));
  EXPECT_THAT(talk->points, Not(IsEmpty()));
  EXPECT_EQ(talk->mode.mode, Mode::kListen);
  EXPECT_THAT(talk->mode.reasons, Contains(ModeReason::kLowConfidence));
}

TEST(Talker, SaysWhyATokenIsNotTalkedAbout) {
  TalkShop shop;
  shop.Open();
  Token token = *DecodeToken(shop.shop.Suggest("c4").token);
  token.model_version = "000000000001-20200101T000000000";
  EXPECT_TRUE(absl::IsFailedPrecondition(shop.Ask({.token = EncodeToken(token)}).status()));
  token = *DecodeToken(shop.shop.Suggest("c4").token);
  token.page = true;
  EXPECT_TRUE(absl::IsInvalidArgument(shop.Ask({.token = EncodeToken(token)}).status()));
}

TEST(Talker, SpeaksOfABasketOnlyWhileItIsHere) {
  TalkShop shop;
  shop.Open();
  const auto list = shop.shop.suggester().Suggest(
      {.shopper = {.customer_id = "c4", .basket_item_ids = {"coffee-3"}}});
  ASSERT_TRUE(list.ok());
  const auto basket_spoken_of = [&] {
    for (const Suggestion& suggestion : list->suggestions) {
      const auto talk = shop.Ask({.token = list->token, .item_ids = {suggestion.item->item_id}});
      if (talk.ok() && SayableOf(*talk).find("with you today") != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(basket_spoken_of());
  shop.shop.Pass(std::chrono::hours(13));
  EXPECT_FALSE(basket_spoken_of());
}

TEST(OftenTogether, IsATenthOfTheOrdersAndMoreThanChance) {
  const BoughtTogether together{.orders_of = {100, 1'000}};
  const auto often = [&](uint32_t item, double lift, uint32_t support) {
    return OftenTogether(together, {.item = ItemIndex(item), .lift = lift, .support = support});
  };
  EXPECT_TRUE(often(0, 1.2, 10));
  EXPECT_FALSE(often(0, 1.2, 9));
  EXPECT_FALSE(often(0, 1.1, 50));
  EXPECT_FALSE(often(1, 8, 99));
  EXPECT_TRUE(often(1, 8, 100));
}

// --- Sensitive categories: what customers of "care" also buy is "lamp", which nobody else does.

class Sensitive : public ::testing::Test {
 protected:
  explicit Sensitive(TactOptions options = {}) : shop_(std::move(options)) {
    shop_.Plant("care", "Health");
    EXPECT_TRUE(shop_.shop.store
                    ->UpsertItemsAndWait(
                        {{.item_id = "lamp", .title = "Reading Lamp", .category_path = {"Home"}}})
                    .ok());
    for (int customer = 100; customer < 140; ++customer) {
      const std::string id = rapport::testing::Id("c", customer);
      for (const double days : {70.0, 90.0, 110.0}) shop_.shop.Buys(id, "care", days);
      shop_.shop.Buys(id, "lamp", 1 + customer * 7 % 60);
    }
    for (const double days : {5.0, 15.0, 25.0}) shop_.shop.Buys("patient", "care", days);
    for (const double days : {6.0, 16.0}) shop_.shop.Buys("patient", "coffee-1", days);
    shop_.Open();
  }
  TalkShop shop_;
};

class SensitiveShapes : public Sensitive {
 protected:
  SensitiveShapes() : Sensitive({.sensitive_shapes_taste = true}) {}
};

TEST_F(Sensitive, PurchasesMakeTheModelSuggestWhatGoesWithThem) {
  const auto served =
      shop_.shop.explainer().Explain({.shopper = {.customer_id = "patient"}, .item_id = "lamp"});
  const auto without = shop_.shop.explainer().Explain(
      {.shopper = {.customer_id = "patient", .what_if = {.gift_item_ids = {"care"}}},
       .item_id = "lamp"});
  ASSERT_TRUE(served.ok() && without.ok());
  EXPECT_LE(served->rank, 10);
  EXPECT_GT(without->rank, 10);
  ASSERT_FALSE(served->evidence.empty());
  EXPECT_EQ(served->evidence[0].item.item_id, "care");
  EXPECT_GT(served->evidence[0].share, 0.3);
}

TEST_F(Sensitive, PurchasesShapeNothingThatStaffSuggest) {
  const Talk talk = shop_.About("patient");
  EXPECT_THAT(ItemsOf(talk), Not(Contains("lamp")));
  EXPECT_THAT(TextOf(talk), Not(HasSubstr("Planted")));
  EXPECT_THAT(WithheldOf(shop_.About("patient", {"lamp"}), WithheldBy::kTact), ElementsAre("lamp"));
  const SuggestionList list = shop_.shop.Suggest("patient");
  const auto by_token = shop_.Ask({.token = list.token, .item_ids = {"lamp"}});
  ASSERT_TRUE(by_token.ok()) << by_token.status();
  EXPECT_THAT(WithheldOf(*by_token, WithheldBy::kTact), ElementsAre("lamp"));
}

TEST_F(SensitiveShapes, PurchasesStillOfferNothingThatRestsOnThem) {
  const Talk talk = shop_.About("patient");
  EXPECT_THAT(ItemsOf(talk), Not(Contains("lamp")));
  EXPECT_THAT(WithheldOf(shop_.About("patient", {"lamp"}), WithheldBy::kTact), ElementsAre("lamp"));
  EXPECT_THAT(TextOf(shop_.About("patient", {"coffee-2"})), Not(HasSubstr("Planted")));
}

TEST_F(Sensitive, ItemsAreNotOffered) {
  EXPECT_THAT(WithheldOf(shop_.About("c4", {"care"}), WithheldBy::kTact), ElementsAre("care"));
  for (int customer = 100; customer < 105; ++customer) {
    const Talk talk = shop_.About(rapport::testing::Id("c", customer));
    EXPECT_THAT(ItemsOf(talk), Not(Contains("care")));
    EXPECT_THAT(TextOf(talk), Not(HasSubstr("Planted")));
  }
}

TEST_F(Sensitive, PurchasesSinceAListWasMadeDoNotBreakItsToken) {
  const SuggestionList list = shop_.shop.Suggest("c4");
  shop_.shop.Pass(std::chrono::hours(1));
  shop_.shop.Buys("c4", "care");
  const auto talk = shop_.Ask({.token = list.token});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(talk->points, SizeIs(2));
  EXPECT_THAT(TextOf(*talk), Not(HasSubstr("Planted")));
}

TEST_F(Sensitive, BasketsAreNotSpokenOfEither) {
  const auto list = shop_.shop.suggester().Suggest(
      {.shopper = {.customer_id = "c0", .basket_item_ids = {"care", "coffee-3"}}});
  ASSERT_TRUE(list.ok());
  const auto talk = shop_.Ask({.token = list->token, .item_ids = {"lamp", "coffee-5"}});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(WithheldOf(*talk, WithheldBy::kTact), ElementsAre("lamp"));
  EXPECT_THAT(TextOf(*talk), Not(HasSubstr("Planted")));
}

TEST_F(Sensitive, PurchasesOfAGuestShapeNothingEitherHoweverLateTheyAreAskedAbout) {
  const auto list = shop_.shop.suggester().Suggest(
      {.shopper = {.guest_past = {{.item_id = "care"}, {.item_id = "coffee-1"}}}});
  ASSERT_TRUE(list.ok());
  shop_.shop.Pass(std::chrono::seconds(1));
  const auto talk = shop_.Ask({.token = list->token, .item_ids = {"lamp"}});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(WithheldOf(*talk, WithheldBy::kTact), ElementsAre("lamp"));
}

TEST_F(Sensitive, PurchasesAreLeftOutOfTheVeryListThatTheTokenIsOf) {
  shop_.shop.Buys("c4", "care", 5);
  auto filter = ItemFilter::Parse("category:\"Coffee\"");
  ASSERT_TRUE(filter.ok());
  const auto list = shop_.shop.suggester().Suggest(
      {.shopper = {.customer_id = "c4"},
       .filter = std::make_shared<const ItemFilter>(*std::move(filter)),
       .filter_text = "category:\"Coffee\""});
  ASSERT_TRUE(list.ok());
  const std::string last = list->suggestions.back().item->item_id;
  const auto talk = shop_.Ask({.token = list->token, .item_ids = {last}});
  ASSERT_TRUE(talk.ok()) << talk.status();
  EXPECT_THAT(ItemsOf(*talk), ElementsAre(last));
}

TEST_F(Sensitive, IsAllThatSomebodyBoughtAndNothingIsSaid) {
  shop_.shop.Buys("only-care", "care", 3);
  const Talk talk = shop_.About("only-care", {"coffee-1"});
  EXPECT_EQ(talk.mode.mode, Mode::kListen);
  EXPECT_THAT(talk.mode.reasons, Contains(ModeReason::kNothingSayable));
  EXPECT_THAT(TextOf(talk), Not(HasSubstr("Planted")));
  for (const TalkingPoint& point : talk.points) EXPECT_FALSE(IsPersonal(point));
}

// Two hundred customers, each with a taste and, planted among it, what was sensitive, a gift, came
// back, or is years old; asked of in every locale.
TEST(Leaks, AreNoneInTwoHundredPlantedCustomersTimesLocales) {
  TalkShop shop;
  constexpr int kPlanted = 200;
  const std::array<std::string, 4> kKinds = {"sensitive-", "gift-", "returned-", "old-"};
  for (const std::string& kind : kKinds) {
    for (int number = 0; number < 10; ++number)
      shop.Plant(kind + std::to_string(number), kind == "sensitive-" ? "Pregnancy" : "Drinks");
  }
  std::vector<Event> events;
  std::vector<Customer> customers;
  const auto buys = [&](const std::string& customer, const std::string& item, double days,
                        bool gift = false) {
    Purchase purchase = shop.shop.MadeUp(customer, item, static_cast<int>(events.size()));
    purchase.purchased_at = shop.shop.DaysAgo(days);
    purchase.gift = gift;
    events.emplace_back(purchase);
    return purchase.event_id;
  };
  for (int number = 0; number < kPlanted; ++number) {
    const std::string customer = rapport::testing::Id("planted", number);
    customers.push_back({.customer_id = customer, .name = "Nobody Elses" + std::to_string(number)});
    const std::string taste = std::array{"coffee-", "tea-", "book-"}[number % 3];
    for (int visit = 0; visit < 8; ++visit)
      buys(customer, taste + std::to_string((number + visit * 4) % 15), 5 + visit * 9);
    const std::string which = std::to_string(number % 10);
    for (int visit = 0; visit < 3; ++visit) {
      buys(customer, "sensitive-" + which, 4 + visit * 9);
      buys(customer, "gift-" + which, 6 + visit * 9, true);
      buys(customer, "old-" + which, 800 + visit * 9);
      const std::string bought = buys(customer, "returned-" + which, 7 + visit * 9);
      if (visit > 0) continue;
      events.emplace_back(Return{.event_id = "back-" + bought,
                                 .customer_id = customer,
                                 .purchase_event_id = bought,
                                 .returned_at = shop.shop.DaysAgo(1)});
    }
  }
  ASSERT_TRUE(shop.shop.store->AppendAndWait(events).ok());
  ASSERT_TRUE(shop.shop.store->UpsertCustomersAndWait(customers).ok());
  shop.Open();

  int points = 0, personal = 0;
  for (int number = 0; number < kPlanted; ++number) {
    for (size_t locale = 0; locale < kSpokenLocales.size(); ++locale) {
      const Register manner = AllRegisters()[(static_cast<size_t>(number) + locale) % kRegisters];
      const auto talk = shop.Ask({.customer_id = rapport::testing::Id("planted", number),
                                  .locale = kSpokenLocales[locale],
                                  .formality = manner.formality,
                                  .directness = manner.directness,
                                  .medium = manner.medium});
      ASSERT_TRUE(talk.ok()) << talk.status();
      const std::string text = TextOf(*talk);
      // Others' purchases may be suggested, their own never be named; sensitive ones neither.
      for (const std::string& kind : kKinds)
        ASSERT_THAT(text, Not(HasSubstr(kind + std::to_string(number % 10)))) << number;
      ASSERT_THAT(text, Not(HasSubstr("sensitive-"))) << number;
      ASSERT_THAT(text, Not(HasSubstr(rapport::testing::Id("planted", number)))) << number;
      ASSERT_THAT(text, Not(HasSubstr("Elses"))) << number;
      for (const TalkingPoint& point : talk->points) {
        ++points;
        personal += IsPersonal(point) ? 1 : 0;
      }
    }
  }
  // There was something to say, and it was personal.
  EXPECT_GT(points, kPlanted * 7);
  EXPECT_GT(personal, points / 2);
}

}  // namespace
}  // namespace rapport::talk
