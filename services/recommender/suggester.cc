#include "services/recommender/suggester.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "model/explanation.h"
#include "model/popularity.h"
#include "model/scorer.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/fingerprint.h"
#include "services/recommender/list_request.h"
#include "services/recommender/list_setting.h"
#include "services/recommender/token.h"

namespace rapport {
namespace {

constexpr size_t kMostGoesWith = 2;
constexpr double kLeastShare = 0.1;  // a term below this part of the whole is no reason

// Of what suits the customer no more than others.
std::vector<Reason> ImpersonalReasons(Standing standing) {
  if (standing == Standing::kNeither) return {};
  return {standing == Standing::kPopular ? Reason::kPopular : Reason::kNew};
}

std::vector<Reason> PersonalReasons(const ScoreTerms& terms, Standing standing) {
  std::vector<std::pair<double, Reason>> parts = {{terms.taste, Reason::kTaste},
                                                  {terms.repeat, Reason::kBoughtBefore}};
  if (standing != Standing::kNeither) {
    parts.emplace_back(terms.popularity,
                       standing == Standing::kPopular ? Reason::kPopular : Reason::kNew);
  }
  const double whole = std::abs(terms.taste) + std::abs(terms.repeat) + std::abs(terms.popularity) +
                       std::abs(terms.notes);
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
  const Standing standing = StandingOf(scorer.model(), candidate.item);
  const bool popularity_driven = PopularityDriven(scorer, candidate.item);
  return {
      .item = request.serving().items()[candidate.item],
      .rank_by_score = static_cast<int>(candidate.rank_by_score),
      .score = terms.Sum(),
      .terms = terms,
      .rules = request.RulesOf(candidate),
      .pinned_by = chosen.pinned_by,
      .promoted = candidate.promoted,
      .chance = request.ChanceOf(candidate.item, terms),
      .reasons = popularity_driven ? ImpersonalReasons(standing) : PersonalReasons(terms, standing),
      .personal = scorer.personal(),
      .popularity_driven = popularity_driven};
}

// What of the customer's own each of them goes with most: the greatest contributions to taste, of
// what may be named.
void NameCompany(const ListRequest& request, const CustomerState& state, const NamingLimits& limits,
                 const std::vector<Chosen>& chosen, std::vector<Suggestion>* suggestions) {
  const Scorer& scorer = request.scorer();
  if (scorer.tastes().empty() || !state.may_mention) return;
  std::vector<ItemIndex> items;
  for (const Chosen& each : chosen) items.push_back(each.candidate.item);
  const Eigen::MatrixXd contributions = scorer.EntryContributions(items);
  const auto entries = state.evidence.entries();
  const Nameable nameable(state, limits);
  std::vector<bool> may_be_named;
  for (const Evidence::Entry& entry : entries)
    may_be_named.push_back(nameable(*request.serving().items()[entry.item]));
  for (size_t place = 0; place < items.size(); ++place) {
    if ((*suggestions)[place].popularity_driven) continue;
    const auto of_item = contributions.col(static_cast<Eigen::Index>(place));
    std::vector<size_t> speaking;
    for (size_t entry = 0; entry < entries.size(); ++entry) {
      if (may_be_named[entry] && of_item[static_cast<Eigen::Index>(entry)] > 0 &&
          entries[entry].item != items[place])
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

// The page that the request chose.
void Fill(const ListRequest& request, const CustomerState& state, const NamingLimits& limits,
          const std::vector<Chosen>& chosen, SuggestionList* list) {
  const size_t shown = request.used().shown.size();
  for (const Chosen& each : chosen) {
    list->suggestions.push_back(Describe(request, each));
    list->suggestions.back().rank = static_cast<int>(shown + list->suggestions.size());
  }
  NameCompany(request, state, limits, chosen, &list->suggestions);
  if (!request.Full(chosen)) list->left_out = request.LeftOutFrom(chosen);
}

// Whether there may be a next page.
bool MayGoOn(const ListRequest& request, const std::vector<Chosen>& chosen) {
  return request.Full(chosen) && request.used().shown.size() + chosen.size() < kLongestList &&
         request.Unshown(chosen).Count() > 0;
}

// What a token keeps of the request.
AskedFor AskedBy(const SuggestQuery& query) {
  AskedFor asked{.count = static_cast<uint32_t>(query.count),
                 .max_per_category = static_cast<uint32_t>(query.max_per_category),
                 .diversity = query.diversity,
                 .min_confidence = query.min_confidence,
                 .filter = query.filter_text};
  if (query.promoted_slots) asked.promoted_slots = static_cast<uint32_t>(*query.promoted_slots);
  const auto keep = [&](const std::unordered_set<std::string>& ids,
                        std::vector<std::string>* kept) {
    if (std::ssize(ids) > AskedFor::kMostIds) {
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

// `after`: what the list that is after was made from.
std::vector<ListChange> ChangesOf(const SuggestionList& before, const SuggestionList& now,
                                  const ListSetting& after, const SuggestQuery& query) {
  std::vector<ListChange> changes;
  const auto rank_in = [](const SuggestionList& list, const std::string& item_id) {
    const auto found = std::ranges::find_if(
        list.suggestions, [&](const Suggestion& each) { return each.item->item_id == item_id; });
    return found == list.suggestions.end() ? 0 : found->rank;
  };
  for (const Suggestion& suggestion : now.suggestions) {
    const int from = rank_in(before, suggestion.item->item_id);
    if (from != suggestion.rank)
      changes.push_back({.item = suggestion.item, .from = from, .to = suggestion.rank});
  }
  std::optional<ListRequest> request;
  for (const Suggestion& suggestion : before.suggestions) {
    if (rank_in(now, suggestion.item->item_id) != 0) continue;
    if (!request) request.emplace(*after.serving, query, after.state, after.at, after.used);
    ListChange& left = changes.emplace_back(suggestion.item, suggestion.rank);
    const auto item = after.serving->model().items.Find(suggestion.item->item_id);
    if (item && request->eligible().items().Admits(*item))
      left.rank_by_score = static_cast<int64_t>(request->RankOf(request->CandidateFor(*item, {})));
  }
  return changes;
}

}  // namespace

absl::StatusOr<SuggestionList> Suggester::Suggest(const SuggestQuery& query) const {
  const auto setting = SettingOf(store_, models_, query, clock_());
  if (!setting.ok()) return setting.status();
  SuggestionList list = Answer(*setting, query);
  if (setting->shopper.what_if.empty() || !query.page_token.empty()) return list;
  const auto without = setting->WithoutWhatIf(store_, query.apart);
  if (!without.ok()) return without.status();
  list.changes = ChangesOf(Answer(*without, query), list, *setting, query);
  return list;
}

absl::StatusOr<std::vector<ListChange>> Suggester::EffectOf(const SuggestQuery& query,
                                                            const std::string& report_id,
                                                            ReportStep step,
                                                            std::optional<AsOf> as_of) const {
  SuggestQuery unreported = query;
  unreported.shopper.what_if.leave_out_report_ids = {report_id};
  const auto without = as_of ? SettingAt(store_, models_.Serving(), unreported, *as_of)
                             : SettingOf(store_, models_, unreported, clock_());
  if (!without.ok()) return without.status();
  const auto with = without->WithoutWhatIf(store_, query.apart);
  if (!with.ok()) return with.status();
  const SuggestionList list_without = Answer(*without, unreported);
  const SuggestionList list_with = Answer(*with, query);
  return step == ReportStep::kMade ? ChangesOf(list_without, list_with, *with, query)
                                   : ChangesOf(list_with, list_without, *without, query);
}

absl::StatusOr<SuggestionList> Suggester::SuggestBy(std::shared_ptr<const ServingModel> serving,
                                                    const SuggestQuery& query) const {
  const auto setting = SettingBy(store_, std::move(serving), query, clock_());
  if (!setting.ok()) return setting.status();
  return Answer(*setting, query);
}

SuggestionList Suggester::Answer(const ListSetting& setting, const SuggestQuery& query) const {
  const ModelSnapshot& model = setting.serving->model();
  const CustomerState& state = setting.state;
  SuggestionList list{.model_version = model.version,
                      .history_size = state.history_size,
                      .basket_size = state.basket_size(),
                      .as_of = state.as_of,
                      .pool = query.pool,
                      .window_days = model.calibration.window_days};
  ListRequest request(*setting.serving, query, state, setting.at, setting.used);
  const std::vector<Chosen> chosen = request.Choose();
  Fill(request, state, naming_, chosen, &list);

  Token token{.model_version = model.version,
              .sequence = state.history->sequence,
              .as_of = state.as_of,
              .pool = query.pool,
              .request = Fingerprint(query)};
  if (query.paged && MayGoOn(request, chosen)) {
    Token next = token;
    next.page = true;
    next.shopper.basket_item_ids = setting.shopper.basket_item_ids;
    next.shopper.what_if = setting.shopper.what_if;
    next.shown = request.Places(chosen);
    next.spent_pins = request.used().spent_pins;
    for (const Chosen& each : chosen) {
      if (!each.pinned_by.empty()) next.spent_pins.push_back(each.pinned_by);
    }
    list.next_page_token = EncodeToken(next);
  }
  token.shopper = setting.shopper;
  token.store = query.store;
  token.asked = AskedBy(query);
  token.told = request.told().fingerprint();
  token.split = request.split();
  token.shown = request.used().shown;
  // Of every item of the list, so that an explanation knows what was served.
  for (const Chosen& each : chosen) {
    token.rules.push_back({.item = each.candidate.item,
                           .terms = request.RulesOf(each.candidate),
                           .promoted = each.candidate.promoted,
                           .pinned = !each.pinned_by.empty()});
  }
  list.token = EncodeToken(token);
  return list;
}

}  // namespace rapport
