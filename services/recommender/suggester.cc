#include "services/recommender/suggester.h"

#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "model/explanation.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "model/top_k.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

constexpr size_t kMostGoesWith = 2;
constexpr double kLeastShare = 0.1;  // a term below this part of the whole is no reason

uint64_t Fingerprint(const SuggestQuery& query) {
  const std::set<std::string> exclude(query.exclude_item_ids.begin(), query.exclude_item_ids.end());
  const std::set<std::string> only(query.only_item_ids.begin(), query.only_item_ids.end());
  std::string text = absl::StrCat(query.count, "|", static_cast<int>(query.pool), "|");
  for (const std::set<std::string>* ids : {&exclude, &only}) {
    for (const std::string& id : *ids) absl::StrAppend(&text, id.size(), ":", id);
    text += "|";
  }
  return XXH3_64bits(text.data(), text.size());
}

std::vector<Reason> ReasonsFor(const ScoreTerms& terms, Standing standing) {
  std::vector<std::pair<double, Reason>> parts = {{terms.taste, Reason::kTaste},
                                                  {terms.repeat, Reason::kBoughtBefore}};
  if (standing != Standing::kNeither) {
    parts.emplace_back(terms.popularity,
                       standing == Standing::kPopular ? Reason::kPopular : Reason::kNew);
  }
  const double whole = std::abs(terms.taste) + std::abs(terms.repeat) + std::abs(terms.popularity);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Reason> reasons;
  for (const auto& [part, reason] : parts) {
    if (part > 0 && part >= kLeastShare * whole) reasons.push_back(reason);
  }
  if (reasons.empty() && parts.front().first != 0) reasons.push_back(parts.front().second);
  return reasons;
}

// What the query lets in: items by its lists, and by the customer's own lines those of its pool.
ItemScan::Filter FilterFor(const ItemScan& scan, const CustomerState& state,
                           const SuggestQuery& query) {
  const Vocabulary& items = scan.model().items;
  ItemScan::Filter asked = query.only_item_ids.empty() ? scan.All() : scan.None();
  for (const std::string& id : query.only_item_ids) {
    if (const auto item = items.Find(id)) asked.Admit(*item);
  }
  for (const std::string& id : query.exclude_item_ids) {
    if (const auto item = items.Find(id)) asked.Drop(*item);
  }
  if (query.pool == Pool::kAny) return asked;
  // New is what was never taken home, gifts and returns included; bought before is what still
  // counts.
  ItemScan::Filter of_pool = query.pool == Pool::kBoughtBefore ? scan.None() : asked;
  for (const HistoryLine& line : state.history.lines) {
    const auto item = items.Find(line.purchase.item_id);
    if (!item) continue;
    if (query.pool == Pool::kNewToCustomer) {
      of_pool.Drop(*item);
    } else if (Counts(line) && asked.Admits(*item)) {
      of_pool.Admit(*item);
    }
  }
  return of_pool;
}

Suggestion Describe(const ServingModel& serving, const Scorer& scorer, bool may_mention,
                    ItemIndex index, int rank) {
  const ScoreTerms terms = scorer.Terms(index);
  Suggestion suggestion{.item = serving.items()[index],
                        .rank = rank,
                        .score = terms.Sum(),
                        .terms = terms,
                        .reasons = ReasonsFor(terms, StandingOf(scorer.model(), index)),
                        .personal = scorer.personal()};
  if (!scorer.personal() || !may_mention) return suggestion;
  for (const Contribution& line : Explain(scorer, index).contributions) {
    if (suggestion.goes_with.size() == kMostGoesWith) break;
    if (line.contribution > 0 && line.entry->item != index)
      suggestion.goes_with.push_back(serving.items()[line.entry->item]);
  }
  return suggestion;
}

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  return SuggestBy(*models_.Serving(), query);
}

absl::StatusOr<SuggestionList> Suggester::SuggestBy(const ServingModel& serving,
                                                    const SuggestQuery& query) const {
  const ModelSnapshot& model = serving.model();
  const auto state = StateFor(store_, model, query.customer_id, query.as_of, clock_());
  if (!state.ok()) return state.status();

  const Scorer scorer(model, query.pool, state->evidence);
  ItemScan::Filter eligible = FilterFor(serving.scan(), *state, query);
  eligible &= serving.available();
  const std::vector<Ranked> top =
      serving.scan().TopK(scorer, static_cast<size_t>(query.count), std::move(eligible));

  SuggestionList list{.model_version = model.version,
                      .history_size = state->history_size,
                      .as_of = state->as_of,
                      .pool = query.pool};
  list.token = EncodeToken({.model_version = model.version,
                            .sequence = state->history.sequence,
                            .as_of = state->as_of,
                            .pool = query.pool,
                            .request = Fingerprint(query),
                            .customer_id = query.customer_id});
  for (const Ranked& ranked : top) {
    list.suggestions.push_back(Describe(serving, scorer, state->may_mention, ranked.item,
                                        static_cast<int>(list.suggestions.size()) + 1));
  }
  return list;
}

}  // namespace rapport
