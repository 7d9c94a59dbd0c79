#include "services/recommender/sentence.h"

#include <gtest/gtest.h>

#include "tests/data/support.h"

namespace rapport {
namespace {

EvidenceLine Line(const std::string& title, int times, double share) {
  return {.item = {.item_id = title, .title = title},
          .times = times,
          .first_purchased_at = testing::At(0),
          .last_purchased_at = testing::At(0),
          .share = share};
}

TEST(SentenceFor, NamesTheTwoStrongestPurchases) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "V60 dripper"},
      .evidence = {Line("House Blend", 14, 0.5), Line("Filters", 1, 0.2), Line("Mug", 1, 0.1)},
      .personal = true};
  EXPECT_EQ(SentenceFor(explanation),
            "V60 dripper: goes with House Blend (bought 14 times, last on 14 November 2023) and "
            "Filters (bought once, on 14 "
            "November 2023).");
}

TEST(SentenceFor, NeverNamesWhatSpeaksAgainstOrHardlyCounts) {
  ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                              .evidence = {Line("Tea", 3, -0.5), Line("Mug", 1, 0.01)},
                              .terms = {.taste = -1, .popularity = 2},
                              .standing = Standing::kPopular,
                              .personal = true};
  EXPECT_EQ(SentenceFor(explanation),
            "V60 dripper: popular with customers lately; this customer's own purchases add little "
            "to it.");
  explanation.terms = {.taste = 2, .popularity = -1};
  EXPECT_EQ(SentenceFor(explanation),
            "V60 dripper: fits what they buy as a whole; no single purchase stands out.");
}

TEST(SentenceFor, SaysPopularOnlyOfWhatIs) {
  ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                              .terms = {.popularity = 1}};
  for (const bool personal : {false, true}) {
    explanation.personal = personal;
    explanation.standing = Standing::kNeither;
    EXPECT_EQ(SentenceFor(explanation).find("popular"), std::string::npos);
    explanation.standing = Standing::kNew;
    EXPECT_EQ(SentenceFor(explanation).find("popular"), std::string::npos);
    EXPECT_NE(SentenceFor(explanation).find("new in the shop"), std::string::npos);
    explanation.standing = Standing::kPopular;
    EXPECT_NE(SentenceFor(explanation).find("popular"), std::string::npos);
  }
}

TEST(SentenceFor, TellsTheirOwnHistoryWhateverItIsWorth) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "House Blend"},
      .terms = {.taste = 4, .repeat = -0.2, .popularity = -1},
      .personal = true,
      .own_history = OwnHistory{.times = 1, .last_purchased_at = testing::At(0)}};
  EXPECT_EQ(SentenceFor(explanation), "House Blend: bought once before, on 14 November 2023.");
}

TEST(SentenceFor, TellsTheUsual) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "House Blend"},
      .terms = {.repeat = 2},
      .personal = true,
      .own_history =
          OwnHistory{.times = 14, .last_purchased_at = testing::At(0), .median_gap_days = 21.3}};
  EXPECT_EQ(SentenceFor(explanation),
            "House Blend: bought 14 times before, about every 21 days, last on 14 November 2023.");
}

TEST(DayOf, IsTheDayInUtc) {
  EXPECT_EQ(DayOf(TimePoint()), "1 January 1970");
  EXPECT_EQ(DayOf(TimePoint(std::chrono::seconds(-1))), "31 December 1969");
}

}  // namespace
}  // namespace rapport
