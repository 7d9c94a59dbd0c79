#include "services/talk/explanation_sentence.h"

#include <gtest/gtest.h>

#include "tests/data/support.h"

namespace rapport::talk {
namespace {

EvidenceLine LineOf(const std::string& title, int times, double share) {
  return {.item = {.item_id = title, .title = title},
          .times = times,
          .first_purchased_at = rapport::testing::At(0),
          .last_purchased_at = rapport::testing::At(0),
          .share = share};
}

TEST(ExplanationSentence, NamesTheTwoStrongestPurchases) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "V60 dripper"},
      .evidence = {LineOf("House Blend", 14, 0.5)},
      .strongest = {LineOf("House Blend", 14, 0.5), LineOf("Filters", 1, 0.2)},
      .personal = true};
  EXPECT_EQ(ExplanationSentence(explanation),
            "V60 dripper: goes with House Blend (bought 14 times, last on 14 November 2023) and "
            "Filters (bought once, on 14 "
            "November 2023).");
}

TEST(ExplanationSentence, NamesNothingWhereNothingStandsOut) {
  ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                              .evidence = {LineOf("Tea", 3, -0.5)},
                              .terms = {.taste = -1, .popularity = 2},
                              .standing = Standing::kPopular,
                              .personal = true};
  EXPECT_EQ(ExplanationSentence(explanation),
            "V60 dripper: popular with customers lately; this customer's own purchases add little "
            "to it.");
  explanation.terms = {.taste = 2, .popularity = -1};
  EXPECT_EQ(ExplanationSentence(explanation),
            "V60 dripper: fits what they buy as a whole; no single purchase stands out.");
}

TEST(ExplanationSentence, SaysPopularOnlyOfWhatIs) {
  ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                              .terms = {.popularity = 1}};
  for (const bool personal : {false, true}) {
    explanation.personal = personal;
    explanation.standing = Standing::kNeither;
    EXPECT_EQ(ExplanationSentence(explanation).find("popular"), std::string::npos);
    explanation.standing = Standing::kNew;
    EXPECT_EQ(ExplanationSentence(explanation).find("popular"), std::string::npos);
    EXPECT_NE(ExplanationSentence(explanation).find("new in the shop"), std::string::npos);
    explanation.standing = Standing::kPopular;
    EXPECT_NE(ExplanationSentence(explanation).find("popular"), std::string::npos);
  }
}

TEST(ExplanationSentence, TellsTheirOwnHistoryWhateverItIsWorth) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "House Blend"},
      .terms = {.taste = 4, .repeat = -0.2, .popularity = -1},
      .personal = true,
      .own_history = OwnHistory{.times = 1, .last_purchased_at = rapport::testing::At(0)}};
  EXPECT_EQ(ExplanationSentence(explanation),
            "House Blend: bought once before, on 14 November 2023.");
}

TEST(ExplanationSentence, TellsTheUsual) {
  const ItemExplanation explanation{
      .item = {.item_id = "1", .title = "House Blend"},
      .terms = {.repeat = 2},
      .personal = true,
      .own_history = OwnHistory{
          .times = 14, .last_purchased_at = rapport::testing::At(0), .median_gap_days = 21.3}};
  EXPECT_EQ(ExplanationSentence(explanation),
            "House Blend: bought 14 times before, about every 21 days, last on 14 November 2023.");
}

TEST(ExplanationSentence, SaysBecauseOfWhatWasVerifiedByTakingItAway) {
  ItemExplanation explanation{
      .item = {.item_id = "1", .title = "V60 dripper"},
      .evidence = {LineOf("House Blend", 14, 0.5), LineOf("Filters", 1, 0.2)},
      .strongest = {LineOf("House Blend", 14, 0.5)},
      .personal = true};
  explanation.smallest_removal =
      SmallestRemoval{.items = {explanation.evidence[0].item}, .rank_without = 14};
  EXPECT_EQ(ExplanationSentence(explanation),
            "V60 dripper: in the list because of House Blend (bought 14 times, last on 14 November "
            "2023); without that it would be in place 14.");
  explanation.smallest_removal->items.push_back(explanation.evidence[1].item);
  EXPECT_NE(ExplanationSentence(explanation).find("without those it would"), std::string::npos);
  explanation.smallest_removal->items.push_back({.item_id = "not listed"});
  EXPECT_NE(ExplanationSentence(explanation).find("goes with House Blend"), std::string::npos);
  explanation.smallest_removal->items.clear();  // no set of five takes it out
  EXPECT_NE(ExplanationSentence(explanation).find("goes with House Blend"), std::string::npos);
}

TEST(ExplanationSentence, CallsNothingPersonalThatIsSuggestedBecauseItSells) {
  const ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                                    .evidence = {LineOf("House Blend", 14, 0.5)},
                                    .strongest = {LineOf("House Blend", 14, 0.5)},
                                    .standing = Standing::kPopular,
                                    .popularity_driven = true,
                                    .personal = true};
  EXPECT_EQ(
      ExplanationSentence(explanation),
      "V60 dripper: popular with customers lately; it suits this customer no more than others.");
}

TEST(ExplanationSentence, NamesNoPurchaseOfWhoDoesNotWantThat) {
  const ItemExplanation explanation{.item = {.item_id = "1", .title = "V60 dripper"},
                                    .evidence = {LineOf("House Blend", 14, 0.5)},
                                    .strongest = {LineOf("House Blend", 14, 0.5)},
                                    .personal = true,
                                    .may_mention = false,
                                    .own_history = OwnHistory{.times = 3}};
  const std::string sentence = ExplanationSentence(explanation);
  EXPECT_EQ(sentence.find("House Blend"), std::string::npos);
  EXPECT_EQ(sentence.find("bought"), std::string::npos);
}

TEST(DayOf, IsTheDayInUtc) {
  EXPECT_EQ(DayOf(TimePoint()), "1 January 1970");
  EXPECT_EQ(DayOf(TimePoint(std::chrono::seconds(-1))), "31 December 1969");
}

}  // namespace
}  // namespace rapport::talk
