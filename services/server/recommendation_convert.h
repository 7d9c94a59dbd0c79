// The messages of RecommendationService about lists <-> the use cases' queries and answers. What is
// wrong with a request is noted in the checker, and the query is not to be used then. Any thread.
#pragma once

#include "rapport/v1/recommendation_service.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/similar_items.h"
#include "services/recommender/suggester.h"
#include "services/server/fields.h"

namespace rapport::server {

// `now`: what guests bought cannot be later.
SuggestQuery ReadSuggest(const v1::SuggestForCustomerRequest& request, TimePoint now,
                         FilterCache& filters, FieldChecker& check);
SimilarQuery ReadSimilar(const v1::SimilarItemsRequest& request, FilterCache& filters,
                         FieldChecker& check);

void Write(const SuggestionList& list, v1::SuggestForCustomerResponse* proto);
void Write(const SimilarItem& similar, v1::SimilarItem* proto);

}  // namespace rapport::server
