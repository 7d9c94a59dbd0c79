// Orders of evidence and how faithful they are: by hand where scores are plain sums, by brute force
// where they are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/faithfulness/evidence_order.h"
#include "model/faithfulness/lime.h"
#include "model/faithfulness/measures.h"
#include "model/faithfulness/profile.h"
#include "model/faithfulness/refold.h"
#include "model/faithfulness/summary.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;
using testing::Optional;

constexpr ItemIndex kItem{0};
constexpr ItemIndex kRival{1};

std::vector<OwnPurchase> Bought(const std::vector<uint32_t>& items) {
  std::vector<OwnPurchase> purchases;
  for (const uint32_t item : items) purchases.push_back({ItemIndex(item), 0, Day(1)});
  return purchases;
}

std::vector<size_t> All(size_t count) {
  std::vector<size_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

// Item 0 scores what its neighbours add: 4, 3, 2, 1 for the items 2, 3, 4, 5 (factors are zero);
// item 1 scores `rival`, by popularity alone. Nothing else.
ModelSnapshot SumsModel(double rival) {
  constexpr size_t kItems = 6;
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = Vocabulary({"a", "b", "c", "d", "e", "f"});
  const AlsOptions options{.factors = 2, .neighbour_weight = 1};
  model.tastes.push_back(TasteOf(options, FactorMatrix::Zero(kItems, 2), 1));
  CompressedRows& neighbours = model.tastes[0].neighbours;
  for (size_t item = 0; item < kItems; ++item) {
    if (item >= 2) {
      neighbours.columns.push_back(0);
      neighbours.weights.push_back(static_cast<float>(6 - item));
    }
    neighbours.offsets.push_back(neighbours.columns.size());
  }
  model.popularity.setZero(kItems, kPopularityFeatures.size());
  model.popularity(1, 0) = rival;
  for (PoolWeights& weights : model.weights) weights = {.tastes = {1}, .popularity = {1}};
  return model;
}

// A list of one, of the item or the rival.
class SumsTest : public testing::Test {
 protected:
  explicit SumsTest(double rival = 4.5)
      : model_(SumsModel(rival)), scan_(model_), eligible_(scan_.None()) {
    eligible_.Admit(kItem);
    eligible_.Admit(kRival);
  }
  Refold MakeRefold() const {
    return {scan_, Pool::kNewToCustomer, purchases_, eligible_, kItem, 1};
  }
  double Measured(Measure measure, const std::vector<size_t>& order) const {
    return Of(MeasuresOf(MakeRefold(), order), measure).value_or(NAN);
  }

  const ModelSnapshot model_;
  const ItemScan scan_;
  ItemScan::Filter eligible_;
  const std::vector<OwnPurchase> purchases_ = Bought({2, 3, 4, 5});
  const std::vector<size_t> best_ = {0, 1, 2, 3}, worst_ = {3, 2, 1, 0};
};
using Faithfulness = SumsTest;

TEST_F(Faithfulness, TheSceneIsASum) {
  const Refold refold = MakeRefold();
  EXPECT_DOUBLE_EQ(refold.ScoreWith(best_), 10);
  EXPECT_DOUBLE_EQ(refold.ScoreWith(std::vector<size_t>{1, 3}), 4);
  EXPECT_EQ(refold.RankWith(best_), 1u);
  EXPECT_EQ(refold.RankWith(std::vector<size_t>{3, 1}), 2u);
}

// Without the first m of 4, 3, 2, 1 the score is 6, 3, 1, 0; the rival has 4.5.
TEST_F(Faithfulness, PnTellsWhetherTheItemLeavesWithoutTheTop) {
  EXPECT_EQ(Measured(Measure::kPn1, best_), 0);
  EXPECT_EQ(Measured(Measure::kPn2, best_), 1);
  EXPECT_EQ(Measured(Measure::kPn3, best_), 1);
  EXPECT_EQ(Measured(Measure::kPn5, best_), 1) << "of four, all";
  EXPECT_EQ(Measured(Measure::kPn2, worst_), 0) << "7 are left";
  EXPECT_EQ(Measured(Measure::kPn3, worst_), 1);
}

TEST_F(Faithfulness, PsTellsWhetherTheTopAloneKeepsIt) {
  EXPECT_EQ(Measured(Measure::kPs1, best_), 0) << "4 is not enough";
  EXPECT_EQ(Measured(Measure::kPs2, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs3, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs5, best_), 1);
  EXPECT_EQ(Measured(Measure::kPs2, worst_), 0) << "3 is not";
  EXPECT_EQ(Measured(Measure::kPs3, worst_), 1) << "6 is";
}

// At the eleven cuts 0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4 entries count.
TEST_F(Faithfulness, PosCountsTheCutsThatTheItemSurvivesWithoutTheTop) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kPos, best_), 3.0 / 11);
  EXPECT_DOUBLE_EQ(Measured(Measure::kPos, worst_), 6.0 / 11);
}

TEST_F(Faithfulness, NegCountsTheCutsThatItSurvivesWithoutTheBottom) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kNeg, best_), 6.0 / 11);
  EXPECT_DOUBLE_EQ(Measured(Measure::kNeg, worst_), 3.0 / 11);
}

TEST_F(Faithfulness, DelIsThePartOfTheScoreThatIsLeft) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kDel, best_), (10 + 2 * 6 + 3 * 3 + 2 * 1) / 110.0);
  EXPECT_DOUBLE_EQ(Measured(Measure::kDel, worst_), (10 + 2 * 9 + 3 * 7 + 2 * 4) / 110.0);
}

TEST_F(Faithfulness, InsIsThePartOfTheScoreThatTheTopReaches) {
  EXPECT_DOUBLE_EQ(Measured(Measure::kIns, best_), (2 * 4 + 3 * 7 + 2 * 9 + 3 * 10) / 110.0);
  EXPECT_DOUBLE_EQ(Measured(Measure::kIns, worst_), (2 * 1 + 3 * 3 + 2 * 6 + 3 * 10) / 110.0);
}

TEST_F(Faithfulness, CeCountsRemovalsUntilTheItemHasLeft) {
  EXPECT_EQ(Measured(Measure::kCe, best_), 2);
  EXPECT_EQ(Measured(Measure::kCe, worst_), 3);
}

class Popular : public SumsTest {
 protected:
  Popular() : SumsTest(-1) {}
};

TEST_F(Popular, ItemsThatStayWithoutAnyEvidenceHaveNoCe) {
  const Measures measures = MeasuresOf(MakeRefold(), best_);
  EXPECT_FALSE(Of(measures, Measure::kCe).has_value());
  EXPECT_THAT(Of(measures, Measure::kPos), Optional(DoubleEq(1)));
}

TEST(Measures, ScoresThatAreNotAboveZeroHaveNoPartsLeft) {
  ModelSnapshot model = SumsModel(0);
  model.popularity(0, 0) = -20;
  const ItemScan scan(model);
  const std::vector<OwnPurchase> purchases = Bought({2, 3});
  const ItemScan::Filter all = scan.All();
  const Refold refold(scan, Pool::kNewToCustomer, purchases, all, kItem, 1);
  const Measures measures = MeasuresOf(refold, std::vector<size_t>{0, 1});
  EXPECT_FALSE(Of(measures, Measure::kDel).has_value());
  EXPECT_FALSE(Of(measures, Measure::kIns).has_value());
}

// Customers whose evidence is at random, in a model at random: everything scored and sorted.
TEST(Refold, StandsWhereSortingEverythingPutsIt) {
  const ModelSnapshot model = RandomModel(150, 8, 3);
  const ItemScan scan(model);
  std::mt19937_64 random(5);
  for (int trial = 0; trial < 30; ++trial) {
    std::vector<OwnPurchase> purchases;
    for (uint32_t line = 0; line < 14; ++line) {
      purchases.push_back({ItemIndex(static_cast<uint32_t>(random() % 20)),
                           static_cast<uint32_t>(random() % 4), Day(900 + 100 * Uniform(random))});
    }
    const Evidence whole(purchases);
    const ItemScan::Filter eligible = OfPool(scan.All(), Pool::kNewToCustomer, whole);
    const ItemIndex item{static_cast<uint32_t>(20 + random() % 130)};
    const Refold refold(scan, Pool::kNewToCustomer, purchases, eligible, item, 60);
    ASSERT_EQ(refold.size(), whole.entries().size());
    std::vector<size_t> kept;
    std::vector<OwnPurchase> rest;
    for (size_t entry = 0; entry < refold.size(); ++entry) {
      if (random() % 2 == 0) continue;
      kept.push_back(entry);
      for (const OwnPurchase& purchase : purchases) {
        if (purchase.item == whole.entries()[entry].item) rest.push_back(purchase);
      }
    }
    const Evidence evidence(rest);
    const Scorer scorer(model, Pool::kNewToCustomer, evidence);
    std::vector<Ranked> sorted;
    for (uint32_t other = 0; other < 150; ++other) {
      if (eligible.Admits(ItemIndex(other)))
        sorted.push_back({ItemIndex(other), scorer.Score(ItemIndex(other))});
    }
    std::sort(sorted.begin(), sorted.end(), RanksBefore);
    const auto rank = 1 + std::ranges::find(sorted, item, &Ranked::item) - sorted.begin();
    std::reverse(kept.begin(), kept.end());
    EXPECT_EQ(refold.RankWith(kept), static_cast<size_t>(rank));
    EXPECT_EQ(refold.With(kept).listed, rank <= 60);
    EXPECT_EQ(refold.With(kept).score, scorer.Score(item));
    EXPECT_EQ(refold.ListWith(kept, 1).front().item, sorted.front().item);
  }
}

// Ages are counted to the last of what is left, those lines too that an earlier one stands for.
TEST(Refold, CountsAgesToTheLastPurchaseThatIsLeft) {
  const ModelSnapshot model = RandomModel(40, 4, 3);
  const ItemScan scan(model);
  const std::vector<OwnPurchase> purchases = {{ItemIndex(2), 0, Day(10)},
                                              {ItemIndex(2), 0, Day(90)},
                                              {ItemIndex(3), 1, Day(40)},
                                              {ItemIndex(4), 2, Day(500)}};
  const ItemScan::Filter all = scan.All();
  const Refold refold(scan, Pool::kNewToCustomer, purchases, all, ItemIndex(9), 5);
  const Evidence evidence({purchases.begin(), purchases.begin() + 3});
  EXPECT_EQ(refold.ScoreWith(std::vector<size_t>{0, 1}),
            Scorer(model, Pool::kNewToCustomer, evidence).Score(ItemIndex(9)));
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
  const Refold refold_{scan_, Pool::kNewToCustomer, purchases_, eligible_, ItemIndex(17), 10};
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

TEST_F(Orders, JaccardIsByCustomersOfBothAmongThoseOfEither) {
  const auto of = [&](uint32_t item) {
    const auto span = customers_of_.ColumnsOf(item);
    return std::vector<uint32_t>(span.begin(), span.end());
  };
  const std::vector<double> expected = OfEach([&](const Evidence::Entry& entry) {
    const auto a = of(17), b = of(static_cast<uint32_t>(entry.item));
    std::vector<uint32_t> both, either;
    std::ranges::set_intersection(a, b, std::back_inserter(both));
    std::ranges::set_union(a, b, std::back_inserter(either));
    return static_cast<double>(both.size()) / static_cast<double>(either.size());
  });
  EXPECT_EQ(By(OrderMethod::kJaccard), MostImportantFirst(expected));
}

TEST_F(Orders, CosineAndDotAreOfTheFactors) {
  const ItemCosines cosines(model_);
  EXPECT_EQ(By(OrderMethod::kCosine), Descending(OfEach([&](const Evidence::Entry& entry) {
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

ExplainedCase CaseOf(size_t customer, double pos, std::optional<double> smallest = {}) {
  ExplainedCase one;
  one.customer = customer;
  Of(one.measures[0], Measure::kPos) = pos;
  one.smallest_removal = smallest;
  return one;
}

std::optional<double> PosOf(const ExplainedCase& one) { return Of(one.measures[0], Measure::kPos); }

TEST(Summary, EveryCustomerCountsOnceOverTheirCasesAndTrainings) {
  const std::vector<ExplainedCase> first = {CaseOf(0, 0.2), CaseOf(0, 0.4), CaseOf(2, 1)};
  const std::vector<ExplainedCase> second = {CaseOf(0, 0.7), CaseOf(2, 0.8)};
  const std::vector<PerCustomer> trainings = {CustomerMeans(first, 3, PosOf),
                                              CustomerMeans(second, 3, PosOf)};
  EXPECT_THAT(trainings[0][0], Optional(DoubleEq(0.3)));
  EXPECT_FALSE(trainings[0][1].has_value());
  const MeanOverCustomers summary = Summarized(trainings);
  EXPECT_EQ(summary.customers, 2u);
  EXPECT_DOUBLE_EQ(summary.mean.mean, (0.5 + 0.9) / 2);
  EXPECT_DOUBLE_EQ(summary.least, 0.65);
  EXPECT_DOUBLE_EQ(summary.greatest, 0.75);
  EXPECT_LE(summary.mean.low, summary.mean.mean);
  EXPECT_EQ(Summarized(std::vector<PerCustomer>{PerCustomer(3)}).customers, 0u);
}

TEST(Summary, RatiosAreOfThoseWhoHaveBoth) {
  const PerCustomer above = {1.0, 2.0, std::nullopt, 9.0}, below = {4.0, 4.0, 5.0, std::nullopt};
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).mean, 3.0 / 8);
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).low, 1.0 / 4);
  EXPECT_DOUBLE_EQ(RatioOfMeans(above, below).high, 1.0 / 2);
  EXPECT_EQ(RatioOfMeans({}, {}).mean, 0);
}

TEST(Summary, SharedEvidenceIsAPartOfTheLonger) {
  EXPECT_DOUBLE_EQ(SharedEvidence(std::vector<size_t>{1, 2, 3}, std::vector<size_t>{3, 9, 1}),
                   2.0 / 3);
  EXPECT_DOUBLE_EQ(SharedEvidence(std::vector<size_t>{1}, std::vector<size_t>{1, 2}), 0.5);
  EXPECT_DOUBLE_EQ(SharedEvidence({}, {}), 1);
}

TEST(Summary, AgreementCountsListsAndDirectionsAndWhatChanceGives) {
  const auto answer = [](size_t customer, bool folded, bool retrained, double change) {
    return RetrainedCase{.customer = customer,
                         .folded_listed = folded,
                         .retrained_listed = retrained,
                         .folded_change = -1,
                         .retrained_change = change};
  };
  const std::vector<std::vector<RetrainedCase>> trainings = {
      {answer(0, true, true, -2), answer(1, false, false, -1)},
      {answer(0, true, false, 1), answer(1, true, true, -1)}};
  const AgreementSummary summary = SummarizedAgreement(trainings, 2);
  EXPECT_EQ(summary.cases, 4u);
  EXPECT_DOUBLE_EQ(summary.same_list.mean.mean, 0.75);
  EXPECT_DOUBLE_EQ(summary.same_direction.mean.mean, 0.75);
  EXPECT_DOUBLE_EQ(summary.folded_left, 0.25);
  EXPECT_DOUBLE_EQ(summary.retrained_left, 0.5);
  EXPECT_DOUBLE_EQ(summary.kappa, 0.5);  // (.75 - .5) / (1 - .5)
  EXPECT_EQ(SummarizedAgreement({}, 2).cases, 0u);
}

TEST(Profile, PartsCasesByPlaceAndEvidence) {
  std::vector<ExplainedCase> cases = {CaseOf(0, 0.2, 1), CaseOf(1, 0.4), CaseOf(2, 0.9, 4)};
  const size_t places[] = {1, 5, 6}, entries[] = {10, 11, 400};
  for (size_t row = 0; row < 3; ++row) {
    cases[row].place = places[row];
    cases[row].entries = entries[row];
  }
  const std::vector<ProfileRow> rows = ProfileOf(cases);
  ASSERT_EQ(rows.size(), 7u) << "nobody has 26 to 60 items";
  EXPECT_EQ(rows[0].cases, 3u);
  EXPECT_DOUBLE_EQ(rows[0].pos_additive, 0.5);
  EXPECT_THAT(rows[0].ce_smallest, Optional(DoubleEq(2.5)));
  EXPECT_EQ(rows[2].of, "places 2-5");
  EXPECT_DOUBLE_EQ(rows[2].pos_additive, 0.4);
  EXPECT_FALSE(rows[2].ce_smallest.has_value());
  EXPECT_DOUBLE_EQ(rows[3].pos_additive, 0.9);
  EXPECT_EQ(rows[6].of, "61 items or more");
}

}  // namespace
}  // namespace rapport
