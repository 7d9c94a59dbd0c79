// Suggester: items for a customer or a guest. One model, one state of the catalogue, the rules and
// the history for each call; nothing is written. Any thread; may read from disk, so not for a gRPC
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/purchase_chance.h"
#include "model/score.h"
#include "services/recommender/clock.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/nameable.h"
#include "services/recommender/rules_now.h"
#include "services/recommender/suggest_query.h"

namespace rapport {

struct ListSetting;

enum class Reason { kTaste, kBoughtBefore, kPopular, kNew };

struct Suggestion {
  std::shared_ptr<const Item> item;  // not null
  int rank = 0;                      // from 1; goes on from page to page
  int rank_by_score = 0;  // from 1; where score alone would have put it; 0: beyond kLongestList
  double score = 0;
  ScoreTerms terms;
  std::vector<RuleTerm> rules;           // what terms.rules is the sum of
  std::string pinned_by;                 // the rule that gave it its place; empty: none
  bool promoted = false;                 // a commercial rule has a part in its place
  std::optional<PurchaseChance> chance;  // none: the model is not calibrated
  std::vector<Reason> reasons;           // strongest first
  bool personal = false;                 // false: popularity alone
  // It suits the customer no more than the average one: reasons and goes_with are not personal.
  bool popularity_driven = false;
  // What adds most to taste of what may be named (nameable.h), at most two.
  std::vector<std::shared_ptr<const Item>> goes_with;
};

// What a what-if, or a report, changes in a list.
struct ListChange {
  std::shared_ptr<const Item> item;  // not null
  int from = 0;                      // its rank before, without the what-if; 0: not in the list
  int to = 0;                        // likewise after, with it
  // Of one that left: its place by score alone among what the list may hold after; 0: it may not be
  // there.
  int64_t rank_by_score = 0;
};

enum class ReportStep : uint8_t { kMade, kUndone };

struct SuggestionList {
  std::string token;            // see token.h
  std::string next_page_token;  // empty: not asked for, or there is no more
  std::string model_version;
  int history_size = 0;  // order lines kept, of all items
  int basket_size = 0;   // entries of the basket that were taken into account
  TimePoint as_of;
  Pool pool = Pool::kNewToCustomer;
  double window_days = 0;  // that chances are about
  std::vector<Suggestion> suggestions;
  std::vector<LeftOut> left_out;  // why there are no more; empty if there are as many as asked for
  std::vector<ListChange> changes;  // by a what-if: by rank with it, then those that left
};

class Suggester {
 public:
  // `naming`: of what goes with a suggestion.
  Suggester(const Store& store, const ModelShelf& models, Clock clock, NamingLimits naming = {})
      : store_(store), models_(models), clock_(std::move(clock)), naming_(std::move(naming)) {}

  // INVALID_ARGUMENT: with FieldErrors what the what-if has wrong, else the page token is not of
  // this query; FAILED_PRECONDITION: the model of the first page serves no more; PERMISSION_DENIED:
  // the customer has since refused personalization; and those of Store's reads.
  absl::StatusOr<SuggestionList> Suggest(const SuggestQuery& query) const;
  // What the making of a report (of data/records.h, in force, of the shopper) changed in the list
  // that `query` asks for, or what undoing it will change: by rank after, then those that left.
  // `query` has no what-if and no page token. `as_of`: a state of the history in which the report
  // is in force, given exactly by its sequence; none: that of now. INVALID_ARGUMENT: there is no
  // such report; else as Suggest.
  absl::StatusOr<std::vector<ListChange>> EffectOf(const SuggestQuery& query,
                                                   const std::string& report_id, ReportStep step,
                                                   std::optional<AsOf> as_of = std::nullopt) const;
  // What another model than the one that serves would suggest; nothing is counted or served.
  // Without pages.
  absl::StatusOr<SuggestionList> SuggestBy(std::shared_ptr<const ServingModel> model,
                                           const SuggestQuery& query) const;

 private:
  SuggestionList Answer(const ListSetting& setting, const SuggestQuery& query) const;

  const Store& store_;
  const ModelShelf& models_;
  const Clock clock_;
  const NamingLimits naming_;
};

}  // namespace rapport
