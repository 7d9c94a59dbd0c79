// Suggester: items for a customer. One model and one state of the history for each call; nothing is
// written. Any thread; may read from disk, so not for a gRPC thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/score.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"

namespace rapport {

enum class Reason { kTaste, kBoughtBefore, kPopular, kNew };

struct SuggestQuery {
  std::string customer_id;
  int count = 10;  // 1 to 100
  Pool pool = Pool::kNewToCustomer;
  std::unordered_set<std::string> exclude_item_ids;
  std::unordered_set<std::string> only_item_ids;  // empty: any
  std::optional<TimePoint> as_of;                 // none: now
};

struct Suggestion {
  std::shared_ptr<const Item> item;  // not null
  int rank = 0;                      // from 1
  double score = 0;
  ScoreTerms terms;
  std::vector<Reason> reasons;  // strongest first
  bool personal = false;        // false: popularity alone
  std::vector<std::shared_ptr<const Item>>
      goes_with;  // the purchases that add most to taste, at most two
};

struct SuggestionList {
  std::string token;  // see token.h
  std::string model_version;
  int history_size = 0;  // order lines kept, of all items
  TimePoint as_of;
  Pool pool = Pool::kNewToCustomer;
  std::vector<Suggestion> suggestions;
};

class Suggester {
 public:
  Suggester(const Store& store, const ModelShelf& models, Clock clock)
      : store_(store), models_(models), clock_(std::move(clock)) {}

  // Codes: those of Store's reads.
  absl::StatusOr<SuggestionList> Suggest(const SuggestQuery& query) const;
  // What another model than the one that serves would suggest; nothing is counted or served.
  absl::StatusOr<SuggestionList> SuggestBy(const ServingModel& model,
                                           const SuggestQuery& query) const;

 private:
  const Store& store_;
  const ModelShelf& models_;
  const Clock clock_;
};

}  // namespace rapport
