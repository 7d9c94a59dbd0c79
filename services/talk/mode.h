// Mode: whether to suggest at all, or to ask first, to listen, or to leave it to people. Pure; any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "services/talk/message_specs.h"

namespace rapport::talk {

// The later ones are graver.
enum class Mode : uint8_t { kSuggest, kAskFirst, kListen, kHandOver };

// Why it is not kSuggest. Each belongs to one mode; the gravest decides.
enum class ModeReason : uint8_t {
  kLapsed,             // ask first: they have not been here for long
  kDrift,              // ask first: they choose other things than before
  kNoHistory,          // listen
  kLowConfidence,      // listen: nothing is likelier to be bought than suggestions are anyway
  kNothingSayable,     // listen: there is nothing of their own that may be spoken of
  kNoPersonalization,  // listen: they refused it
  kNoMention,          // listen: they refused it
  kRefused,            // listen: reports keep from them all that was asked about
  kOpenComplaint,      // hand over: to be settled first
  kModelStale,         // hand over: trained too long ago
  kPopularityOnly,     // hand over: no model is trained
};

// What is known when it is chosen. An allergy or a decline makes no mode of its own: it keeps its
// items out.
struct Situation {
  bool open_complaint = false;
  bool personalization = true;  // consents
  bool mention = true;
  bool any_visit = false;
  bool anything_sayable = false;  // of their own, if there is a visit
  bool lapsed = false;
  bool drifted = false;
  bool popularity_only = false;
  bool stale = false;
  bool low_confidence = false;  // of all that was considered
  bool refused = false;         // all that was asked about, by what was reported of the customer
};

struct ModeChoice {
  Mode mode = Mode::kSuggest;
  std::vector<ModeReason> reasons;  // all that hold, those of the mode first; none: kSuggest
};

ModeChoice ChooseMode(const Situation& situation);

Mode ModeOf(ModeReason reason);
// What staff are told, and the two questions to ask.
MessageId MessageOf(Mode mode);
MessageId MessageOf(ModeReason reason);
std::array<MessageId, 2> QuestionsOf(Mode mode);

}  // namespace rapport::talk
