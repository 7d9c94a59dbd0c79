// The messages of RecommendationService that explain <-> the use cases' queries and answers. What
// is wrong with a request is noted in the checker, and the query is not to be used then. Any
// thread.
#pragma once

#include "rapport/v1/recommendation_service.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/explainer.h"
#include "services/recommender/why_not.h"
#include "services/server/fields.h"
#include "services/talk/tact.h"

namespace rapport::server {

// `now`: what guests bought cannot be later.
ExplainQuery ReadExplain(const v1::ExplainSuggestionRequest& request, TimePoint now,
                         FilterCache& filters, FieldChecker& check);

// `tact`: what its sentence does not name.
void Write(const ItemExplanation& explanation, const talk::Tact& tact,
           v1::ExplainSuggestionResponse* proto);
void Write(const Comparison& comparison, v1::CompareSuggestionsResponse* proto);
void Write(const ItemFate& fate, v1::WhyNotResponse* proto);

}  // namespace rapport::server
