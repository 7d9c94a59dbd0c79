// Explainer: why an item has the score and the place it has, from the customer's own purchases,
// exactly; and why it stands before another. With a token it rebuilds the very solve that was
// served. Any thread; may read from disk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/score.h"
#include "services/filter/item_filter.h"
#include "services/recommender/clock.h"
#include "services/recommender/item_explanation.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/shopper.h"

namespace rapport {

struct ExplainQuery {
  std::string token;  // from a SuggestionList; empty: explain what would be served now
  Shopper shopper;    // without a token
  Apart apart;
  std::string store;  // without a token: for rules; empty: the customer's own
  std::string item_id;
  int max_evidence = 5;
  Pool pool = Pool::kNewToCustomer;          // without a token
  std::optional<TimePoint> as_of;            // without a token; none: now
  std::shared_ptr<const ItemFilter> filter;  // without a token: of the list; null: any item
  int list_length = 10;                      // without a token
  // Whether ranks, the smallest removal, the next item and what is held back are wanted: most of
  // what an explanation costs.
  bool places = true;
};

class Explainer {
 public:
  // `on_residual` is told |residual| / max(1, |score|) of every explanation, and whether it was
  // exceeded; may be empty.
  Explainer(const Store& store, const ModelShelf& models, Clock clock,
            std::function<void(double residual, bool exceeded)> on_residual = nullptr)
      : store_(store),
        models_(models),
        clock_(std::move(clock)),
        on_residual_(std::move(on_residual)) {}

  // INVALID_ARGUMENT: not a token, or, with FieldErrors, a what-if of what was never bought;
  // PERMISSION_DENIED: the customer no longer wants purchases used; NOT_FOUND: the item is not in
  // the model, or the history of the token is gone; FAILED_PRECONDITION: the model of the token is
  // no longer kept; INTERNAL: the contributions do not sum to the score within 1e-9 max(1,
  // |score|). And those of Store's reads.
  absl::StatusOr<ItemExplanation> Explain(const ExplainQuery& query) const;

  // Why query.item_id stands before (or behind) the other, for the same shopper. Codes as Explain;
  // INTERNAL: the differences do not sum to the difference of the scores.
  absl::StatusOr<Comparison> Compare(const ExplainQuery& query,
                                     const std::string& other_item_id) const;

 private:
  // INTERNAL if it is beyond what rounding may leave; counted.
  absl::Status Check(double residual, double score) const;

  const Store& store_;
  const ModelShelf& models_;
  const Clock clock_;
  const std::function<void(double, bool)> on_residual_;
};

}  // namespace rapport
