#include "services/talk/message_specs.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace rapport::talk {
namespace {

constexpr SlotSpec kItem{"item", SlotKind::kName, true};
constexpr SlotSpec kAnItem{"item", SlotKind::kName};  // an allusion need not name it
constexpr SlotSpec kItems{"items", SlotKind::kNames};
constexpr SlotSpec kFrequency{"frequency", SlotKind::kFrequency};
constexpr SlotSpec kStrength{"strength", SlotKind::kStrength};
constexpr SlotSpec kSeason{"season", SlotKind::kSeason};
constexpr SlotSpec kWhen{"when", SlotKind::kWhen};
constexpr SlotSpec kCount{"count", SlotKind::kCount};
constexpr SlotSpec kDay{"day", SlotKind::kDay, true};
constexpr SlotSpec kShare{"share", SlotKind::kShare, true};

constexpr MessageSpec Make(MessageId id, std::string_view key, Audience audience, Form form,
                           std::initializer_list<SlotSpec> slots, bool causal) {
  MessageSpec spec{id, key, audience, form, causal};
  for (const SlotSpec& slot : slots) spec.slots[spec.slot_count++] = slot;
  return spec;
}

constexpr MessageSpec Words(MessageId id, std::string_view key,
                            std::initializer_list<SlotSpec> slots = {}) {
  return Make(id, key, Audience::kCustomer, Form::kWords, slots, false);
}
constexpr MessageSpec Says(MessageId id, std::string_view key,
                           std::initializer_list<SlotSpec> slots = {}, bool causal = false) {
  return Make(id, key, Audience::kCustomer, Form::kStatement, slots, causal);
}
constexpr MessageSpec Asks(MessageId id, std::string_view key) {
  return Make(id, key, Audience::kCustomer, Form::kQuestion, {}, false);
}
constexpr MessageSpec Tells(MessageId id, std::string_view key,
                            std::initializer_list<SlotSpec> slots = {}) {
  return Make(id, key, Audience::kStaff, Form::kStatement, slots, true);
}

constexpr std::array kMessages = {
    Words(MessageId::kName, "name", {{"name", SlotKind::kName, true}}),
    Words(MessageId::kWhenLately, "when.lately"),
    Words(MessageId::kWhenWeeks, "when.weeks"),
    Words(MessageId::kWhenThisSeason, "when.this_season", {kSeason}),
    Words(MessageId::kWhenLastSeason, "when.last_season", {kSeason}),
    Words(MessageId::kWhenLongAgo, "when.long_ago"),

    Says(MessageId::kObservationChoice, "observation.choice", {kAnItem, kFrequency, kWhen}),
    Says(MessageId::kObservationChoices, "observation.choices", {kItems, kCount, kFrequency}),
    Says(MessageId::kObservationOwn, "observation.own", {kAnItem, kFrequency, kWhen}),
    Says(MessageId::kObservationBasket, "observation.basket", {kItem}),
    Says(MessageId::kBridgeBecauseOne, "bridge.because_one", {}, true),
    Says(MessageId::kBridgeBecauseTwo, "bridge.because_two", {}, true),
    Says(MessageId::kBridgeBecauseThree, "bridge.because_three", {kItem}, true),
    Says(MessageId::kBridgeBoughtTogether, "bridge.bought_together"),
    Says(MessageId::kBridgeSameCategory, "bridge.same_category"),
    Says(MessageId::kBridgeUsualDue, "bridge.usual_due"),
    Says(MessageId::kBridgeSimilarTaste, "bridge.similar_taste"),
    Says(MessageId::kBridgeGoesWith, "bridge.goes_with", {kCount}),
    Says(MessageId::kBridgePopular, "bridge.popular"),
    Says(MessageId::kBridgeNew, "bridge.new"),
    Says(MessageId::kSuggestionItem, "suggestion.item", {kItem, kStrength}),
    Says(
        MessageId::kSuggestionAttribute, "suggestion.attribute",
        {kItem, kStrength, {"attribute", SlotKind::kText, true}, {"value", SlotKind::kText, true}}),
    Says(MessageId::kSuggestionBrand, "suggestion.brand",
         {kItem, kStrength, {"brand", SlotKind::kText, true}}),
    Says(MessageId::kSuggestionAgain, "suggestion.again", {kItem, kStrength}),
    Asks(MessageId::kQuestionItem, "question.item"),
    Asks(MessageId::kQuestionAgain, "question.again"),
    Asks(MessageId::kOpenSuggestFirst, "open.suggest.first"),
    Asks(MessageId::kOpenSuggestSecond, "open.suggest.second"),
    Asks(MessageId::kOpenAskFirstFirst, "open.ask_first.first"),
    Asks(MessageId::kOpenAskFirstSecond, "open.ask_first.second"),
    Asks(MessageId::kOpenListenFirst, "open.listen.first"),
    Asks(MessageId::kOpenListenSecond, "open.listen.second"),
    Asks(MessageId::kOpenHandOverFirst, "open.hand_over.first"),
    Asks(MessageId::kOpenHandOverSecond, "open.hand_over.second"),
    Says(MessageId::kMomentFirstOrder, "moment.first_order"),
    Says(MessageId::kMomentFirstInCategory, "moment.first_in_category", {kItem}),
    Says(MessageId::kMomentNthOrder, "moment.nth_order"),
    Says(MessageId::kMomentReplenishDue, "moment.replenish_due", {kItem}),
    Says(MessageId::kMomentUsualLate, "moment.usual_late", {kItem}),
    Says(MessageId::kMomentLapsedRegular, "moment.lapsed_regular"),
    Says(MessageId::kMomentReturned, "moment.returned"),
    Says(MessageId::kMomentAnniversary, "moment.anniversary"),
    Says(MessageId::kMomentBackInStock, "moment.back_in_stock", {kItem}),
    Says(MessageId::kMomentFollowUp, "moment.follow_up", {kItem}),
    Says(MessageId::kMomentNeutral, "moment.neutral"),
    Asks(MessageId::kMomentAskFirstOrder, "moment.first_order.question"),
    Asks(MessageId::kMomentAskFirstInCategory, "moment.first_in_category.question"),
    Asks(MessageId::kMomentAskNthOrder, "moment.nth_order.question"),
    Asks(MessageId::kMomentAskReplenishDue, "moment.replenish_due.question"),
    Asks(MessageId::kMomentAskUsualLate, "moment.usual_late.question"),
    Asks(MessageId::kMomentAskLapsedRegular, "moment.lapsed_regular.question"),
    Asks(MessageId::kMomentAskReturned, "moment.returned.question"),
    Asks(MessageId::kMomentAskAnniversary, "moment.anniversary.question"),
    Asks(MessageId::kMomentAskBackInStock, "moment.back_in_stock.question"),
    Asks(MessageId::kMomentAskFollowUp, "moment.follow_up.question"),
    Asks(MessageId::kMomentAskNeutral, "moment.neutral.question"),

    Tells(MessageId::kFactBought, "fact.bought",
          {kItem, {"times", SlotKind::kCount, true}, kDay, kShare}),
    Tells(MessageId::kFactBasket, "fact.basket", {kItem, kShare}),
    Tells(MessageId::kFactOwn, "fact.own", {kItem, {"times", SlotKind::kCount, true}, kDay}),
    Tells(MessageId::kFactOwnGap, "fact.own_gap", {{"days", SlotKind::kCount, true}}),
    Tells(MessageId::kFactTogether, "fact.together", {kItem, {"orders", SlotKind::kCount, true}}),
    Tells(MessageId::kFactBuyers, "fact.buyers", {{"buyers", SlotKind::kCount, true}}),
    Tells(MessageId::kFactRemoval, "fact.removal", {{"items", SlotKind::kNames, true}}),
    Tells(MessageId::kFactRankWithout, "fact.rank_without",
          {kItem, {"place", SlotKind::kCount, true}, {"rank", SlotKind::kCount, true}}),
    Tells(MessageId::kFactPopular, "fact.popular"),
    Tells(MessageId::kFactNew, "fact.new"),
    Tells(MessageId::kFactRules, "fact.rules", {kShare}),
    Tells(MessageId::kConfidenceKnown, "confidence.known",
          {{"strength", SlotKind::kStrength},
           {"chance", SlotKind::kShare, true},
           {"usual", SlotKind::kShare, true},
           {"days", SlotKind::kCount, true}}),
    Tells(MessageId::kConfidenceUnknown, "confidence.unknown"),
    Tells(MessageId::kListenAccepted, "listen.accepted"),
    Tells(MessageId::kListenNotNow, "listen.not_now"),
    Tells(MessageId::kListenNever, "listen.never"),
    Tells(MessageId::kListenHasIt, "listen.has_it"),
    Tells(MessageId::kListenGift, "listen.gift"),
    Tells(MessageId::kListenWrong, "listen.wrong"),
    Tells(MessageId::kListenUncomfortable, "listen.uncomfortable"),
    Tells(MessageId::kAvoidPrecision, "avoid.precision"),
    Tells(MessageId::kAvoidBecause, "avoid.because"),
    Tells(MessageId::kAvoidPersonal, "avoid.personal"),
    Tells(MessageId::kAvoidPast, "avoid.past"),
    Tells(MessageId::kAvoidPressure, "avoid.pressure"),
    Tells(MessageId::kDeclinedLeaveIt, "declined.leave_it"),
    Tells(MessageId::kModeSuggest, "mode.suggest"),
    Tells(MessageId::kModeAskFirst, "mode.ask_first"),
    Tells(MessageId::kModeListen, "mode.listen"),
    Tells(MessageId::kModeHandOver, "mode.hand_over"),
    Tells(MessageId::kReasonNoHistory, "reason.no_history"),
    Tells(MessageId::kReasonLowConfidence, "reason.low_confidence"),
    Tells(MessageId::kReasonNothingSayable, "reason.nothing_sayable"),
    Tells(MessageId::kReasonNoPersonalization, "reason.no_personalization"),
    Tells(MessageId::kReasonNoMention, "reason.no_mention"),
    Tells(MessageId::kReasonLapsed, "reason.lapsed"),
    Tells(MessageId::kReasonDrift, "reason.drift"),
    Tells(MessageId::kReasonRefused, "reason.refused"),
    Tells(MessageId::kReasonOpenComplaint, "reason.open_complaint"),
    Tells(MessageId::kReasonModelStale, "reason.model_stale"),
    Tells(MessageId::kReasonPopularityOnly, "reason.popularity_only"),
};

constexpr bool InOrder() {
  for (size_t place = 0; place < kMessages.size(); ++place) {
    if (static_cast<size_t>(kMessages[place].id) != place) return false;
  }
  return true;
}
static_assert(InOrder());
static_assert(kMessages.back().id == MessageId::kReasonPopularityOnly);

constexpr std::array<std::string_view, 4> kFrequencies = {"once", "few", "often", "usually"};
constexpr std::array<std::string_view, 3> kStrengths = {"thin", "fair", "strong"};
constexpr std::array<std::string_view, 4> kSeasons = {"spring", "summer", "autumn", "winter"};

}  // namespace

std::span<const MessageSpec> AllMessages() { return kMessages; }

const MessageSpec* FindMessage(std::string_view key) {
  const auto* const found = std::ranges::find(kMessages, key, &MessageSpec::key);
  return found == kMessages.end() ? nullptr : &*found;
}

std::span<const std::string_view> KeywordsOf(SlotKind kind) {
  switch (kind) {
    case SlotKind::kFrequency:
      return kFrequencies;
    case SlotKind::kStrength:
      return kStrengths;
    case SlotKind::kSeason:
      return kSeasons;
    default:
      return {};
  }
}

}  // namespace rapport::talk
