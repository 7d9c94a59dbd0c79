// The messages of feedback.proto <-> the reports and effects of the use case. What is wrong with a
// request is noted in the checker, and what was read is not to be used then. Any thread.
#pragma once

#include "data/records.h"
#include "rapport/v1/feedback.pb.h"
#include "services/clienteling/customer_card.h"
#include "services/clienteling/feedback.h"
#include "services/server/fields.h"

namespace rapport::server {

// `now`: nothing was reported later. A time that is not given is 0.
Outcome ReadOutcome(const v1::RecordOutcomeRequest& request, TimePoint now, FieldChecker& check);
Insight ReadInsight(const v1::RecordInsightRequest& request, TimePoint now, FieldChecker& check);
clienteling::EffectQuery ReadEffect(const v1::EffectOptions& options, FieldChecker& check);

v1::Outcome ToProto(OutcomeKind kind);
v1::InsightKind ToProto(InsightKind kind);
void ToProto(const Subject& subject, v1::Subject* proto);
// Of an outcome, of an insight.
void WriteOutcome(const Reported& reported, v1::RecordedOutcome* proto);
void WriteInsight(const Reported& reported, v1::RecordedInsight* proto);
void Write(const clienteling::ToldItem& told, v1::ToldItem* proto);
void Write(const clienteling::Effect& effect, const clienteling::EffectQuery& query,
           v1::Effect* proto);

}  // namespace rapport::server
