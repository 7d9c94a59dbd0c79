// A hand-off packet never exceeds its size, and never drops a constraint in silence.
#include "services/server/hand_off_convert.h"

#include <random>

#include "gtest/gtest.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

using clienteling::HandOff;

constexpr TimePoint kAt{std::chrono::sys_days(std::chrono::year(2026) / 5 / 1)};

Reported Learnt(InsightKind kind, SubjectKind about, std::string value, std::string text = "") {
  return {.report = Insight{.event_id = "i",
                            .customer_id = "ada",
                            .kind = kind,
                            .subject = {about, "", std::move(value)},
                            .text = std::move(text),
                            .at = kAt,
                            .staff_id = "sam"},
          .receipt = {},
          .retracted = {}};
}

clienteling::ToldItem Told(OutcomeKind kind, std::string item_id, std::string remark = "") {
  return {.item = {.item_id = item_id, .title = "Fine " + item_id},
          .outcome = {.event_id = "r",
                      .customer_id = "ada",
                      .kind = kind,
                      .item_id = item_id,
                      .at = kAt,
                      .staff_id = "sam",
                      .remark = std::move(remark)}};
}

v1::HandOff Written(const HandOff& packet) {
  v1::HandOff proto;
  Write(packet, &proto);
  return proto;
}

TEST(HandOffPacket, TellsAllOfASmallOne) {
  const HandOff packet{
      .customer = {.customer_id = "ada", .name = "Ada"},
      .told = {Told(OutcomeKind::kAccepted, "tea")},
      .refused = {Told(OutcomeKind::kDeclinedNotNow, "mug"),
                  Told(OutcomeKind::kDeclinedNever, "pan", "hates it")},
      .forbidden = {Learnt(InsightKind::kDislikes, SubjectKind::kCategory, "Coffee"),
                    Learnt(InsightKind::kAllergicTo, SubjectKind::kWord, "nuts", "badly")},
      .insights = {Learnt(InsightKind::kNote, SubjectKind::kNone, "", "has a dog")}};
  const v1::HandOff proto = Written(packet);
  EXPECT_EQ(proto.left_out(), 0);
  EXPECT_FALSE(proto.has_left_out_by_kind());
  EXPECT_FALSE(proto.ask_before_suggesting());
  ASSERT_EQ(proto.avoid_size(), 2);
  EXPECT_EQ(proto.avoid(0).kind(), v1::INSIGHT_KIND_ALLERGIC_TO);  // constraints first
  EXPECT_EQ(proto.avoid(0).text(), "badly");
  EXPECT_EQ(proto.avoid(0).staff_id(), "sam");
  ASSERT_EQ(proto.do_not_repeat_size(), 2);
  EXPECT_EQ(proto.do_not_repeat(0).item().title(), "Fine pan");
  EXPECT_EQ(proto.do_not_repeat(0).remark(), "hates it");
  EXPECT_EQ(proto.told_size() + proto.insights_size(), 2);
}

// Many long dislikes once left no room for what was declined for ever.
TEST(HandOffPacket, TellsConstraintsBeforeAllElse) {
  HandOff packet{.customer = {.customer_id = "ada"}};
  for (int number = 0; number < 20; ++number) {
    packet.forbidden.push_back(Learnt(InsightKind::kDislikes, SubjectKind::kCategory,
                                      std::string(210, 'a') + std::to_string(number)));
  }
  packet.forbidden.push_back(Learnt(InsightKind::kAllergicTo, SubjectKind::kWord, "nuts"));
  for (int number = 0; number < 10; ++number) {
    packet.refused.push_back(
        Told(OutcomeKind::kDeclinedNever, std::string(120, 'p') + std::to_string(number)));
  }
  packet.refused.push_back(Told(OutcomeKind::kUncomfortable, "mug"));
  const v1::HandOff proto = Written(packet);
  EXPECT_LE(proto.ByteSizeLong(), kMostHandOffBytes);
  EXPECT_EQ(proto.avoid(0).kind(), v1::INSIGHT_KIND_ALLERGIC_TO);
  EXPECT_EQ(proto.do_not_repeat_size(), 11);
  EXPECT_GT(proto.left_out_by_kind().avoid(), 0);
  EXPECT_EQ(proto.left_out_by_kind().constraints(), 0);
  EXPECT_FALSE(proto.ask_before_suggesting());
}

TEST(HandOffPacket, SaysSoWhereNotEvenConstraintsFit) {
  HandOff packet{.customer = {.customer_id = "ada"}};
  for (int number = 0; number < 50; ++number) {
    packet.refused.push_back(
        Told(OutcomeKind::kDeclinedNever, std::string(120, 'x') + std::to_string(number)));
  }
  packet.forbidden.push_back(Learnt(InsightKind::kAllergicTo, SubjectKind::kWord, "nuts"));
  const v1::HandOff proto = Written(packet);
  EXPECT_LE(proto.ByteSizeLong(), kMostHandOffBytes);
  EXPECT_EQ(proto.avoid_size(), 1);  // allergies first
  EXPECT_GT(proto.do_not_repeat_size(), 10);
  EXPECT_EQ(proto.left_out_by_kind().constraints(), 50 - proto.do_not_repeat_size());
  EXPECT_TRUE(proto.ask_before_suggesting());
}

// Packets of all kinds of entries, with texts and ids up to the longest that requests may have.
class AnyPacket {
 public:
  explicit AnyPacket(uint32_t seed) : random_(seed) {}

  HandOff Make() {
    HandOff packet{.customer = {.customer_id = Text(kMaxIdBytes, 1),
                                .name = Text(kMaxTextBytes),
                                .form_of_address = Text(kMaxTextBytes)},
                   .since = kAt,
                   .as_of = kAt};
    const int most = Upto(2) == 0 ? 3 : 60;
    for (int each = Upto(most); each > 0; --each) packet.told.push_back(AnyTold());
    for (int each = Upto(most); each > 0; --each) packet.refused.push_back(AnyTold());
    for (int each = Upto(most); each > 0; --each) packet.forbidden.push_back(AnyLearnt());
    for (int each = Upto(most); each > 0; --each) packet.insights.push_back(AnyLearnt());
    for (int each = Upto(most); each > 0; --each)
      packet.usual.push_back(std::make_shared<const Item>(AnyItem()));
    for (int each = Upto(most); each > 0; --each) {
      clienteling::MomentNow& now = packet.moments.emplace_back();
      now.moment.id = Text(kMaxIdBytes);
      now.moment.category = Text(kMaxTextBytes);
      if (Upto(1) == 0) now.moment.item = std::make_shared<const Item>(AnyItem());
    }
    if (Upto(1) == 0) packet.last_visit = kAt;
    packet.complaint = Upto(1) == 0;
    return packet;
  }

 private:
  int Upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  std::string Text(size_t most, int least = 0) {
    const int longest = static_cast<int>(most);
    return std::string(static_cast<size_t>(Upto(1) == 0 ? longest : std::max(least, Upto(longest))),
                       'x');
  }
  Item AnyItem() { return {.item_id = Text(kMaxIdBytes, 1), .title = Text(kMaxTextBytes)}; }
  clienteling::ToldItem AnyTold() {
    clienteling::ToldItem told =
        Told(static_cast<OutcomeKind>(1 + Upto(kOutcomeKinds - 1)), "", Text(kMaxTextBytes));
    told.item = AnyItem();
    told.outcome.staff_id = Text(kMaxIdBytes);
    return told;
  }
  Reported AnyLearnt() {
    Reported learnt = Learnt(static_cast<InsightKind>(1 + Upto(kInsightKinds - 1)),
                             SubjectKind::kAttribute, Text(kMaxTextBytes), Text(kMaxTextBytes));
    std::get<Insight>(learnt.report).subject.name = Text(kMaxTextBytes);
    return learnt;
  }

  std::mt19937 random_;
};

TEST(HandOffPacket, FitsAndCountsWhateverItHolds) {
  int asked = 0, whole = 0;
  for (uint32_t seed = 0; seed < 500; ++seed) {
    const HandOff packet = AnyPacket(seed).Make();
    const v1::HandOff proto = Written(packet);
    SCOPED_TRACE(seed);
    ASSERT_LE(proto.ByteSizeLong(), kMostHandOffBytes);
    const auto& left_out = proto.left_out_by_kind();
    int64_t constraints = 0, told = 0;
    for (const auto& each : packet.forbidden) {
      const InsightKind kind = std::get<Insight>(each.report).kind;
      constraints += kind == InsightKind::kAllergicTo || kind == InsightKind::kAvoidTopic;
    }
    for (const auto& each : packet.refused) {
      constraints += each.outcome.kind == OutcomeKind::kDeclinedNever ||
                     each.outcome.kind == OutcomeKind::kUncomfortable;
    }
    for (const auto& each : proto.avoid()) {
      told += each.kind() == v1::INSIGHT_KIND_ALLERGIC_TO ||
              each.kind() == v1::INSIGHT_KIND_AVOID_TOPIC;
    }
    for (const auto& each : proto.do_not_repeat()) {
      told += each.outcome() == v1::OUTCOME_DECLINED_NEVER ||
              each.outcome() == v1::OUTCOME_UNCOMFORTABLE;
    }
    EXPECT_EQ(told + left_out.constraints(), constraints);
    EXPECT_EQ(proto.ask_before_suggesting(), told < constraints);
    const size_t entries = packet.told.size() + packet.insights.size() + packet.usual.size() +
                           packet.moments.size() + packet.refused.size() + packet.forbidden.size();
    EXPECT_EQ(proto.told_size() + proto.insights_size() + proto.usual_size() +
                  proto.moments_size() + proto.do_not_repeat_size() + proto.avoid_size() +
                  proto.left_out(),
              static_cast<int>(entries));
    asked += proto.ask_before_suggesting();
    whole += proto.left_out() == 0;
  }
  EXPECT_GT(asked, 50);
  EXPECT_GT(whole, 5);
}

}  // namespace
}  // namespace rapport::server
