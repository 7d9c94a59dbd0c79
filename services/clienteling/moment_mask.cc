#include "services/clienteling/moment_mask.h"

#include <string>
#include <utility>

namespace rapport::clienteling {

absl::StatusOr<bool> MomentMask::Hides(const std::string& item_id) const {
  const auto item = store_.GetItem(item_id);
  if (!item.ok()) return item.status();
  return item->has_value() && discretion_.hides_item(**item);
}

absl::StatusOr<std::optional<Moment>> MomentMask::Of(Moment moment) const {
  const auto customer = store_.GetCustomer(moment.customer_id);
  if (!customer.ok()) return customer.status();
  if (customer->has_value() && !(*customer)->consent_personalization.value_or(true))
    return std::nullopt;
  if (discretion_.hides_text(moment.category)) return std::nullopt;
  const auto hidden = Hides(moment.subject.item_id);
  if (!hidden.ok()) return hidden.status();
  if (!*hidden) return moment;
  // A category is by this one line; and so is an order without an id.
  if (moment.kind == MomentKind::kFirstInCategory || moment.subject.order_id.empty())
    return std::nullopt;
  const auto history = store_.History(moment.customer_id);
  if (!history.ok()) return history.status();
  for (const HistoryLine& line : history->lines) {
    if (line.purchase.order_id != moment.subject.order_id) continue;
    const auto too = Hides(line.purchase.item_id);
    if (!too.ok()) return too.status();
    if (*too) continue;
    moment.subject.event_id = line.purchase.event_id;
    moment.subject.item_id = line.purchase.item_id;
    moment.subject.purchased_at = line.purchase.purchased_at;
    return moment;
  }
  return std::nullopt;
}

}  // namespace rapport::clienteling
