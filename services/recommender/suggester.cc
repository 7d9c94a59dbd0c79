#include "services/recommender/suggester.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/popularity.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/fingerprint.h"
#include "services/recommender/list_request.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

constexpr size_t kMostGoesWith = 2;
constexpr double kLeastShare = 0.1;  // a term below this part of the whole is no reason

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

Suggestion Describe(const ListRequest& request, const Chosen& chosen) {
  const Candidate& candidate = chosen.candidate;
  const Scorer& scorer = request.ScorerOf(candidate);
  const ScoreTerms terms = scorer.Terms(candidate.item);
  return {.item = request.serving().items()[candidate.item],
          .rank_by_score = static_cast<int>(candidate.rank_by_score),
          .score = terms.Sum(),
          .terms = terms,
          .rules = request.RulesOf(candidate),
          .pinned_by = chosen.pinned_by,
          .promoted = candidate.promoted,
          .chance = request.ChanceOf(candidate.item, terms.Sum() - terms.rules),
          .reasons = ReasonsFor(terms, StandingOf(scorer.model(), candidate.item)),
          .personal = scorer.personal()};
}

// What of the customer's own each of them goes with most: the greatest contributions to taste.
void NameCompany(const ListRequest& request, const CustomerState& state,
                 const std::vector<Chosen>& chosen, std::vector<Suggestion>* suggestions) {
  const Scorer& scorer = request.scorer();
  if (scorer.tastes().empty() || !state.may_mention) return;
  std::vector<ItemIndex> items;
  for (const Chosen& each : chosen) items.push_back(each.candidate.item);
  const Eigen::MatrixXd contributions = scorer.EntryContributions(items);
  const auto entries = state.evidence.entries();
  for (size_t place = 0; place < items.size(); ++place) {
    const auto of_item = contributions.col(static_cast<Eigen::Index>(place));
    std::vector<size_t> speaking;
    for (size_t entry = 0; entry < entries.size(); ++entry) {
      if (of_item[static_cast<Eigen::Index>(entry)] > 0 && entries[entry].item != items[place])
        speaking.push_back(entry);
    }
    const auto named = static_cast<std::ptrdiff_t>(std::min(speaking.size(), kMostGoesWith));
    std::partial_sort(speaking.begin(), speaking.begin() + named, speaking.end(),
                      [&](size_t one, size_t other) {
                        const double a = of_item[static_cast<Eigen::Index>(one)];
                        const double b = of_item[static_cast<Eigen::Index>(other)];
                        return a != b ? a > b : one < other;
                      });
    speaking.resize(static_cast<size_t>(named));
    for (const size_t entry : speaking)
      (*suggestions)[place].goes_with.push_back(request.serving().items()[entries[entry].item]);
  }
}

// The page that the request chooses. `next`: gets what the token of the next page says of this one
// and those before. True: there may be a next page.
bool Fill(ListRequest& request, const SuggestQuery& query, const CustomerState& state,
          SuggestionList* list, Token* next) {
  const std::vector<Chosen> chosen = request.Choose();
  const ListRequest::Used& used = request.used();
  for (const Chosen& each : chosen) {
    list->suggestions.push_back(Describe(request, each));
    list->suggestions.back().rank = static_cast<int>(used.shown.size() + list->suggestions.size());
  }
  NameCompany(request, state, chosen, &list->suggestions);
  const auto count = static_cast<size_t>(query.count);
  if (chosen.size() < count) list->left_out = request.LeftOutFrom(chosen);
  next->shown = used.shown;
  next->spent_pins = used.spent_pins;
  for (const Chosen& each : chosen) {
    next->shown.push_back({each.candidate.item, each.candidate.promoted});
    if (!each.pinned_by.empty()) next->spent_pins.push_back(each.pinned_by);
  }
  return chosen.size() == count && next->shown.size() < kLongestList &&
         request.Unshown(chosen).Count() > 0;
}

// What a token keeps of the request.
AskedFor AskedBy(const SuggestQuery& query) {
  AskedFor asked{.count = static_cast<uint32_t>(query.count), .filter = query.filter_text};
  const auto keep = [&](const std::unordered_set<std::string>& ids,
                        std::vector<std::string>* kept) {
    if (ids.size() > AskedFor::kMostIds) {
      asked.too_many_ids = true;
      return;
    }
    kept->assign(ids.begin(), ids.end());
    std::ranges::sort(*kept);
  };
  keep(query.only_item_ids, &asked.only_item_ids);
  keep(query.exclude_item_ids, &asked.exclude_item_ids);
  return asked;
}

std::vector<ListChange> ChangesOf(const SuggestionList& without, const SuggestionList& with) {
  std::vector<ListChange> changes;
  const auto rank_in = [](const SuggestionList& list, const std::string& item_id) {
    const auto found = std::ranges::find_if(
        list.suggestions, [&](const Suggestion& each) { return each.item->item_id == item_id; });
    return found == list.suggestions.end() ? 0 : found->rank;
  };
  for (const Suggestion& suggestion : with.suggestions) {
    const int from = rank_in(without, suggestion.item->item_id);
    if (from != suggestion.rank)
      changes.push_back({.item = suggestion.item, .from = from, .to = suggestion.rank});
  }
  for (const Suggestion& suggestion : without.suggestions) {
    if (rank_in(with, suggestion.item->item_id) == 0)
      changes.push_back({.item = suggestion.item, .from = suggestion.rank, .to = 0});
  }
  return changes;
}

absl::Status NotThisPage() {
  return absl::InvalidArgumentError(
      "expected a next_page_token of this very request; ask for the first page again");
}

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  if (query.page_token.empty()) {
    const auto serving = models_.Serving();
    auto list = Answer(*serving, query, nullptr);
    if (!list.ok() || query.shopper.what_if.empty()) return list;
    SuggestQuery plain = query;
    plain.shopper.what_if = {};
    const auto without = Answer(*serving, plain, nullptr);
    if (!without.ok()) return without.status();
    list->changes = ChangesOf(*without, *list);
    return list;
  }
  const auto page = DecodeToken(query.page_token);
  if (!page.ok() || page->shown.empty() || page->shown.size() >= kLongestList ||
      page->request != Fingerprint(query)) {
    return NotThisPage();
  }
  const auto serving = models_.ServingAgain(page->model_version);
  if (serving == nullptr) {
    return absl::FailedPreconditionError(
        "the model that made the first page serves no more; ask for the first page again");
  }
  const size_t items = serving->model().items.size();
  if (std::ranges::any_of(page->shown,
                          [&](const Shown& shown) { return Row(shown.item) >= items; }))
    return NotThisPage();
  return Answer(*serving, query, &*page);
}

absl::StatusOr<SuggestionList> Suggester::SuggestBy(const ServingModel& serving,
                                                    const SuggestQuery& query) const {
  return Answer(serving, query, nullptr);
}

absl::StatusOr<SuggestionList> Suggester::Answer(const ServingModel& serving,
                                                 const SuggestQuery& query,
                                                 const Token* page) const {
  const ModelSnapshot& model = serving.model();
  const TimePoint now = clock_();
  Shopper shopper = query.shopper;
  if (page != nullptr) shopper.basket_item_ids = page->shopper.basket_item_ids;
  const auto state =
      page == nullptr
          ? StateFor(store_, model, shopper, query.as_of, now)
          : StateAgain(store_, model, shopper, {.sequence = page->sequence, .time = page->as_of});
  if (!state.ok()) return state.status();
  if (state->basket_size() == 0) shopper.basket_item_ids.clear();  // of who wants none of it

  SuggestionList list{.model_version = model.version,
                      .history_size = state->history_size,
                      .basket_size = state->basket_size(),
                      .as_of = state->as_of,
                      .pool = query.pool,
                      .window_days = model.calibration.window_days};
  const Token plain{.model_version = model.version,
                    .sequence = state->history->sequence,
                    .as_of = state->as_of,
                    .pool = query.pool,
                    .request = Fingerprint(query)};
  Token next = plain;
  next.shopper.basket_item_ids = shopper.basket_item_ids;
  ListRequest request(
      serving, query, *state, query.as_of.value_or(now),
      page == nullptr ? ListRequest::Used() : ListRequest::Used{page->shown, page->spent_pins});
  const bool more = Fill(request, query, *state, &list, &next);
  if (query.paged && more) list.next_page_token = EncodeToken(next);

  Token token = plain;
  token.shopper = std::move(shopper);
  token.store = query.store;
  token.asked = AskedBy(query);
  // Of every item of the list, so that an explanation knows what was served.
  for (const Suggestion& suggestion : list.suggestions)
    token.rules.push_back({*model.items.Find(suggestion.item->item_id), suggestion.rules});
  list.token = EncodeToken(token);
  return list;
}

}  // namespace rapport
