#include "services/recommender/customer_state.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/recommender/field_errors.h"
#include "services/recommender/supposed_history.h"
#include "services/recommender/told.h"

namespace rapport {
namespace {

using History = std::shared_ptr<const HistoryView>;

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

// Of who does not want purchases to shape suggestions: nothing but what they must never be given.
// It has no sequence: whatever is reported, a token stays good.
History OnlyConstraints(const HistoryView& history) {
  auto only = std::make_shared<HistoryView>();
  for (const Reported& reported : history.reports) {
    if (IsConstraint(reported)) only->reports.push_back(reported);
  }
  return only;
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

// As if what is apart had been bought for somebody else.
History WithoutThose(History history, const Apart& apart) {
  const auto is_apart = [&](const HistoryLine& line) { return apart(line.purchase.item_id); };
  if (apart == nullptr || std::ranges::none_of(history->lines, is_apart)) return history;
  auto rest = std::make_shared<HistoryView>(*history);
  for (HistoryLine& line : rest->lines) line.purchase.gift |= is_apart(line);
  return rest;
}

// `supposed`: so many of the last lines of the history are.
CustomerState MakeState(const ModelSnapshot& model, const Known& known, History history,
                        size_t supposed, std::span<const std::string> basket, TimePoint as_of,
                        const Apart& apart) {
  history = WithoutThose(std::move(history), apart);
  CustomerState state{.history = std::move(history),
                      .supposed = supposed,
                      .basket = {},
                      .items = {},
                      .orders = {},
                      .as_of = as_of,
                      .store = known.store,
                      .may_personalize = known.personalization,
                      .may_mention = known.mention};
  const auto bought = state.bought();
  std::vector<std::string_view> order_ids;
  order_ids.reserve(bought.size());
  for (const HistoryLine& line : bought) order_ids.push_back(line.purchase.order_id);
  state.orders = NumberOrders(order_ids);
  state.orders.resize(bought.size() + basket.size(), static_cast<uint32_t>(bought.size()));
  std::fill_n(state.orders.begin() + static_cast<std::ptrdiff_t>(bought.size() - supposed),
              supposed, static_cast<uint32_t>(bought.size() + 1));  // one order
  for (const std::string& item_id : basket) {
    state.basket.push_back({.purchase = {.item_id = item_id,
                                         .purchased_at = as_of,
                                         .gift = apart != nullptr && apart(item_id)}});
  }

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

// The history of a view, which it keeps alive, as the what-if has it.
History HistoryOf(const std::shared_ptr<const CustomerView>& view, const WhatIf& what_if,
                  TimePoint at, std::vector<FieldError>* errors) {
  if (what_if.empty()) return {view, &view->history};
  return std::make_shared<const HistoryView>(SupposedHistory(view->history, what_if, at, errors));
}

// Complains of items to be added that neither the model nor the shop knows.
absl::Status CheckAdded(const Store& store, const ModelSnapshot& model, const WhatIf& what_if,
                        std::vector<FieldError>* errors) {
  for (size_t index = 0; index < what_if.add_item_ids.size(); ++index) {
    const std::string& item_id = what_if.add_item_ids[index];
    if (model.items.Find(item_id)) continue;
    const auto item = store.GetItem(item_id);
    if (!item.ok()) return item.status();
    if (item->has_value()) continue;
    errors->push_back({absl::StrCat("what_if.add_item_ids[", index, "]"),
                       absl::StrCat("given ", item_id, "; expected an item that the shop knows")});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         const Shopper& shopper, AsOf as_of, const Apart& apart) {
  const auto view = ViewOf(store, shopper, as_of);
  if (!view.ok()) return view.status();
  const Known known = WhatIsKnown(**view);
  if (!known.personalization &&
      (as_of.sequence > 0 || !shopper.basket_item_ids.empty() || !shopper.what_if.empty())) {
    return absl::PermissionDeniedError(
        "the customer no longer wants purchases to shape suggestions; what was made from them "
        "before is neither explained nor continued: ask for suggestions again");
  }
  if (!known.personalization) {
    const auto all = ViewOf(store, shopper, {});
    if (!all.ok()) return all.status();
    return MakeState(model, known, OnlyConstraints((*all)->history), 0, {}, as_of.time, apart);
  }
  if ((*view)->history.sequence != as_of.sequence) {
    return absl::NotFoundError(
        "the history that these suggestions were made from is no longer kept");
  }
  std::vector<FieldError> errors;
  History history = HistoryOf(*view, shopper.what_if, as_of.time, &errors);
  if (!errors.empty())
    return absl::InvalidArgumentError(
        "the token supposes purchases to be otherwise that were never made; ask for suggestions "
        "again");
  return MakeState(model, known, std::move(history), shopper.what_if.add_item_ids.size(),
                   shopper.basket_item_ids, as_of.time, apart);
}

absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       const Shopper& shopper, std::optional<TimePoint> as_of,
                                       TimePoint now, const Apart& apart) {
  if (!as_of) {
    for (const GuestPurchase& past : shopper.guest_past)
      now = std::max(now, past.purchased_at.value_or(now));
  }
  const bool guest = shopper.customer_id.empty();
  const auto view =
      ViewOf(store, shopper, {.time = as_of.value_or(guest ? now : TimePoint::max())});
  if (!view.ok()) return view.status();
  const Known known = WhatIsKnown(**view);
  // Nothing of who refused is told, not even whether the what-if names what they bought.
  if (!known.personalization) {
    return MakeState(model, known, OnlyConstraints((*view)->history), 0, {}, as_of.value_or(now),
                     nullptr);
  }
  const TimePoint at = as_of.value_or(std::max(now, (*view)->history.latest));
  std::vector<FieldError> errors;
  History history = HistoryOf(*view, shopper.what_if, at, &errors);
  if (absl::Status read = CheckAdded(store, model, shopper.what_if, &errors); !read.ok())
    return read;
  if (!errors.empty()) return InvalidFields(errors);
  return MakeState(model, known, std::move(history), shopper.what_if.add_item_ids.size(),
                   shopper.basket_item_ids, at, apart);
}

}  // namespace rapport
