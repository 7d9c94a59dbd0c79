// Compose: claims into sentences, in one voice. Of several ways to say it the first that keeps to
// the locale's manners and is short enough. Pure; any thread.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/talk/point_facts.h"
#include "services/talk/tact.h"
#include "services/talk/talking_point.h"
#include "services/talk/voice.h"

namespace rapport::talk {

// Whether a line for customers, as rendered from its slots, can be said. INVALID_ARGUMENT with what
// is wrong.
absl::Status CheckSayable(const Line& line, const Voice& voice);

// FAILED_PRECONDITION: nothing that can be said of it, for want of a name that can.
absl::StatusOr<std::vector<Part>> ComposeParts(const PointFacts& facts, const Tact& tact,
                                               const Voice& voice);

// What staff should know of it. Names no purchase that may not be spoken of.
Briefing ComposeBriefing(const PointFacts& facts, const Tact& tact, const Voice& voice,
                         const std::vector<Part>& parts);

// "At least so many" people or orders: 20, 50, 100, 200, 500, … Requires: count >= 20.
int64_t AtLeast(int64_t count);

}  // namespace rapport::talk
