#include "services/recommender/why_not.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/recommender/customer_state.h"
#include "services/recommender/list_request.h"

namespace rapport {
namespace {

// The first step that left the item out; none: it is eligible.
std::optional<LeftOut> StepThatLeftOut(const Eligibility& eligible, ItemIndex item) {
  for (size_t step = 0; step < eligible.removed().size(); ++step) {
    if (!eligible.removed()[step].Admits(item)) continue;
    LeftOut left_out = eligible.left_out()[step];
    left_out.items = 1;
    return left_out;
  }
  return std::nullopt;
}

void SetLeftOut(LeftOut left_out, const CustomerState& state, Pool pool, const std::string& item_id,
                ItemFate* fate) {
  fate->fate = Fate::kFiltered;
  if (left_out.by == LeftOutBy::kUnavailable) fate->fate = Fate::kUnavailable;
  if (left_out.by == LeftOutBy::kPool && pool == Pool::kNewToCustomer) {
    fate->fate = Fate::kBought;
    for (const HistoryLine& line : state.bought()) {
      if (line.purchase.item_id == item_id) fate->bought_at = line.purchase.purchased_at;
    }
  }
  fate->left_out = std::move(left_out);
}

// Of an eligible item: whether the list has it, or what has taken its place.
void PlaceIn(ListRequest& request, ItemIndex item, ItemFate* fate) {
  const std::vector<Chosen> chosen = request.Choose();
  const Scorer& scorer = request.scorer();
  fate->rank_by_score = static_cast<int64_t>(
      request.serving().scan().RankOf(scorer, item, request.eligible().items()));
  for (size_t place = 0; place < chosen.size(); ++place) {
    if (chosen[place].candidate.item != item) continue;
    fate->fate = Fate::kSuggested;
    fate->rank = static_cast<int>(place) + 1;
    fate->score = request.ScorerOf(chosen[place].candidate).Score(item);
    return;
  }
  std::optional<double> last;  // the least score that took a place by itself
  for (const Chosen& each : chosen) {
    if (each.pinned_by.empty())
      last = std::min(last.value_or(each.candidate.score), each.candidate.score);
  }
  if (!request.LikelyEnough(item)) {
    fate->fate = Fate::kFiltered;
    fate->left_out = LeftOut{.by = LeftOutBy::kMinConfidence, .rule_id = "", .items = 1};
  } else if (request.Full(chosen) && last.value_or(*fate->score) >= *fate->score) {
    fate->fate = Fate::kBelowCutoff;
    fate->gap = last.value_or(*fate->score) - *fate->score;
  } else {  // it scores better than some that have a place, or there would have been one for it
    fate->fate = Fate::kFiltered;
    fate->left_out = LeftOut{.by = LeftOutBy::kLimit, .rule_id = "", .items = 1};
  }
}

}  // namespace

absl::StatusOr<ItemFate> WhyNot(const Store& store, const ModelShelf& models,
                                const SuggestQuery& query, const std::string& item_id,
                                TimePoint now) {
  const auto serving = models.Serving();
  const auto state = StateFor(store, serving->model(), query.shopper, query.as_of, now);
  if (!state.ok()) return state.status();
  ItemFate fate{.model_version = serving->model().version, .as_of = state->as_of};
  const auto item = serving->model().items.Find(item_id);
  if (!item) {
    auto described = store.GetItem(item_id);
    if (!described.ok()) return described.status();
    fate.fate = described->has_value() ? Fate::kNotLearned : Fate::kUnknownItem;
    fate.item = std::make_shared<const Item>(described->value_or(Item{.item_id = item_id}));
    return fate;
  }
  fate.item = serving->items()[*item];
  ListRequest request(*serving, query, *state, query.as_of.value_or(now), {}, true);
  fate.score = request.scorer().Score(*item);
  if (auto left_out = StepThatLeftOut(request.eligible(), *item)) {
    SetLeftOut(*std::move(left_out), *state, query.pool, item_id, &fate);
  } else {
    PlaceIn(request, *item, &fate);
  }
  return fate;
}

}  // namespace rapport
