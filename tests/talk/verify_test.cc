#include "services/talk/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <random>

#include "services/talk/text.h"
#include "tests/talk/random_scene.h"
#include "tests/talk/scene.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using testing::HasSubstr;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kHistories = 4'000;
#else
constexpr int kHistories = 100'000;
#endif

// In a random voice each.
Voice AnyVoice(std::mt19937_64& random) {
  Voice voice = VoiceOf(kSpokenLocales[random() % kSpokenLocales.size()],
                        AllRegisters()[random() % kRegisters]);
  voice.southern = random() % 2 == 0;
  voice.attributes_can_be_said = random() % 2 == 0;
  return voice;
}

std::string TextOf(const std::vector<Part>& parts, const Briefing& briefing) {
  std::string text = SentencesOf(parts);
  for (const Line& line : briefing.facts) text += "\n" + line.text;
  return text;
}

// Whatever the history: every sentence is so, none says what may not be said, one asks, and none
// has a digit but in a name.
TEST(Verify, HoldsForEverythingSaidOfGeneratedHistories) {
  std::mt19937_64 random(20261126);
  const Tact tact{TactOptions{}};
  std::map<MessageId, int> said;
  for (int number = 0; number < kHistories; ++number) {
    const RandomScene scene = MakeRandomScene(random);
    const Voice voice = AnyVoice(random);
    const auto parts = ComposeParts(scene.facts, tact, voice);
    ASSERT_TRUE(parts.ok()) << number << ": " << parts.status();
    const absl::Status verified = VerifyParts(*parts, scene.facts, tact, voice);
    ASSERT_TRUE(verified.ok()) << number << ": " << verified << "\n" << SentencesOf(*parts);
    const Briefing briefing = ComposeBriefing(scene.facts, tact, voice, *parts);
    const absl::Status briefed = VerifyBriefing(briefing, scene.facts, tact, voice);
    ASSERT_TRUE(briefed.ok()) << number << ": " << briefed;
    const std::string text = TextOf(*parts, briefing);
    for (const std::string& planted : scene.planted)
      ASSERT_EQ(text.find(planted), std::string::npos) << number << ": " << text;
    for (const Part& part : *parts) ++said[part.line.message];
    for (const Line& line : briefing.facts) ++said[line.message];
  }
  // The histories are of every kind: all that can be said of a point was said.
  for (const MessageSpec& spec : AllMessages()) {
    const bool of_points = spec.key.starts_with("observation.") ||
                           spec.key.starts_with("bridge.") || spec.key.starts_with("suggestion.") ||
                           spec.key.starts_with("question.") || spec.key.starts_with("fact.");
    if (of_points && kHistories > 50'000) {
      EXPECT_GT(said[spec.id], 0) << spec.key;
    }
  }
}

// A point with an observation, a bridge, a difference and a question.
class Tampered : public testing::Test {
 protected:
  Tampered() {
    Item& blend = scene_.Describe("house-blend");
    blend.attributes = {{"roast", "dark"}};
    scene_.Likes("house-blend", {20, 30});
    scene_.Likes("paper-filters", {100}, 0.1);
    scene_.explanation.item.attributes = {{"roast", "light"}};
    scene_.buyers = 50;
    scene_.explanation.item.category_path = {"Elsewhere"};
    parts_ = scene_.Parts(American());
  }

  // What the verifier says of the point with `change` made to it; the text follows the slots.
  std::string Complaint(const std::function<void(std::vector<Part>&)>& change) {
    std::vector<Part> parts = parts_;
    change(parts);
    for (Part& part : parts) {
      if (SlotsFit(part.line.message, part.line.slots))
        part.line.text =
            Render(American().phrases, American().manner, part.line.message, part.line.slots);
    }
    return Verdict(parts);
  }
  std::string Verdict(const std::vector<Part>& parts) const {
    return std::string(VerifyParts(parts, scene_.Facts(), scene_.tact, American()).message());
  }

  Scene scene_;
  std::vector<Part> parts_;
};

TEST_F(Tampered, TextIsFound) {
  parts_[0].line.text += " Really.";
  EXPECT_THAT(Verdict(parts_), HasSubstr("is not what its message says"));
}

TEST_F(Tampered, NamesAreFound) {
  EXPECT_THAT(Complaint([](auto& parts) {
                parts[0].line.slots[0].value = NamedItem{"house-blend", "Another Blend"};
              }),
              HasSubstr("names what may not be spoken of"));
  EXPECT_THAT(Complaint([](auto& parts) {
                parts[0].line.slots[0].value = NamedItem{"unknown", "House Blend"};
              }),
              HasSubstr("names what may not be spoken of"));
  EXPECT_THAT(Complaint([](auto& parts) {
                parts[2].line.slots[0].value = NamedItem{"house-blend", "House Blend"};
              }),
              HasSubstr("names another item"));
}

TEST_F(Tampered, FrequencyTimeAndStrengthAreFound) {
  EXPECT_THAT(Complaint([](auto& parts) { parts[0].line.slots[1].value = Keyword{"often"}; }),
              HasSubstr("how often is not so"));
  EXPECT_THAT(
      Complaint([](auto& parts) { parts[0].line.slots[2].value = When{When::Kind::kLastYear}; }),
      HasSubstr("when is not so"));
  EXPECT_THAT(Complaint([](auto& parts) { parts[2].line.slots[1].value = Keyword{"strong"}; }),
              HasSubstr("surer than the model"));
  EXPECT_THAT(Complaint([](auto& parts) { parts[1].strength = Confidence::kStrong; }),
              HasSubstr("surer than the model"));
}

TEST_F(Tampered, DifferencesThatTheCatalogueHasNotAreFound) {
  EXPECT_EQ(parts_[2].line.message, MessageId::kSuggestionAttribute);
  EXPECT_THAT(Complaint([](auto& parts) { parts[2].line.slots[3].value = std::string("blue"); }),
              HasSubstr("no difference that the catalogue has"));
  EXPECT_THAT(Complaint([](auto& parts) { parts[2].line.slots[2].value = std::string("milk"); }),
              HasSubstr("no difference that the catalogue has"));
}

TEST_F(Tampered, EvidenceOfSomethingElseIsFound) {
  EXPECT_THAT(Complaint([](auto& parts) { parts[0].evidence = {"event-2"}; }),
              HasSubstr("rests on purchases of something else"));
  EXPECT_THAT(Complaint([](auto& parts) { parts[0].line.slots[0].evidence = {"made-up"}; }),
              HasSubstr("rests on purchases of something else"));
}

TEST_F(Tampered, BridgesWithoutASourceAreFound) {
  const auto bridge = [this](MessageId message, std::vector<Slot> slots = {}) {
    return Complaint([&](auto& parts) { parts[1].line = {message, slots, ""}; });
  };
  EXPECT_EQ(parts_[1].line.message, MessageId::kBridgeSimilarTaste);
  EXPECT_THAT(bridge(MessageId::kBridgeBecauseOne), HasSubstr("would stay in the list"));
  EXPECT_THAT(bridge(MessageId::kBridgeBecauseTwo), HasSubstr("would stay in the list"));
  EXPECT_THAT(bridge(MessageId::kBridgeBoughtTogether), HasSubstr("too few orders"));
  EXPECT_THAT(bridge(MessageId::kBridgeSameCategory), HasSubstr("another category"));
  EXPECT_THAT(bridge(MessageId::kBridgeUsualDue), HasSubstr("not due"));
  EXPECT_THAT(bridge(MessageId::kBridgePopular), HasSubstr("not popular"));
  EXPECT_THAT(bridge(MessageId::kBridgeNew), HasSubstr("not new"));
  EXPECT_THAT(bridge(MessageId::kBridgeGoesWith, {{int64_t{2}, {}}}), HasSubstr("does not speak"));
  scene_.buyers = 19;
  EXPECT_THAT(Verdict(parts_), HasSubstr("too few people"));
}

TEST_F(Tampered, AnotherOrderOrNumberOfQuestionsIsFound) {
  EXPECT_THAT(Complaint([](auto& parts) { std::swap(parts[1], parts[2]); }),
              HasSubstr("wrong place"));
  EXPECT_THAT(Complaint([](auto& parts) { parts.push_back(parts.back()); }),
              HasSubstr("wrong place"));
  EXPECT_THAT(Complaint([](auto& parts) { parts.pop_back(); }), HasSubstr("one question"));
  EXPECT_THAT(Complaint([](auto& parts) {
                parts[3].line = {MessageId::kFactNew, {}, ""};
              }),
              HasSubstr("other eyes and ears"));
  EXPECT_THAT(Complaint([](auto& parts) { parts[0].line.slots.pop_back(); }),
              HasSubstr("has other slots"));
}

// The facts change under words that were true.
TEST_F(Tampered, WhatMayNoLongerBeSaidIsFound) {
  const auto verdict = [this](const std::function<void(Scene&)>& change) {
    Scene changed = scene_;
    change(changed);
    return VerifyParts(parts_, changed.Facts(), changed.tact, American()).ok();
  };
  EXPECT_FALSE(verdict([](Scene& scene) { scene.explanation.may_mention = false; }));
  EXPECT_FALSE(verdict([](Scene& scene) { scene.explanation.popularity_driven = true; }));
  EXPECT_FALSE(verdict([](Scene& scene) { scene.explanation.personal = false; }));
  EXPECT_FALSE(
      verdict([](Scene& scene) { scene.explanation.pinned = scene.explanation.promoted = true; }));
  EXPECT_FALSE(verdict([](Scene& scene) { scene.Returns("event-0"); }));
  EXPECT_TRUE(verdict([](Scene&) {}));
  const Tact careful{TactOptions{.sensitive_categories = "blend"}};
  EXPECT_FALSE(VerifyParts(parts_, scene_.Facts(), careful, American()).ok());
}

TEST_F(Tampered, BriefingIsFound) {
  scene_.explanation.evidence[0].rank_without = 7;
  const PointFacts facts = scene_.Facts();
  const Briefing briefing = ComposeBriefing(facts, scene_.tact, American(), parts_);
  ASSERT_TRUE(VerifyBriefing(briefing, facts, scene_.tact, American()).ok());
  size_t tampered = 0;
  for (size_t line = 0; line < briefing.facts.size(); ++line) {
    for (size_t slot = 0; slot < briefing.facts[line].slots.size(); ++slot) {
      Briefing changed = briefing;
      SlotValue& value = changed.facts[line].slots[slot].value;
      if (auto* count = std::get_if<int64_t>(&value)) ++*count;
      if (auto* share = std::get_if<double>(&value)) *share += 0.01;
      if (auto* day = std::get_if<TimePoint>(&value)) *day += std::chrono::days(1);
      if (auto* name = std::get_if<NamedItem>(&value)) name->name += "!";
      changed.facts[line].text = Render(American().phrases, American().manner,
                                        changed.facts[line].message, changed.facts[line].slots);
      EXPECT_FALSE(VerifyBriefing(changed, facts, scene_.tact, American()).ok())
          << changed.facts[line].text;
      ++tampered;
    }
  }
  EXPECT_GT(tampered, 8u);
  Briefing surer = briefing;
  surer.confidence.slots[0].value = Keyword{"strong"};
  surer.confidence.text = Render(American().phrases, American().manner, surer.confidence.message,
                                 surer.confidence.slots);
  EXPECT_FALSE(VerifyBriefing(surer, facts, scene_.tact, American()).ok());
}

}  // namespace
}  // namespace rapport::talk
