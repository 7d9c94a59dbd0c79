// Public messages <-> the plain structs of data/. From the wire: every field is checked, and what
// is wrong is noted in the checker; a struct that comes out beside violations is not to be used.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "data/records.h"
#include "model/score.h"
#include "rapport/v1/purchase_service.pb.h"
#include "rapport/v1/rule_service.pb.h"
#include "rapport/v1/types.pb.h"
#include "services/server/fields.h"

namespace rapport::server {

Purchase FromProto(const v1::Purchase& proto, TimePoint now, FieldChecker& check);
Return FromProto(const v1::Return& proto, TimePoint now, FieldChecker& check);
Item FromProto(const v1::Item& proto, FieldChecker& check);
Customer FromProto(const v1::Customer& proto, FieldChecker& check);
Rule FromProto(const v1::Rule& proto, FieldChecker& check);
// None: unspecified.
std::optional<ContactChannel> ChannelFromProto(v1::ContactChannel channel, std::string_view field,
                                               FieldChecker& check);
// Unspecified means new to the customer.
Pool FromProto(v1::Pool proto, std::string_view field, FieldChecker& check);

void ToProto(const Purchase& purchase, v1::Purchase* proto);
void ToProto(const Return& returned, v1::Return* proto);
void ToProto(const HistoryLine& line, v1::RecordedPurchase* proto);
void ToProto(const Item& item, v1::Item* proto);
void ToProto(const Customer& customer, v1::Customer* proto);
void ToProto(const Rule& rule, v1::Rule* proto);
void ToProto(const Moment& moment, v1::Moment* proto);
void ToProto(const ScoreTerms& terms, v1::ScoreTerms* proto);
v1::Pool ToProto(Pool pool);
v1::ContactChannel ToProto(ContactChannel channel);
// What a score rests on.
v1::Source SourceOf(bool personal);

}  // namespace rapport::server
