// ExplainedList: the list that an explanation is about, rebuilt from a token or made of a question:
// the model, the shopper, what was asked for, and what rules did. A value; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/explainer.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/rules_now.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/suggest_query.h"
#include "services/recommender/token.h"

namespace rapport {

struct ExplainedList {
  std::shared_ptr<const ServingModel> now;      // what serves; not null
  std::shared_ptr<const ModelSnapshot> model;   // in question; not null
  std::shared_ptr<const ServingModel> serving;  // the same beside the catalogue of now; null: the
                                                // model serves no more
  CustomerState state;
  SuggestQuery asked;            // as far as it decides what the list may hold
  TimePoint rules_at;            // the time by which rules hold
  std::vector<RuledItem> rules;  // as they were served
  std::string unranked_because;  // for people; empty: items can be ranked

  bool CanRank() const { return unranked_because.empty(); }
  // Not null.
  const ServingModel& catalogue() const { return serving != nullptr ? *serving : *now; }
};

// Codes as Explainer::Explain.
absl::StatusOr<ExplainedList> ExplainedListOf(const Store& store, const ModelShelf& models,
                                              const ExplainQuery& query, TimePoint now);

// What rules do to one item of the list: as it was served, if it was in it, or else as of now; and
// what keeps it from such lists now.
struct Ruled {
  std::vector<RuleTerm> terms;
  bool commercial = false;  // one of them
  std::vector<LeftOut> left_out;
};
Ruled RulesOf(const ExplainedList& list, const std::string& item_id);

// `others` with the sum of the terms for the one item. Null: nothing is added to any.
std::shared_ptr<const Adjustments> AdjustmentsWith(const ExplainedList& list,
                                                   const std::shared_ptr<const Adjustments>& others,
                                                   ItemIndex item,
                                                   const std::vector<RuleTerm>& terms);

}  // namespace rapport
