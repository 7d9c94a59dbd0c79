// Why an item is in a shopper's list, or why it is not: one answer for every item there is, from
// the very request that makes the list, so that the two agree. Any thread; may read from disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "services/recommender/clock.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/suggest_query.h"

namespace rapport {

enum class Fate {
  kSuggested,    // it is in the list
  kBelowCutoff,  // it may be, and others score better
  kBought,       // the list is of what is new, and it was bought
  kFiltered,     // left out by what `left_out` says
  kUnavailable,  // it cannot be sold now
  kNotLearned,   // the catalogue has it, the model does not: nobody had bought it
  kUnknownItem,  // neither has it
};

struct ItemFate {
  std::shared_ptr<const Item> item;  // not null; just the id of an unknown one
  Fate fate = Fate::kUnknownItem;
  int rank = 0;  // kSuggested: in the list, from 1
  // kSuggested, kBelowCutoff: by score alone among what the list may hold, from 1.
  int64_t rank_by_score = 0;
  std::optional<double> score;         // none: the model does not know it
  double gap = 0;                      // kBelowCutoff: below the last that its score placed; >= 0
  std::optional<TimePoint> bought_at;  // kBought: last
  std::optional<LeftOut> left_out;     // kFiltered, kBought, kUnavailable
  std::string model_version;
  TimePoint as_of;
};

// Of the first page of the list that `query` asks for. Codes as Suggester::Suggest.
absl::StatusOr<ItemFate> WhyNot(const Store& store, const ModelShelf& models,
                                const SuggestQuery& query, const std::string& item_id,
                                TimePoint now);

}  // namespace rapport
