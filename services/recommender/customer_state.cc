#include "services/recommender/customer_state.h"

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

// What the customer agreed to; who never said is taken to agree.
struct Wishes {
  bool personalization = true;
  bool mention = true;
};

absl::StatusOr<Wishes> WishesOf(const Store& store, std::string_view customer_id) {
  const auto customer = store.GetCustomer(customer_id);
  if (!customer.ok()) return customer.status();
  if (!customer->has_value()) return Wishes();
  return Wishes{.personalization = (*customer)->consent_personalization.value_or(true),
                .mention = (*customer)->consent_mention.value_or(true)};
}

CustomerState MakeState(const ModelSnapshot& model, const Wishes& wishes, HistoryView history,
                        TimePoint as_of) {
  CustomerState state{
      .history = std::move(history), .orders = {}, .as_of = as_of, .may_mention = wishes.mention};
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
  state.evidence = Evidence(std::move(own));
  return state;
}

}  // namespace

absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         std::string_view customer_id, AsOf as_of) {
  const auto wishes = WishesOf(store, customer_id);
  if (!wishes.ok()) return wishes.status();
  if (!wishes->personalization && as_of.sequence > 0) {
    return absl::PermissionDeniedError(
        "the customer no longer wants purchases to shape suggestions, so these are not explained "
        "from them");
  }
  auto history = store.History(customer_id, as_of);
  if (!history.ok()) return history.status();
  if (history->sequence != as_of.sequence) {
    return absl::NotFoundError(
        "the history that these suggestions were made from is no longer kept");
  }
  return MakeState(model, *wishes, *std::move(history), as_of.time);
}

absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       std::string_view customer_id, std::optional<TimePoint> as_of,
                                       TimePoint now) {
  const auto wishes = WishesOf(store, customer_id);
  if (!wishes.ok()) return wishes.status();
  if (!wishes->personalization) return MakeState(model, *wishes, {}, as_of.value_or(now));
  auto history = store.History(customer_id, {.time = as_of.value_or(TimePoint::max())});
  if (!history.ok()) return history.status();
  if (as_of) return MakeState(model, *wishes, *std::move(history), *as_of);
  for (const HistoryLine& line : history->lines) {
    now = std::max(now, line.purchase.purchased_at);
    for (const Return& back : line.returns) now = std::max(now, back.returned_at);
  }
  return MakeState(model, *wishes, *std::move(history), now);
}

absl::StatusOr<Item> ItemNamed(const Store& store, const std::string& item_id) {
  auto item = store.GetItem(item_id);
  if (!item.ok()) return item.status();
  return item->has_value() ? **std::move(item) : Item{.item_id = item_id};
}

}  // namespace rapport
