// The first of its kind for a customer: told once, whatever comes again or late.
#include "data/firsts.h"

#include <latch>

#include "tests/data/moments.h"
#include "tests/data/support.h"

namespace rapport {
namespace {

using testing::At;
using testing::Bought;
using testing::Described;
using ::testing::ElementsAre;
using testing::Id;
using ::testing::IsEmpty;
using testing::MustAppend;
using testing::MustReadMoments;
using testing::OpenStore;
using testing::OptionsFor;
using testing::Words;

class FirstsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_
                    ->UpsertItemsAndWait({Described("tea", "Tea"), Described("oolong", "Tea"),
                                          Described("mug", "Mugs")})
                    .ok());
  }
  std::vector<std::string> Append(std::vector<Event> events) {
    return Words(MustAppend(*store_, std::move(events)).moments);
  }
  std::vector<std::string> Told(uint64_t after = 0) {
    return Words(MustReadMoments(*store_, after));
  }

  const TempDir dir_;
  std::unique_ptr<Store> store_ = OpenStore(dir_ / "store");
};

Purchase InOrder(Purchase purchase, std::string order) {
  purchase.order_id = std::move(order);
  return purchase;
}

Purchase Gift(Purchase purchase) {
  purchase.gift = true;
  return purchase;
}

TEST_F(FirstsTest, AreToldWithThePurchaseAndInTheStream) {
  EXPECT_THAT(Append({Bought("ada", "1", "tea", 1), Bought("bob", "1", "mug", 1)}),
              ElementsAre("first order of ada: 1 tea", "first Tea of ada: 1 tea",
                          "first order of bob: 1 mug", "first Mugs of bob: 1 mug"));
  EXPECT_THAT(Append({Bought("ada", "2", "oolong", 2), Bought("ada", "3", "mug", 3)}),
              ElementsAre("first Mugs of ada: 3 mug"));
  EXPECT_THAT(Told(3), ElementsAre("first Mugs of bob: 1 mug", "first Mugs of ada: 3 mug"));
  EXPECT_EQ(store_->LastMoment(), 5u);
  EXPECT_THAT(MustReadMoments(*store_, 0, 2), ::testing::SizeIs(2));
  EXPECT_THAT(Told(5), IsEmpty());
}

TEST_F(FirstsTest, AreGivenAgainWhenTheSameCallComesAgain) {
  const std::vector<Event> events = {Bought("ada", "1", "tea", 1), Bought("ada", "2", "mug", 2)};
  const std::vector<Moment> first = MustAppend(*store_, events).moments;
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(MustAppend(*store_, events).moments, first);
  EXPECT_EQ(MustAppend(*store_, {events[0], events[0], events[1]}).moments, first);
  EXPECT_EQ(MustAppend(*store_, {events[1]}).moments, std::vector{first[1]});
  store_.reset();
  store_ = OpenStore(dir_ / "store");
  EXPECT_EQ(MustAppend(*store_, events).moments, first);
  EXPECT_EQ(MustReadMoments(*store_), first);
  EXPECT_EQ(store_->LastMoment(), 3u);
}

TEST_F(FirstsTest, AreNotGivenForACallThatConflicts) {
  Append({Bought("ada", "1", "tea", 5)});
  EXPECT_THAT(Append({Bought("ada", "1", "tea", 1)}), IsEmpty());
  EXPECT_THAT(Append({Bought("ada", "1", "mug", 5)}), IsEmpty());
  EXPECT_EQ(store_->LastMoment(), 2u);
}

TEST_F(FirstsTest, MoveToAnOlderPurchaseThatArrivesLate) {
  Append({Bought("ada", "b", "tea", 5)});
  const Moment before = MustReadMoments(*store_).at(0);
  EXPECT_THAT(
      Append({Bought("ada", "a", "oolong", 4)}),
      ElementsAre("first order of ada: a oolong (not b)", "first Tea of ada: a oolong (not b)"));
  const std::vector<Moment> moved = MustReadMoments(*store_);
  ASSERT_EQ(moved.size(), 2u);  // those that they replace are gone
  EXPECT_EQ(moved[0].Id(), before.Id());
  EXPECT_EQ(moved[0].position, 3u);
  EXPECT_THAT(Append({Bought("ada", "b", "tea", 5)}), IsEmpty());  // it is no first any more
  EXPECT_THAT(Append({Bought("ada", "c", "tea", 4)}), IsEmpty());  // a tie: by event_id
}

TEST_F(FirstsTest, OfACallInAnyOrderAreThoseOfItsTimes) {
  EXPECT_THAT(Append({Bought("ada", "3", "tea", 3), Bought("ada", "1", "mug", 1),
                      Bought("ada", "2", "oolong", 2)}),
              ElementsAre("first order of ada: 1 mug", "first Mugs of ada: 1 mug",
                          "first Tea of ada: 2 oolong"));
  EXPECT_EQ(store_->LastMoment(), 3u);
}

TEST_F(FirstsTest, CountLinesOfOneOrderOnce) {
  StoreOptions options = OptionsFor(dir_ / "store");
  options.milestones = {2, 3};
  store_.reset();
  store_ = OpenStore(options);
  Append({InOrder(Bought("ada", "1", "x", 1), "o1"), InOrder(Bought("ada", "2", "x", 1), "o1")});
  EXPECT_THAT(Append({InOrder(Bought("ada", "3", "x", 9), "o1")}), IsEmpty());
  EXPECT_THAT(Append({Bought("ada", "4", "x", 5)}), ElementsAre("order 2 of ada: 4 x"));
  // An order's time is that of its first line.
  EXPECT_THAT(Append({InOrder(Bought("ada", "5", "x", 8), "o2")}),
              ElementsAre("order 3 of ada: 5 x"));
  EXPECT_THAT(Append({InOrder(Bought("ada", "6", "x", 3), "o2")}),
              ElementsAre("order 2 of ada: 6 x (not 4)"));
  EXPECT_THAT(Told(), ElementsAre("first order of ada: 1 x", "order 2 of ada: 6 x (not 4)",
                                  "order 3 of ada: 4 x (not 5)"));
}

TEST_F(FirstsTest, OfAnOrderMayBeAGiftAndOfACategoryNot) {
  EXPECT_THAT(Append({Gift(Bought("ada", "1", "tea", 1))}),
              ElementsAre("first order of ada: 1 tea"));
  EXPECT_THAT(Append({Bought("ada", "2", "tea", 2)}), ElementsAre("first Tea of ada: 2 tea"));
}

TEST_F(FirstsTest, GuestsHaveNone) {
  EXPECT_THAT(Append({Bought("", "1", "tea", 1)}), IsEmpty());
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(FirstsTest, KnowWhatWasBoughtBeforeTheItemWasDescribed) {
  EXPECT_THAT(Append({Bought("ada", "1", "sencha", 1)}),
              ElementsAre("first order of ada: 1 sencha"));
  ASSERT_TRUE(store_->UpsertItemsAndWait({Described("sencha", "Tea")}).ok());
  EXPECT_THAT(Append({Bought("ada", "2", "tea", 2)}), IsEmpty());  // not the first tea
  EXPECT_THAT(Told(1), ElementsAre("first Tea of ada: 1 sencha"));
  EXPECT_THAT(Append({Bought("ada", "1", "sencha", 1)}),
              ElementsAre("first order of ada: 1 sencha", "first Tea of ada: 1 sencha"));
}

TEST_F(FirstsTest, KnowWhatWasBoughtAndDescribedInTheSameWrite) {
  std::latch gate(1);
  StoreOptions options = OptionsFor(dir_ / "store");
  options.now = [&gate] {
    gate.wait();
    return At(1'000'000);
  };
  store_.reset();
  store_ = OpenStore(options);
  std::latch answered(4);
  const auto done = [&answered](const auto&) { answered.count_down(); };
  store_->UpsertItems({Described("cup", "Mugs")}, done);  // held, while the others gather
  store_->Append({Bought("ada", "1", "sencha", 1)}, done);
  store_->UpsertItems({Described("sencha", "Tea")}, done);
  store_->Append({Bought("ada", "2", "tea", 2)}, done);
  gate.count_down();
  answered.wait();
  EXPECT_THAT(Told(), ElementsAre("first order of ada: 1 sencha", "first Tea of ada: 1 sencha"));
}

TEST_F(FirstsTest, KeepTheCategoryThatTheyWereToldFor) {
  Append({Bought("ada", "1", "tea", 1)});
  ASSERT_TRUE(store_->UpsertItemsAndWait({Described("tea", "Hot drinks")}).ok());
  EXPECT_THAT(Append({Bought("ada", "2", "oolong", 2)}), IsEmpty());
  EXPECT_THAT(Told(), ElementsAre("first order of ada: 1 tea", "first Tea of ada: 1 tea"));
}

TEST_F(FirstsTest, OfANewMilestoneAreNotToldWhereItWasPassedAlready) {
  for (int n = 0; n < 6; ++n) Append({Bought("ada", Id("a", n), "x", n)});
  StoreOptions options = OptionsFor(dir_ / "store");
  options.milestones = {5, 7};
  store_.reset();
  store_ = OpenStore(options);
  EXPECT_THAT(Append({Bought("ada", "a6", "x", 6)}), ElementsAre("order 7 of ada: a6 x"));
  options.milestones = {};
  store_.reset();
  store_ = OpenStore(options);
  // One that was told moves on, milestone or not.
  EXPECT_THAT(Append({Bought("ada", "b", "x", -1)}),
              ElementsAre("first order of ada: b x (not a0)"));
  EXPECT_THAT(Told(),
              ElementsAre("first order of ada: b x (not a0)", "order 7 of ada: a5 x (not a6)"));
}

TEST_F(FirstsTest, AreToldBeforeTheAnswerAndCanBeReadByThen) {
  StoreOptions options = OptionsFor(dir_ / "store");
  std::vector<std::string> heard;
  std::vector<std::string> read;
  const Store* reader = nullptr;
  options.on_moments = [&](std::span<const Moment> moments) {
    for (const Moment& moment : moments) heard.push_back(Words(moment));
    read = Words(MustReadMoments(*reader));
    EXPECT_EQ(reader->LastMoment(), moments.back().position);
  };
  store_.reset();
  store_ = OpenStore(options);
  reader = store_.get();
  const std::vector<std::string> answered = Append({Bought("ada", "1", "tea", 1)});
  EXPECT_EQ(heard, answered);
  EXPECT_EQ(read, answered);
  heard.clear();
  Append({Bought("ada", "1", "tea", 1)});
  EXPECT_THAT(heard, IsEmpty());  // nothing new
}

TEST(FirstsOptions, MilestonesOutOfRangeAreRefused) {
  const TempDir dir;
  for (const int number : {1, 101}) {
    StoreOptions options = OptionsFor(dir / "store");
    options.milestones = {number};
    EXPECT_TRUE(absl::IsInvalidArgument(Store::Open(options).status()));
  }
}

TEST(CustomerFirsts, KeepTheFirstHundredOrdersWhateverTheOrderOfArrival) {
  std::vector<MomentSubject> lines;
  for (int n = 0; n < 150; ++n) lines.push_back({At(n), Id("e", n), Id("o", n % 130), "x"});
  CustomerFirsts forwards;
  for (const MomentSubject& line : lines) forwards.AddOrder(line);
  std::ranges::reverse(lines);
  CustomerFirsts backwards;
  for (const MomentSubject& line : lines) backwards.AddOrder(line);
  EXPECT_EQ(forwards, backwards);
  ASSERT_EQ(forwards.orders.size(), 100u);
  EXPECT_EQ(forwards.orders.back().event_id, "e99");
}

TEST(Moment, IdsTellCustomersAndCategoriesApart) {
  const auto id = [](std::string customer, std::string category) {
    Moment moment;
    moment.kind = MomentKind::kFirstInCategory;
    moment.customer_id = std::move(customer);
    moment.category = std::move(category);
    return moment.Id();
  };
  EXPECT_EQ(id("ada", "Tea").size(), 32u);
  EXPECT_NE(id("ada", "Tea"), id("adaT", "ea"));
  EXPECT_NE(id("ada", "Tea"), id("ada", "Mugs"));
}

}  // namespace
}  // namespace rapport
