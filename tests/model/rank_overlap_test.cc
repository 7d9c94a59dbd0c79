#include "model/rank_overlap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace rapport {
namespace {

using List = std::vector<std::string>;

TEST(Overlap, IsThePartThatBothHave) {
  EXPECT_EQ(Overlap(List{}, List{}), 1);
  EXPECT_EQ(Overlap(List{"tea"}, List{}), 0);
  EXPECT_EQ(Overlap(List{"tea", "mug"}, List{"mug", "tea"}), 1);
  EXPECT_EQ(Overlap(List{"tea", "mug", "jam", "pen"}, List{"tea"}), 0.25);
}

TEST(RankBiasedOverlap, OfEqualListsIsOneWhateverTheirLength) {
  EXPECT_EQ(RankBiasedOverlap(List{}, List{}), 1);
  for (size_t length = 1; length < 30; ++length) {
    List list;
    for (size_t place = 0; place < length; ++place) list.push_back(std::to_string(place));
    EXPECT_NEAR(RankBiasedOverlap(list, list), 1, 1e-12);
  }
}

TEST(RankBiasedOverlap, OfListsWithNothingInCommonIsZero) {
  EXPECT_EQ(RankBiasedOverlap(List{"tea"}, List{"mug", "jam"}), 0);
  EXPECT_EQ(RankBiasedOverlap(List{"tea"}, List{}), 0);
}

TEST(RankBiasedOverlap, AgreementAtTheTopCountsMost) {
  const List list = {"tea", "mug", "jam"};
  EXPECT_GT(RankBiasedOverlap(list, List{"tea", "mug", "pen"}),
            RankBiasedOverlap(list, List{"pen", "mug", "jam"}));
}

// By hand, with p = 0.5: agreements 1, 1/2, and 1/3 + 1/6, where the shorter one goes on as before.
TEST(RankBiasedOverlap, IsThatOfTheFormula) {
  const double sum = 0.5 * 1 + 0.25 * 0.5 + 0.125 * (1.0 / 3 + 1.0 / 6);
  const double beyond = ((1.0 - 1.0) / 3 + 1.0 / 2) * 0.125;
  EXPECT_NEAR(RankBiasedOverlap(List{"tea", "mug", "jam"}, List{"tea", "pen"}, 0.5), sum + beyond,
              1e-15);
}

}  // namespace
}  // namespace rapport
