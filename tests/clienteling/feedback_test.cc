#include "services/clienteling/feedback.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <tuple>

#include "services/clienteling/customers_for_item.h"
#include "services/clienteling/hand_off.h"
#include "services/recommender/field_errors.h"
#include "tests/recommender/shop.h"

namespace rapport::clienteling {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The sample shop: c4 likes tea, c5 books, c3 coffee; whatever says "secret" is never spoken of.
class FeedbackTest : public ::testing::Test {
 protected:
  FeedbackTest() {
    shop_.FillWithTastes();
    shop_.Train();
  }

  Outcome About(OutcomeKind kind, const std::string& item, const std::string& id = "r1") const {
    return {.event_id = id,
            .customer_id = "c4",
            .kind = kind,
            .item_id = item,
            .at = shop_.now(),
            .staff_id = "sam"};
  }
  Insight Learnt(InsightKind kind, Subject subject, const std::string& id = "r1") const {
    return {.event_id = id,
            .customer_id = "c4",
            .kind = kind,
            .subject = std::move(subject),
            .at = shop_.now()};
  }
  template <typename Report>
  Recorded Record(Report report) {
    auto recorded = feedback_.Record(std::move(report), {});
    EXPECT_TRUE(recorded.ok()) << recorded.status();
    return recorded.value_or(Recorded{});
  }
  std::string Top(const std::string& customer = "c4") const {
    return shop_.Suggest(customer).suggestions.at(0).item->item_id;
  }
  std::string Bought(const std::string& customer = "c4") const {
    return shop_.store->History(customer)->lines.front().purchase.item_id;
  }
  HandOff Packet(HandOffQuery query = {.customer_id = "c4"}) const {
    const auto packet = hand_offs_.Make(query);
    EXPECT_TRUE(packet.ok()) << packet.status();
    return packet.value_or(HandOff{});
  }
  SuitedCustomers For(ReverseQuery query) const {
    const auto found = CustomersForItem(reverse_, query, shop_.now(), [] { return false; });
    EXPECT_TRUE(found.ok()) << found.status();
    return found.value_or(SuitedCustomers{});
  }
  static std::vector<std::string> Ids(const SuitedCustomers& found) {
    std::vector<std::string> ids;
    for (const SuitedCustomer& each : found.customers) ids.push_back(each.customer.customer_id);
    return ids;
  }
  void Meet(Customer customer) {
    ASSERT_TRUE(shop_.store->UpsertCustomersAndWait({std::move(customer)}).ok());
  }

  Shop shop_;
  const ShopTime time_ = ShopTime::Utc();
  const Discretion discretion_{
      .hides_item = [](const Item& item) { return item.title.find("secret") != std::string::npos; },
      .hides_text =
          [](std::string_view text) { return text.find("secret") != std::string_view::npos; }};
  const Suggester suggester_ = shop_.suggester();
  std::vector<OutcomeKind> heard_;
  const Feedback feedback_{
      *shop_.store,
      *shop_.shelf,
      suggester_,
      shop_.clock,
      {.on_outcome = [this](const Outcome& each) { heard_.push_back(each.kind); }}};
  const CardMaker cards_{*shop_.store, *shop_.shelf, time_, discretion_, 730, shop_.clock};
  const MomentFinder moments_{*shop_.store, *shop_.shelf, time_, discretion_, {}, shop_.clock};
  const ReverseParts reverse_{*shop_.store, *shop_.shelf, discretion_, time_, {}};
  const HandOffMaker hand_offs_{*shop_.store, cards_, moments_, discretion_};
};

TEST_F(FeedbackTest, TakesEffectBeforeItIsAnsweredAndSaysHow) {
  const std::string top = Top();
  const Recorded recorded = Record(About(OutcomeKind::kDeclinedNotNow, top));
  EXPECT_FALSE(recorded.duplicate);
  EXPECT_EQ(std::get<Outcome>(recorded.reported.report).at, shop_.now());
  ASSERT_THAT(recorded.effect.changes, Not(IsEmpty()));
  const auto found = std::ranges::find_if(
      recorded.effect.changes, [&](const ListChange& each) { return each.item->item_id == top; });
  ASSERT_NE(found, recorded.effect.changes.end());
  const ListChange& left = *found;
  EXPECT_EQ(left.from, 1);
  EXPECT_EQ(left.to, 0);
  EXPECT_GT(left.rank_by_score, 10);
  EXPECT_NE(Top(), top);
}

TEST_F(FeedbackTest, SentAgainItAnswersTheSame) {
  const Recorded first = Record(About(OutcomeKind::kDeclinedNotNow, Top()));
  shop_.Pass(std::chrono::hours(1));
  const Outcome again =
      About(OutcomeKind::kDeclinedNotNow, std::get<Outcome>(first.reported.report).item_id);
  const Recorded second = Record(again);
  EXPECT_TRUE(second.duplicate);
  EXPECT_EQ(std::get<Outcome>(second.reported.report), std::get<Outcome>(first.reported.report));
  ASSERT_EQ(second.effect.changes.size(), first.effect.changes.size());
  EXPECT_EQ(second.effect.changes.back().item->item_id, first.effect.changes.back().item->item_id);
  EXPECT_THAT(heard_, ElementsAre(OutcomeKind::kDeclinedNotNow));
  Outcome other = again;
  other.remark = "something else";
  const auto refused = feedback_.Record(other, {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("remark"));
}

TEST_F(FeedbackTest, AGiftIsOfAllPurchasesOfTheItemAlsoWhenSentAgain) {
  const std::string item = Bought();
  const Recorded recorded = Record(About(OutcomeKind::kBoughtAsGift, item));
  int lines = 0;
  const HistoryView history = *shop_.store->History("c4");
  for (const HistoryLine& line : history.lines) {
    EXPECT_EQ(line.Gift(), line.purchase.item_id == item);
    lines += line.purchase.item_id == item ? 1 : 0;
  }
  EXPECT_EQ(recorded.effect.lines_set_aside, lines);
  shop_.Buys("c4", item);  // for themselves, this time
  EXPECT_TRUE(Record(About(OutcomeKind::kBoughtAsGift, item)).duplicate);
  EXPECT_FALSE(shop_.store->History("c4")->lines.back().Gift());
}

TEST_F(FeedbackTest, APurchaseOfSomethingElseIsNotThatGift) {
  const std::string mine = shop_.Buys("c4", "book-3"), other = shop_.Buys("c4", "book-4");
  Outcome gift = About(OutcomeKind::kBoughtAsGift, "book-3");
  gift.purchase_event_ids = {mine, other};
  const auto refused = feedback_.Record(gift, {});
  const std::vector<FieldError> errors = FieldErrorsOf(refused.status());
  ASSERT_THAT(errors, SizeIs(1));
  EXPECT_EQ(errors[0].path, "purchase_event_ids[1]");
  EXPECT_THAT(errors[0].description, HasSubstr("one of book-4"));
}

TEST_F(FeedbackTest, TheIdOfAPurchaseIsTaken) {
  const std::string purchase = shop_.Buys("c4", "book-3");
  const auto refused = feedback_.Record(About(OutcomeKind::kRelayed, "book-3", purchase), {});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("for a purchase"));
}

TEST_F(FeedbackTest, WhatWasNotToldIsOnNoCard) {
  Record(About(OutcomeKind::kNotRelayed, Top()));
  EXPECT_THAT(cards_.Make({.customer_id = "c4"})->outcomes, IsEmpty());
}

TEST_F(FeedbackTest, OnlyLinesThatItSetsAsideItselfAreCounted) {
  const std::string one = shop_.Buys("c4", "book-3"), two = shop_.Buys("c4", "book-3");
  Outcome twice = About(OutcomeKind::kBoughtAsGift, "book-3");
  twice.purchase_event_ids = {one, one};
  const Recorded first = Record(twice);
  EXPECT_EQ(first.effect.lines_set_aside, 1);
  EXPECT_THAT(std::get<Outcome>(first.reported.report).purchase_event_ids, ElementsAre(one));
  EXPECT_TRUE(Record(twice).duplicate);
  EXPECT_EQ(Record(About(OutcomeKind::kNotRepresentative, "book-3", "r2")).effect.lines_set_aside,
            1);
  const auto undone = feedback_.Undo("c4", "r1", "sam", {});
  ASSERT_TRUE(undone.ok());
  EXPECT_EQ(undone->effect.lines_set_aside, 0);  // the other still has both
  EXPECT_EQ(feedback_.Undo("c4", "r2", "sam", {})->effect.lines_set_aside, 2);
}

TEST_F(FeedbackTest, RefusesWhatTheShopDoesNotKnow) {
  const auto code = [&](auto report) {
    return feedback_.Record(std::move(report), {}).status().code();
  };
  Outcome nobody = About(OutcomeKind::kAccepted, Top());
  nobody.customer_id = "nobody";
  EXPECT_EQ(code(nobody), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(About(OutcomeKind::kAccepted, "nothing")), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(Learnt(InsightKind::kOwnsElsewhere, {SubjectKind::kItem, "", "nothing"})),
            absl::StatusCode::kNotFound);
  Outcome gift = About(OutcomeKind::kBoughtAsGift, Bought());
  gift.purchase_event_ids = {"no-purchase"};
  const auto refused = feedback_.Record(gift, {});
  ASSERT_THAT(FieldErrorsOf(refused.status()), SizeIs(1));
  EXPECT_EQ(FieldErrorsOf(refused.status())[0].path, "purchase_event_ids[0]");
  EXPECT_THAT(FieldErrorsOf(feedback_.Record(About(OutcomeKind::kWrongFact, Top()), {}).status()),
              SizeIs(1));  // never bought
  Insight past = Learnt(InsightKind::kNote, {});
  past.expires_at = shop_.DaysAgo(1);
  EXPECT_EQ(code(past), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(shop_.store->History("c4")->reports, IsEmpty());
}

TEST_F(FeedbackTest, UndoGivesTheListBackAndIsSafeToRepeat) {
  const std::string top = Top();
  Record(About(OutcomeKind::kDeclinedNever, top));
  const auto undone = feedback_.Undo("c4", "r1", "max", {});
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_FALSE(undone->duplicate);
  ASSERT_THAT(undone->effect.changes, Not(IsEmpty()));
  EXPECT_EQ(undone->effect.changes[0].item->item_id, top);
  EXPECT_EQ(undone->effect.changes[0].to, 1);
  EXPECT_EQ(undone->reported.retracted->staff_id, "max");
  EXPECT_EQ(Top(), top);
  // Later, with more bought, it answers what it answered.
  shop_.Pass(std::chrono::hours(1));
  for (const char* item : {"coffee-1", "coffee-2", "coffee-3"}) shop_.Buys("c4", item);
  const auto again = feedback_.Undo("c4", "r1", "eve", {});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->duplicate);
  EXPECT_EQ(again->reported.retracted->staff_id, "max");
  ASSERT_EQ(again->effect.changes.size(), undone->effect.changes.size());
  for (size_t at = 0; at < again->effect.changes.size(); ++at) {
    const ListChange& one = undone->effect.changes[at];
    const ListChange& other = again->effect.changes[at];
    EXPECT_EQ(one.item->item_id, other.item->item_id);
    EXPECT_EQ(std::tuple(one.from, one.to, one.rank_by_score),
              std::tuple(other.from, other.to, other.rank_by_score));
  }
  EXPECT_EQ(feedback_.Undo("c4", "r9", "", {}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(feedback_.Undo("c4", "e1", "", {}).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(FeedbackTest, ManyAtOnceAreEachTakenOnce) {
  std::vector<std::jthread> threads;
  std::atomic<int> fresh = 0;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int number = 0; number < 10; ++number) {
        const auto recorded =
            feedback_.Record(Learnt(InsightKind::kNote, {}, "n" + std::to_string(number)), {});
        ASSERT_TRUE(recorded.ok());
        fresh += recorded->duplicate ? 0 : 1;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(fresh, 10);
  EXPECT_THAT(shop_.store->History("c4")->reports, SizeIs(10));
}

TEST_F(FeedbackTest, OfWhoRefusesPersonalizationNoEffectIsTold) {
  Meet({.customer_id = "c4", .consent_personalization = false});
  const Recorded recorded = Record(Learnt(InsightKind::kLikes, {SubjectKind::kWord, "", "book"}));
  EXPECT_THAT(recorded.items_named, Not(IsEmpty()));
  EXPECT_THAT(recorded.effect.changes, IsEmpty());
}

TEST_F(FeedbackTest, AHandOffTellsWhatWasSaidAndWhatNotToRepeat) {
  const std::string top = Top();
  Meet({.customer_id = "c4", .name = "Ada", .consent_contact = false});
  Record(About(OutcomeKind::kRelayed, top, "r1"));
  shop_.Pass(std::chrono::hours(1));
  Record(About(OutcomeKind::kDeclinedNotNow, top, "r2"));
  Record(About(OutcomeKind::kAccepted, Bought(), "r3"));
  Record(About(OutcomeKind::kNotRelayed, "coffee-1", "r4"));
  Record(Learnt(InsightKind::kAllergicTo, {SubjectKind::kWord, "", "nuts"}, "i1"));
  Insight complaint = Learnt(InsightKind::kComplaint, {}, "i2");
  complaint.text = "the kettle broke";
  Record(complaint);
  const HandOff packet = Packet();
  EXPECT_EQ(packet.customer.name, "Ada");
  EXPECT_FALSE(packet.may_contact);
  EXPECT_TRUE(packet.complaint);
  ASSERT_THAT(packet.told, SizeIs(2));  // the latest of each item, and nothing that was not said
  EXPECT_EQ(packet.told[0].outcome.kind, OutcomeKind::kAccepted);
  EXPECT_EQ(packet.told[1].outcome.kind, OutcomeKind::kDeclinedNotNow);
  ASSERT_THAT(packet.refused, SizeIs(1));
  EXPECT_EQ(packet.refused[0].item.item_id, top);
  ASSERT_THAT(packet.forbidden, SizeIs(1));
  EXPECT_EQ(EventIdOf(packet.forbidden[0]), "i1");
  ASSERT_THAT(packet.insights, SizeIs(1));

  // Long after, what must still be known is there.
  shop_.Pass(std::chrono::days(200));
  const HandOff later = Packet();
  EXPECT_THAT(later.told, IsEmpty());
  EXPECT_THAT(later.refused, IsEmpty());
  EXPECT_THAT(later.forbidden, SizeIs(1));
  EXPECT_THAT(later.insights, SizeIs(1));
  EXPECT_THAT(Packet({.customer_id = "c4", .since = shop_.DaysAgo(300)}).told, SizeIs(2));
  EXPECT_EQ(hand_offs_.Make({.customer_id = "nobody"}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(FeedbackTest, AHandOffOfWhoRefusesPersonalizationHasConstraintsOnly) {
  Record(About(OutcomeKind::kDeclinedNever, Top(), "r1"));
  Record(About(OutcomeKind::kAccepted, Bought(), "r2"));
  Record(Learnt(InsightKind::kLikes, {SubjectKind::kWord, "", "tea"}, "i1"));
  Record(Learnt(InsightKind::kAllergicTo, {SubjectKind::kWord, "", "nuts"}, "i2"));
  Meet({.customer_id = "c4", .consent_personalization = false});
  const HandOff packet = Packet();
  EXPECT_THAT(packet.told, IsEmpty());
  EXPECT_THAT(packet.insights, IsEmpty());
  EXPECT_THAT(packet.refused, SizeIs(1));
  EXPECT_THAT(packet.forbidden, SizeIs(1));
  EXPECT_THAT(packet.usual, IsEmpty());
}

TEST_F(FeedbackTest, ACardShowsWhatWasLearntAndOffersNothingForbidden) {
  Record(Learnt(InsightKind::kLikes, {SubjectKind::kWord, "", "tea"}, "i1"));
  Record(About(OutcomeKind::kUncomfortable, Bought(), "r1"));
  const auto card = cards_.Make({.customer_id = "c4"});
  ASSERT_TRUE(card.ok());
  ASSERT_THAT(card->insights, SizeIs(1));
  ASSERT_THAT(card->outcomes, SizeIs(1));
  for (const CardLine& line : card->recent) {
    EXPECT_FALSE(line.purchase.item_id == Bought() && line.may_say);
  }
  EXPECT_TRUE(feedback_.Undo("c4", "r1", "", {}).ok());
  EXPECT_THAT(cards_.Make({.customer_id = "c4"})->outcomes, IsEmpty());
}

// The reverse of lists: whoever is named would have it in their own list at that rank.
TEST_F(FeedbackTest, WhoWouldWantAnItemAgreesWithTheirOwnLists) {
  const std::string item = Top("c5");
  const SuitedCustomers found = For({.item_id = item, .limit = 20});
  ASSERT_THAT(found.customers, Not(IsEmpty()));
  double last = 1;
  for (const SuitedCustomer& each : found.customers) {
    const SuggestionList list = shop_.Suggest(each.customer.customer_id, Pool::kNewToCustomer, 45);
    const auto place = std::ranges::find_if(
        list.suggestions, [&](const Suggestion& s) { return s.item->item_id == item; });
    ASSERT_NE(place, list.suggestions.end());
    EXPECT_EQ(place->score, each.score);
    EXPECT_EQ(place->rank, each.rank_for_customer);
    const double chance = each.chance ? each.chance->probability : 0;
    EXPECT_LE(chance, last);
    last = chance;
  }
  int64_t everybody = static_cast<int64_t>(found.customers.size());
  for (const auto& [reason, customers] : found.left_out) everybody += customers;
  EXPECT_EQ(everybody, 90);
  EXPECT_GT(found.left_out.at(NotSuited::kHasIt), 0);
}

TEST_F(FeedbackTest, WhoWouldWantAnItemRespectsWhatWasSaid) {
  const std::string item = Top("c4");
  const auto reason = [&](const std::string& customer, bool to_contact = false) {
    const SuitedCustomers found =
        For({.item_id = item, .customer_ids = {customer}, .limit = 5, .to_contact = to_contact});
    EXPECT_EQ(found.customers.size() + found.left_out.size(), 1);
    return found.left_out.empty() ? std::optional<NotSuited>() : found.left_out.begin()->first;
  };
  EXPECT_EQ(reason("c4"), std::nullopt);
  Record(About(OutcomeKind::kDeclinedNotNow, item, "r1"));
  EXPECT_EQ(reason("c4"), NotSuited::kDeclined);
  shop_.Pass(std::chrono::hours(1));
  Record(About(OutcomeKind::kAccepted, item, "r2"));
  EXPECT_EQ(reason("c4"), std::nullopt);
  Record(Learnt(InsightKind::kDislikes, {SubjectKind::kWord, "", "tea"}, "i1"));
  EXPECT_EQ(reason("c4"), NotSuited::kDeclined);
  EXPECT_TRUE(feedback_.Undo("c4", "i1", "", {}).ok());
  Record(Learnt(InsightKind::kAllergicTo, {SubjectKind::kItem, "", item}, "i2"));
  EXPECT_EQ(reason("c4"), NotSuited::kAllergic);
  EXPECT_TRUE(feedback_.Undo("c4", "i2", "", {}).ok());
  Record(Learnt(InsightKind::kOwnsElsewhere, {SubjectKind::kItem, "", item}, "i3"));
  EXPECT_EQ(reason("c4"), NotSuited::kHasIt);
  EXPECT_TRUE(feedback_.Undo("c4", "i3", "", {}).ok());
  Meet({.customer_id = "c4", .consent_contact = false});
  EXPECT_EQ(reason("c4"), std::nullopt);
  EXPECT_EQ(reason("c4", true), NotSuited::kNoContact);
  Meet({.customer_id = "c4", .consent_personalization = false});
  EXPECT_EQ(reason("c4"), NotSuited::kNoPersonalization);
  Meet({.customer_id = "new", .name = "New"});
  EXPECT_EQ(reason("new"), NotSuited::kNoHistory);
}

TEST_F(FeedbackTest, WhoWouldWantAnItemAmongTheCustomersOfAStoreOrABook) {
  Meet({.customer_id = "c4", .store = "Harbour", .staff_id = "sam"});
  Meet({.customer_id = "c7", .store = "Station", .staff_id = "sam"});
  const auto of_store = [](const Customer&, const std::string& store) {
    return store == "Harbour";
  };
  const auto of_book = [](const Customer& c, const std::string&) { return c.staff_id == "sam"; };
  const std::string item = Top("c4");
  const SuitedCustomers harbour = For({.item_id = item, .among = of_store, .limit = 5});
  EXPECT_THAT(Ids(harbour), ElementsAre("c4"));
  EXPECT_EQ(For({.item_id = item, .among = of_book, .limit = 1}).customers.size(), 1);
  const auto code = [&](const ReverseQuery& query, bool cancelled) {
    return CustomersForItem(reverse_, query, shop_.now(), [=] { return cancelled; })
        .status()
        .code();
  };
  EXPECT_EQ(code({.item_id = "nothing"}, false), absl::StatusCode::kNotFound);
  EXPECT_EQ(code({.item_id = item}, true), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rapport::clienteling
