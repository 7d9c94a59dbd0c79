// TalkingPoint: what may be said of one item to one customer, and beside it, never mixed with it,
// what staff should know. Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/records.h"
#include "model/purchase_chance.h"
#include "services/talk/claims.h"
#include "services/talk/line.h"

namespace rapport::talk {

// A sentence to the customer.
struct Part {
  PartKind kind = PartKind::kObservation;
  Confidence strength = Confidence::kThin;  // never above the model's level
  Line line;
  std::vector<std::string> evidence;  // event ids that it rests on
  bool say_to_customer = true;        // false: only if the customer asks
};

// What an answer of the customer's comes to.
struct Answer {
  OutcomeKind outcome = OutcomeKind::kAccepted;
  Line line;  // what to listen for
};

// For the eyes of staff.
struct Briefing {
  std::vector<Line> facts;
  Line confidence;
  std::vector<Answer> listen_for;
  std::vector<Line> avoid;  // what not to say
  Line if_declined;
};

struct TalkingPoint {
  Item item;
  Confidence level = Confidence::kThin;
  std::vector<Part> parts;  // in the order in which they are said; one of them asks, the last
  Briefing briefing;
};

}  // namespace rapport::talk
