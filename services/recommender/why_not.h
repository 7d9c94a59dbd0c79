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
#include "model/purchase_chance.h"
#include "model/score.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/item_explanation.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/suggest_query.h"

namespace rapport {

// The first of these that holds, in the order in which a list is made.
enum class Fate {
  kSuggested,    // it is in the list
  kUnknownItem,  // neither the catalogue nor the model has it
  kNotLearned,   // the catalogue has it, the model does not: nobody had bought it
  kExcluded,     // by the ids of the request
  kDeclined,     // by what was reported of the customer: `left_out` says which
  kBought,       // the list is of what is new to the customer, and it was bought
  kNotBought,    // the list is of what was bought before, and it was not, or not for themselves
  kInBasket,
  kUnavailable,  // it cannot be sold now
  kFiltered,     // left out by the filter, a rule, or a limit: `left_out` says which
  kBelowCutoff,  // it may be in the list, and others have the places
};

struct ItemFate {
  std::shared_ptr<const Item> item;  // not null; just the id of an unknown one
  Fate fate = Fate::kUnknownItem;
  int rank = 0;  // kSuggested: in the list, from 1
  // By score alone among what the list may hold, whether it may stand there or not, from 1. 0: the
  // model does not know it.
  int64_t rank_by_score = 0;
  std::optional<double> score;  // none: the model does not know it
  // kBelowCutoff: what it lacks to the last that its score placed on the page, >= 0. None: rules
  // gave all the places.
  std::optional<double> gap;
  // kBought, kNotBought: every purchase of it, returned ones and gifts too; quantity is what was
  // kept. None: never.
  std::optional<OwnHistory> bought;
  std::optional<LeftOut> left_out;  // kExcluded to kFiltered; kBelowCutoff: kDeclinedLately, if so
  std::optional<PurchaseChance> chance;
  double window_days = 0;  // that the chance is about
  std::string model_version;
  TimePoint as_of;
  Pool pool = Pool::kNewToCustomer;
};

// Of the list that `query` asks for; with a page_token, of all of it up to that page. Codes as
// Suggester::Suggest.
absl::StatusOr<ItemFate> WhyNot(const Store& store, const ModelShelf& models,
                                const SuggestQuery& query, const std::string& item_id,
                                TimePoint now);

}  // namespace rapport
