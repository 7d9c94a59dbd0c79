#include "services/cli/moment_list_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kMay = 1'777'593'600;  // 2026-05-01 00:00

v1::ListMomentsResponse OneOfAda() {
  v1::ListMomentsResponse list;
  v1::ListedMoment* listed = list.add_moments();
  v1::CustomerMoment* moment = listed->mutable_moment();
  moment->set_moment_id("0123456789abcdef0123456789abcdef");
  moment->set_occasion(v1::OCCASION_USUAL_LATE);
  moment->set_customer_id("ada");
  moment->set_name("Ada Okafor");
  moment->set_form_of_address("Ms Okafor");
  moment->set_owner_staff_id("sam");
  moment->mutable_item()->set_item_id("latte");
  moment->mutable_item()->set_title("Latte");
  moment->set_since("2026-04-28");
  moment->set_until("2026-06-01");
  moment->set_chance(0.9);
  listed->set_opener("It’s been a little while.");
  listed->set_question("How have you been?");
  listed->add_channels(v1::CONTACT_CHANNEL_PHONE);
  listed->add_channels(v1::CONTACT_CHANNEL_EMAIL);
  v1::SuppressionCount* count = list.add_suppression_counts();
  count->set_by(v1::SUPPRESSION_NO_CONSENT);
  count->set_moments(3);
  count = list.add_suppression_counts();
  count->set_by(v1::SUPPRESSION_QUIET_HOURS);
  count->set_moments(1'200);
  list.set_date("2026-05-01");
  list.set_time_zone("Europe/Amsterdam");
  list.set_customers(40);
  return list;
}

std::string Printed(const v1::ListMomentsResponse& list, size_t width = 98) {
  std::ostringstream out;
  PrintMoments(out, list, width);
  return out.str();
}

TEST(MomentListWords, PutACustomerInABlock) {
  EXPECT_EQ(Printed(OneOfAda()),
            "1  Ada Okafor (ada), Ms Okafor; in the book of sam\n"
            "    why  late for the usual: Latte, 90 %; since 2026-04-28, until 2026-06-01\n"
            "    say  It’s been a little while.\n"
            "    ask  How have you been?\n"
            "    by   phone, email\n"
            "    id   0123456789abcdef0123456789abcdef\n"
            "  Not now: 3 × no consent to be contacted, 1,200 × quiet hours\n"
            "  2026-05-01 by the clock of Europe/Amsterdam; 40 customers looked at\n");
}

TEST(MomentListWords, PutTheMomentsOfACustomerTogether) {
  v1::ListMomentsResponse list = OneOfAda();
  *list.add_moments() = list.moments(0);
  *list.add_moments() = list.moments(0);
  list.mutable_moments(2)->mutable_moment()->set_customer_id("bob");
  const std::string text = Printed(list);
  EXPECT_THAT(text, HasSubstr("\n2  "));
  EXPECT_THAT(text, Not(HasSubstr("\n3  ")));
}

TEST(MomentListWords, ShowEachThatIsKeptBackWithTheReason) {
  v1::ListMomentsResponse list = OneOfAda();
  v1::SuppressedMoment* kept = list.add_suppressed();
  kept->set_by(v1::SUPPRESSION_CLAIMED);
  kept->set_held_by_staff_id("kim");
  *kept->mutable_moment() = list.moments(0).moment();
  kept = list.add_suppressed();
  kept->set_by(v1::SUPPRESSION_OPTED_OUT);
  kept->mutable_moment()->set_customer_id("bob");
  EXPECT_THAT(
      Printed(list),
      HasSubstr("  Ada Okafor (ada): late for the usual: Latte: a colleague is on it (kim)\n"
                "  bob: purchases are not to be used\n"));
}

TEST(MomentListWords, SayThatThereIsNobody) {
  v1::ListMomentsResponse list;
  list.set_date("2026-05-01");
  EXPECT_THAT(Printed(list), HasSubstr("  Nobody to be in touch with on 2026-05-01.\n"));
}

TEST(MomentListWords, FitAndLetNoTerminalBeCommanded) {
  v1::ListMomentsResponse list = OneOfAda();
  list.mutable_moments(0)->mutable_moment()->set_name("\x1b[2J" + std::string(200, 'x'));
  list.mutable_moments(0)->set_opener("\x1b[2J " + std::string(90, 'y') + " and so on and on");
  const std::string text = Printed(list, 60);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), 60) << line;
}

TEST(MomentListWords, NameEveryOccasionAndEveryReason) {
  v1::CustomerMoment moment;
  for (int occasion = 1; occasion <= v1::Occasion_MAX; ++occasion) {
    moment.set_occasion(static_cast<v1::Occasion>(occasion));
    EXPECT_THAT(OccasionWords(moment), Not(HasSubstr("does not know"))) << occasion;
  }
  for (int by = 1; by <= v1::Suppression_MAX; ++by) {
    EXPECT_THAT(SuppressionWords(static_cast<v1::Suppression>(by)), Not(HasSubstr("does not know")))
        << by;
  }
  EXPECT_EQ(std::ssize(OccasionNames()), v1::Occasion_MAX);
  EXPECT_EQ(std::ssize(FateNames()), v1::MomentFate_MAX);
  EXPECT_EQ(std::ssize(ContactChannelNames()), v1::ContactChannel_MAX);
}

TEST(MomentListWords, SayWhoHasAMomentAndHowItEnded) {
  v1::MomentClaim claim;
  claim.set_staff_id("sam");
  claim.mutable_until()->set_seconds(kMay);
  EXPECT_EQ(ClaimWords(claim), "sam has it until 2026-05-01 00:00 UTC");
  claim.mutable_done_at()->set_seconds(kMay);
  claim.set_fate(v1::MOMENT_FATE_CONTACTED);
  claim.set_channel(v1::CONTACT_CHANNEL_PHONE);
  EXPECT_EQ(ClaimWords(claim), "done by sam: contacted, phone");
}

}  // namespace
}  // namespace rapport::cli
