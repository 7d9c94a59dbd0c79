// PointFacts: all that may be said of one item to one customer is read from this, and checked
// against it. A value; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/purchase_chance.h"
#include "services/recommender/item_explanation.h"
#include "services/talk/customer_facts.h"
#include "services/talk/tact.h"

namespace rapport::talk {

struct PointFacts {
  ItemExplanation explanation;
  CustomerFacts customer;
  // Of items that it is often bought with: orders that have both.
  std::map<std::string, int64_t> together;
  int64_t buyers = 0;          // of the item: at least so many
  bool basket_is_here = true;  // or was, when the list was made
};

// How sure a claim may sound: the model's own level, thin where it is not known.
inline Confidence LevelOf(const PointFacts& facts) {
  return facts.explanation.chance ? facts.explanation.chance->confidence : Confidence::kThin;
}

// The part of the score that rules are, 0 to 1.
double RulesShare(const ItemExplanation& explanation);

// Whether a reason of the customer's own may be given at all: something personal is in the score,
// it is not just popular, the customer allows it, and no commercial rule has bought its place.
bool MayBePersonal(const PointFacts& facts, const Tact& tact);

// Whether it may be called popular or new: that is why it is there, and not purchases that may not
// be mentioned, nor a rule.
bool MayBeImpersonal(const PointFacts& facts);

// How a line of evidence may be spoken of, in words or in the briefing; none: it may not.
std::optional<Mention> MentionOf(const EvidenceLine& line, const PointFacts& facts,
                                 const Tact& tact);

// What the customer could be told of it: as above, and that it speaks for the item, and is not the
// item itself.
bool SpeaksFor(const EvidenceLine& line, const PointFacts& facts, const Tact& tact);

}  // namespace rapport::talk
