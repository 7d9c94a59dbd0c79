// Reports <-> their records; a part of the codec. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "data/records.h"
#include "rapport/store/v1/records.pb.h"

namespace rapport::codec {

void Put(const Outcome& outcome, store::v1::OutcomeRecord* record);
void Put(const Insight& insight, store::v1::InsightRecord* record);
void Put(const Contact& contact, store::v1::ContactRecord* record);
void Put(const Retraction& retraction, store::v1::RetractionRecord* record);

// None: no such kind.
std::optional<Outcome> Get(const store::v1::OutcomeRecord& record, std::string_view customer_id,
                           std::string_view event_id);
std::optional<Insight> Get(const store::v1::InsightRecord& record, std::string_view customer_id,
                           std::string_view event_id);
std::optional<Contact> Get(const store::v1::ContactRecord& record, std::string_view customer_id,
                           std::string_view event_id);
std::optional<Retraction> Get(const store::v1::RetractionRecord& record,
                              std::string_view customer_id, std::string_view event_id);

}  // namespace rapport::codec
