// What is said for what reason.
#include "services/talk/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/talk/scene.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using testing::HasSubstr;
using testing::Not;

SmallestRemoval Removal(const Scene& scene, std::vector<std::string> ids, int64_t rank) {
  SmallestRemoval removal{.rank_without = rank};
  for (const EvidenceLine& line : scene.explanation.evidence) {
    if (std::ranges::count(ids, line.item.item_id) > 0) removal.items.push_back(line.item);
  }
  return removal;
}

TEST(Talk, SaysBecauseOfTheOnePurchaseWithoutWhichTheItemIsOut) {
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.explanation.smallest_removal = Removal(scene, {"house-blend"}, 14);
  EXPECT_EQ(
      scene.Says(),
      "You went for House Blend a few weeks ago. That’s why something came to mind. You might "
      "well like Kayanza Washed. What do you think?");
}

TEST(Talk, SaysBecauseWhereTheRankWithoutALineIsBelowTheList) {
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.explanation.evidence[0].rank_without = 11;
  EXPECT_TRUE(HasMessage(scene.Parts(American()), MessageId::kBridgeBecauseOne));
  scene.explanation.evidence[0].rank_without = 10;
  EXPECT_FALSE(HasMessage(scene.Parts(American()), MessageId::kBridgeBecauseOne));
}

TEST(Talk, NamesTheTwoOrThreeThatOnlyTogetherAreTheReason) {
  Scene scene;
  scene.Likes("house-blend", {20, 40});
  scene.Likes("paper-filters", {30, 50}, 0.2);
  scene.Likes("oat-milk", {60}, 0.1);
  scene.explanation.smallest_removal = Removal(scene, {"house-blend", "paper-filters"}, 14);
  EXPECT_THAT(
      scene.Says(),
      HasSubstr("You’ve gone for House Blend and Paper Filters a few times. The two of them "
                "are why something came to mind."));
  scene.explanation.smallest_removal =
      Removal(scene, {"house-blend", "paper-filters", "oat-milk"}, 14);
  EXPECT_THAT(scene.Says(), HasSubstr("Together with Oat Milk, they are why"));
}

TEST(Talk, NeverSaysBecauseOfMoreThanThreeOrOfWhatLeavesTheItemIn) {
  Scene scene;
  for (const char* id : {"one-a", "two-b", "three-c", "four-d"}) scene.Likes(id, {20}, 0.2);
  scene.explanation.smallest_removal = Removal(scene, {"one-a", "two-b", "three-c", "four-d"}, 14);
  EXPECT_THAT(scene.Says(), Not(HasSubstr("why")));
  scene.explanation.smallest_removal = Removal(scene, {"one-a"}, 9);
  EXPECT_THAT(scene.Says(), Not(HasSubstr("why")));
  scene.explanation.smallest_removal = Removal(scene, {"one-a"}, 14);
  scene.explanation.rank = 12;  // it is in no list to fall out of
  EXPECT_THAT(scene.Says(), Not(HasSubstr("why")));
}

TEST(Talk, FallsToTheNextBridgeThatHasASource) {
  Scene scene;
  scene.Likes("house-blend", {20});
  EXPECT_THAT(scene.Says(), HasSubstr("goes well with it"));
  scene.buyers = 20;
  EXPECT_THAT(scene.Says(), HasSubstr("people with a similar taste often choose"));
  scene.explanation.item.category_path = {"Category of house-blend"};
  EXPECT_THAT(scene.Says(), HasSubstr("something else of that kind"));
  scene.together["house-blend"] = 20;
  EXPECT_THAT(scene.Says(), HasSubstr("often take along with it"));
}

TEST(Talk, NamesTwoThatTheItemGoesWithAndOneIfTheLineWouldBeTooLong) {
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.Likes("paper-filters", {30});
  EXPECT_THAT(scene.Says(), HasSubstr("You went for House Blend and Paper Filters before. There’s "
                                      "something here that goes well with both."));
  Scene wordy;
  for (const char* id :
       {"a-very-long-name-of-eight-words-in-all", "an-equally-long-name-of-eight-words-too"})
    wordy.Likes(id, {20});
  wordy.explanation.item.title = "Kayanza";
  EXPECT_THAT(wordy.Says(VoiceOf("de-DE", {Formality::kFormal, Directness::kBalanced})),
              HasSubstr("A Very Long Name Of Eight Words In"));
}

TEST(Talk, TellsTheUsualAndThatItIsDue) {
  Scene scene;
  for (const double days : {9, 19, 29, 39}) scene.Buys("kayanza", days);
  scene.explanation.pool = Pool::kBoughtBefore;
  scene.Sure(Confidence::kStrong);
  EXPECT_EQ(scene.Says(),
            "Kayanza Washed is your usual. It may be about time for it again. I can get Kayanza "
            "Washed for you again. What would you like today?");
}

TEST(Talk, CallsNothingDueThatWasJustBought) {
  Scene scene;
  for (const double days : {2, 12, 22, 32}) scene.Buys("kayanza", days);
  EXPECT_THAT(scene.Says(), Not(HasSubstr("about time")));
}

TEST(Talk, SpeaksOfTheBasketAsOfTheBasket) {
  Scene scene;
  scene.RestsOnBasket("house-blend");
  EXPECT_THAT(scene.Says(), HasSubstr("You have House Blend with you today."));
}

TEST(Talk, SaysHowOftenAsAPersonWould) {
  const auto says = [](const std::vector<double>& days_ago) {
    Scene scene;
    for (const double days : {1, 2, 3, 4, 5, 6, 7, 8}) scene.Buys("something-else", days);
    scene.Likes("house-blend", days_ago);
    return scene.Says();
  };
  EXPECT_THAT(says({100}), HasSubstr("You went for House Blend last summer."));
  EXPECT_THAT(says({100, 110}), HasSubstr("You’ve gone for House Blend a few times."));
  EXPECT_THAT(says({100, 110, 120, 130, 140}), HasSubstr("You’ve often gone for House Blend."));
  EXPECT_THAT(says({0.1, 0.2, 0.3, 0.4}), HasSubstr("You usually go for House Blend."));
}

TEST(Talk, NamesOneDifferenceThatTheCatalogueHas) {
  Scene scene;
  Item& blend = scene.Describe("house-blend");
  blend.attributes = {{"roast", "dark"}, {"weight", "250 g"}};
  blend.brand = "Quayside Roasters";
  scene.Likes("house-blend", {20});
  EXPECT_THAT(scene.Says(), HasSubstr("You might well like Kayanza Washed. "));
  scene.explanation.item.brand = "Nordlys Kaffe";
  EXPECT_THAT(scene.Says(),
              HasSubstr("You might well like Kayanza Washed; it’s from Nordlys Kaffe."));
  scene.explanation.item.attributes = {{"roast", "light"}, {"weight", "500 g"}};
  EXPECT_THAT(scene.Says(), HasSubstr("You might well like Kayanza Washed; roast: light."));
  Voice other = VoiceOf("nl-NL");
  other.attributes_can_be_said = false;  // the catalogue is in English
  EXPECT_THAT(scene.Says(other), Not(HasSubstr("light")));
  scene.explanation.item.attributes = {{"roast", "dark"}, {"weight", "500 g"}};
  EXPECT_THAT(scene.Says(), HasSubstr("Nordlys Kaffe"));
}

TEST(Talk, SaysNothingOfTheCatalogueThatWouldBreakASentence) {
  Scene scene;
  scene.Describe("house-blend").attributes = {{"roast", "dark"}};
  scene.Likes("house-blend", {20});
  for (const char* value : {"only today", "must-have", "light? dark?", "2 of 5", "health",
                            "a b c d", "wheat, milk", "\u202Elight"}) {
    scene.explanation.item.attributes = {{"roast", value}};
    EXPECT_THAT(scene.Says(), HasSubstr("You might well like Kayanza Washed. ")) << value;
  }
}

TEST(Talk, SoundsNoSurerThanTheModelIs) {
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.explanation.evidence[0].rank_without = 40;
  const std::vector<std::pair<Confidence, std::string>> kLevels = {
      {Confidence::kThin, "You could take a look at Kayanza Washed."},
      {Confidence::kFair, "You might well like Kayanza Washed."},
      {Confidence::kStrong, "I’d go for Kayanza Washed."}};
  for (const auto& [level, words] : kLevels) {
    scene.Sure(level);
    EXPECT_THAT(scene.Says(), HasSubstr(words));
    for (const Part& part : scene.Parts(American())) EXPECT_LE(part.strength, level);
  }
  scene.explanation.chance.reset();  // not calibrated
  EXPECT_THAT(scene.Says(), HasSubstr(kLevels[0].second));
}

TEST(Talk, SaysTheSameFactsInEveryRegister) {
  Scene scene;
  scene.Likes("house-blend", {20, 30});
  for (const char* locale : kSpokenLocales) {
    std::set<std::vector<std::string>> evidence;
    std::set<std::vector<MessageId>> messages;
    for (const Register manner : AllRegisters()) {
      std::vector<std::string> events;
      std::vector<MessageId> said;
      for (const Part& part : scene.Parts(VoiceOf(locale, manner))) {
        events.insert(events.end(), part.evidence.begin(), part.evidence.end());
        said.push_back(part.line.message);
      }
      evidence.insert(events);
      messages.insert(said);
    }
    EXPECT_EQ(evidence.size(), 1u) << locale;
    EXPECT_EQ(messages.size(), 1u) << locale;
  }
}

TEST(Talk, FencesNamesThatAreWrittenFromRightToLeft) {
  Scene scene;
  scene.explanation.item.title = "قهوة \u202Eعربية";
  EXPECT_THAT(scene.Says(), HasSubstr("\u2068قهوة عربية\u2069"));
}

TEST(Talk, HasNothingToSayOfWhatHasNoName) {
  Scene scene;
  scene.explanation.item.title = "";
  const auto parts = ComposeParts(scene.Facts(), scene.tact, American());
  EXPECT_EQ(parts.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(parts.status().message()), HasSubstr("give it a title"));
}

TEST(Talk, IsThereForTheSameEvidenceWhateverIsInTheBriefing) {
  Scene scene;
  scene.Likes("house-blend", {20, 30});
  scene.explanation.evidence[0].rank_without = 7;
  EXPECT_EQ(
      scene.SaysAndTells(American()),
      "You’ve gone for House Blend a few times. There’s something here that goes well with it. "
      "You might well like Kayanza Washed. What do you think?\n"
      "House Blend: bought 2 times, last on November 6, 2026; 30% of the score.\n"
      "Without House Blend it would be in place 7 instead of 3; checked.\n"
      "Confidence: fair. 12% of suggestions like this one are bought within 28 days; of all "
      "suggestions, 4%.");
}

}  // namespace
}  // namespace rapport::talk
