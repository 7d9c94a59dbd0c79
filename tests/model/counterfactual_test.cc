#include "model/counterfactual.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <random>

#include "model/removal_margins.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

// The purchases of evidence, but for some items.
Evidence Refit(const Evidence& evidence, const std::vector<size_t>& without) {
  std::vector<OwnPurchase> left;
  for (size_t entry = 0; entry < evidence.entries().size(); ++entry) {
    if (std::ranges::find(without, entry) != without.end()) continue;
    const Evidence::Entry& kept = evidence.entries()[entry];
    for (const Evidence::Order& order : evidence.orders(kept))
      left.push_back({kept.item, order.order, order.at});
  }
  return Evidence(std::move(left));
}

// A customer who asks for a list, and the referee: evidence made anew, all items scored and sorted.
struct Question {
  ModelSnapshot model;
  ItemScan scan;
  Evidence evidence;
  Pool pool;
  std::shared_ptr<const Adjustments> adjustments;
  std::shared_ptr<const Notes> notes;
  Scorer scorer;
  ItemScan::Filter eligible;

  Question(size_t items, int factors, size_t purchases, uint64_t seed)
      : model(RandomModel(items, factors, seed)),
        scan(model),
        evidence(RandomEvidence(items, purchases, seed)),
        pool(kPools[seed % kPools.size()]),
        adjustments(seed % 4 == 0 ? SomeAdjustments(items, seed) : nullptr),
        notes(seed % 3 == 1
                  ? std::make_shared<const Notes>(model, RandomNotes(items, 1 + seed % 5, seed))
                  : nullptr),
        scorer(model, pool, evidence, adjustments, notes),
        eligible(OfPool(scan.All(), pool, evidence)) {
    for (size_t row = seed % 5; row < items; row += 5) eligible.Drop(ItemIndex(row));
  }

  static std::shared_ptr<const Adjustments> SomeAdjustments(size_t items, uint64_t seed) {
    auto adjustments = std::make_shared<Adjustments>(items, 0.0);
    for (size_t row = seed % 7; row < items; row += 7) (*adjustments)[row] = seed % 2 == 0 ? 1 : -1;
    return adjustments;
  }

  std::vector<Ranked> ListWithout(const std::vector<size_t>& entries) const {
    const Evidence rest = Refit(evidence, entries);
    const Scorer anew(model, pool, rest, adjustments, notes);
    std::vector<Ranked> list;
    for (size_t row = 0; row < model.items.size(); ++row) {
      if (eligible.Admits(ItemIndex(row)))
        list.push_back({ItemIndex(row), anew.Score(ItemIndex(row))});
    }
    std::sort(list.begin(), list.end(), RanksBefore);
    return list;
  }
  Counterfactual::Place PlaceWithout(ItemIndex item, const std::vector<size_t>& entries) const {
    const Evidence rest = Refit(evidence, entries);
    const Ranked own{item, Scorer(model, pool, rest, adjustments, notes).Score(item)};
    size_t rank = 1;
    for (const Ranked& other : ListWithout(entries)) {
      if (other.item != item && RanksBefore(other, own)) ++rank;
    }
    return {.score = own.score, .rank = rank};
  }
};

TEST(Counterfactual, EveryPlaceIsThatOfARefit) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const size_t purchases = 1 + seed % 30;
    const Question question(200, 12, purchases, seed);
    const Counterfactual counterfactual(question.scan, question.scorer, question.eligible);
    std::mt19937_64 random(seed);
    for (int trial = 0; trial < 6; ++trial) {
      const ItemIndex item =
          trial == 0 ? question.evidence.entries()[0].item : ItemIndex(random() % 200);
      std::vector<size_t> entries;
      for (size_t entry = 0; entry < purchases; ++entry) {
        if (trial == 5 || random() % 4 == 0) entries.push_back(entry);
      }
      const auto expected = question.PlaceWithout(item, entries);
      const auto place = counterfactual.Without(item, entries);
      EXPECT_EQ(place.rank, expected.rank) << seed;
      EXPECT_NEAR(place.score, expected.score, 1e-12);
      EXPECT_EQ(counterfactual.Of(item).rank, question.PlaceWithout(item, {}).rank);
      const auto each = counterfactual.WithoutEach(item, entries);
      ASSERT_EQ(each.size(), entries.size());
      for (size_t at = 0; at < entries.size(); ++at) {
        const auto alone = question.PlaceWithout(item, {entries[at]});
        EXPECT_EQ(each[at].rank, alone.rank) << seed;
        EXPECT_NEAR(each[at].score, alone.score, 1e-12);
      }
    }
  }
}

// By all sets in order of their size; none: no such set.
std::optional<size_t> SmallestByBruteForce(const Question& question, ItemIndex item, size_t length,
                                           size_t most) {
  const size_t entries = question.evidence.entries().size();
  std::optional<size_t> smallest;
  for (uint32_t bits = 0; bits < uint32_t{1} << entries; ++bits) {
    const auto size = static_cast<size_t>(__builtin_popcount(bits));
    if (size > most || (smallest && size >= *smallest)) continue;
    std::vector<size_t> set;
    for (size_t entry = 0; entry < entries; ++entry) {
      if ((bits >> entry & 1) != 0) set.push_back(entry);
    }
    if (question.PlaceWithout(item, set).rank > length) smallest = size;
  }
  return smallest;
}

void ExpectTrue(const Question& question, ItemIndex item, size_t length, const Removal& removal) {
  const auto expected = question.PlaceWithout(item, removal.entries);
  EXPECT_EQ(removal.place.rank, expected.rank);
  EXPECT_NEAR(removal.place.score, expected.score, 1e-12);
  EXPECT_TRUE(std::ranges::is_sorted(removal.entries));
  EXPECT_EQ(removal.takes_place.has_value(), !removal.entries.empty());
  if (removal.entries.empty()) return;
  EXPECT_GT(removal.place.rank, length);
  EXPECT_EQ(removal.takes_place, question.ListWithout(removal.entries).at(length - 1).item);
  for (size_t at = 0; at < removal.entries.size(); ++at) {  // each is needed
    std::vector<size_t> fewer = removal.entries;
    fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(at));
    EXPECT_LE(question.PlaceWithout(item, fewer).rank, length);
  }
}

TEST(SmallestRemoval, OfFewEntriesIsTheSmallestOfAllSets) {
  size_t found[7] = {};
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    const Question question(60, 6, 1 + seed % 8, seed);
    const Counterfactual counterfactual(question.scan, question.scorer, question.eligible);
    const size_t length = 1 + seed % 9;
    const auto list = question.ListWithout({});
    if (list.empty()) continue;
    const ItemIndex item = list[(seed / 3) % std::min(length, list.size())].item;
    const Removal removal = FindSmallestRemoval(counterfactual, item, length);
    const auto smallest = SmallestByBruteForce(question, item, length, 5);
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    ExpectTrue(question, item, length, removal);
    if (removal.proven) {
      EXPECT_EQ(removal.entries.size(), smallest.value_or(0));
    } else if (!removal.entries.empty()) {
      ASSERT_TRUE(smallest.has_value());
      EXPECT_EQ(removal.entries.size(), 5u);
    }
    EXPECT_TRUE(removal.proven || smallest.value_or(4) > 3);
    EXPECT_TRUE(removal.entries.empty() || smallest.has_value());
    ++found[removal.entries.size()];
  }
  for (size_t size = 0; size <= 3; ++size) EXPECT_GT(found[size], 10u) << size;
}

TEST(SmallestRemoval, OfManyEntriesIsTrueAndNoneOfThemNeedless) {
  size_t found = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const Question question(150, 8, 26 + seed % 20, seed);
    const Counterfactual counterfactual(question.scan, question.scorer, question.eligible);
    const size_t length = 3 + seed % 8;
    const auto list = question.ListWithout({});
    const ItemIndex item = list[std::min(length, list.size()) - 1 - seed % 3].item;
    const Removal removal = FindSmallestRemoval(counterfactual, item, length);
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    ExpectTrue(question, item, length, removal);
    EXPECT_LE(removal.entries.size(), 5u);
    if (!removal.entries.empty()) ++found;
  }
  EXPECT_GT(found, 20u);
}

TEST(SmallestRemoval, OfAnItemThatIsInNoListIsNothing) {
  const Question question(80, 6, 8, 3);
  const Counterfactual counterfactual(question.scan, question.scorer, question.eligible);
  const ItemIndex last = question.ListWithout({}).back().item;
  const Removal removal = FindSmallestRemoval(counterfactual, last, 10);
  EXPECT_TRUE(removal.entries.empty());
  EXPECT_FALSE(removal.takes_place.has_value());
  EXPECT_TRUE(removal.proven);
  EXPECT_EQ(removal.place.rank, question.ListWithout({}).size());
}

TEST(SmallestRemoval, WhereTheListHasRoomForAllThereIsNone) {
  const Question question(80, 6, 8, 3);
  ItemScan::Filter few = question.scan.None();
  for (size_t row = 20; row < 25; ++row) few.Admit(ItemIndex(row));
  const Counterfactual counterfactual(question.scan, question.scorer, few);
  for (const size_t item : {20, 24, 30}) {  // one of them or not
    const size_t others = few.Admits(ItemIndex(item)) ? 4 : 5;
    const Removal none = FindSmallestRemoval(counterfactual, ItemIndex(item), others + 1);
    EXPECT_TRUE(none.entries.empty());
    EXPECT_TRUE(none.proven);
    EXPECT_LE(none.place.rank, others + 1);
    EXPECT_EQ(none.place.rank, counterfactual.Of(ItemIndex(item)).rank);
  }
}

TEST(SmallestRemoval, WithoutAnythingPersonalThereIsNone) {
  ModelSnapshot model = RandomModel(80, 6, 3);
  const ItemScan scan(model);
  const Evidence nothing, some = RandomEvidence(80, 6, 1);
  const Scorer guest(model, Pool::kNewToCustomer, nothing);
  const auto best = scan.TopK(guest, 1, scan.All()).front().item;
  const Removal of_guest = FindSmallestRemoval(Counterfactual(scan, guest, scan.All()), best, 10);
  EXPECT_TRUE(of_guest.entries.empty());
  EXPECT_TRUE(of_guest.proven);
  EXPECT_EQ(of_guest.place.rank, 1u);
  model.tastes.clear();
  for (PoolWeights& weights : model.weights) weights.tastes.clear();
  const ItemScan popular(model);
  const Scorer scorer(model, Pool::kNewToCustomer, some);
  const auto first = popular.TopK(scorer, 1, popular.All()).front().item;
  const Removal none =
      FindSmallestRemoval(Counterfactual(popular, scorer, popular.All()), first, 10);
  EXPECT_TRUE(none.entries.empty());
  EXPECT_TRUE(none.proven);
}

TEST(SmallestRemoval, WhatIsInTheListForBeingBoughtBeforeLeavesItWithItsOwnEntry) {
  ModelSnapshot model = RandomModel(200, 6, 3);
  model.tastes.clear();  // repeat and popularity alone
  for (PoolWeights& weights : model.weights) weights.tastes.clear();
  const ItemScan scan(model);
  for (const size_t purchases : {1, 8, 40}) {
    const Evidence evidence = RandomEvidence(200, purchases, 2);
    for (const Pool pool : {Pool::kAny, Pool::kBoughtBefore}) {
      model.weights[static_cast<size_t>(pool)].repeat = {50, 0, 0, 0};
      const Scorer scorer(model, pool, evidence);
      // Of those bought before, and others beside which none can stand once it is no more bought.
      const Counterfactual counterfactual(scan, scorer, scan.All());
      for (size_t entry = 0; entry < purchases; entry += 5) {
        const ItemIndex item = evidence.entries()[entry].item;
        const Removal removal = FindSmallestRemoval(counterfactual, item, purchases);
        if (removal.entries.empty()) continue;  // it is among the most popular too
        EXPECT_EQ(removal.entries, std::vector{entry});
        EXPECT_TRUE(removal.proven);
      }
      const Removal first =
          FindSmallestRemoval(counterfactual, evidence.entries()[0].item, purchases);
      EXPECT_EQ(first.entries, std::vector<size_t>{0}) << purchases;
    }
  }
}

TEST(RemovalMargins, AreThoseOfARefoldWhereLambdaAndAgesStay) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    ModelSnapshot model = RandomModel(150, 9, seed);
    for (Taste& taste : model.tastes) taste.options.nu = 0;  // lambda stays
    const Evidence evidence = RandomEvidence(150, 4 + seed, seed);
    const ItemScan scan(model);
    for (const Pool pool : kPools) {
      const Scorer scorer(model, pool, evidence);
      const ItemIndex item = ItemIndex(seed * 3);
      ItemScan::Filter others = scan.All();
      others.Drop(item);
      std::vector<ItemIndex> all;  // even what somebody has bought
      for (size_t row = 0; row < 150; ++row) {
        if (ItemIndex(row) != item) all.push_back(ItemIndex(row));
      }
      std::vector<size_t> entries(evidence.entries().size());
      std::iota(entries.begin(), entries.end(), size_t{0});
      const RemovalMargins margins(scorer, item, all, entries, 7);
      for (const std::vector<size_t>& set : {std::vector<size_t>{}, {0}, {2}, {1, 3}, {0, 1, 2}}) {
        const Evidence rest = evidence.Without(set);
        const Scorer anew = scorer.Of(rest);
        const double margin = scan.TopK(anew, 7, others).back().score - anew.Score(item);
        const bool ages_stay = rest.orders(rest.entries()[0])[0].age_days ==
                               evidence.orders(*evidence.Find(rest.entries()[0].item))[0].age_days;
        // Where ages change, the repeat term alone is not followed.
        EXPECT_NEAR(margins.Without(set), margin, ages_stay ? 1e-9 : 0.2) << seed;
      }
    }
  }
}

TEST(RemovalMargins, FollowLambdaNearly) {
  double worst = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const Question question(400, 9, 20, 3 * seed);
    std::vector<ItemIndex> others;
    for (const Ranked& ranked : question.ListWithout({})) {
      if (Row(ranked.item) != 7) others.push_back(ranked.item);
    }
    if (others.size() < 5) continue;
    std::vector<size_t> entries(20);
    std::iota(entries.begin(), entries.end(), size_t{0});
    const RemovalMargins margins(question.scorer, ItemIndex(7), others, entries, 5);
    for (const std::vector<size_t>& set : {std::vector<size_t>{0}, {2, 5}, {1, 6, 9}}) {
      auto list = question.ListWithout(set);
      std::erase_if(list, [](const Ranked& ranked) { return Row(ranked.item) == 7; });
      const double margin = list[4].score - question.PlaceWithout(ItemIndex(7), set).score;
      worst = std::max(worst, std::abs(margins.Without(set) - margin));
    }
  }
  EXPECT_LT(worst, 0.1);
}

}  // namespace
}  // namespace rapport
