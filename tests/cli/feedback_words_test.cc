#include "services/cli/feedback_words.h"

#include <gtest/gtest.h>

#include <sstream>

namespace rapport::cli {
namespace {

v1::ListChange Change(const std::string& title, int from, int to, int64_t by_score = 0) {
  v1::ListChange change;
  change.mutable_item()->set_title(title);
  change.set_from_rank(from);
  change.set_to_rank(to);
  change.set_rank_by_score(by_score);
  return change;
}

TEST(FeedbackWords, SayWhatWasLearnt) {
  v1::Subject subject;
  subject.set_category("Coffee");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_LIKES, subject, ""), "likes the category Coffee");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_LIKES, subject, "black"),
            "likes the category Coffee (black)");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_SIZE, subject, "M"), "size M of the category Coffee");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_SIZE, {}, "M"), "size M");
  subject.set_word("nuts");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_ALLERGIC_TO, subject, ""),
            "allergic to anything with \"nuts\"");
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_NOTE, {}, "moves\x1b[2J house").find('\x1b'),
            std::string::npos);
  EXPECT_EQ(InsightWords(v1::INSIGHT_KIND_COMPLAINT, {}, "cold"), "complaint: cold");
}

TEST(FeedbackWords, SayHowSomethingWasReceived) {
  v1::ToldItem told;
  told.mutable_item()->set_title("Blue Mug");
  told.set_outcome(v1::OUTCOME_DECLINED_NOT_NOW);
  told.mutable_at()->set_seconds(1'777'593'600);
  EXPECT_EQ(ToldWords(told), "Blue Mug: declined for now (2026-05-01)");
  told.set_staff_id("sam");
  told.set_remark("too dear");
  EXPECT_EQ(ToldWords(told), "Blue Mug: declined for now (2026-05-01, sam: \"too dear\")");
  for (int outcome = v1::Outcome_MIN + 1; outcome <= v1::Outcome_MAX; ++outcome)
    EXPECT_NE(OutcomeWords(static_cast<v1::Outcome>(outcome)), "answered otherwise") << outcome;
}

TEST(FeedbackWords, SayWhetherAReportHolds) {
  v1::RecordedOutcome outcome;
  EXPECT_EQ(KnownWords(false, outcome), "Recorded: ");
  EXPECT_EQ(KnownWords(true, outcome), "Known already: ");
  outcome.mutable_undone_at()->set_seconds(1'777'593'600);
  EXPECT_EQ(KnownWords(true, outcome),
            "Not recorded: this was taken back on 2026-05-01; to report it anew, use a new id: ");
}

TEST(FeedbackWords, SayWhatAReportChanged) {
  v1::Effect effect;
  effect.set_count(5);
  effect.set_pool(v1::POOL_NEW_TO_CUSTOMER);
  effect.set_lines_set_aside(2);
  *effect.add_changes() = Change("Tea", 0, 2);
  *effect.add_changes() = Change("Mug", 2, 3);
  *effect.add_changes() = Change("Jar", 1, 0, 42);
  *effect.add_changes() = Change("Pot", 4, 0);
  std::ostringstream out;
  PrintEffect(out, effect, false, 80);
  EXPECT_EQ(out.str(),
            "  2 purchases set aside: no evidence of their taste\n"
            "\n"
            "  What it changes in their 5 suggestions (new to the customer):\n"
            "  Tea  enters as 2nd\n"
            "  Mug  from 2nd to 3rd\n"
            "  Jar  leaves, was 1st; now 42nd\n"
            "  Pot  leaves, was 4th; may not be in it\n");
}

}  // namespace
}  // namespace rapport::cli
