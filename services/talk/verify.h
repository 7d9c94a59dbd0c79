// Verify: whether sentences say what is so. Each is rendered again and compared; what stands in its
// slots is looked up anew in the facts, whatever it was composed from; then manners, length, one
// question, and that nothing is named that may not be. For every point before it is given out.
// Pure; any thread.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "services/talk/point_facts.h"
#include "services/talk/tact.h"
#include "services/talk/talking_point.h"
#include "services/talk/voice.h"

namespace rapport::talk {

// INTERNAL with the message's key and what is not so: our bug, and the point is to be withheld.
absl::Status VerifyParts(const std::vector<Part>& parts, const PointFacts& facts, const Tact& tact,
                         const Voice& voice);
absl::Status VerifyBriefing(const Briefing& briefing, const PointFacts& facts, const Tact& tact,
                            const Voice& voice);
// An open question, or a line for staff without a name: what it says does not depend on anybody.
absl::Status VerifyGeneral(const Line& line, const Voice& voice);

}  // namespace rapport::talk
