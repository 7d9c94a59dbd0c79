#include "services/cli/explain_words.h"

#include <gtest/gtest.h>

#include <sstream>

namespace rapport::cli {
namespace {

v1::Item Named(const std::string& title) {
  v1::Item item;
  item.set_item_id("id");
  item.set_title(title);
  return item;
}

TEST(ChanceWords, GiveTheIntervalTheBaseRateAndTheLevel) {
  v1::Chance chance;
  chance.set_probability(0.042);
  chance.set_low(0.029);
  chance.set_high(0.161);
  chance.set_base_rate(0.012);
  chance.set_level(v1::CONFIDENCE_LEVEL_STRONG);
  chance.set_samples(1'200);
  chance.set_window_days(28);
  EXPECT_EQ(ChanceWords(chance),
            "4.2 % likely to be bought within 28 days (2.9 to 16 %, from 1,200 suggestions like "
            "it), where lists usually have 1.2 %: strong");
  chance.set_level(v1::CONFIDENCE_LEVEL_FAIR);
  EXPECT_TRUE(ChanceWords(chance).ends_with(": fair"));
  chance.set_level(v1::CONFIDENCE_LEVEL_THIN);
  EXPECT_TRUE(ChanceWords(chance).ends_with(": thin"));
}

TEST(RemovalWords, SayWhatWouldTakeThePlaceAndHowSureItIs) {
  v1::ExplainSuggestionResponse response;
  response.set_list_length(10);
  EXPECT_EQ(RemovalWords(response), "");
  v1::SmallestRemoval& removal = *response.mutable_smallest_removal();
  EXPECT_EQ(RemovalWords(response),
            "No five purchases or fewer take it out of the first 10: it rests on their taste as a "
            "whole.");
  removal.set_rank_without(14);
  *removal.add_items() = Named("Nyeri");
  EXPECT_EQ(RemovalWords(response), "Without Nyeri it would be 14th.");
  *removal.mutable_takes_place() = Named("Kayanza");
  EXPECT_EQ(RemovalWords(response),
            "Without Nyeri it would be 14th; Kayanza would take its place.");
  *removal.add_items() = Named("V60");
  removal.set_proven(true);
  EXPECT_EQ(
      RemovalWords(response),
      "Without Nyeri and V60 it would be 14th; Kayanza would take its place. No fewer do it.");
  *removal.add_items() = Named("Bun\x1b[2J");
  removal.set_proven(false);
  EXPECT_EQ(
      RemovalWords(response),
      "Without Nyeri, V60 and Bun?[2J it would be 14th; Kayanza would take its place. Each of "
      "them is needed for it.");
}

TEST(PlaceWords, TellThePlaceInTheListFromThatByScore) {
  v1::ExplainSuggestionResponse response;
  EXPECT_EQ(PlaceWords(response), "");
  response.set_list_length(10);
  response.set_rank_by_score(3);
  EXPECT_EQ(PlaceWords(response), "It is 3rd by score, for a list of 10.");
  response.set_rank(3);
  EXPECT_EQ(PlaceWords(response), "It was 3rd in that list.");
  response.set_rank_by_score(7);
  EXPECT_EQ(PlaceWords(response), "It was 3rd in that list, 7th by score.");
}

TEST(NextWords, NameWhatKeepsTheNextItemBelow) {
  v1::ExplainSuggestionResponse response;
  response.set_score(3.5);
  v1::Contrast& next = *response.mutable_next();
  *next.mutable_item() = Named("Kayanza");
  next.set_score(3.25);
  EXPECT_EQ(NextWords(response), "Kayanza comes next, 0.250 below.");
  auto* line = next.add_lines();
  *line->mutable_item() = Named("Nyeri");
  line->set_difference(0.4);
  EXPECT_EQ(NextWords(response), "Kayanza comes next, 0.250 below, most of all for Nyeri.");
  line->set_difference(-0.4);
  EXPECT_EQ(NextWords(response), "Kayanza comes next, 0.250 below.");
}

TEST(AgainstWords, NameEveryListedLineBelowZero) {
  v1::ExplainSuggestionResponse response;
  EXPECT_EQ(AgainstWords(response), "");
  for (const auto& [title, contribution] :
       {std::pair("Nyeri", 0.9), std::pair("Tonic", -0.457), std::pair("Affogato", -0.345)}) {
    v1::Evidence& evidence = *response.add_evidence();
    *evidence.mutable_item() = Named(title);
    evidence.set_contribution(contribution);
  }
  EXPECT_EQ(AgainstWords(response), "Speaks against it: Tonic (-0.457), Affogato (-0.345).");
}

TEST(NotBoughtWords, TellBasketsAndWhatIsSupposed) {
  v1::Evidence evidence;
  EXPECT_EQ(NotBoughtWords(evidence), "");
  evidence.add_orders();
  EXPECT_EQ(NotBoughtWords(evidence), "");
  evidence.mutable_orders(0)->set_supposed(true);
  EXPECT_EQ(NotBoughtWords(evidence), " (supposed)");
  evidence.mutable_orders(0)->set_basket(true);
  EXPECT_EQ(NotBoughtWords(evidence), " (in the basket)");
}

TEST(Indented, KeepsWithinTheWidth) {
  EXPECT_EQ(Indented("one two three", 9), "  one two\n  three\n");
  EXPECT_EQ(Indented("one", 98), "  one\n");
}

TEST(PrintContrast, HasALineForEachPartAndTheirSum) {
  v1::Contrast contrast;
  *contrast.mutable_item() = Named("Kayanza");
  auto* line = contrast.add_lines();
  *line->mutable_item() = Named("Nyeri");
  line->set_difference(0.5);
  contrast.set_other_difference(-0.125);
  contrast.set_other_count(3);
  contrast.mutable_terms()->set_taste(0.375);
  contrast.mutable_terms()->set_popularity(0.25);
  std::ostringstream out;
  PrintContrast(out, "Pacamara", contrast, 98);
  EXPECT_EQ(out.str(),
            "  because of             difference\n"
            "  Nyeri                      +0.500\n"
            "  3 other items              -0.125\n"
            "  popularity                 +0.250\n"
            "  Pacamara over Kayanza      +0.625\n");
}

TEST(AverageWords, SayWhetherItIsMoreToTheirTasteThanToOthers) {
  v1::ExplainSuggestionResponse response;
  response.set_source(v1::SOURCE_PERSONAL);
  EXPECT_EQ(AverageWords(response), "");
  response.set_average_score(0.25);
  EXPECT_EQ(AverageWords(response),
            "More to their taste than to others': the average customer's score is +0.250.");
  response.set_popularity_driven(true);
  EXPECT_EQ(AverageWords(response),
            "No more to their taste than to others': the average customer's score is +0.250.");
  response.set_source(v1::SOURCE_POPULAR);
  EXPECT_EQ(AverageWords(response), "");
}

}  // namespace
}  // namespace rapport::cli
