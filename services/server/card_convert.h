// The messages of GetCustomerCard <-> the use case's query and card. What is wrong with a request
// is noted in the checker, and the query is not to be used then. Any thread.
#pragma once

#include <string>

#include "rapport/v1/customer_card.pb.h"
#include "services/clienteling/customer_card.h"
#include "services/server/fields.h"

namespace rapport::server {

clienteling::CardQuery ReadCard(const v1::GetCustomerCardRequest& request, FieldChecker& check);
void Write(const clienteling::CustomerCard& card, const std::string& time_zone,
           v1::CustomerCard* proto);

}  // namespace rapport::server
