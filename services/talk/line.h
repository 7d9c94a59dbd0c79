// Line: one sentence with all that it was made of: which message, and what stands in each slot and
// from which evidence. Rendering it again gives the same text, so that it can be checked. Values;
// any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "data/records.h"
#include "services/talk/coarse_time.h"
#include "services/talk/message_specs.h"
#include "services/talk/phrases.h"
#include "services/talk/register.h"

namespace rapport::talk {

// An item as it is named in speech; see SpokenName.
struct NamedItem {
  std::string item_id;
  std::string name;
  bool operator==(const NamedItem&) const = default;
};

// One of KeywordsOf.
struct Keyword {
  std::string_view word;
  bool operator==(const Keyword&) const = default;
};

// By kind of slot: kName, kNames, kText, kFrequency and the like, kWhen, kCount, kDay, kShare.
using SlotValue = std::variant<NamedItem, std::vector<NamedItem>, std::string, Keyword, When,
                               int64_t, TimePoint, double>;

struct Slot {
  SlotValue value;
  std::vector<std::string> evidence;  // event ids; none: the catalogue, or the model
  bool operator==(const Slot&) const = default;
};

struct Line {
  MessageId message{};
  std::vector<Slot> slots;  // in the order of the message's spec
  std::string text;
};

// How names appear.
enum class Names : uint8_t {
  kShown,
  kLeftOut,  // as kNamePlace: what remains is the message's own words, and the catalogue's
};

// Requires: slots of the kinds that the message has, in their order.
std::string Render(const Phrases& phrases, Register manner, MessageId message,
                   const std::vector<Slot>& slots, Names names = Names::kShown);

// Whether the slots are of the kinds that the message has.
bool SlotsFit(MessageId message, const std::vector<Slot>& slots);

// The ids of all items in its slots, in their order.
std::vector<std::string> ItemsNamed(const Line& line);

// "last spring", in the words of the locale.
std::string WordsOf(const Phrases& phrases, Register manner, const When& when);

}  // namespace rapport::talk
