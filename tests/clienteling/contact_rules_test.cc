#include "services/clienteling/contact_rules.h"

#include <gmock/gmock.h>

#include "tests/clienteling/moment_scene.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ContactRules : public MomentScene {
 protected:
  ContactRules() { moment_.item = Known("mug").item; }

  // At noon of the day, asked by nobody in particular.
  std::optional<SuppressedBy> Why(const std::string& date, const std::string& staff = "",
                                  std::optional<ContactChannel> channel = std::nullopt) {
    return WhyAt(date + " 12:00", staff, channel);
  }
  std::optional<SuppressedBy> WhyAt(const std::string& at, const std::string& staff = "",
                                    std::optional<ContactChannel> channel = std::nullopt) {
    const TimePoint now = Utc(at);
    return WhyNotNow(moment_,
                     {.customer = customer_,
                      .reports = reports_,
                      .claims = claims_,
                      .day = {time_.At(now).day, now},
                      .now = now,
                      .staff_id = staff,
                      .channel = channel,
                      .shop_time = time_,
                      .own_time = own_time_},
                     contact_);
  }
  void Complains(const std::string& at, const std::string& until = "") {
    Insight complaint{.event_id = "c",
                      .customer_id = "ada",
                      .kind = InsightKind::kComplaint,
                      .at = Utc(at + " 12:00")};
    if (!until.empty()) complaint.expires_at = Utc(until + " 12:00");
    reports_.push_back({.report = complaint, .receipt = {}, .retracted = {}});
  }

  CustomerMoment moment_{.id = "m1", .customer_id = "ada"};
  std::vector<MomentClaim> claims_;
  ContactOptions contact_;
  ShopTime own_time_ = ShopTime::Utc();
};

TEST_F(ContactRules, WhoSaidNothingMayBeContacted) {
  EXPECT_EQ(Why("2026-05-01"), std::nullopt);
  EXPECT_THAT(ChannelsOf(customer_, std::nullopt), SizeIs(kContactChannels));
}

TEST_F(ContactRules, ConsentIsByChannelAndElseInGeneral) {
  customer_.consent_contact = false;
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kNoConsent);
  customer_.contact_by_channel[ContactChannel::kEmail] = true;
  EXPECT_EQ(Why("2026-05-01"), std::nullopt);
  EXPECT_THAT(ChannelsOf(customer_, std::nullopt), ElementsAre(ContactChannel::kEmail));
  EXPECT_EQ(Why("2026-05-01", "", ContactChannel::kPhone), SuppressedBy::kNoConsent);
  EXPECT_EQ(Why("2026-05-01", "", ContactChannel::kEmail), std::nullopt);
  customer_.consent_contact = true;
  customer_.contact_by_channel = {{ContactChannel::kPhone, false}};
  EXPECT_EQ(Why("2026-05-01", "", ContactChannel::kPhone), SuppressedBy::kNoConsent);
  EXPECT_EQ(Why("2026-05-01", "", ContactChannel::kPost), std::nullopt);
}

TEST_F(ContactRules, AnOpenComplaintIsSettledFirst) {
  Complains("2026-05-01", "2026-05-10");
  EXPECT_EQ(Why("2026-05-09"), SuppressedBy::kOpenComplaint);
  EXPECT_EQ(Why("2026-05-10"), std::nullopt);
  reports_.clear();
  Complains("2026-05-01");
  EXPECT_EQ(Why("2027-05-01"), SuppressedBy::kOpenComplaint);
  reports_[0].retracted = Retraction{};
  EXPECT_EQ(Why("2027-05-01"), std::nullopt);
}

TEST_F(ContactRules, CustomersOfAnothersBookAreTheirs) {
  customer_.staff_id = "sam";
  EXPECT_EQ(Why("2026-05-01", "kim"), SuppressedBy::kAnothers);
  EXPECT_EQ(Why("2026-05-01", "sam"), std::nullopt);
  EXPECT_EQ(Why("2026-05-01"), std::nullopt);
  customer_.staff_id.clear();
  EXPECT_EQ(Why("2026-05-01", "kim"), std::nullopt);
}

TEST_F(ContactRules, ClaimsHoldForAllOfACustomerUntilTheirEnd) {
  claims_.push_back({.customer_id = "ada",
                     .moment_id = "another",
                     .staff_id = "sam",
                     .until = Utc("2026-05-01 12:30")});
  EXPECT_EQ(WhyAt("2026-05-01 12:29", "kim"), SuppressedBy::kClaimed);
  EXPECT_EQ(WhyAt("2026-05-01 12:29"), SuppressedBy::kClaimed);
  EXPECT_EQ(WhyAt("2026-05-01 12:29", "sam"), std::nullopt);
  EXPECT_EQ(WhyAt("2026-05-01 12:30", "kim"), std::nullopt);
}

TEST_F(ContactRules, WhatIsDoneIsDoneForEverybodyAndNothingElseIs) {
  claims_.push_back({.customer_id = "ada",
                     .moment_id = "m1",
                     .staff_id = "sam",
                     .until = Utc("2026-05-01 12:30"),
                     .fate = MomentFate::kSkipped});
  EXPECT_EQ(Why("2026-05-01", "sam"), SuppressedBy::kDone);
  EXPECT_EQ(Why("2027-05-01"), SuppressedBy::kDone);
  moment_.id = "m2";
  EXPECT_EQ(Why("2026-05-01", "kim"), std::nullopt);
}

TEST_F(ContactRules, NobodyIsContactedAgainTooSoonOrTooOften) {
  Contacted("2026-05-01");
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kContactedLately);
  EXPECT_EQ(Why("2026-05-07"), SuppressedBy::kContactedLately);
  EXPECT_EQ(Why("2026-05-08"), std::nullopt);
  Contacted("2026-05-08", ContactChannel::kEmail);
  EXPECT_EQ(Why("2026-05-15"), SuppressedBy::kContactedLately) << "twice in 30 days";
  EXPECT_EQ(Why("2026-05-30"), SuppressedBy::kContactedLately);
  EXPECT_EQ(Why("2026-05-31"), std::nullopt);
  reports_[1].retracted = Retraction{};
  EXPECT_EQ(Why("2026-05-15"), std::nullopt);
}

TEST_F(ContactRules, AContactOfAClockThatRanAheadCounts) {
  Contacted("2026-05-02");
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kContactedLately);
}

TEST_F(ContactRules, WhatWasDeclinedIsNotSpokenOf) {
  Said(OutcomeKind::kDeclinedNotNow, "mug", "2026-05-01");
  EXPECT_EQ(Why("2026-05-30"), SuppressedBy::kDeclined);
  EXPECT_EQ(Why("2026-05-31"), std::nullopt);
  for (const OutcomeKind kind : {OutcomeKind::kDeclinedNever, OutcomeKind::kUncomfortable}) {
    reports_.clear();
    Said(kind, "mug", "2020-05-01");
    EXPECT_EQ(Why("2026-05-31"), SuppressedBy::kDeclined);
  }
  moment_.item = Known("pot").item;
  EXPECT_EQ(Why("2026-05-31"), std::nullopt);
  moment_.item = nullptr;
  EXPECT_EQ(Why("2026-05-31"), std::nullopt);
}

TEST_F(ContactRules, QuietHoursMayGoOverMidnight) {
  for (int minute = 0; minute < 24 * 60; ++minute) {
    EXPECT_EQ(IsQuiet({21 * 60, 9 * 60}, minute), minute >= 21 * 60 || minute < 9 * 60);
    EXPECT_EQ(IsQuiet({12 * 60, 14 * 60}, minute), minute >= 12 * 60 && minute < 14 * 60);
    EXPECT_FALSE(IsQuiet({600, 600}, minute));
  }
}

TEST_F(ContactRules, QuietHoursAreOnTheCustomersClockThroughSummerTime) {
  own_time_ = *ShopTime::In("Europe/Amsterdam");
  customer_.quiet_hours = {21 * 60, 9 * 60};
  // In winter an hour ahead of UTC, in summer two; clocks went forward on 29 March 2026.
  EXPECT_EQ(WhyAt("2026-03-28 07:59"), SuppressedBy::kQuietHours);
  EXPECT_EQ(WhyAt("2026-03-28 08:00"), std::nullopt);
  EXPECT_EQ(WhyAt("2026-03-29 06:59"), SuppressedBy::kQuietHours);
  EXPECT_EQ(WhyAt("2026-03-29 07:00"), std::nullopt);
  EXPECT_EQ(WhyAt("2026-03-28 19:59"), std::nullopt);
  EXPECT_EQ(WhyAt("2026-03-28 20:00"), SuppressedBy::kQuietHours);
  // The hour that comes twice, on 25 October, is quiet both times.
  customer_.quiet_hours = {2 * 60, 3 * 60};
  EXPECT_EQ(WhyAt("2026-10-25 00:30"), SuppressedBy::kQuietHours);
  EXPECT_EQ(WhyAt("2026-10-25 01:30"), SuppressedBy::kQuietHours);
  EXPECT_EQ(WhyAt("2026-10-25 02:00"), std::nullopt);
  // And the one that does not come, on 29 March, never.
  EXPECT_EQ(WhyAt("2026-03-29 00:59"), std::nullopt);
  EXPECT_EQ(WhyAt("2026-03-29 01:00"), std::nullopt);
}

TEST_F(ContactRules, OfSeveralReasonsTheFirstIsGiven) {
  claims_.push_back({.customer_id = "ada",
                     .moment_id = "m1",
                     .staff_id = "sam",
                     .until = Utc("2026-05-01 12:30"),
                     .fate = MomentFate::kContacted});
  Contacted("2026-05-01");
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kDone);
  Complains("2026-05-01");
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kOpenComplaint);
  customer_.consent_contact = false;
  EXPECT_EQ(Why("2026-05-01"), SuppressedBy::kNoConsent);
}

}  // namespace
}  // namespace rapport::clienteling
