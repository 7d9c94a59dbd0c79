#include "services/talk/mode.h"

#include <algorithm>

namespace rapport::talk {

ModeChoice ChooseMode(const Situation& situation) {
  ModeChoice choice;
  const auto add = [&choice](bool holds, ModeReason reason) {
    if (holds) choice.reasons.push_back(reason);
  };
  add(situation.open_complaint, ModeReason::kOpenComplaint);
  add(situation.popularity_only, ModeReason::kPopularityOnly);
  add(situation.stale && !situation.popularity_only, ModeReason::kModelStale);
  add(!situation.personalization, ModeReason::kNoPersonalization);
  add(!situation.mention, ModeReason::kNoMention);
  add(situation.refused, ModeReason::kRefused);
  // Of who refused to have purchases used, nothing is told that comes from them.
  if (situation.personalization) {
    add(!situation.any_visit, ModeReason::kNoHistory);
    add(situation.any_visit && situation.mention && !situation.anything_sayable,
        ModeReason::kNothingSayable);
    add(situation.low_confidence, ModeReason::kLowConfidence);
    add(situation.lapsed, ModeReason::kLapsed);
    add(situation.drifted, ModeReason::kDrift);
  }
  for (const ModeReason reason : choice.reasons)
    choice.mode = std::max(choice.mode, ModeOf(reason));
  std::ranges::stable_sort(choice.reasons, std::ranges::greater(), ModeOf);
  return choice;
}

Mode ModeOf(ModeReason reason) {
  switch (reason) {
    case ModeReason::kLapsed:
    case ModeReason::kDrift:
      return Mode::kAskFirst;
    case ModeReason::kOpenComplaint:
    case ModeReason::kModelStale:
    case ModeReason::kPopularityOnly:
      return Mode::kHandOver;
    default:
      return Mode::kListen;
  }
}

MessageId MessageOf(Mode mode) {
  return static_cast<MessageId>(static_cast<int>(MessageId::kModeSuggest) + static_cast<int>(mode));
}

MessageId MessageOf(ModeReason reason) {
  switch (reason) {
    case ModeReason::kLapsed:
      return MessageId::kReasonLapsed;
    case ModeReason::kDrift:
      return MessageId::kReasonDrift;
    case ModeReason::kNoHistory:
      return MessageId::kReasonNoHistory;
    case ModeReason::kLowConfidence:
      return MessageId::kReasonLowConfidence;
    case ModeReason::kNothingSayable:
      return MessageId::kReasonNothingSayable;
    case ModeReason::kNoPersonalization:
      return MessageId::kReasonNoPersonalization;
    case ModeReason::kNoMention:
      return MessageId::kReasonNoMention;
    case ModeReason::kRefused:
      return MessageId::kReasonRefused;
    case ModeReason::kOpenComplaint:
      return MessageId::kReasonOpenComplaint;
    case ModeReason::kModelStale:
      return MessageId::kReasonModelStale;
    case ModeReason::kPopularityOnly:
      break;
  }
  return MessageId::kReasonPopularityOnly;
}

std::array<MessageId, 2> QuestionsOf(Mode mode) {
  const int first = static_cast<int>(MessageId::kOpenSuggestFirst) + 2 * static_cast<int>(mode);
  return {static_cast<MessageId>(first), static_cast<MessageId>(first + 1)};
}

}  // namespace rapport::talk
