#include "services/recommender/why_not.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/recommender/list_request.h"
#include "services/recommender/list_setting.h"
#include "services/recommender/own_history.h"

namespace rapport {
namespace {

Fate FateBy(LeftOutBy by, Pool pool) {
  switch (by) {
    case LeftOutBy::kNotAmongOnly:
    case LeftOutBy::kExcluded:
      return Fate::kExcluded;
    case LeftOutBy::kAllergy:
    case LeftOutBy::kDeclined:
    case LeftOutBy::kAlreadyHas:
      return Fate::kDeclined;
    case LeftOutBy::kPool:
      return pool == Pool::kNewToCustomer ? Fate::kBought : Fate::kNotBought;
    case LeftOutBy::kBasket:
      return Fate::kInBasket;
    case LeftOutBy::kUnavailable:
      return Fate::kUnavailable;
    default:
      return Fate::kFiltered;
  }
}

// The place of an item that is in the list, if it is.
std::optional<size_t> PlaceIn(std::span<const Shown> places, ItemIndex item) {
  const auto place = std::ranges::find(places, item, &Shown::item);
  if (place == places.end()) return std::nullopt;
  return static_cast<size_t>(place - places.begin());
}

// Of those that their score placed on the page the one with the least.
std::optional<Ranked> LastByScore(const std::vector<Chosen>& chosen) {
  std::optional<Ranked> last;
  for (const Chosen& each : chosen) {
    const Ranked ranked{each.candidate.item, each.candidate.score};
    if (each.pinned_by.empty() && (!last || RanksBefore(*last, ranked))) last = ranked;
  }
  return last;
}

// Of an eligible item that has no place: what has taken it.
void TellWhatTookThePlace(const ListRequest& request, const std::vector<Chosen>& chosen,
                          std::span<const Shown> places, const Candidate& candidate,
                          ItemFate* fate) {
  const std::optional<LeftOutBy> limit = request.LimitOn(candidate.item, places);
  // Were there commercial places left for it, it might score better.
  const double best = std::max(candidate.score, request.scorer().Score(candidate.item));
  const std::optional<Ranked> last = LastByScore(chosen);
  const bool outscored =
      request.Full(chosen) && (!last || RanksBefore(*last, {candidate.item, best}));
  if (limit != LeftOutBy::kMinConfidence && outscored) {
    fate->fate = Fate::kBelowCutoff;
    if (last) fate->gap = last->score - candidate.score;
    if (const Rule* rule = request.rules().SilencedOf(candidate.item))
      fate->left_out = LeftOut{LeftOutBy::kDeclinedLately, rule->rule_id, 1};
    return;
  }
  fate->fate = Fate::kFiltered;
  fate->left_out = LeftOut{.by = limit.value_or(LeftOutBy::kLimit), .rule_id = "", .items = 1};
}

void TellFate(ListRequest& request, const CustomerState& state, ItemIndex item, ItemFate* fate) {
  const std::vector<Chosen> chosen = request.Choose();
  const std::vector<Shown> places = request.Places(chosen);
  const auto place = PlaceIn(places, item);
  Candidate candidate = request.CandidateFor(item, places);
  if (place) {
    candidate.promoted = places[*place].promoted;
    candidate.score = request.ScorerOf(candidate).Score(item);
    fate->fate = Fate::kSuggested;
    fate->rank = static_cast<int>(*place) + 1;
  } else if (const auto reasons = request.eligible().ReasonsFor(item); !reasons.empty()) {
    fate->fate = FateBy(reasons.front().by, fate->pool);
    fate->left_out = reasons.front();
    if (reasons.front().by == LeftOutBy::kPool) fate->bought = EveryPurchaseOf(state, item);
  } else {
    TellWhatTookThePlace(request, chosen, places, candidate, fate);
  }
  fate->score = candidate.score;
  fate->rank_by_score = static_cast<int64_t>(request.RankOf(candidate));
  fate->chance = request.ChanceOf(item, request.ScorerOf(candidate).Terms(item));
}

}  // namespace

absl::StatusOr<ItemFate> WhyNot(const Store& store, const ModelShelf& models,
                                const SuggestQuery& query, const std::string& item_id,
                                TimePoint now) {
  const auto setting = SettingOf(store, models, query, now);
  if (!setting.ok()) return setting.status();
  const ServingModel& serving = *setting->serving;
  ItemFate fate{.window_days = serving.model().calibration.window_days,
                .model_version = serving.model().version,
                .as_of = setting->state.as_of,
                .pool = query.pool};
  const auto item = serving.model().items.Find(item_id);
  if (!item) {
    auto described = store.GetItem(item_id);
    if (!described.ok()) return described.status();
    fate.fate = described->has_value() ? Fate::kNotLearned : Fate::kUnknownItem;
    fate.item = std::make_shared<const Item>(described->value_or(Item{.item_id = item_id}));
    return fate;
  }
  fate.item = serving.items()[*item];
  ListRequest request(serving, query, setting->state, setting->at, setting->used, true);
  TellFate(request, setting->state, *item, &fate);
  return fate;
}

}  // namespace rapport
