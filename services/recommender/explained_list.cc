#include "services/recommender/explained_list.h"

#include <algorithm>
#include <utility>

#include "services/recommender/past_purchases.h"

namespace rapport {
namespace {

absl::StatusOr<ExplainedList> OfToken(const Store& store, const ModelShelf& models,
                                      const std::string& text, TimePoint now) {
  auto token = DecodeToken(text);
  if (!token.ok()) return token.status();
  auto model = models.Get(token->model_version);
  if (!model.ok()) return model.status();
  auto state = StateAgain(store, **model, token->shopper,
                          {.sequence = token->sequence, .time = token->as_of});
  if (!state.ok()) return state.status();
  ExplainedList list{.now = models.Serving(),
                     .model = *std::move(model),
                     .serving = models.ServingAgain(token->model_version),
                     .state = *std::move(state),
                     .asked = {.shopper = token->shopper,
                               .count = static_cast<int>(token->asked.count),
                               .pool = token->pool,
                               .store = token->store},
                     .rules_at = now,
                     .rules = std::move(token->rules)};
  const AskedFor& asked = token->asked;
  list.asked.only_item_ids.insert(asked.only_item_ids.begin(), asked.only_item_ids.end());
  list.asked.exclude_item_ids.insert(asked.exclude_item_ids.begin(), asked.exclude_item_ids.end());
  if (!asked.filter.empty()) {
    auto filter = ItemFilter::Parse(asked.filter);
    if (!filter.ok()) return absl::InvalidArgumentError("the token holds a filter that is none");
    list.asked.filter = std::make_shared<const ItemFilter>(*std::move(filter));
  }
  if (list.serving == nullptr) {
    list.unranked_because = "the model that made the list serves no more";
  } else if (asked.too_many_ids) {
    list.unranked_because = "the list was asked for with more item ids than its token keeps";
  }
  return list;
}

absl::StatusOr<ExplainedList> OfNow(const Store& store, const ModelShelf& models,
                                    const ExplainQuery& query, TimePoint now) {
  auto serving = models.Serving();
  auto state = StateFor(store, serving->model(), query.shopper, query.as_of, now);
  if (!state.ok()) return state.status();
  ExplainedList list{.now = serving,
                     .model = serving->snapshot(),
                     .serving = serving,
                     .state = *std::move(state),
                     .asked = {.shopper = query.shopper,
                               .count = query.list_length,
                               .pool = query.pool,
                               .filter = query.filter,
                               .store = query.store},
                     .rules_at = query.as_of.value_or(now)};
  return list;
}

bool Bought(const CustomerState& state, const std::string& item_id, Pool pool) {
  return std::ranges::any_of(state.bought(), [&](const HistoryLine& line) {
    return line.purchase.item_id == item_id && (pool == Pool::kNewToCustomer || Counts(line));
  });
}

// Why the item is in no list of the pool for this shopper, whatever the shop wants.
void AddOwnReasons(const ExplainedList& list, const std::string& item_id, Ruled* ruled) {
  const Pool pool = list.asked.pool;
  if (pool != Pool::kAny && Bought(list.state, item_id, pool) == (pool == Pool::kNewToCustomer)) {
    ruled->left_out.push_back({.by = LeftOutBy::kPool, .rule_id = "", .items = 1});
  }
  if (std::ranges::any_of(list.state.basket, [&](const HistoryLine& line) {
        return line.purchase.item_id == item_id;
      })) {
    ruled->left_out.push_back({.by = LeftOutBy::kBasket, .rule_id = "", .items = 1});
  }
}

}  // namespace

absl::StatusOr<ExplainedList> ExplainedListOf(const Store& store, const ModelShelf& models,
                                              const ExplainQuery& query, TimePoint now) {
  return query.token.empty() ? OfNow(store, models, query, now)
                             : OfToken(store, models, query.token, now);
}

Ruled RulesOf(const ExplainedList& list, const std::string& item_id) {
  Ruled ruled;
  const ServingModel& serving = list.catalogue();
  if (const auto item = serving.model().items.Find(item_id)) {
    const PastPurchases past(list.state, serving.model().items, serving.items());
    const RulesNow rules(serving, list.rules_at,
                         list.asked.store.empty() ? list.state.store : list.asked.store, past);
    ruled.terms = rules.TermsOf(*item, true);
    if (!serving.available().Admits(*item))
      ruled.left_out.push_back({.by = LeftOutBy::kUnavailable, .rule_id = "", .items = 1});
    for (const RulesNow::Applied& rule : rules.excluding()) {
      if (!rule.items.Admits(*item)) continue;
      ruled.left_out.push_back({.by = LeftOutBy::kRule, .rule_id = rule.rule->rule_id, .items = 1});
    }
    ruled.commercial = rules.Promoted(*item);
  }
  const auto served = list.model->items.Find(item_id);
  for (const RuledItem& then : list.rules) {
    if (served && then.item == *served) ruled.terms = then.terms;
  }
  if (ruled.terms.empty()) ruled.commercial = false;
  AddOwnReasons(list, item_id, &ruled);
  return ruled;
}

std::shared_ptr<const Adjustments> AdjustmentsWith(const ExplainedList& list,
                                                   const std::shared_ptr<const Adjustments>& others,
                                                   ItemIndex item,
                                                   const std::vector<RuleTerm>& terms) {
  if (others == nullptr && terms.empty()) return nullptr;
  auto adjustments = others != nullptr
                         ? std::make_shared<Adjustments>(*others)
                         : std::make_shared<Adjustments>(list.model->items.size(), 0.0);
  double sum = 0;
  for (const RuleTerm& term : terms) sum += term.amount;
  (*adjustments)[Row(item)] = sum;
  return adjustments;
}

}  // namespace rapport
