#include "model/top_k.h"

#include <gtest/gtest.h>

#include "tests/model/scene.h"

namespace rapport {
namespace {

std::vector<Ranked> SortEverything(const Scorer& scorer, size_t count,
                                   const std::function<bool(ItemIndex)>& eligible) {
  std::vector<Ranked> all;
  for (size_t item = 0; item < scorer.model().items.size(); ++item) {
    if (eligible(ItemIndex(item))) all.push_back({ItemIndex(item), scorer.Score(ItemIndex(item))});
  }
  std::sort(all.begin(), all.end(), RanksBefore);
  all.resize(std::min(count, all.size()));
  return all;
}

void ExpectSame(const std::vector<Ranked>& one, const std::vector<Ranked>& other) {
  ASSERT_EQ(one.size(), other.size());
  for (size_t place = 0; place < one.size(); ++place) {
    EXPECT_EQ(one[place].item, other[place].item);
    EXPECT_EQ(one[place].score, other[place].score);
  }
}

TEST(TopK, IsWhatSortingEverythingGives) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const ModelSnapshot model = RandomModel(150, 8, seed);
    const Evidence evidence = RandomEvidence(150, seed % 12, seed);
    const Scorer scorer(model, Pool::kAny, evidence);
    const auto odd = [&](ItemIndex item) { return Row(item) % 2 == seed % 2 || seed % 3 == 0; };
    for (const size_t count : {0, 1, 10, 150, 1000})
      ExpectSame(TopK(scorer, count, odd), SortEverything(scorer, count, odd));
  }
}

TEST(TopK, TiesGoToTheLowerIndex) {
  ModelSnapshot model = RandomModel(50, 4, 1);
  for (Taste& taste : model.tastes) taste.factors.setZero();
  model.popularity.setConstant(1);
  const Evidence none;
  const Scorer scorer(model, Pool::kAny, none);
  const auto top = TopK(scorer, 5, [](ItemIndex) { return true; });
  for (size_t place = 0; place < 5; ++place) EXPECT_EQ(Row(top[place].item), place);
}

TEST(TopK, NegativeScoresAreRankedToo) {
  ModelSnapshot model = RandomModel(50, 4, 1);
  for (PoolWeights& weights : model.weights) weights.popularity.fill(-1);
  const Evidence none;
  const Scorer scorer(model, Pool::kAny, none);
  EXPECT_EQ(TopK(scorer, 50, [](ItemIndex) { return true; }).size(), 50u);
}

}  // namespace
}  // namespace rapport
