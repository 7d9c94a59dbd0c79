// The messages of moments.proto <-> the use case's query and list. What is wrong with a request is
// noted in the checker, and what was read is not to be used then. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rapport/v1/moments.pb.h"
#include "services/clienteling/moment_finder.h"
#include "services/server/fields.h"
#include "services/talk/moment_words.h"

namespace rapport::server {

v1::Suppression CodeOf(clienteling::SuppressedBy by);
// All but the customer and the purchases.
void WriteMoment(const clienteling::CustomerMoment& moment, v1::CustomerMoment* proto);

clienteling::MomentQuery ReadMoments(const v1::ListMomentsRequest& request, FieldChecker& check);

struct EndOfMoment {
  MomentFate fate = MomentFate::kContacted;
  std::optional<ContactChannel> channel;
};
EndOfMoment ReadEnd(const v1::CompleteMomentRequest& request, FieldChecker& check);

// Words are for each listed moment, in their order.
void Write(const clienteling::DayOfMoments& day, const std::vector<talk::MomentWords>& words,
           bool include_suppressed, v1::ListMomentsResponse* proto);
void Write(const MomentClaim& claim, v1::MomentClaim* proto);

}  // namespace rapport::server
