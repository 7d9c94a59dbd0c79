// Every message that there is: its key in the message files, who it is for, and which slots it has.
// A message file must have each of them in every register, and no other. Constant; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rapport::talk {

// In the order of the table in message_specs.cc.
enum class MessageId : uint8_t {
  // To the customer: words inside sentences.
  kName,
  kWhenLately,
  kWhenWeeks,
  kWhenThisSeason,
  kWhenLastSeason,
  kWhenLongAgo,
  // To the customer: sentences.
  kObservationChoice,
  kObservationChoices,
  kObservationOwn,
  kObservationBasket,
  kBridgeBecauseOne,
  kBridgeBecauseTwo,
  kBridgeBecauseThree,
  kBridgeBoughtTogether,
  kBridgeSameCategory,
  kBridgeUsualDue,
  kBridgeSimilarTaste,
  kBridgeGoesWith,
  kBridgePopular,
  kBridgeNew,
  kSuggestionItem,
  kSuggestionAttribute,
  kSuggestionBrand,
  kSuggestionAgain,
  kQuestionItem,
  kQuestionAgain,
  kOpenSuggestFirst,
  kOpenSuggestSecond,
  kOpenAskFirstFirst,
  kOpenAskFirstSecond,
  kOpenListenFirst,
  kOpenListenSecond,
  kOpenHandOverFirst,
  kOpenHandOverSecond,
  // The first words about a moment, in the order of Occasion, then without one; then its question.
  kMomentFirstOrder,
  kMomentFirstInCategory,
  kMomentNthOrder,
  kMomentReplenishDue,
  kMomentUsualLate,
  kMomentLapsedRegular,
  kMomentReturned,
  kMomentAnniversary,
  kMomentBackInStock,
  kMomentFollowUp,
  kMomentNeutral,
  kMomentAskFirstOrder,
  kMomentAskFirstInCategory,
  kMomentAskNthOrder,
  kMomentAskReplenishDue,
  kMomentAskUsualLate,
  kMomentAskLapsedRegular,
  kMomentAskReturned,
  kMomentAskAnniversary,
  kMomentAskBackInStock,
  kMomentAskFollowUp,
  kMomentAskNeutral,
  // For the eyes of staff.
  kFactBought,
  kFactBasket,
  kFactOwn,
  kFactOwnGap,
  kFactTogether,
  kFactBuyers,
  kFactRemoval,
  kFactRankWithout,
  kFactPopular,
  kFactNew,
  kFactRules,
  kConfidenceKnown,
  kConfidenceUnknown,
  kListenAccepted,
  kListenNotNow,
  kListenNever,
  kListenHasIt,
  kListenGift,
  kListenWrong,
  kListenUncomfortable,
  kAvoidPrecision,
  kAvoidBecause,
  kAvoidPersonal,
  kAvoidPast,
  kAvoidPressure,
  kDeclinedLeaveIt,
  kModeSuggest,
  kModeAskFirst,
  kModeListen,
  kModeHandOver,
  kReasonNoHistory,
  kReasonLowConfidence,
  kReasonNothingSayable,
  kReasonNoPersonalization,
  kReasonNoMention,
  kReasonLapsed,
  kReasonDrift,
  kReasonRefused,
  kReasonOpenComplaint,
  kReasonModelStale,
  kReasonPopularityOnly,
};

enum class Audience : uint8_t { kCustomer, kStaff };

enum class SlotKind : uint8_t {
  kName,       // of an item
  kNames,      // of several, as a list
  kText,       // other words of the catalogue: a brand, an attribute
  kFrequency,  // once, few, often, usually
  kStrength,   // thin, fair, strong
  kSeason,     // spring, summer, autumn, winter
  kWhen,       // coarse: "last spring"
  kCount,      // for plural; only staff see the number
  kDay,        // a date; only for staff
  kShare,      // a percentage; only for staff
};

struct SlotSpec {
  std::string_view name;
  SlotKind kind;
  bool required = false;  // every pattern must show it
};

inline constexpr size_t kMostSlots = 4;

enum class Form : uint8_t {
  kWords,      // part of a sentence
  kStatement,  // asks nothing
  kQuestion,   // asks one question
};

struct MessageSpec {
  MessageId id;
  std::string_view key;  // "bridge.bought_together"
  Audience audience;
  Form form;
  bool causal = false;  // may say "because"
  SlotSpec slots[kMostSlots] = {};
  size_t slot_count = 0;

  std::span<const SlotSpec> Slots() const { return {slots, slot_count}; }
};

// In the order of MessageId.
std::span<const MessageSpec> AllMessages();
inline const MessageSpec& SpecOf(MessageId id) { return AllMessages()[static_cast<size_t>(id)]; }
// Null if there is none of this key.
const MessageSpec* FindMessage(std::string_view key);

// The words that a slot of this kind may select by; none: it is none to select by.
std::span<const std::string_view> KeywordsOf(SlotKind kind);

}  // namespace rapport::talk
