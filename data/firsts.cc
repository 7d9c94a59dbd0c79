#include "data/firsts.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace rapport {
namespace {

// The place that the moment gets if its subject is another than it was; `before` is null if it had
// none. True: it is to be told.
bool Tell(const MomentSubject* before, const MomentSubject& now, uint64_t* last_position,
          ToldMoment* told, MomentChanges* changes) {
  if (before != nullptr && *before == now) return false;
  if (told->position != 0) changes->superseded.push_back(told->position);
  *told = {++*last_position, before != nullptr ? before->event_id : ""};
  return true;
}

}  // namespace

Moment OrderMoment(std::string_view customer_id, int32_t number, const MomentSubject& subject,
                   const ToldMoment& told) {
  return {.position = told.position,
          .kind = number == 1 ? MomentKind::kFirstOrder : MomentKind::kNthOrder,
          .customer_id = std::string(customer_id),
          .category = {},
          .order_number = number,
          .subject = subject,
          .moved_from_event_id = told.moved_from_event_id};
}

Moment CategoryMoment(std::string_view customer_id, const std::string& category,
                      const CategoryFirst& first) {
  return {.position = first.told.position,
          .kind = MomentKind::kFirstInCategory,
          .customer_id = std::string(customer_id),
          .category = category,
          .order_number = 0,
          .subject = first.subject,
          .moved_from_event_id = first.told.moved_from_event_id};
}

MomentSubject SubjectOf(const Purchase& purchase) {
  return {purchase.purchased_at, purchase.event_id, purchase.order_id, purchase.item_id};
}

bool IsBefore(const MomentSubject& a, const MomentSubject& b) {
  return std::tie(a.purchased_at, a.event_id) < std::tie(b.purchased_at, b.event_id);
}

void CustomerFirsts::AddOrder(const MomentSubject& line) {
  const bool full = orders.size() >= static_cast<size_t>(kMostOrderNumber);
  if (full && !IsBefore(line, orders.back())) return;
  const auto known = std::ranges::find_if(orders, [&line](const MomentSubject& order) {
    return line.order_id.empty() ? order.order_id.empty() && order.event_id == line.event_id
                                 : order.order_id == line.order_id;
  });
  if (known != orders.end()) {
    if (!IsBefore(line, *known)) return;
    orders.erase(known);
  }
  orders.insert(std::ranges::upper_bound(orders, line, IsBefore), line);
  // One that falls off comes back, at its right time, with a line that is earlier than all it had.
  if (orders.size() > static_cast<size_t>(kMostOrderNumber)) orders.pop_back();
}

void CustomerFirsts::AddToCategory(std::string_view category, const MomentSubject& line) {
  const auto [first, added] = categories.try_emplace(std::string(category));
  if (added || IsBefore(line, first->second.subject)) first->second.subject = line;
}

MomentChanges TellChanges(std::string_view customer_id, const CustomerFirsts& before,
                          std::span<const int> milestones, uint64_t* last_position,
                          CustomerFirsts* now) {
  MomentChanges changes;
  // A number that was a milestone when it was told still moves.
  std::set<int32_t> numbers(milestones.begin(), milestones.end());
  numbers.insert(1);
  for (const auto& [number, told] : now->order_moments) numbers.insert(number);
  for (const int32_t number : numbers) {
    const auto at = static_cast<size_t>(number - 1);
    if (at >= now->orders.size()) break;
    const MomentSubject* subject = at < before.orders.size() ? &before.orders[at] : nullptr;
    if (subject != nullptr && *subject == now->orders[at]) continue;
    ToldMoment& told = now->order_moments[number];
    Tell(subject, now->orders[at], last_position, &told, &changes);
    changes.told.push_back(OrderMoment(customer_id, number, now->orders[at], told));
  }
  for (auto& [category, first] : now->categories) {
    const auto was = before.categories.find(category);
    const MomentSubject* subject = was != before.categories.end() ? &was->second.subject : nullptr;
    if (Tell(subject, first.subject, last_position, &first.told, &changes))
      changes.told.push_back(CategoryMoment(customer_id, category, first));
  }
  return changes;
}

std::vector<Moment> MomentsOf(std::string_view customer_id, const CustomerFirsts& firsts,
                              std::string_view event_id) {
  std::vector<Moment> moments;
  for (const auto& [number, told] : firsts.order_moments) {
    const MomentSubject& subject = firsts.orders[static_cast<size_t>(number - 1)];
    if (subject.event_id == event_id)
      moments.push_back(OrderMoment(customer_id, number, subject, told));
  }
  for (const auto& [category, first] : firsts.categories) {
    if (first.told.position != 0 && first.subject.event_id == event_id)
      moments.push_back(CategoryMoment(customer_id, category, first));
  }
  return moments;
}

}  // namespace rapport
