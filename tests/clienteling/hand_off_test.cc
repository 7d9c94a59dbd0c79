// What a packet tells of what was reported, whatever came later.
#include "services/clienteling/hand_off.h"

#include "tests/clienteling/reported_scene.h"

namespace rapport::clienteling {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class HandOffTest : public ReportedScene {
 protected:
  std::vector<OutcomeKind> Refused() const {
    std::vector<OutcomeKind> kinds;
    for (const ToldItem& each : Packet().refused) kinds.push_back(each.outcome.kind);
    return kinds;
  }
};

TEST_F(HandOffTest, WhatWasHeardLaterHidesNoRefusal) {
  const std::string top = Top();
  Said(OutcomeKind::kDeclinedNever, top, 5);
  Said(OutcomeKind::kUncomfortable, top, 4);
  Said(OutcomeKind::kUncomfortable, top, 3);
  Said(OutcomeKind::kRelayed, top, 1);
  EXPECT_THAT(Refused(), ElementsAre(OutcomeKind::kUncomfortable, OutcomeKind::kDeclinedNever));
  const HandOff packet = Packet();
  ASSERT_THAT(packet.told, SizeIs(1));
  EXPECT_EQ(packet.told[0].outcome.kind, OutcomeKind::kRelayed);
}

TEST_F(HandOffTest, ADeclineForNowStandsUntilItIsAcceptedOrBought) {
  const std::string top = Top();
  Said(OutcomeKind::kDeclinedNotNow, top, 5);
  Said(OutcomeKind::kRelayed, top, 4);
  EXPECT_THAT(Refused(), ElementsAre(OutcomeKind::kDeclinedNotNow));
  const std::string accepted = Said(OutcomeKind::kAccepted, top, 3);
  EXPECT_THAT(Refused(), IsEmpty());
  Undo(accepted);
  EXPECT_THAT(Refused(), SizeIs(1));
  shop_.Buys("c4", top, 1);
  EXPECT_THAT(Refused(), IsEmpty());
}

TEST_F(HandOffTest, TheUsualIsWhatMayBeOffered) {
  BuysOften("tea-0", 6);
  ASSERT_THAT(Packet().usual, SizeIs(1));
  const std::string allergy = Learnt(InsightKind::kAllergicTo, {SubjectKind::kItem, "", "tea-0"});
  EXPECT_THAT(Packet().usual, IsEmpty());
  EXPECT_THAT(Packet().forbidden, SizeIs(1));
  Undo(allergy);
  Said(OutcomeKind::kDeclinedNever, "tea-0");
  EXPECT_THAT(Packet().usual, IsEmpty());
}

TEST_F(HandOffTest, ContactIsByAnyChannelThatIsLeft) {
  EXPECT_TRUE(Packet().may_contact);
  Meet({.consent_contact = true,
        .contact_by_channel = {{ContactChannel::kInPerson, false},
                               {ContactChannel::kPhone, false},
                               {ContactChannel::kEmail, false},
                               {ContactChannel::kText, false},
                               {ContactChannel::kPost, false}}});
  EXPECT_FALSE(Packet().may_contact);
  Meet({.consent_contact = false, .contact_by_channel = {{ContactChannel::kEmail, true}}});
  EXPECT_TRUE(Packet().may_contact);
}

}  // namespace
}  // namespace rapport::clienteling
