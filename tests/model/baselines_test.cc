#include "model/baselines/baselines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "Eigen/LU"
#include "model/baselines/ease.h"
#include "model/baselines/frequency.h"
#include "model/baselines/item_knn.h"
#include "model/baselines/recency.h"
#include "model/baselines/trend_and_repeat.h"
#include "model/evaluation.h"
#include "model/learn.h"
#include "model/scorer.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

const LearnOptions kOptions{.tastes = {{.factors = 8, .iterations = 5}}, .threads = 2};

Trial TrialOf(const PurchaseLog& log) {
  auto trial = TrialAt(log, Day(170), kOptions, nullptr, {});
  EXPECT_TRUE(trial.ok()) << trial.status();
  return *std::move(trial);
}

// Five customers with the same lines, so that every item is a candidate; the first of them.
struct Regulars {
  explicit Regulars(const std::vector<RawLine>& lines)
      : log(Log(lines)), held_out(log, Day(100), Day(128)) {}
  static PurchaseLog Log(const std::vector<RawLine>& lines) {
    PurchaseLogBuilder builder;
    for (int customer = 0; customer < 5; ++customer) builder.AddCustomer(lines);
    return std::move(builder).Build();
  }
  std::vector<std::string> List(const Ranker& ranker) const {
    std::vector<std::string> ids;
    for (const ItemIndex item : ranker(held_out.customers.at(0), Pool::kAny))
      ids.push_back(log.items().Id(item));
    return ids;
  }

  PurchaseLog log;
  HeldOut held_out;
};

TEST(Baselines, MakeListsOfThePoolFromTheCandidatesBestFirstWithoutRepeats) {
  const PurchaseLog log = ShopWithTastes({});
  const Trial trial = TrialOf(log);
  for (const std::string& name : AllBaselines()) {
    const Ranker ranker = MakeBaseline(name, log, trial, 2);
    ASSERT_TRUE(ranker) << name;
    for (const Pool pool : kPools) {
      const HeldOutCustomer& customer = trial.held_out.customers[3];
      std::vector<ItemIndex> list = ranker(customer, pool);
      EXPECT_FALSE(list.empty()) << name;
      EXPECT_LE(list.size(), kListLength) << name;
      for (const ItemIndex item : list) {
        EXPECT_TRUE(InPool(pool, customer.evidence, item)) << name;
        EXPECT_TRUE(trial.held_out.candidate[Row(item)]) << name;
      }
      std::sort(list.begin(), list.end());
      EXPECT_EQ(std::unique(list.begin(), list.end()), list.end()) << name;
    }
  }
}

// An evaluation keeps tens of thousands of them.
TEST(Baselines, MakeListsThatHoldNoRoomForAllItems) {
  const PurchaseLog log = ShopWithTastes({.items = 300});
  const Trial trial = TrialOf(log);
  for (const std::string& name : AllBaselines()) {
    const Ranker ranker = MakeBaseline(name, log, trial, 2);
    EXPECT_LT(ranker(trial.held_out.customers[3], Pool::kAny).capacity(), 2 * kListLength) << name;
  }
}

// The same shop up to the cut. After it the customers buy other things, bring other things back,
// and strangers come.
PurchaseLog ShopWithAnotherFuture(bool other) {
  const PurchaseLog shop = ShopWithTastes({});
  PurchaseLogBuilder builder;
  for (size_t customer = 0; customer < shop.customer_count(); ++customer) {
    std::vector<std::string> orders;
    std::vector<RawLine> lines;
    for (const PurchaseLog::Line& line : shop.LinesOf(CustomerIndex(customer))) {
      orders.push_back(std::to_string(line.order));
      const bool later = line.at >= Day(170);
      const size_t item = later && other ? (Row(line.item) * 7 + 1) % 60 : Row(line.item);
      lines.push_back({.item_id = shop.items().Id(ItemIndex(item)), .order_id = {}, .at = line.at});
      if (other && !later && lines.size() % 5 == 0) lines.back().returned_in_full_at = Day(171);
    }
    for (size_t line = 0; line < lines.size(); ++line) lines[line].order_id = orders[line];
    builder.AddCustomer(lines);
  }
  if (other) {
    builder.AddGuests(
        std::vector<RawLine>(300, {.item_id = shop.items().Id(ItemIndex(5)), .at = Day(175)}));
  }
  return std::move(builder).Build();
}

TEST(Baselines, AndOursNeverSeeWhatComesAfterTheCut) {
  const PurchaseLog one = ShopWithAnotherFuture(false);
  const PurchaseLog other = ShopWithAnotherFuture(true);
  const Trial trial_of_one = TrialOf(one);
  const Trial trial_of_other = TrialOf(other);
  ASSERT_EQ(trial_of_one.held_out.customers.size(), trial_of_other.held_out.customers.size());
  const auto lists = JudgeBeside(one, trial_of_one, AllBaselines(), 2);
  const auto other_lists = JudgeBeside(other, trial_of_other, AllBaselines(), 2);
  for (size_t place = 0; place < lists.size(); ++place) {
    EXPECT_EQ(lists[place].lists, other_lists[place].lists) << lists[place].method;
    EXPECT_NE(RowOf(lists[place]).ndcg, RowOf(other_lists[place]).ndcg) << lists[place].method;
  }
}

TEST(PopularityRanker, PutsWhatIsBoughtLatelyBeforeWhatWasBoughtMore) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 12; ++customer) {
    std::vector<RawLine> lines = {{.item_id = "once", .at = Day(20)},
                                  {.item_id = "once", .at = Day(110)}};
    if (customer < 5) lines.push_back({.item_id = "now", .at = Day(99)});
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(100), Day(128));
  EXPECT_EQ(PopularityRanker(log, held_out)(held_out.customers[0], Pool::kAny)[0],
            *log.items().Find("now"));
}

TEST(LastOrderRanker, PutsTheLastOrderBeforeWhatWasOrderedMoreAndIsMorePopular) {
  PurchaseLogBuilder builder;
  for (int customer = 0; customer < 5; ++customer) {
    builder.AddCustomer(std::vector<RawLine>{{.item_id = "tea", .order_id = "1", .at = Day(1)},
                                             {.item_id = "tea", .order_id = "2", .at = Day(50)},
                                             {.item_id = "pot", .order_id = "3", .at = Day(90)},
                                             {.item_id = "tea", .order_id = "4", .at = Day(110)}});
  }
  for (int customer = 0; customer < 10; ++customer)
    builder.AddCustomer(std::vector<RawLine>{{.item_id = "tea", .at = Day(99)}});
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(100), Day(128), 60);
  const HeldOutCustomer& regular = held_out.customers[0];
  EXPECT_EQ(LastOrderRanker(log, held_out)(regular, Pool::kAny)[0], *log.items().Find("pot"));
  EXPECT_EQ(PopularityRanker(log, held_out)(regular, Pool::kAny)[0], *log.items().Find("tea"));
}

TEST(PersonalFrequencyRanker, PutsTheMostOrderedFirst) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  const Ranker ranker = PersonalFrequencyRanker(log, held_out);
  for (const HeldOutCustomer& customer : held_out.customers) {
    const auto list = ranker(customer, Pool::kAny);
    size_t before = SIZE_MAX;
    for (const ItemIndex item : list) {
      const Evidence::Entry* own = customer.evidence.Find(item);
      const size_t orders = own == nullptr ? 0 : own->order_count;
      EXPECT_LE(orders, before);
      before = orders;
    }
  }
}

TEST(DecayedFrequencyRanker, PutsOnceLatelyBeforeTwiceLongAgo) {
  const Regulars shop({{.item_id = "tea", .order_id = "1", .at = Day(-700)},
                       {.item_id = "tea", .order_id = "2", .at = Day(-690)},
                       {.item_id = "pot", .order_id = "3", .at = Day(90)},
                       {.item_id = "tea", .order_id = "4", .at = Day(110)}});
  EXPECT_EQ(shop.List(DecayedFrequencyRanker(shop.log, shop.held_out))[0], "pot");
  EXPECT_EQ(shop.List(PersonalFrequencyRanker(shop.log, shop.held_out))[0], "tea");
}

TEST(RecencyAt, WeighsTheLastPurchaseOnlyAndHalvesItWithAge) {
  const Regulars shop({{.item_id = "tea", .at = Day(10)},
                       {.item_id = "tea", .at = Day(70)},
                       {.item_id = "gift", .at = Day(70), .gift = true},
                       {.item_id = "tea", .at = Day(110)}});
  const RecencyMatrix matrix = RecencyAt(shop.log, Day(100), 30, shop.held_out.candidate);
  ASSERT_EQ(matrix.by_customer.weights.size(), 5u);
  EXPECT_DOUBLE_EQ(matrix.by_customer.weights[0], 0.5);
  const size_t tea = Row(*shop.log.items().Find("tea"));
  EXPECT_DOUBLE_EQ(RecencyRow(shop.held_out, shop.held_out.customers[0], 30)[tea], 0.5);
  EXPECT_DOUBLE_EQ(RecentBuyers(shop.log, Day(100), 30)[tea], 2.5);
  EXPECT_DOUBLE_EQ(RecentBuyers(shop.log, Day(100), kNeverHalved)[tea], 5);
}

Eigen::MatrixXd Dense(const RecencyMatrix& matrix) {
  Eigen::MatrixXd dense =
      Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(matrix.by_customer.rows()),
                            static_cast<Eigen::Index>(matrix.by_item.rows()));
  for (size_t row = 0; row < matrix.by_customer.rows(); ++row) {
    const auto columns = matrix.by_customer.ColumnsOf(row);
    for (size_t place = 0; place < columns.size(); ++place) {
      dense(static_cast<Eigen::Index>(row), columns[place]) =
          matrix.by_customer.WeightsOf(row)[place];
    }
  }
  return dense;
}

TEST(NearestItems, AreThoseOfTheDenseCosine) {
  const PurchaseLog log = ShopWithTastes({});
  const HeldOut held_out(log, Day(170), Day(200));
  const RecencyMatrix matrix = RecencyAt(log, Day(170), 45, held_out.candidate);
  const Eigen::MatrixXd dense = Dense(matrix);
  const auto nearest = NearestItems(matrix, 5, 10, 2);
  for (Eigen::Index item = 0; item < dense.cols(); ++item) {
    std::vector<std::pair<double, uint32_t>> all;
    for (Eigen::Index other = 0; other < dense.cols(); ++other) {
      const double product = dense.col(item).dot(dense.col(other));
      const double cosine = product / (dense.col(item).norm() * dense.col(other).norm() + 10);
      if (other != item && product > 0) all.push_back({-cosine, static_cast<uint32_t>(other)});
    }
    std::sort(all.begin(), all.end());
    const auto& found = nearest[static_cast<size_t>(item)];
    ASSERT_EQ(found.size(), std::min<size_t>(5, all.size()));
    for (size_t place = 0; place < found.size(); ++place) {
      EXPECT_EQ(found[place].item, all[place].second);
      EXPECT_NEAR(found[place].similarity, -all[place].first, 1e-6);
    }
  }
}

TEST(EaseWeights, AreTheClosedFormOfThePaper) {
  const PurchaseLog log = ShopWithTastes({.items = 300});
  const HeldOut held_out(log, Day(170), Day(200));
  const Eigen::MatrixXd dense = Dense(RecencyAt(log, Day(170), kNeverHalved, held_out.candidate));
  const Eigen::MatrixXd gramian = dense.transpose() * dense;
  const Eigen::MatrixXd inverse =
      (gramian + 20 * Eigen::MatrixXd::Identity(300, 300)).inverse();  // larger than two blocks
  const Eigen::MatrixXf weights = EaseWeights(gramian.cast<float>(), 20, 2);
  for (Eigen::Index column = 0; column < 300; ++column) {
    EXPECT_EQ(weights(column, column), 0);
    for (Eigen::Index row = 0; row < 300; ++row) {
      if (row == column) continue;
      EXPECT_NEAR(weights(row, column), -inverse(row, column) / inverse(column, column), 1e-5);
    }
  }
}

TEST(EaseAndItemKnn, FindWhatGoesWithAnItem) {
  // Two circles of customers; one has not bought all of theirs yet.
  PurchaseLogBuilder builder;
  const std::vector<std::vector<std::string>> circles = {{"tea", "pot", "cup"},
                                                         {"pen", "ink", "pad"}};
  for (int customer = 0; customer < 20; ++customer) {
    const auto& circle = circles[static_cast<size_t>(customer % 2)];
    std::vector<RawLine> lines;
    for (const std::string& id : circle) {
      if (customer != 0 || id != "cup") lines.push_back({.item_id = id, .at = Day(90)});
    }
    lines.push_back({.item_id = circle[2], .at = Day(110)});
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  const HeldOut held_out(log, Day(100), Day(128));
  for (const Ranker& ranker :
       {ItemKnnRanker(log, held_out, 45, 2), EaseRanker(log, held_out, 30, 5, 2)}) {
    EXPECT_EQ(ranker(held_out.customers[0], Pool::kNewToCustomer)[0], *log.items().Find("cup"));
  }
}

TEST(WithoutTaste, LeavesTheOtherTermsAsTheyAre) {
  const ModelSnapshot model = RandomModel(60, 8, 1);
  const ModelSnapshot plain = WithoutTaste(model);
  const Evidence evidence = RandomEvidence(60, 5, 2);
  const Scorer ours(model, Pool::kAny, evidence);
  const Scorer theirs(plain, Pool::kAny, evidence);
  for (uint32_t item = 0; item < 60; ++item) {
    EXPECT_EQ(theirs.Terms(ItemIndex(item)).taste, 0);
    EXPECT_EQ(theirs.Terms(ItemIndex(item)).repeat, ours.Terms(ItemIndex(item)).repeat);
    EXPECT_EQ(theirs.Terms(ItemIndex(item)).popularity, ours.Terms(ItemIndex(item)).popularity);
  }
}

TEST(TrendAndRepeatRanker, IsFittedAnewWithoutTaste) {
  // With taste gone, what it said falls to the other terms: the fit is another, and a better one
  // for them alone.
  const PurchaseLog log = ShopWithTastes({.loyalty = 0.95});
  const Trial trial = TrialOf(log);
  ModelSnapshot not_refitted = WithoutTaste(trial.model);
  const Ranker kept = ServedRanker(not_refitted, trial.held_out);
  const Ranker refitted = TrendAndRepeatRanker(trial, 2);
  size_t different = 0;
  for (const HeldOutCustomer& customer : trial.held_out.customers)
    different += kept(customer, Pool::kAny) != refitted(customer, Pool::kAny) ? 1 : 0;
  EXPECT_GT(different, 0u);
}

}  // namespace
}  // namespace rapport
