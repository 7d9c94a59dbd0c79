// The messages of hand_off.proto <-> the use cases' queries and answers. What is wrong with a
// request is noted in the checker, and what was read is not to be used then. Any thread.
#pragma once

#include <cstddef>

#include "rapport/v1/hand_off.pb.h"
#include "services/clienteling/customers_for_item.h"
#include "services/clienteling/hand_off.h"
#include "services/server/fields.h"

namespace rapport::server {

inline constexpr size_t kMostHandOffBytes = 4'096;

clienteling::HandOffQuery ReadHandOff(const v1::GetHandOffRequest& request, FieldChecker& check);
// At most kMostHandOffBytes. Constraints stand first; what does not fit is counted by kind, and if
// that is a constraint, the packet says that nothing is to be suggested unasked. Requires: `proto`
// is empty, and ids and texts are no longer than requests may have them.
void Write(const clienteling::HandOff& packet, v1::HandOff* proto);

clienteling::ReverseQuery ReadReverse(const v1::SuggestCustomersForItemRequest& request,
                                      FieldChecker& check);
void Write(const clienteling::SuitedCustomers& found, Pool pool,
           v1::SuggestCustomersForItemResponse* proto);

}  // namespace rapport::server
