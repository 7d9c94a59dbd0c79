// Orders of evidence, each against its definition; LIME against scores that are sums.
#include "model/faithfulness/evidence_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "model/faithfulness/lime.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using testing::ElementsAre;

std::vector<size_t> All(size_t count) {
  std::vector<size_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

class Orders : public testing::Test {
 protected:
  std::vector<size_t> By(OrderMethod method, uint64_t seed = 1) const {
    return orders_.By(method, scorer_, refold_, seed);
  }
  // The order of these numbers, one an entry, the greatest first.
  static std::vector<size_t> Descending(const std::vector<double>& values) {
    std::vector<size_t> order = All(values.size());
    std::sort(order.begin(), order.end(),
              [&](size_t a, size_t b) { return values[a] > values[b]; });
    return order;
  }
  std::vector<double> OfEach(const std::function<double(const Evidence::Entry&)>& value) const {
    std::vector<double> each;
    for (const Evidence::Entry& entry : evidence_.entries()) each.push_back(value(entry));
    return each;
  }

  const ModelSnapshot model_ = RandomModel(80, 12, 4);
  const ItemScan scan_{model_};
  const std::vector<OwnPurchase> purchases_ = {
      {ItemIndex(5), 0, Day(10)},  {ItemIndex(9), 1, Day(30)},  {ItemIndex(9), 2, Day(50)},
      {ItemIndex(12), 3, Day(45)}, {ItemIndex(30), 4, Day(20)}, {ItemIndex(30), 5, Day(21)},
      {ItemIndex(30), 6, Day(22)}, {ItemIndex(41), 7, Day(44)}, {ItemIndex(60), 7, Day(44)}};
  const Evidence evidence_{purchases_};
  const Scorer scorer_{model_, Pool::kNewToCustomer, evidence_};
  const ItemScan::Filter eligible_ = OfPool(scan_.All(), Pool::kNewToCustomer, evidence_);
  const PlainRefold refold_{scan_, Pool::kNewToCustomer, purchases_, eligible_, ItemIndex(17), 10};
  CompressedRows customers_of_ = [] {
    CompressedRows rows;
    for (uint32_t item = 0; item < 80; ++item) {
      for (uint32_t customer = 0; customer < 60; ++customer) {
        if ((customer * 7 + item * 13) % (3 + item % 5) == 0) rows.columns.push_back(customer);
      }
      rows.offsets.push_back(rows.columns.size());
    }
    rows.weights.assign(rows.columns.size(), 1);
    return rows;
  }();
  const EvidenceOrders orders_{model_, customers_of_};
};

TEST_F(Orders, EqualOnesStayInTheirOrder) {
  EXPECT_THAT(MostImportantFirst(std::vector<double>{1, 3, 1, 3, 2}), ElementsAre(1, 3, 4, 0, 2));
}

TEST_F(Orders, AdditiveIsByContribution) {
  std::vector<double> sums;
  for (const std::vector<double>& own : scorer_.Contributions(ItemIndex(17)))
    sums.push_back(std::accumulate(own.begin(), own.end(), 0.0));
  EXPECT_EQ(By(OrderMethod::kAdditive), Descending(sums));
}

TEST_F(Orders, ContrastIsByWhatIsMoreThanForTheItemsBehindTheList) {
  std::vector<Ranked> list = scan_.TopK(scorer_, 20, eligible_);
  std::erase_if(list, [](const Ranked& ranked) { return ranked.item == ItemIndex(17); });
  std::vector<double> contrasts(evidence_.entries().size(), 0.0);
  const auto add = [&](ItemIndex item, double times) {
    const auto contributions = scorer_.Contributions(item);
    for (size_t entry = 0; entry < contrasts.size(); ++entry)
      for (const double order : contributions[entry]) contrasts[entry] += times * order;
  };
  add(ItemIndex(17), 1);
  for (size_t place = 9; place < 19; ++place) add(list[place].item, -0.1);
  EXPECT_EQ(By(OrderMethod::kContrast), Descending(contrasts));
  EXPECT_NE(By(OrderMethod::kContrast), By(OrderMethod::kAdditive));
}

TEST_F(Orders, MostFrequentIsByOrdersThenByTheLast) {
  // Item 30 three times, 9 twice, then 12 of day 45, 41 and 60 of day 44, 5 of day 10.
  EXPECT_THAT(By(OrderMethod::kMostFrequent), ElementsAre(3, 1, 2, 4, 5, 0));
}

TEST_F(Orders, MostRecentIsByTheLastOrder) {
  EXPECT_THAT(By(OrderMethod::kMostRecent), ElementsAre(1, 2, 4, 5, 3, 0));
}

TEST_F(Orders, JaccardAndCosineAreByTheCustomersThatItemsShare) {
  const auto of = [&](uint32_t item) {
    const auto span = customers_of_.ColumnsOf(item);
    return std::vector<uint32_t>(span.begin(), span.end());
  };
  std::vector<double> jaccard, cosine;
  OfEach([&](const Evidence::Entry& entry) {
    const auto a = of(17), b = of(static_cast<uint32_t>(entry.item));
    std::vector<uint32_t> both, either;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    std::ranges::set_union(a, b, std::back_inserter(either));
    jaccard.push_back(static_cast<double>(both.size()) / static_cast<double>(either.size()));
    const auto product = static_cast<double>(a.size() * b.size());
    cosine.push_back(product == 0 ? 0 : static_cast<double>(both.size()) / std::sqrt(product));
    return 0.0;
  });
  EXPECT_EQ(By(OrderMethod::kJaccard), MostImportantFirst(jaccard));
  EXPECT_EQ(By(OrderMethod::kCosine), MostImportantFirst(cosine));
  EXPECT_NE(By(OrderMethod::kFactorCosine), By(OrderMethod::kCosine));
}

TEST_F(Orders, FactorCosineAndDotAreOfTheFactors) {
  const ItemCosines cosines(model_);
  EXPECT_EQ(By(OrderMethod::kFactorCosine), Descending(OfEach([&](const Evidence::Entry& entry) {
              return cosines.Of(ItemIndex(17), entry.item);
            })));
  EXPECT_EQ(By(OrderMethod::kDot), Descending(OfEach([&](const Evidence::Entry& entry) {
              double sum = 0;
              for (size_t taste = 0; taste < 2; ++taste) {
                const FactorMatrix& y = model_.tastes[taste].factors;
                sum += (taste == 0 ? 0.5 : 0.25) *
                       static_cast<double>(
                           y.row(17).dot(y.row(static_cast<Eigen::Index>(Row(entry.item)))));
              }
              return sum;
            })));
}

TEST_F(Orders, AreTheSameForTheSameSeedAndRandomOnesAloneDiffer) {
  for (size_t method = 0; method < kOrderMethods; ++method) {
    const OrderMethod one{method};
    EXPECT_EQ(By(one, 7), By(one, 7)) << kOrderMethodNames[method];
    std::vector<size_t> sorted = By(one, 7);
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(sorted, All(6)) << kOrderMethodNames[method];
  }
  EXPECT_NE(By(OrderMethod::kRandom, 1), By(OrderMethod::kRandom, 2));
  EXPECT_EQ(By(OrderMethod::kCosine, 1), By(OrderMethod::kCosine, 2));
}

// A score that is a sum of what each entry adds.
double SumOf(const std::vector<double>& adds, std::span<const size_t> kept) {
  double sum = -3;
  for (const size_t entry : kept) sum += adds[entry];
  return sum;
}

TEST(Lime, RecoversTheOrderOfALinearScore) {
  std::mt19937_64 random(11);
  for (const size_t entries : {1, 2, 9, 40}) {
    std::vector<double> adds;
    for (size_t entry = 0; entry < entries; ++entry) adds.push_back(10 * Uniform(random) - 4);
    const auto coefficients = LimeCoefficients(
        entries, [&](std::span<const size_t> kept) { return SumOf(adds, kept); }, {.ridge = 1e-6});
    EXPECT_EQ(MostImportantFirst(coefficients), MostImportantFirst(adds)) << entries;
    for (size_t entry = 0; entry < entries; ++entry)
      EXPECT_NEAR(coefficients[entry], adds[entry], 1e-3);
  }
}

TEST(Lime, WithMoreEntriesThanRefitsItFindsTheGreatest) {
  std::vector<double> adds(300, 0.1);
  adds[70] = 50;
  const auto coefficients =
      LimeCoefficients(300, [&](std::span<const size_t> kept) { return SumOf(adds, kept); }, {});
  EXPECT_EQ(MostImportantFirst(coefficients).front(), 70u);
}

TEST(Lime, AsksForTheScoreSoManyTimesAndFirstForTheWhole) {
  size_t asked = 0;
  const auto score = [&](std::span<const size_t> kept) {
    EXPECT_TRUE(std::ranges::is_sorted(kept));
    EXPECT_EQ(kept.size() == 5, asked++ == 0) << "only the first is whole";
    return 1.0;
  };
  for (const double coefficient : LimeCoefficients(5, score, {.refits = 200}))
    EXPECT_NEAR(coefficient, 0, 1e-12);
  EXPECT_EQ(asked, 200u);
  EXPECT_TRUE(LimeCoefficients(0, score, {}).empty());
}

// Near the whole an entry adds 1, far from it -1: the kernel lets what is near decide.
TEST(Lime, LooksNearTheWhole) {
  const auto score = [](std::span<const size_t> kept) {
    const double sign = kept.size() >= 14 ? 1 : -1;
    return sign * static_cast<double>(std::ranges::count(kept, size_t{3}));
  };
  EXPECT_GT(LimeCoefficients(20, score, {})[3], 0);
  EXPECT_LT(LimeCoefficients(20, score, {.kernel_width = 100})[3], 0);
}

}  // namespace
}  // namespace rapport
