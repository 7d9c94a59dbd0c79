#include "services/recommender/customer_state.h"

#include <algorithm>
#include <span>
#include <utility>

namespace rapport {
namespace {

// What the customer agreed to, and where they belong; who never said is taken to agree.
struct Known {
  bool personalization = true;
  bool mention = true;
  std::string store;
};

absl::StatusOr<Known> WhatIsKnown(const Store& store, const std::string& customer_id) {
  if (customer_id.empty()) return Known();
  const auto customer = store.GetCustomer(customer_id);
  if (!customer.ok()) return customer.status();
  if (!customer->has_value()) return Known();
  return Known{.personalization = (*customer)->consent_personalization.value_or(true),
               .mention = (*customer)->consent_mention.value_or(true),
               .store = (*customer)->store};
}

// A guest's past as the request tells it, oldest first; what is later than `as_of` left out.
HistoryView GuestHistory(const Shopper& shopper, TimePoint as_of) {
  HistoryView view;
  for (const GuestPurchase& past : shopper.guest_past) {
    const TimePoint at = past.purchased_at.value_or(as_of);
    if (at > as_of) continue;
    view.lines.push_back(
        {.purchase = {.item_id = past.item_id, .order_id = past.order_id, .purchased_at = at}});
  }
  std::ranges::stable_sort(view.lines, {},
                           [](const HistoryLine& line) { return line.purchase.purchased_at; });
  return view;
}

absl::StatusOr<HistoryView> HistoryOf(const Store& store, const Shopper& shopper, AsOf as_of) {
  return shopper.customer_id.empty() ? GuestHistory(shopper, as_of.time)
                                     : store.History(shopper.customer_id, as_of);
}

CustomerState MakeState(const ModelSnapshot& model, const Known& known, HistoryView history,
                        std::span<const std::string> basket, TimePoint as_of) {
  CustomerState state{.history = std::move(history),
                      .items = {},
                      .orders = {},
                      .as_of = as_of,
                      .store = known.store,
                      .may_mention = known.mention};
  std::vector<HistoryLine>& lines = state.history.lines;
  state.basket_from = lines.size();
  std::vector<std::string_view> order_ids;
  for (const HistoryLine& line : lines) order_ids.push_back(line.purchase.order_id);
  state.orders = NumberOrders(order_ids);
  state.orders.resize(lines.size() + basket.size(), static_cast<uint32_t>(lines.size()));
  for (const std::string& item_id : basket)
    lines.push_back({.purchase = {.item_id = item_id, .purchased_at = as_of}});

  std::vector<OwnPurchase> own;
  for (size_t row = 0; row < lines.size(); ++row) {
    const HistoryLine& line = lines[row];
    const auto item = state.items.emplace_back(model.items.Find(line.purchase.item_id));
    if (!Counts(line)) continue;
    if (row < state.basket_from) ++state.history_size;
    if (item) {
      own.push_back({.item = *item, .order = state.orders[row], .at = line.purchase.purchased_at});
    }
  }
  state.evidence = Evidence(std::move(own));
  return state;
}

}  // namespace

absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         const Shopper& shopper, AsOf as_of) {
  const auto known = WhatIsKnown(store, shopper.customer_id);
  if (!known.ok()) return known.status();
  if (!known->personalization && (as_of.sequence > 0 || !shopper.basket_item_ids.empty())) {
    return absl::PermissionDeniedError(
        "the customer no longer wants purchases to shape suggestions; what was made from them "
        "before is neither explained nor continued: ask for suggestions again");
  }
  auto history = HistoryOf(store, shopper, as_of);
  if (!history.ok()) return history.status();
  if (history->sequence != as_of.sequence) {
    return absl::NotFoundError(
        "the history that these suggestions were made from is no longer kept");
  }
  return MakeState(model, *known, *std::move(history), shopper.basket_item_ids, as_of.time);
}

absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       const Shopper& shopper, std::optional<TimePoint> as_of,
                                       TimePoint now) {
  const auto known = WhatIsKnown(store, shopper.customer_id);
  if (!known.ok()) return known.status();
  if (!known->personalization) return MakeState(model, *known, {}, {}, as_of.value_or(now));
  if (!as_of) {
    for (const GuestPurchase& past : shopper.guest_past)
      now = std::max(now, past.purchased_at.value_or(now));
  }
  const bool guest = shopper.customer_id.empty();
  auto history =
      HistoryOf(store, shopper, {.time = as_of.value_or(guest ? now : TimePoint::max())});
  if (!history.ok()) return history.status();
  if (as_of) now = *as_of;
  for (const HistoryLine& line : history->lines) {
    now = std::max(now, line.purchase.purchased_at);
    for (const Return& back : line.returns) now = std::max(now, back.returned_at);
  }
  return MakeState(model, *known, *std::move(history), shopper.basket_item_ids, now);
}

absl::StatusOr<Item> ItemNamed(const Store& store, const std::string& item_id) {
  auto item = store.GetItem(item_id);
  if (!item.ok()) return item.status();
  return item->has_value() ? **std::move(item) : Item{.item_id = item_id};
}

}  // namespace rapport
