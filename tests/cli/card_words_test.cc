#include "services/cli/card_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void Name(const std::string& title, v1::CardItem* item) {
  item->set_item_id("id-" + title);
  item->set_title(title);
  item->set_available(true);
  item->set_may_say(true);
}

google::protobuf::Timestamp At(const std::string& text) {
  return ToTimestamp(ParseTime(text).value());
}

v1::UsualOrder FlatWhiteAndCroissant() {
  v1::UsualOrder order;
  order.set_visits(8);
  order.mutable_context()->set_daypart(v1::DAYPART_MORNING);
  order.mutable_context()->set_day_kind(v1::DAY_KIND_WEEKDAY);
  v1::ItemSet* set = order.mutable_usual();
  set->set_times(5);
  set->set_share(0.6);
  set->set_low(0.306);
  *set->mutable_first() = At("2025-02-03");
  *set->mutable_last() = At("2026-04-30");
  v1::UsualItem* coffee = set->add_items();
  Name("Flat White", coffee->mutable_item());
  coffee->set_times(8);
  coffee->set_quantity(2);
  v1::UsualItem* bun = set->add_items();
  Name("Croissant", bun->mutable_item());
  bun->set_times(5);
  bun->set_quantity(1);
  return order;
}

v1::CustomerCard Card() {
  v1::CustomerCard card;
  card.set_customer_id("c-amara-okafor");
  card.set_name("Amara Okafor");
  card.set_form_of_address("Ms Okafor");
  card.mutable_consent()->set_mention(true);
  *card.add_usual_orders() = FlatWhiteAndCroissant();
  v1::UsualItem* bun = card.mutable_usual_orders(0)->mutable_usual()->mutable_items(1);
  bun->mutable_item()->set_available(false);
  bun->mutable_substitute()->set_title("Pain au Chocolat");
  bun->mutable_substitute()->set_category("Pastry");
  (*bun->mutable_substitute()->mutable_shared_attributes())["dough"] = "butter";
  card.mutable_rhythm()->set_median_days(3.5);
  card.mutable_rhythm()->set_due(v1::DUE_STATE_LATE);
  card.mutable_rhythm()->set_due_date("2026-05-04");
  card.mutable_rhythm()->set_days_late(2);
  *card.mutable_last_visit()->mutable_at() = At("2026-04-30 08:03");
  card.mutable_last_visit()->set_store("Harbour Street");
  card.mutable_milestones()->set_orders(53);
  *card.mutable_milestones()->mutable_first_order()->mutable_at() = At("2025-02-03");
  v1::Milestone* gear = card.mutable_milestones()->add_by_category();
  gear->set_category("Gear");
  *gear->mutable_at() = At("2026-01-04");
  v1::CardLine* mug = card.add_recent_lines();
  Name("Mug", mug->mutable_item());
  mug->mutable_item()->set_may_say(false);
  mug->set_gift(true);
  mug->set_quantity(1);
  mug->set_kept_quantity(1);
  *mug->mutable_purchased_at() = At("2026-04-30 08:03");
  v1::DoNotSay* flag = card.add_do_not_say();
  flag->set_reason(v1::DoNotSay::REASON_GIFT);
  Name("Mug", flag->mutable_item());
  *card.mutable_as_of() = At("2026-05-06 09:00");
  card.set_time_zone("Europe/Amsterdam");
  return card;
}

std::string Printed(const v1::CustomerCard& card, size_t width = 98) {
  std::ostringstream out;
  PrintCard(out, card, width);
  return out.str();
}

TEST(UsualWords, SayWhatHowOftenWhenAndWhatIsTakenOftener) {
  EXPECT_EQ(
      UsualWords(FlatWhiteAndCroissant()),
      "2 × Flat White and Croissant: in 5 of 8 visits (share 60 %, at least 31 %), on weekday "
      "mornings; Flat White in 8; since 2025-02-03, last 2026-04-30");
}

TEST(UsualWords, WithoutAUsualSayWhyAndWhatComesClosest) {
  v1::UsualOrder order = FlatWhiteAndCroissant();
  *order.add_closest() = order.usual();
  order.clear_usual();
  order.set_no_usual(v1::NO_USUAL_TOO_MIXED);
  EXPECT_EQ(UsualWords(order),
            "none: too mixed, on weekday mornings; closest: 2 × Flat White and Croissant (5 of 8)");
  order.clear_closest();
  order.set_visits(0);
  order.set_no_usual(v1::NO_USUAL_TOO_FEW_VISITS);
  EXPECT_EQ(UsualWords(order), "none: too few visits (0)");
}

TEST(ContextWords, NameWhatIsSet) {
  v1::VisitContext context;
  EXPECT_EQ(ContextWords(context), "all visits");
  context.set_day_kind(v1::DAY_KIND_WEEKEND);
  EXPECT_EQ(ContextWords(context), "at weekends");
  context.set_daypart(v1::DAYPART_NIGHT);
  context.set_store("Harbour");
  context.set_channel(v1::CHANNEL_PHONE);
  EXPECT_EQ(ContextWords(context), "on weekend nights at Harbour by phone");
}

TEST(RhythmWords, SayWhetherTheyAreDueOrLate) {
  v1::Rhythm rhythm;
  rhythm.set_median_days(1);
  rhythm.set_due_date("2026-05-04");
  rhythm.set_due(v1::DUE_STATE_NOT_YET);
  EXPECT_EQ(RhythmWords(rhythm), "every 1 day; due on 2026-05-04");
  rhythm.set_due(v1::DUE_STATE_DUE);
  EXPECT_EQ(RhythmWords(rhythm), "every 1 day; due since 2026-05-04");
  EXPECT_EQ(RhythmWords(Card().rhythm()), "every 3.5 days; was due on 2026-05-04, 2 days late");
}

TEST(PrintCard, IsWhatStaffReadAtAGlance) {
  EXPECT_EQ(Printed(Card()),
            "Amara Okafor (c-amara-okafor)\n"
            "  ADDRESS    Ms Okafor\n"
            "  CONSENT    suggestions not asked, mention yes, contact not asked\n"
            "  USUAL      2 × Flat White and Croissant: in 5 of 8 visits (share 60 %, at least 31 "
            "%), on\n"
            "             weekday mornings; Flat White in 8; since 2025-02-03, last 2026-04-30\n"
            "  NOT NOW    Croissant: offer Pain au Chocolat (also Pastry; dough: butter)\n"
            "  RHYTHM     every 3.5 days; was due on 2026-05-04, 2 days late\n"
            "  LAST       2026-04-30 08:03 at Harbour Street\n"
            "  ORDERS     53 orders since 2025-02-03; first of Gear 2026-01-04\n"
            "  LATELY\n"
            "    2026-04-30  1  Mug    gift and not to be spoken of\n"
            "  DO NOT SAY Mug: it was a gift\n"
            "  as of 2026-05-06 09:00 UTC; days by the clock of Europe/Amsterdam\n");
}

TEST(PrintCard, SaysHowManyWereGiftsWhereOthersWereNot) {
  v1::CustomerCard card = Card();
  v1::DoNotSay& flag = *card.mutable_do_not_say(0);
  flag.set_gifts(1);
  flag.set_purchases(5);
  EXPECT_THAT(Printed(card), HasSubstr("DO NOT SAY Mug: 1 of 5 purchases was a gift\n"));
  flag.set_gifts(5);
  EXPECT_THAT(Printed(card), HasSubstr("DO NOT SAY Mug: it was a gift\n"));
}

TEST(PrintCard, IsNeverWiderThanItMayBe) {
  v1::CustomerCard card = Card();
  const std::string long_name = std::string(300, 'w') + " " + std::string(300, 'm');
  card.set_name(long_name);
  card.mutable_recent_lines(0)->mutable_item()->set_title(long_name);
  card.mutable_usual_orders(0)->mutable_usual()->mutable_items(0)->mutable_item()->set_title(
      long_name);
  card.mutable_last_visit()->set_store(long_name);
  for (const size_t width : {60, 98, 100}) {
    std::istringstream lines(Printed(card, width));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(DisplayWidth(line), width) << line;
  }
}

TEST(PrintCard, OfWhoWantsNoPersonalizationSaysHowToServeThem) {
  v1::CustomerCard card;
  card.set_customer_id("c");
  card.set_no_personalization(true);
  card.mutable_consent()->set_personalization(false);
  const std::string text = Printed(card);
  EXPECT_THAT(text, HasSubstr("suggestions no"));
  EXPECT_THAT(text, HasSubstr("serve them as anyone"));
  EXPECT_THAT(text, Not(HasSubstr("USUAL")));
}

TEST(PrintCard, MakesNamesHarmless) {
  v1::CustomerCard card = Card();
  card.set_name("A\x1b[31m");
  card.set_form_of_address("B\x1b[31m");
  card.mutable_recent_lines(0)->mutable_item()->set_title("C\x1b[31m");
  card.mutable_last_visit()->set_store("D\x1b[31m");
  EXPECT_THAT(Printed(card), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace rapport::cli
