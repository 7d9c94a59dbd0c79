#include "model/average_taste.h"

#include <gtest/gtest.h>

#include "model/learn.h"
#include "model/scorer.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// Of a shop, with neighbours in the second taste.
ModelSnapshot ModelOf(const PurchaseLog& log) {
  ModelSnapshot model = RandomModel(log.items().size(), 8, 3);
  for (Taste& taste : model.tastes) taste.average = {};
  return model;
}

TEST(AverageTaste, IsTheMeanOverCustomersOfTheirTaste) {
  const PurchaseLog log = ShopWithTastes({.customers = 90});
  ModelSnapshot model = ModelOf(log);
  LearnAverages(log, Day(150), 1, {}, &model);
  const Evidence someone = RandomEvidence(log.items().size(), 3, 1);
  const Scorer scorer(model, Pool::kNewToCustomer, someone);
  for (size_t row = 0; row < log.items().size(); ++row) {
    double sum = 0;
    int customers = 0;
    for (size_t customer = 0; customer < log.customer_count(); ++customer) {
      const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), Day(150)));
      if (evidence.empty()) continue;
      sum += Scorer(model, Pool::kNewToCustomer, evidence).Terms(ItemIndex(row)).taste;
      ++customers;
    }
    EXPECT_EQ(model.tastes[0].average.customers, customers);
    EXPECT_NEAR(*scorer.AverageTaste(ItemIndex(row)), sum / customers,
                1e-6);  // floats of neighbours
  }
}

TEST(AverageTaste, IsTheSameBitsForAnyNumberOfThreads) {
  const PurchaseLog log = ShopWithTastes({.customers = 101});
  ModelSnapshot one = ModelOf(log);
  LearnAverages(log, Day(150), 1, {}, &one);
  for (const int threads : {2, 7}) {
    ModelSnapshot many = ModelOf(log);
    LearnAverages(log, Day(150), threads, {}, &many);
    for (size_t taste = 0; taste < 2; ++taste) {
      EXPECT_EQ(many.tastes[taste].average.vector, one.tastes[taste].average.vector);
      EXPECT_EQ(many.tastes[taste].average.neighbourhood, one.tastes[taste].average.neighbourhood);
    }
  }
}

TEST(AverageTaste, OfManyCustomersIsOfSomeEvenly) {
  PurchaseLogBuilder builder;
  for (size_t customer = 0; customer < kMostAveraged + 500; ++customer) {
    // The first and the last hundred buy the one item, all others the other.
    const bool odd = customer < 100 || customer >= kMostAveraged + 400;
    const std::vector<RawLine> lines = {
        {.item_id = odd ? "item-000" : "item-001", .order_id = "o", .at = Day(1)}};
    builder.AddCustomer(lines);
  }
  const PurchaseLog log = std::move(builder).Build();
  ModelSnapshot model = ModelOf(log);
  LearnAverages(log, Day(2), 2, {}, &model);
  EXPECT_EQ(model.tastes[0].average.customers, static_cast<int64_t>(kMostAveraged));
  Eigen::VectorXd expected = Eigen::VectorXd::Zero(8);
  const double odd = 200.0 / (kMostAveraged + 500);
  for (const size_t item : {size_t{0}, size_t{1}}) {
    std::vector<OwnPurchase> own = {{ItemIndex(item), 0, Day(1)}};
    const Evidence evidence(std::move(own));
    expected += (item == 0 ? odd : 1 - odd) * FoldedTaste(model.tastes[0], evidence).vector();
  }
  EXPECT_LT((model.tastes[0].average.vector - expected).norm(), 1e-3 * expected.norm());
}

TEST(AverageTaste, OfNobodyStaysUnknown) {
  const PurchaseLog log = ShopWithTastes({});
  ModelSnapshot model = ModelOf(log);
  LearnAverages(log, Day(-1), 1, {}, &model);
  EXPECT_EQ(model.tastes[0].average.customers, 0);
}

TEST(AverageTaste, IsLearnedWithTheModel) {
  const auto model = Learn(ShopWithTastes({}), {}, nullptr, {});
  ASSERT_TRUE(model.ok()) << model.status();
  for (const Taste& taste : model->tastes) EXPECT_EQ(taste.average.customers, 120);
}

}  // namespace
}  // namespace rapport
