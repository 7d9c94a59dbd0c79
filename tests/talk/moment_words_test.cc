#include "services/talk/moment_words.h"

#include <gmock/gmock.h>

#include "services/talk/text.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using clienteling::CustomerMoment;
using ::testing::HasSubstr;
using ::testing::Not;

class MomentWordsTest : public ::testing::Test {
 protected:
  static CustomerMoment Of(Occasion occasion, const std::string& title = "House Blend") {
    CustomerMoment moment{.id = "m", .occasion = occasion, .customer_id = "ada"};
    moment.item = std::make_shared<const Item>(
        Item{.item_id = "blend", .title = title, .category_path = {"Coffee"}});
    moment.category = "Coffee";
    moment.number = 50;
    moment.event_ids = {"e2", "e1"};
    moment.may_mention = true;
    return moment;
  }
  MomentWords Words(const CustomerMoment& moment, const std::string& locale = "en-US",
                    Medium medium = Medium::kSpoken) {
    return speaker_.WordsFor(moment, {.customer_id = "ada", .locale = locale}, medium);
  }

  Tact tact_{{}};
  int ungrounded_ = 0;
  MomentSpeaker speaker_{BuiltIn(), tact_, "nl-NL", [this](const absl::Status&) { ++ungrounded_; }};
};

TEST_F(MomentWordsTest, NameTheItemAndAskOneOpenQuestion) {
  const MomentWords words = Words(Of(Occasion::kFollowUp));
  EXPECT_EQ(words.opener.text, "We talked about House Blend a little while ago.");
  EXPECT_EQ(words.question.text, "What do you think of it now?");
  EXPECT_EQ(words.opener.slots.at(0).evidence, (std::vector<std::string>{"e2", "e1"}));
  EXPECT_FALSE(words.neutral);
  EXPECT_EQ(words.locale, "en-US");
  EXPECT_FALSE(words.reviewed);
  EXPECT_THAT(Words(Of(Occasion::kFollowUp), "en-US", Medium::kWritten).opener.text,
              HasSubstr("“House Blend”"));
}

TEST_F(MomentWordsTest, AreInTheCustomersLocaleOrTheShops) {
  EXPECT_EQ(Words(Of(Occasion::kReturned), "").opener.text, "Wat leuk om je weer te zien.");
  EXPECT_EQ(Words(Of(Occasion::kReturned), "de-DE").opener.text,
            "Wie schön, Sie wieder bei uns zu sehen.");
  EXPECT_EQ(Words(Of(Occasion::kReturned), "no tag").locale, "nl-NL");
}

// Every occasion in every locale: verified, without a digit, one question; the item is named where
// it is what the moment is about, and nowhere else.
TEST_F(MomentWordsTest, OfEveryOccasionKeepToTheManners) {
  for (const char* locale : kSpokenLocales) {
    for (int each = 1; each <= kOccasions; ++each) {
      const CustomerMoment moment = Of(static_cast<Occasion>(each));
      const MomentWords words = Words(moment, locale);
      SCOPED_TRACE(std::string(locale) + " " + words.opener.text);
      EXPECT_FALSE(words.opener.text.empty());
      EXPECT_FALSE(HasDigit(words.opener.text));
      EXPECT_FALSE(HasDigit(words.question.text));
      EXPECT_EQ(QuestionsIn(words.opener.text, BuiltIn().Find(locale)->manners()), 0);
      EXPECT_EQ(QuestionsIn(words.question.text, BuiltIn().Find(locale)->manners()), 1);
      EXPECT_EQ(words.opener.text.find("House Blend") != std::string::npos,
                !words.opener.slots.empty());
      EXPECT_THAT(words.opener.text, Not(HasSubstr("Coffee")));
    }
  }
  EXPECT_EQ(ungrounded_, 0);
}

TEST_F(MomentWordsTest, AreNeutralWhereNothingMayBeMentioned) {
  const MomentWords neutral = Words(Of(Occasion::kReturned));
  for (int each = 1; each <= kOccasions; ++each) {
    CustomerMoment moment = Of(static_cast<Occasion>(each));
    moment.may_mention = false;
    const MomentWords words = Words(moment);
    EXPECT_TRUE(words.neutral);
    EXPECT_EQ(words.opener.text, "I hope you’re doing well.");
    EXPECT_EQ(words.question.text, "What can I do for you?");
    EXPECT_TRUE(words.opener.slots.empty());
  }
}

TEST_F(MomentWordsTest, AreNeutralWhereTheItemCannotBeNamed) {
  EXPECT_TRUE(Words(Of(Occasion::kReplenishDue, "")).neutral);
  EXPECT_TRUE(Words(Of(Occasion::kReplenishDue, "Pregnancy test")).neutral);
  CustomerMoment none = Of(Occasion::kReplenishDue);
  none.item = nullptr;
  EXPECT_TRUE(Words(none).neutral);
  EXPECT_FALSE(Words(Of(Occasion::kLapsedRegular, "")).neutral) << "it names none";
  EXPECT_EQ(ungrounded_, 0);
}

TEST_F(MomentWordsTest, ThatSayWhatIsNotSoAreFound) {
  const CustomerMoment moment = Of(Occasion::kReplenishDue);
  const Voice voice = VoiceOf("en-US", {Formality::kInformal, Directness::kDirect});
  const Line good = Words(moment).opener;
  EXPECT_TRUE(VerifyMoment(good, moment, tact_, voice).ok());
  const auto is_found = [&](const Line& line, const CustomerMoment& of) {
    return VerifyMoment(line, of, tact_, voice).code() == absl::StatusCode::kInternal;
  };
  Line line = good;
  line.text += " Hurry!";
  EXPECT_TRUE(is_found(line, moment));
  line = good;
  line.slots[0].evidence = {"e9"};
  EXPECT_TRUE(is_found(line, moment));
  line = good;
  line.slots.push_back(line.slots[0]);
  EXPECT_TRUE(is_found(line, moment));
  EXPECT_TRUE(is_found(good, Of(Occasion::kReplenishDue, "Another Blend")));
  CustomerMoment quiet = moment;
  quiet.may_mention = false;
  EXPECT_TRUE(is_found(good, quiet));
  quiet = moment;
  quiet.item = nullptr;
  EXPECT_TRUE(is_found(good, quiet));
}

}  // namespace
}  // namespace rapport::talk
