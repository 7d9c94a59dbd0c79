#include "model/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/model/scene.h"

namespace rapport {
namespace {

std::vector<Ranked> SortEverything(const Scorer& scorer, size_t count,
                                   const ItemScan::Filter& filter) {
  std::vector<Ranked> all;
  for (size_t row = 0; row < scorer.model().items.size(); ++row) {
    const auto item = ItemIndex(row);
    if (filter.Admits(item)) all.push_back({item, scorer.Score(item)});
  }
  std::sort(all.begin(), all.end(), RanksBefore);
  all.resize(std::min(count, all.size()));
  return all;
}

// What a shop's rules might add: nothing to most, a little to some, and some far below all others.
std::shared_ptr<const Adjustments> SomeAdjustments(size_t items, std::mt19937_64& random) {
  auto adjustments = std::make_shared<Adjustments>(items, 0.0);
  for (double& adjustment : *adjustments) {
    const double draw = Uniform(random);
    if (draw < 0.1) adjustment = 10 * Uniform(random) - 5;
    if (draw > 0.97) adjustment = -1'000;
  }
  return adjustments;
}

size_t RankInSorted(const std::vector<Ranked>& sorted, const Scorer& scorer, ItemIndex item) {
  const Ranked wanted{item, scorer.Score(item)};
  return 1 +
         static_cast<size_t>(std::lower_bound(sorted.begin(), sorted.end(), wanted, RanksBefore) -
                             sorted.begin());
}

class EachScan : public testing::TestWithParam<const ScanKernel*> {
 protected:
  // Whatever is asked of the model.
  static void ExpectExact(const ModelSnapshot& model, const Evidence& evidence, uint64_t seed) {
    const ItemScan scan(model, *GetParam());
    std::mt19937_64 random(seed);
    ItemScan::Filter some = scan.None();
    ItemScan::Filter few = scan.None();
    for (size_t row = 0; row < model.items.size(); ++row) {
      if (Uniform(random) < 0.5) some.Admit(ItemIndex(row));
      if (Uniform(random) < 0.02) few.Admit(ItemIndex(row));
    }
    for (size_t trial = 0; trial < 2 * kPools.size(); ++trial) {
      std::shared_ptr<const Notes> notes;
      if (seed % 4 != 0 && model.items.size() > 0) {
        notes = std::make_shared<const Notes>(
            model, RandomNotes(model.items.size(), (seed + trial) % 8, seed + trial));
      }
      const Scorer scorer(model, kPools[trial / 2], evidence,
                          trial % 2 == 0 ? nullptr : SomeAdjustments(model.items.size(), random),
                          notes);
      for (const ItemScan::Filter& filter : {scan.All(), some, few, scan.None()}) {
        for (const size_t count :
             {size_t{0}, size_t{1}, size_t{2}, size_t{10}, size_t{100}, size_t{5000}}) {
          const auto top = scan.TopK(scorer, count, filter);
          const auto sorted = SortEverything(scorer, count, filter);
          ASSERT_EQ(top.size(), sorted.size());
          for (size_t place = 0; place < top.size(); ++place) {
            ASSERT_EQ(top[place].item, sorted[place].item) << place << " of " << count;
            ASSERT_EQ(top[place].score, sorted[place].score);
          }
        }
        ExpectExactRanks(scan, scorer, filter, random);
      }
    }
  }

  // Of the first items, the last, and some between; of any filter.
  static void ExpectExactRanks(const ItemScan& scan, const Scorer& scorer,
                               const ItemScan::Filter& filter, std::mt19937_64& random) {
    const auto everything = SortEverything(scorer, scan.model().items.size(), scan.All());
    const auto sorted = SortEverything(scorer, everything.size(), filter);
    std::vector<ItemIndex> items;
    for (size_t place = 0; place < everything.size(); place += 1 + place / 4)
      items.push_back(everything[place].item);
    for (size_t some = 0; some < 10 && !everything.empty(); ++some)
      items.push_back(ItemIndex(random() % everything.size()));
    for (const Evidence::Entry& entry : scorer.evidence().entries()) items.push_back(entry.item);
    for (const ItemIndex item : items) {
      const size_t rank = RankInSorted(sorted, scorer, item);
      ASSERT_EQ(scan.RankOf(scorer, item, filter), rank) << Row(item);
      for (const size_t length : {size_t{1}, size_t{10}, rank - 1, rank, rank + 1})
        ASSERT_EQ(scan.AreAmong(length, std::vector{&scorer}, item, filter).front(),
                  rank <= length);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Scan, EachScan,
                         testing::ValuesIn(RunnableScanKernels().begin(),
                                           RunnableScanKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(EachScan, FindsWhatSortingEverythingFinds) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const size_t items = 1 + seed * 67;
    ExpectExact(RandomModel(items, 1 + static_cast<int>(seed) * 3, seed),
                RandomEvidence(items, std::min<size_t>(items, seed % 12), seed), seed);
  }
}

TEST_P(EachScan, ManyItemsManyFactors) {
  ExpectExact(RandomModel(3000, 130, 3), RandomEvidence(3000, 40, 3), 3);
}

TEST_P(EachScan, IsExactWhereNotesTakeNearlyAllOfATasteBack) {
  ModelSnapshot model = RandomModel(400, 12, 5);
  for (PoolWeights& weights : model.weights) weights = {.tastes = {1, 0}};  // nothing but a taste
  const ItemScan scan(model, *GetParam());
  const Evidence one = RandomEvidence(400, 1, 5);
  for (const double left : {1e-3, 1e-9, 1e-15, 1e-17}) {
    const Note note = Unwanted({one.entries()[0].item}, left, 1);
    const Scorer scorer(model, Pool::kAny, one, nullptr,
                        std::make_shared<const Notes>(model, std::vector{note}));
    const auto sorted = SortEverything(scorer, 400, scan.All());
    const auto top = scan.TopK(scorer, 30, scan.All());
    ASSERT_LT(std::abs(top[0].score), 10 * left + 1e-14);
    for (size_t place = 0; place < 30; ++place) {
      EXPECT_EQ(top[place].item, sorted[place].item) << left;
      EXPECT_EQ(scan.RankOf(scorer, sorted[place * 13].item, scan.All()), place * 13 + 1) << left;
    }
  }
}

TEST_P(EachScan, RanksBySeveralScorersAreThoseOfEachAlone) {
  const ModelSnapshot model = RandomModel(900, 20, 7);
  const ItemScan scan(model, *GetParam());
  const Evidence whole = RandomEvidence(900, 12, 7);
  std::vector<Evidence> rests;
  for (size_t entry = 0; entry < 12; ++entry) rests.push_back(whole.Without(std::vector{entry}));
  const Evidence nothing;
  std::mt19937_64 random(7);
  const auto adjustments = SomeAdjustments(900, random);
  for (const Pool pool : kPools) {
    const Scorer first(model, pool, whole);
    const auto notes = std::make_shared<const Notes>(model, RandomNotes(900, 5, 7));
    std::vector<Scorer> scorers = {first, first.With(adjustments), first.Of(nothing),
                                   first.WithNotes(notes), first.WithNotes(notes).Of(nothing)};
    for (const Evidence& rest : rests) scorers.push_back(first.Of(rest));
    std::vector<const Scorer*> each;
    for (const Scorer& scorer : scorers) each.push_back(&scorer);
    for (const ItemIndex item : {ItemIndex(0), ItemIndex(500), whole.entries()[3].item}) {
      const auto ranks = scan.RanksOf(each, item, scan.All());
      const auto among = scan.AreAmong(30, each, item, scan.All());
      ASSERT_EQ(ranks.size(), each.size());
      ASSERT_EQ(among.size(), each.size());
      for (size_t scorer = 0; scorer < each.size(); ++scorer) {
        EXPECT_EQ(ranks[scorer], RankInSorted(SortEverything(*each[scorer], 900, scan.All()),
                                              *each[scorer], item));
      }
    }
  }
  EXPECT_TRUE(scan.RanksOf({}, ItemIndex(0), scan.All()).empty());
}

TEST(Scorer, OfAnotherPoolIsAsMadeAnew) {
  ModelSnapshot model = RandomModel(60, 8, 1);
  model.weights[0].tastes[1] = 0;  // new items: without the second taste
  const Evidence evidence = RandomEvidence(60, 7, 1);
  const Scorer first(model, Pool::kNewToCustomer, evidence);
  for (const Pool pool : kPools) {
    const Scorer anew(model, pool, evidence);
    const Scorer other = first.For(pool);
    for (size_t item = 0; item < 60; ++item)
      EXPECT_EQ(other.Score(ItemIndex(item)), anew.Score(ItemIndex(item)));
    EXPECT_EQ(other.pool(), pool);
  }
}

TEST(Scorer, ManyItemsHaveTheScoresOfEach) {
  std::mt19937_64 random(1);
  const ModelSnapshot model = RandomModel(200, 9, 1);
  const Evidence evidence = RandomEvidence(200, 20, 1), none;
  for (const Pool pool : kPools) {
    for (const Evidence* of : {&evidence, &none}) {
      const Scorer scorer(model, pool, *of, SomeAdjustments(200, random),
                          std::make_shared<const Notes>(model, RandomNotes(200, 6, 1)));
      std::vector<ItemIndex> items;
      for (size_t count = 0; count < 150; ++count) items.push_back(ItemIndex(random() % 200));
      std::vector<double> scores(items.size());
      scorer.Scores(items, scores);
      for (size_t at = 0; at < items.size(); ++at) EXPECT_EQ(scores[at], scorer.Score(items[at]));
    }
  }
}

TEST(Scorer, RulesAreATermOfTheirOwn) {
  const ModelSnapshot model = RandomModel(60, 8, 1);
  const Evidence evidence = RandomEvidence(60, 7, 1);
  const Scorer plain(model, Pool::kAny, evidence);
  auto adjustments = std::make_shared<Adjustments>(60, 0.0);
  (*adjustments)[3] = 1.5;
  const Scorer ruled = plain.With(adjustments);
  for (size_t row = 0; row < 60; ++row) {
    const ScoreTerms before = plain.Terms(ItemIndex(row));
    const ScoreTerms after = ruled.Terms(ItemIndex(row));
    EXPECT_EQ(after.rules, row == 3 ? 1.5 : 0);
    EXPECT_EQ(after.taste + after.repeat + after.popularity,
              before.taste + before.repeat + before.popularity);
  }
  EXPECT_EQ(ruled.For(Pool::kAny).Score(ItemIndex(3)), ruled.Score(ItemIndex(3)));
}

TEST(Filter, CombinesAsSetsDo) {
  const ModelSnapshot model = RandomModel(130, 2, 1);
  const ItemScan scan(model);
  ItemScan::Filter even = scan.None(), third = scan.None();
  for (size_t row = 0; row < 130; ++row) {
    if (row % 2 == 0) even.Admit(ItemIndex(row));
    if (row % 3 == 0) third.Admit(ItemIndex(row));
  }
  ItemScan::Filter both = even, either = even;
  both &= third;
  either |= third;
  const ItemScan::Filter odd = even.Complement();
  for (size_t row = 0; row < 130; ++row) {
    EXPECT_EQ(both.Admits(ItemIndex(row)), row % 6 == 0);
    EXPECT_EQ(either.Admits(ItemIndex(row)), row % 2 == 0 || row % 3 == 0);
    EXPECT_EQ(odd.Admits(ItemIndex(row)), row % 2 == 1);
  }
  EXPECT_EQ(both.Count(), 22U);
  EXPECT_EQ(even.Count() + odd.Count(), 130U);
  EXPECT_EQ(odd.Complement(), even);
  EXPECT_EQ(scan.All().Complement().Count(), 0U);
}

TEST_P(EachScan, TiesGoToTheLowerIndex) {
  ModelSnapshot model = RandomModel(500, 8, 1);
  for (Taste& taste : model.tastes) {
    for (Eigen::Index row = 0; row < 500; ++row)
      taste.factors.row(row) = taste.factors.row(row % 3);
  }
  for (Eigen::Index row = 0; row < 500; ++row) model.popularity.row(row) = model.popularity.row(0);
  ExpectExact(model, RandomEvidence(500, 5, 1), 1);
}

TEST_P(EachScan, AllItemsAlike) {
  ModelSnapshot model = RandomModel(300, 4, 1);
  for (Taste& taste : model.tastes) taste.factors.setZero();
  model.popularity.setConstant(1);
  ExpectExact(model, RandomEvidence(300, 5, 1), 1);
}

// A model of one taste in which somebody who bought the last item is drawn in its direction alone.
ModelSnapshot DrawnAlong(const std::vector<Eigen::RowVectorXf>& items) {
  ModelSnapshot model = RandomModel(items.size(), 1, 1);
  model.tastes.resize(1);
  Taste& taste = model.tastes[0];
  taste = {.options = {.factors = 64, .alpha0 = 1, .regularization = 1}};
  taste.factors.resize(static_cast<Eigen::Index>(items.size()), 64);
  for (size_t row = 0; row < items.size(); ++row)
    taste.factors.row(static_cast<Eigen::Index>(row)) = items[row];
  taste.spectrum.setOnes(64);
  taste.mean.setZero(64);
  model.popularity.setZero();
  for (PoolWeights& weights : model.weights) weights.tastes = {1};
  return model;
}

Evidence OfItem(size_t item) {
  std::vector<OwnPurchase> own = {{.item = ItemIndex(item), .order = 0, .at = Day(0)}};
  return Evidence(std::move(own));
}

// The first, and all others.
Eigen::RowVectorXf Each(float first, float others) {
  Eigen::RowVectorXf row = Eigen::RowVectorXf::Constant(64, others);
  row[0] = first;
  return row;
}

TEST_P(EachScan, WhatBytesLeaveOutOfAnItemCounts) {
  // In bytes the first is (127, 0, 0, …), and the customer looks along (0, 1, 1, …).
  const ModelSnapshot model = DrawnAlong({Each(127, 0.49F), Each(0, 0.3F), Each(0, 1)});
  const Evidence evidence = OfItem(2);
  const Scorer scorer(model, Pool::kNewToCustomer, evidence);
  ASSERT_GT(scorer.Score(ItemIndex(0)), scorer.Score(ItemIndex(1)));
  ExpectExact(model, evidence, 1);
}

TEST_P(EachScan, WhatBytesLeaveOutOfTheCustomerCounts) {
  // In bytes the customer looks along (127, 0, 0, …).
  const ModelSnapshot model = DrawnAlong({Each(0, 1), Each(0.1F, 0), Each(127, 0.49F)});
  const Evidence evidence = OfItem(2);
  const Scorer scorer(model, Pool::kNewToCustomer, evidence);
  ASSERT_GT(scorer.Score(ItemIndex(0)), scorer.Score(ItemIndex(1)));
  ExpectExact(model, evidence, 1);
}

TEST_P(EachScan, HugeAndTinyLengthsBesideEachOther) {
  ModelSnapshot model = RandomModel(700, 12, 2);
  for (Taste& taste : model.tastes) {
    for (Eigen::Index row = 0; row < 700; ++row)
      taste.factors.row(row) *= std::pow(10.0F, static_cast<float>(row % 17) - 8);
  }
  ExpectExact(model, RandomEvidence(700, 9, 2), 2);
}

TEST_P(EachScan, FactorsBeyondSinglePrecision) {
  ModelSnapshot model = RandomModel(300, 8, 4);
  model.tastes[0].factors *= 1e30F;
  ExpectExact(model, RandomEvidence(300, 9, 4), 4);
}

TEST_P(EachScan, NegativeScores) {
  ModelSnapshot model = RandomModel(400, 6, 5);
  for (PoolWeights& weights : model.weights) weights.popularity.fill(-50);
  ExpectExact(model, RandomEvidence(400, 5, 5), 5);
}

TEST_P(EachScan, TastesOfNoWeightAndOfNone) {
  ModelSnapshot model = RandomModel(400, 6, 6);
  model.weights[0].tastes[0] = 0;
  ExpectExact(model, RandomEvidence(400, 5, 6), 6);
  model.tastes.clear();
  for (PoolWeights& weights : model.weights) weights.tastes.clear();
  ExpectExact(model, RandomEvidence(400, 5, 6), 6);
  ExpectExact(model, Evidence(), 6);
  ExpectExact(ModelSnapshot(), Evidence(), 6);
}

}  // namespace
}  // namespace rapport
