// Claims: what may truthfully be said of one item to one customer, the strongest first. Nothing is
// worded here. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "model/purchase_chance.h"
#include "services/talk/line.h"
#include "services/talk/point_facts.h"

namespace rapport::talk {

enum class PartKind : uint8_t { kObservation, kBridge, kSuggestion, kQuestion };
PartKind PartOf(MessageId message);  // Requires: a sentence of a point, to the customer

// One sentence to be: what it claims, how surely at most, and from what.
struct Claim {
  MessageId message{};
  Confidence strength = Confidence::kThin;
  std::vector<Slot> slots;
  std::vector<std::string> evidence;  // event ids; none: the catalogue, or the model
  // Of a difference: the item that it is from, without which it is not said. Empty: of nothing.
  std::string beside;
};

struct ClaimPlan {
  // Why: an observation and a bridge, one of the two, or nothing; ways to say it, the first that
  // can be worded is said. Never empty.
  std::vector<std::vector<Claim>> reasons;
  std::vector<Claim> suggestions;  // likewise, one of them; never empty
  Claim question;
};

// `southern`: as in coarse_time.h. `attributes_can_be_said`: the catalogue's language is that of
// the conversation.
ClaimPlan PlanOf(const PointFacts& facts, const Tact& tact, bool southern,
                 bool attributes_can_be_said);

// Whether it has, or would have, its place in the list by its score alone.
bool MayBeInList(const ItemExplanation& explanation);

// "Because" is said of one item only if without it the item would verifiably leave the list; of two
// or three if they are the smallest such set. Empty: of none, or not all of it may be spoken of.
std::vector<const EvidenceLine*> Causes(const PointFacts& facts, const Tact& tact);

// Whether the item is the customer's own and due again: three purchases or more, and from four
// fifths of their own median gap on, up to three of them.
bool UsualIsDue(const PointFacts& facts, const Tact& tact);

// Whether the item is of a category that a line's item is of, at the deepest level.
bool SameCategory(const Item& item, const Item& other);

}  // namespace rapport::talk
