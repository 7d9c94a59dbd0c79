#include "services/clienteling/buying_times.h"

#include <gtest/gtest.h>

#include "tests/recommender/shop.h"

namespace rapport::clienteling {
namespace {

using std::chrono::days;
using std::chrono::local_days;

local_days On(int day) { return local_days(days(20'000 + day)); }

std::vector<local_days> Every(int gap, int times) {
  std::vector<local_days> on;
  for (int time = 0; time < times; ++time) on.push_back(On(gap * time));
  return on;
}

class BuyingTimesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop_ = new Shop;
    shop_->FillWithTastes();
    shop_->Train();
  }
  static void TearDownTestSuite() { delete shop_; }
  static const ModelSnapshot& Model() { return *shop_->shelf->Current(); }

 private:
  static Shop* shop_;
};
Shop* BuyingTimesTest::shop_ = nullptr;

TEST_F(BuyingTimesTest, OfTheModelAreProbabilitiesThatRiseWithTheDaysAskedAbout) {
  ASSERT_FALSE(Model().timing.empty());
  const BuyingTimes times = FromModel(Model());
  const auto bought = Every(14, 5), visits = Every(7, 9);
  double before = 0;
  for (const int within : {0, 1, 7, 14, 28, 90}) {
    const double chance = times.due_within("tea-3", bought, visits, On(60), within);
    EXPECT_GE(chance, before);
    EXPECT_LE(chance, 1);
    before = chance;
  }
  EXPECT_EQ(times.due_within("tea-3", bought, visits, On(60), 0), 0);
  EXPECT_EQ(
      times.due_within("tea-3", bought, visits, On(60), 7),
      Model().timing.items.DueWithin(
          Row(*Model().items.Find("tea-3")),
          SummaryOf(std::vector<PurchaseDay>{PurchaseDay(days(20'000)), PurchaseDay(days(20'014)),
                                             PurchaseDay(days(20'028)), PurchaseDay(days(20'042)),
                                             PurchaseDay(days(20'056))},
                    PurchaseDay(days(20'060))),
          SummaryOf(std::vector<PurchaseDay>{PurchaseDay(days(20'000)), PurchaseDay(days(20'007)),
                                             PurchaseDay(days(20'014)), PurchaseDay(days(20'021)),
                                             PurchaseDay(days(20'028)), PurchaseDay(days(20'035)),
                                             PurchaseDay(days(20'042)), PurchaseDay(days(20'049)),
                                             PurchaseDay(days(20'056))},
                    PurchaseDay(days(20'060))),
          7));
}

TEST_F(BuyingTimesTest, OfAnItemThatTheModelDoesNotKnowComeFromTheirOwnGaps) {
  const BuyingTimes model = FromModel(Model()), own = FromOwnGaps();
  const auto bought = Every(14, 5);
  EXPECT_EQ(model.due_within("nothing", bought, bought, On(60), 14),
            own.due_within("nothing", bought, bought, On(60), 14));
  const BuyingTimes empty = FromModel(ModelSnapshot());
  EXPECT_EQ(empty.lapsed(bought, {}, On(400)), own.lapsed(bought, {}, On(400)));
}

TEST_F(BuyingTimesTest, WhoeverIsAwayLongerIsMoreLikelyGone) {
  ModelSnapshot model;
  // As learned on Online Retail II, roughly: fewer visits, a longer open gap, fewer items.
  model.timing.lapse = {.constant = 1, .weights = {-1, 0.5, -0.3}, .customers = 100};
  const BuyingTimes times = FromModel(model);
  const auto visits = Every(7, 9);
  const std::vector<std::vector<local_days>> bought = {visits};
  double before = 0;
  for (const int day : {56, 80, 150, 300}) {
    const double gone = times.lapsed(visits, bought, On(day));
    EXPECT_GE(gone, before);
    EXPECT_LE(gone, 1);
    before = gone;
  }
}

}  // namespace
}  // namespace rapport::clienteling
