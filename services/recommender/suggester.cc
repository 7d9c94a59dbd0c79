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

// Which items of the model a list of this pool leaves out or lets in, by the customer's own lines.
class PoolFilter {
 public:
  PoolFilter(const ModelSnapshot& model, const CustomerState& state, Pool pool) : pool_(pool) {
    for (const HistoryLine& line : state.history.lines) {
      // New is what was never taken home, gifts and returns included; bought before is what still
      // counts.
      if (pool == Pool::kBoughtBefore && !Counts(line)) continue;
      if (const auto item = model.items.Find(line.purchase.item_id)) bought_.insert(*item);
    }
  }
  bool Admits(ItemIndex item) const {
    return pool_ == Pool::kAny || bought_.contains(item) == (pool_ == Pool::kBoughtBefore);
  }

 private:
  const Pool pool_;
  std::set<ItemIndex> bought_;
};

absl::StatusOr<Suggestion> Describe(const Store& store, const Scorer& scorer, bool may_mention,
                                    ItemIndex index, Item item, int rank) {
  const ScoreTerms terms = scorer.Terms(index);
  Suggestion suggestion{
      .item = std::move(item), .rank = rank, .score = terms.Sum(), .terms = terms};
  suggestion.reasons = ReasonsFor(terms, StandingOf(scorer.model(), index));
  suggestion.personal = scorer.personal();
  if (!scorer.personal() || !may_mention) return suggestion;
  for (const Contribution& line : Explain(scorer, index).contributions) {
    if (suggestion.goes_with.size() == kMostGoesWith) break;
    if (line.contribution <= 0 || line.entry->item == index) continue;
    auto other = ItemNamed(store, scorer.model().items.Id(line.entry->item));
    if (!other.ok()) return other.status();
    suggestion.goes_with.push_back(*std::move(other));
  }
  return suggestion;
}

// The best eligible items with what the catalogue says of them. Availability is asked of the store
// as items come up, so that a change of it holds on the next call.
absl::StatusOr<std::vector<std::pair<ItemIndex, Item>>> Retrieve(const Store& store,
                                                                 const Scorer& scorer,
                                                                 const PoolFilter& pool,
                                                                 const SuggestQuery& query) {
  std::vector<std::pair<ItemIndex, Item>> found;
  absl::Status failed;
  BestFirst(scorer, [&](const Ranked& ranked) {
    const std::string& id = scorer.model().items.Id(ranked.item);
    const bool wanted = pool.Admits(ranked.item) && !query.exclude_item_ids.contains(id) &&
                        (query.only_item_ids.empty() || query.only_item_ids.contains(id));
    if (!wanted) return true;
    auto item = ItemNamed(store, id);
    if (!item.ok()) {
      failed = item.status();
      return false;
    }
    if (item->available) found.emplace_back(ranked.item, *std::move(item));
    return found.size() < static_cast<size_t>(query.count);
  });
  if (!failed.ok()) return failed;
  return found;
}

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  const std::shared_ptr<const ModelSnapshot> model = models_.Current();
  return SuggestBy(*model, query);
}

absl::StatusOr<SuggestionList> Suggester::SuggestBy(const ModelSnapshot& model,
                                                    const SuggestQuery& query) const {
  const auto state = StateFor(store_, model, query.customer_id, query.as_of, clock_());
  if (!state.ok()) return state.status();

  const Scorer scorer(model, query.pool, state->evidence);
  const auto found = Retrieve(store_, scorer, PoolFilter(model, *state, query.pool), query);
  if (!found.ok()) return found.status();

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
  for (const auto& [index, item] : *found) {
    auto suggestion = Describe(store_, scorer, state->may_mention, index, item,
                               static_cast<int>(list.suggestions.size()) + 1);
    if (!suggestion.ok()) return suggestion.status();
    list.suggestions.push_back(*std::move(suggestion));
  }
  return list;
}

}  // namespace rapport
