// ExplainedList: the list that an explanation is about, rebuilt from a token or made of a question:
// a model beside the catalogue and the rules of now, the shopper, what was asked for and what was
// served. A value; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/explainer.h"
#include "services/recommender/list_request.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/suggest_query.h"
#include "services/recommender/token.h"

namespace rapport {

struct ExplainedList {
  std::shared_ptr<const ServingModel> serving;  // not null
  CustomerState state;
  SuggestQuery asked;  // as far as it is known: all of it but ids, if they were too many
  TimePoint rules_at;  // the time by which rules hold
  bool by_token = false;
  // By token:
  std::vector<RuledItem> served;  // on the page, in its order
  std::vector<Shown> before;      // on pages before
  bool split = false;             // see Token::split
  uint64_t told = 0;              // see Token::told
  std::string unranked_because;   // for people; empty: items can be ranked

  const ModelSnapshot& model() const { return serving->model(); }
  // Of the page; null: it is not there.
  const RuledItem* Served(ItemIndex item) const;
  // All places of the list up to the page, empty without a token.
  std::vector<Shown> Places() const;
  // From 1; 0: it has none.
  int PlaceOf(ItemIndex item) const;
  // How long the list is up to the page.
  int Length() const { return static_cast<int>(before.size()) + asked.count; }
};

// Codes as Explainer::Explain.
absl::StatusOr<ExplainedList> ExplainedListOf(const Store& store, const ModelShelf& models,
                                              const ExplainQuery& query, TimePoint now);

// Whether a rule gave the item its place, and a commercial one had a part in that: as it was
// served, if it was, or else as of now.
struct PlaceGiven {
  bool pinned = false;
  bool promoted = false;
};
PlaceGiven PlaceGivenTo(const ExplainedList& list, const ListRequest& request, ItemIndex item);

// What rules add to the score of the item: as it was served, if it was, or else as of now.
std::vector<RuleTerm> RulesOf(const ExplainedList& list, const ListRequest& request,
                              ItemIndex item);
// By which the first of the items was, or would be, placed: rules add to everything what they add
// now, but to what was served in the same way as the first one, and to all of `items`, what they
// added then.
Scorer ScorerOf(const ExplainedList& list, const ListRequest& request,
                std::span<const ItemIndex> items);

}  // namespace rapport
