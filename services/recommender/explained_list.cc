#include "services/recommender/explained_list.h"

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

// As far as the token knows it.
absl::StatusOr<SuggestQuery> AskedOf(const Token& token) {
  const AskedFor& asked = token.asked;
  SuggestQuery query{.shopper = token.shopper,
                     .count = static_cast<int>(asked.count),
                     .pool = token.pool,
                     .filter_text = asked.filter,
                     .store = token.store,
                     .max_per_category = static_cast<int>(asked.max_per_category),
                     .diversity = asked.diversity,
                     .min_confidence = asked.min_confidence};
  if (asked.promoted_slots) query.promoted_slots = static_cast<int>(*asked.promoted_slots);
  query.only_item_ids.insert(asked.only_item_ids.begin(), asked.only_item_ids.end());
  query.exclude_item_ids.insert(asked.exclude_item_ids.begin(), asked.exclude_item_ids.end());
  if (asked.filter.empty()) return query;
  auto filter = ItemFilter::Parse(asked.filter);
  if (!filter.ok()) return absl::InvalidArgumentError("the token holds a filter that is none");
  query.filter = std::make_shared<const ItemFilter>(*std::move(filter));
  return query;
}

absl::StatusOr<ExplainedList> OfToken(const Store& store, const ModelShelf& models,
                                      const ExplainQuery& query, TimePoint now) {
  auto token = DecodeToken(query.token);
  if (!token.ok()) return token.status();
  if (token->page) {
    return absl::InvalidArgumentError(
        "given a next_page_token; expected the token of a list of suggestions");
  }
  auto serving = models.ServingThen(token->model_version);
  if (!serving.ok()) return serving.status();
  const size_t items = (*serving)->model().items.size();
  const auto unknown = [&](const auto& placed) { return Row(placed.item) >= items; };
  if (std::ranges::any_of(token->rules, unknown) || std::ranges::any_of(token->shown, unknown)) {
    return absl::InvalidArgumentError("the token names items that its model does not have");
  }
  auto asked = AskedOf(*token);
  if (!asked.ok()) return asked.status();
  auto state = StateAgain(store, (*serving)->model(), token->shopper,
                          {.sequence = token->sequence, .time = token->as_of}, query.apart);
  if (!state.ok()) return state.status();
  ExplainedList list{.serving = *std::move(serving),
                     .state = *std::move(state),
                     .asked = *std::move(asked),
                     .rules_at = now,
                     .by_token = true,
                     .served = std::move(token->rules),
                     .before = std::move(token->shown),
                     .split = token->split,
                     .told = token->told};
  if (token->asked.too_many_ids)
    list.unranked_because = "the list was asked for with more item ids than its token keeps";
  return list;
}

absl::StatusOr<ExplainedList> OfNow(const Store& store, const ModelShelf& models,
                                    const ExplainQuery& query, TimePoint now) {
  auto serving = models.Serving();
  auto state = StateFor(store, serving->model(), query.shopper, query.as_of, now, query.apart);
  if (!state.ok()) return state.status();
  return ExplainedList{.serving = std::move(serving),
                       .state = *std::move(state),
                       .asked = {.shopper = query.shopper,
                                 .count = query.list_length,
                                 .pool = query.pool,
                                 .filter = query.filter,
                                 .store = query.store},
                       .rules_at = query.as_of.value_or(now)};
}

double SumOf(const std::vector<RuleTerm>& terms) {
  double sum = 0;
  for (const RuleTerm& term : terms) sum += term.amount;
  return sum;
}

}  // namespace

const RuledItem* ExplainedList::Served(ItemIndex item) const {
  const auto found = std::ranges::find(served, item, &RuledItem::item);
  return found == served.end() ? nullptr : &*found;
}

std::vector<Shown> ExplainedList::Places() const {
  std::vector<Shown> places = before;
  for (const RuledItem& each : served) places.push_back({each.item, each.promoted});
  return places;
}

int ExplainedList::PlaceOf(ItemIndex item) const {
  const std::vector<Shown> places = Places();
  const auto found = std::ranges::find(places, item, &Shown::item);
  return found == places.end() ? 0 : static_cast<int>(found - places.begin()) + 1;
}

absl::StatusOr<ExplainedList> ExplainedListOf(const Store& store, const ModelShelf& models,
                                              const ExplainQuery& query, TimePoint now) {
  return query.token.empty() ? OfNow(store, models, query, now)
                             : OfToken(store, models, query, now);
}

PlaceGiven PlaceGivenTo(const ExplainedList& list, const ListRequest& request, ItemIndex item) {
  if (const RuledItem* served = list.Served(item)) return {served->pinned, served->promoted};
  if (list.by_token || !request.eligible().items().Admits(item)) return {};
  PlaceGiven given{.promoted = request.rules().Promoted(item)};
  for (const RulesNow::Applied& pin : request.rules().pins()) {
    if (!pin.items.Admits(item)) continue;
    given.pinned = true;
    given.promoted = given.promoted || pin.rule->commercial;
  }
  return given;
}

std::vector<RuleTerm> RulesOf(const ExplainedList& list, const ListRequest& request,
                              ItemIndex item) {
  const RuledItem* served = list.Served(item);
  return served != nullptr ? served->terms : request.rules().TermsOf(item, true);
}

Scorer ScorerOf(const ExplainedList& list, const ListRequest& request,
                std::span<const ItemIndex> items) {
  const auto organic = [&](const RuledItem* served) {
    return list.split && served != nullptr && !served->promoted;
  };
  const bool first_organic = organic(list.Served(items.front()));
  auto now = request.rules().AdjustmentsOf(!first_organic);
  if (list.served.empty()) return request.scorer().With(std::move(now));
  auto adjustments = now != nullptr ? std::make_shared<Adjustments>(*now)
                                    : std::make_shared<Adjustments>(list.model().items.size(), 0.0);
  for (const RuledItem& served : list.served) {
    if (organic(&served) == first_organic) (*adjustments)[Row(served.item)] = SumOf(served.terms);
  }
  for (const ItemIndex item : items)
    (*adjustments)[Row(item)] = SumOf(RulesOf(list, request, item));
  return request.scorer().With(std::move(adjustments));
}

}  // namespace rapport
