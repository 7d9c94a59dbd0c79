#include "services/recommender/customer_state.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rapport {
namespace {

using History = std::shared_ptr<const HistoryView>;

constexpr std::string_view kSupposedOrder = "\x1fwhat_if";  // of what is added, together

// What the customer agreed to, and where they belong; who never said is taken to agree.
struct Known {
  bool personalization = true;
  bool mention = true;
  std::string store;
};

Known WhatIsKnown(const CustomerView& view) {
  const auto& customer = view.described;
  if (!customer) return {};
  return {.personalization = customer->consent_personalization.value_or(true),
          .mention = customer->consent_mention.value_or(true),
          .store = customer->store};
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

// Of a guest nothing is known but what the request says.
absl::StatusOr<std::shared_ptr<const CustomerView>> ViewOf(const Store& store,
                                                           const Shopper& shopper, AsOf as_of) {
  if (!shopper.customer_id.empty()) return store.View(shopper.customer_id, as_of);
  return std::make_shared<const CustomerView>(
      CustomerView{.described = std::nullopt, .history = GuestHistory(shopper, as_of.time)});
}

CustomerState MakeState(const ModelSnapshot& model, const Known& known, History history,
                        std::span<const std::string> basket, TimePoint as_of) {
  CustomerState state{.history = std::move(history),
                      .basket = {},
                      .items = {},
                      .orders = {},
                      .as_of = as_of,
                      .store = known.store,
                      .may_mention = known.mention};
  const auto bought = state.bought();
  std::vector<std::string_view> order_ids;
  order_ids.reserve(bought.size());
  for (const HistoryLine& line : bought) order_ids.push_back(line.purchase.order_id);
  state.orders = NumberOrders(order_ids);
  state.orders.resize(bought.size() + basket.size(), static_cast<uint32_t>(bought.size()));
  for (const std::string& item_id : basket)
    state.basket.push_back({.purchase = {.item_id = item_id, .purchased_at = as_of}});

  std::vector<OwnPurchase> own;
  own.reserve(state.line_count());
  state.items.reserve(state.line_count());
  for (size_t row = 0; row < state.line_count(); ++row) {
    const HistoryLine& line = state.Line(row);
    const auto item = state.items.emplace_back(model.items.Find(line.purchase.item_id));
    if (!Counts(line)) continue;
    if (row < bought.size()) ++state.history_size;
    if (item) {
      own.push_back({.item = *item, .order = state.orders[row], .at = line.purchase.purchased_at});
    }
  }
  state.evidence = Evidence(std::move(own));
  return state;
}

// Takes the lines that a what-if names out of `unused` ids as they are found.
class Named {
 public:
  Named(const std::vector<std::string>& event_ids, const std::vector<std::string>& item_ids)
      : events_(event_ids.begin(), event_ids.end()), items_(item_ids.begin(), item_ids.end()) {
    unused_.insert(events_.begin(), events_.end());
    unused_.insert(items_.begin(), items_.end());
  }
  bool Has(const Purchase& purchase) {
    const bool by_event = events_.contains(purchase.event_id);
    const bool by_item = items_.contains(purchase.item_id);
    if (by_event) unused_.erase(purchase.event_id);
    if (by_item) unused_.erase(purchase.item_id);
    return by_event || by_item;
  }
  absl::Status AllFound() const {
    if (unused_.empty()) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("what_if: no purchase ", std::string(*unused_.begin()),
                                            " of this customer is known, by event or by item"));
  }

 private:
  std::set<std::string_view> events_, items_, unused_;
};

// The history had what is supposed been so; the view's own where nothing is.
absl::StatusOr<History> HistoryOf(const std::shared_ptr<const CustomerView>& view,
                                  const WhatIf& what_if, TimePoint as_of) {
  if (what_if.empty()) return History(view, &view->history);
  auto supposed = std::make_shared<HistoryView>(
      HistoryView{.sequence = view->history.sequence, .latest = view->history.latest});
  Named left_out(what_if.leave_out_event_ids, what_if.leave_out_item_ids);
  Named gifts(what_if.gift_event_ids, what_if.gift_item_ids);
  for (const HistoryLine& line : view->history.lines) {
    const bool gift = gifts.Has(line.purchase);
    if (left_out.Has(line.purchase)) continue;
    supposed->lines.push_back(line);
    if (gift) supposed->lines.back().purchase.gift = true;
  }
  for (const std::string& item_id : what_if.add_item_ids) {
    supposed->lines.push_back({.purchase = {.event_id = "",
                                            .item_id = item_id,
                                            .order_id = std::string(kSupposedOrder),
                                            .purchased_at = as_of}});
  }
  for (const Named* named : {&left_out, &gifts}) {
    if (absl::Status found = named->AllFound(); !found.ok()) return found;
  }
  return History(std::move(supposed));
}

}  // namespace

absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         const Shopper& shopper, AsOf as_of) {
  const auto view = ViewOf(store, shopper, as_of);
  if (!view.ok()) return view.status();
  const Known known = WhatIsKnown(**view);
  if (!known.personalization && (as_of.sequence > 0 || !shopper.basket_item_ids.empty())) {
    return absl::PermissionDeniedError(
        "the customer no longer wants purchases to shape suggestions; what was made from them "
        "before is neither explained nor continued: ask for suggestions again");
  }
  if ((*view)->history.sequence != as_of.sequence) {
    return absl::NotFoundError(
        "the history that these suggestions were made from is no longer kept");
  }
  auto history = HistoryOf(*view, shopper.what_if, as_of.time);
  if (!history.ok()) return history.status();
  return MakeState(model, known, *std::move(history), shopper.basket_item_ids, as_of.time);
}

absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       const Shopper& shopper, std::optional<TimePoint> as_of,
                                       TimePoint now) {
  if (!as_of) {
    for (const GuestPurchase& past : shopper.guest_past)
      now = std::max(now, past.purchased_at.value_or(now));
  }
  const bool guest = shopper.customer_id.empty();
  const auto view =
      ViewOf(store, shopper, {.time = as_of.value_or(guest ? now : TimePoint::max())});
  if (!view.ok()) return view.status();
  const Known known = WhatIsKnown(**view);
  if (!known.personalization) {
    return MakeState(model, known, std::make_shared<const HistoryView>(), {}, as_of.value_or(now));
  }
  const TimePoint at = as_of.value_or(std::max(now, (*view)->history.latest));
  auto history = HistoryOf(*view, shopper.what_if, at);
  if (!history.ok()) return history.status();
  return MakeState(model, known, *std::move(history), shopper.basket_item_ids, at);
}

}  // namespace rapport
