// The ten rules of tact, one or more tests each, with planted customers. Those that need a store
// and a model are in talker_test.cc.
#include "services/talk/tact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "services/talk/customer_facts.h"
#include "services/talk/text.h"
#include "tests/talk/scene.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using testing::HasSubstr;
using testing::Not;

// In every locale and register, words to the customer and briefing alike.
void ExpectNeverNamed(const Scene& scene, const std::string& name) {
  for (const char* locale : kSpokenLocales) {
    for (const Register manner : AllRegisters())
      ASSERT_THAT(scene.SaysAndTells(VoiceOf(locale, manner)), Not(HasSubstr(name)));
  }
}

bool IsPersonal(const Scene& scene) {
  for (const Part& part : scene.Parts(American())) {
    if (part.kind == PartKind::kObservation || !part.evidence.empty()) return true;
  }
  return false;
}

Item Titled(const std::string& title, std::vector<std::string> categories = {},
            std::vector<std::string> tags = {}) {
  return {.item_id = "x",
          .title = title,
          .category_path = std::move(categories),
          .tags = std::move(tags)};
}

// --- 1. Sensitive categories.

TEST(Tact, KnowsSensitiveCategoriesTagsAndTitlesInEveryLanguageThatItSpeaks) {
  const Tact tact{TactOptions{}};
  for (const char* category :
       {"Health & Beauty", "Healthcare", "Pregnancy tests", "Babykleding", "Intimate care",
        "Religion", "Religious books", "Politics", "Tabakwaren", "Gesundheit", "Santé",
        "Personal finance", "Kinderboeken", "Children", "お酒", "ベビー用品"}) {
    EXPECT_TRUE(tact.IsSensitive(Titled("Thing", {"Shop", category}))) << category;
    EXPECT_TRUE(tact.IsSensitive(Titled("Thing", {}, {category}))) << category;
    EXPECT_TRUE(tact.IsSensitive(Titled(category))) << category;
  }
  for (const char* category : {"Coffee", "Whole bean", "Filter papers", "Drinks", "Minted",
                               "Sextant", "Credited works", "Kindling", "紅茶", "Pillows"}) {
    EXPECT_FALSE(tact.IsSensitive(Titled("Thing", {category}))) << category;
  }
}

TEST(Tact, TakesTheShopsOwnListInstead) {
  const Tact tact{TactOptions{.sensitive_categories = "wine,  =Port ,"}};
  EXPECT_TRUE(tact.IsSensitive(Titled("Wines of the Loire")));
  EXPECT_TRUE(tact.IsSensitive(Titled("Tawny PORT")));
  EXPECT_FALSE(tact.IsSensitive(Titled("Portrait")));
  EXPECT_FALSE(tact.IsSensitive(Titled("Health")));
  EXPECT_FALSE(Tact{TactOptions{.sensitive_categories = ""}}.IsSensitive(Titled("Health")));
}

TEST(Tact, NeverSpeaksOfASensitivePurchase) {
  Scene scene;
  scene.Describe("planted-secret", "Pregnancy");
  scene.Likes("planted-secret", {5, 15, 25}, 0.6);
  scene.Likes("house-blend", {20}, 0.1);
  scene.explanation.smallest_removal =
      SmallestRemoval{.items = {scene.explanation.evidence[0].item}, .rank_without = 40};
  scene.explanation.evidence[0].rank_without = 40;
  scene.together["planted-secret"] = 500;
  ExpectNeverNamed(scene, "Planted");
  EXPECT_THAT(scene.Says(), HasSubstr("House Blend"));
  EXPECT_THAT(scene.Says(), Not(HasSubstr("why")));
}

TEST(Tact, DoesNotEvenHintAtWhatIsSensitiveWhereNothingElseIsKnown) {
  Scene scene;
  scene.Describe("planted-secret", "Health");
  scene.Likes("planted-secret", {5, 15}, 0.6);
  EXPECT_FALSE(IsPersonal(scene));
  scene.buyers = 500;
  EXPECT_EQ(scene.Says(), "You might well like Kayanza Washed. What do you think?");
}

// --- 2. No inferred traits: actions alone. Whole lists of words are banned where messages load;
// see Phrasebook.RefusesSentencesAgainstTheManners.

TEST(Tact, HasNoWordsForWhatSomebodyIs) {
  const std::map<std::string, std::vector<std::string>> kTraits = {
      {"en", {"as a", "you are a", "people like you", "because you are"}},
      {"nl", {"als een", "u bent een", "mensen als"}},
      {"de", {"als ein", "Sie sind ein", "Menschen wie Sie"}},
      {"fr", {"en tant que", "vous êtes un", "les gens comme"}},
      {"ja", {"のような方", "あなたは"}}};
  for (const char* locale : kSpokenLocales) {
    std::ifstream in(std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/talk/" + locale + ".txt");
    const std::string lines{std::istreambuf_iterator<char>(in), {}};
    ASSERT_FALSE(lines.empty());
    const std::string sayable = lines.substr(0, lines.find("[fact.bought]"));
    for (const std::string& trait : kTraits.at(std::string(locale).substr(0, 2)))
      EXPECT_FALSE(Phrase(trait).StandsIn(sayable, Folded(sayable))) << locale << ": " << trait;
  }
}

// --- 3. Never other people; crowds of twenty and more.

TEST(Tact, SpeaksOfNoCrowdThatIsSmallerThanTwenty) {
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.explanation.standing = Standing::kPopular;
  scene.buyers = 19;
  scene.together["house-blend"] = 19;
  EXPECT_THAT(scene.Says(), Not(HasSubstr("people")));
  EXPECT_THAT(scene.Says(), Not(HasSubstr("customers")));
  scene.explanation.personal = false;
  EXPECT_THAT(scene.Says(), Not(HasSubstr("customers")));
  scene.buyers = 20;
  EXPECT_THAT(scene.Says(), HasSubstr("many customers"));
}

TEST(Tact, TellsStaffOfCrowdsInBucketsAlone) {
  const std::vector<std::pair<int64_t, int64_t>> kBuckets = {
      {20, 20}, {49, 20}, {50, 50}, {99, 50}, {100, 100}, {199, 100}, {499, 200}, {12'345, 10'000}};
  for (const auto& [count, bucket] : kBuckets) EXPECT_EQ(AtLeast(count), bucket) << count;
  Scene scene;
  scene.Likes("house-blend", {20});
  scene.buyers = 37;
  EXPECT_THAT(scene.SaysAndTells(American()), HasSubstr("Bought by 20 customers or more."));
}

// --- 4. Spoken precision is coarse.

TEST(Tact, SaysNoDatesCountsOrPrices) {
  Scene scene;
  scene.explanation.item.price = Money{"EUR", 12, 0};
  scene.Likes("house-blend", {20, 21, 22, 23, 24, 25, 26, 27, 28});
  for (const char* locale : kSpokenLocales) {
    for (const Register manner : AllRegisters())
      ASSERT_FALSE(HasDigit(scene.Says(VoiceOf(locale, manner))));
  }
}

// --- 5. Gifts are no evidence and no words.

TEST(Tact, NeverSpeaksOfGifts) {
  Scene scene;
  scene.Buys("planted-gift", 10, true);
  scene.Buys("planted-gift", 20, true);
  scene.Rests("planted-gift", 0.5);  // as if the explainer were wrong
  ExpectNeverNamed(scene, "Planted");
  EXPECT_FALSE(IsPersonal(scene));
}

TEST(Tact, CountsNoGiftsAmongOwnPurchases) {
  Scene scene;
  scene.Buys("house-blend", 30);
  for (int day = 10; day < 20; ++day) scene.Buys("house-blend", day, true);
  scene.Rests("house-blend");
  EXPECT_THAT(scene.Says(), HasSubstr("You went for House Blend last month."));
}

// --- 6. Nothing older than the horizon unless it is the usual; nothing that came back.

TEST(Tact, NeverSpeaksOfWhatIsOlderThanTwoYears) {
  Scene scene;
  for (int days = 1; days < 9; ++days) scene.Buys("something-else", days);
  scene.Likes("planted-old", {731, 800}, 0.5);
  ExpectNeverNamed(scene, "Planted");
  Scene at_the_horizon;
  for (int days = 1; days < 9; ++days) at_the_horizon.Buys("something-else", days);
  at_the_horizon.Likes("house-blend", {729, 735}, 0.5);
  EXPECT_THAT(at_the_horizon.Says(), HasSubstr("You went for House Blend a while ago."));
}

TEST(Tact, SpeaksOfTheUsualHoweverOld) {
  Scene scene;
  scene.Likes("house-blend", {731, 740, 750, 760, 770}, 0.5);
  EXPECT_THAT(scene.Says(), HasSubstr("You usually go for House Blend."));
}

TEST(Tact, NeverSpeaksOfWhatCameBack) {
  Scene scene;
  scene.Buys("planted-returned", 30);
  scene.Returns(scene.Buys("planted-returned", 10));
  scene.Rests("planted-returned", 0.5);
  ExpectNeverNamed(scene, "Planted");
}

// --- 7. No pressure: banned where messages load. Two suggestions a visit: talker_test.cc.

TEST(Tact, TellsStaffNotToPressAndToLeaveItWhenDeclined) {
  Scene scene;
  const auto parts = scene.Parts(American());
  const Briefing briefing = ComposeBriefing(scene.Facts(), scene.tact, American(), parts);
  EXPECT_THAT(briefing.avoid.back().text, HasSubstr("Don’t press"));
  EXPECT_THAT(briefing.if_declined.text, HasSubstr("leave it. Offer nothing in its place"));
}

// --- 8. Opting out holds at once.

TEST(Tact, NeverSpeaksOfThePastToWhoDoesNotWantThat) {
  Scene scene;
  scene.Likes("planted-purchase", {5, 15}, 0.5);
  scene.Buys("kayanza", 10);
  scene.Rests("kayanza");
  scene.RestsOnBasket("planted-basket", 0.2);
  scene.explanation.evidence[0].rank_without = 40;
  scene.explanation.own_history = OwnHistory{.times = 3, .median_gap_days = 5};
  scene.explanation.may_mention = false;
  scene.buyers = 500;
  ExpectNeverNamed(scene, "Planted");
  EXPECT_FALSE(IsPersonal(scene));
  EXPECT_THAT(scene.SaysAndTells(American()), Not(HasSubstr("bought once")));
  EXPECT_THAT(scene.SaysAndTells(American()), Not(HasSubstr("taste")));
}

// --- 9. No causal overclaim: claims_test.cc. And what is popular is never dressed as personal.

TEST(Tact, CallsWhatIsSuggestedForItsPopularityPopularAndNothingElse) {
  Scene scene;
  scene.Likes("planted-purchase", {5, 15}, 0.5);
  scene.explanation.popularity_driven = true;
  scene.explanation.standing = Standing::kPopular;
  scene.explanation.evidence[0].rank_without = 40;
  scene.buyers = 500;
  EXPECT_EQ(
      scene.Says(),
      "There’s something many customers have been choosing lately. You might well like Kayanza "
      "Washed. What do you think?");
  EXPECT_FALSE(IsPersonal(scene));
}

// --- 10. A commercial rule above a fifth of the score: no personal reason.

TEST(Tact, GivesNoPersonalReasonWhereACommercialRuleHasBoughtThePlace) {
  Scene scene;
  scene.Likes("planted-purchase", {5, 15}, 0.3);
  scene.explanation.evidence[0].rank_without = 40;
  scene.explanation.commercial = true;
  const double whole = scene.explanation.evidence[0].contribution / 0.3;
  scene.explanation.terms.rules = 0.19 * whole;
  EXPECT_TRUE(IsPersonal(scene));
  scene.explanation.terms.rules = 0.21 * whole;
  EXPECT_FALSE(IsPersonal(scene));
  scene.explanation.commercial = false;  // the shop's own rule, nobody pays for it
  EXPECT_TRUE(IsPersonal(scene));
  scene.explanation.pinned = scene.explanation.promoted = true;
  EXPECT_FALSE(IsPersonal(scene));
}

}  // namespace
}  // namespace rapport::talk
