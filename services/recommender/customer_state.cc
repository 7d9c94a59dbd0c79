#include "services/recommender/customer_state.h"

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

CustomerState MakeState(const ModelSnapshot& model, HistoryView history, TimePoint as_of) {
  CustomerState state{.history = std::move(history), .orders = {}, .as_of = as_of};
  std::vector<std::string_view> order_ids;
  for (const HistoryLine& line : state.history.lines) order_ids.push_back(line.purchase.order_id);
  state.orders = NumberOrders(order_ids);

  std::vector<OwnPurchase> own;
  for (size_t row = 0; row < state.history.lines.size(); ++row) {
    const HistoryLine& line = state.history.lines[row];
    if (!Counts(line)) continue;
    ++state.history_size;
    if (const auto item = model.items.Find(line.purchase.item_id)) {
      own.push_back({.item = *item, .order = state.orders[row], .at = line.purchase.purchased_at});
    }
  }
  state.evidence = Evidence(std::move(own), model.options.half_life_days);
  return state;
}

}  // namespace

absl::StatusOr<CustomerState> StateAt(const Store& store, const ModelSnapshot& model,
                                      std::string_view customer_id, AsOf as_of) {
  auto history = store.History(customer_id, as_of);
  if (!history.ok()) return history.status();
  return MakeState(model, *std::move(history), as_of.time);
}

absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       std::string_view customer_id, std::optional<TimePoint> as_of,
                                       TimePoint now) {
  const auto customer = store.GetCustomer(customer_id);
  if (!customer.ok()) return customer.status();
  const bool may_personalize =
      !customer->has_value() || (*customer)->consent_personalization.value_or(true);
  if (!may_personalize)
    return StateAt(store, model, customer_id, {.sequence = 0, .time = as_of.value_or(now)});
  if (as_of) return StateAt(store, model, customer_id, {.time = *as_of});

  auto history = store.History(customer_id);
  if (!history.ok()) return history.status();
  for (const HistoryLine& line : history->lines) {
    now = std::max(now, line.purchase.purchased_at);
    for (const Return& back : line.returns) now = std::max(now, back.returned_at);
  }
  return MakeState(model, *std::move(history), now);
}

absl::StatusOr<Item> ItemNamed(const Store& store, const std::string& item_id) {
  auto item = store.GetItem(item_id);
  if (!item.ok()) return item.status();
  return item->has_value() ? **std::move(item) : Item{.item_id = item_id};
}

}  // namespace rapport
