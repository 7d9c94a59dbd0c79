#include "data/firsts_merge.h"

#include <set>
#include <utility>

namespace rapport {
namespace {

// A moment as one of the two customers had it.
struct Had {
  const MomentSubject* subject = nullptr;  // null: none
  ToldMoment told;
};

Had OrderOf(const CustomerFirsts& firsts, int32_t number) {
  const auto at = static_cast<size_t>(number - 1);
  if (at >= firsts.orders.size()) return {};
  const auto told = firsts.order_moments.find(number);
  return {&firsts.orders[at], told != firsts.order_moments.end() ? told->second : ToldMoment{}};
}

Had CategoryOf(const CustomerFirsts& firsts, const std::string& category) {
  const auto first = firsts.categories.find(category);
  if (first == firsts.categories.end()) return {};
  return {&first->second.subject, first->second.told};
}

// What becomes of a moment that is of `now`. True: it is to be told.
bool Tell(const Had& into, const Had& from, const MomentSubject& now, uint64_t* last_position,
          ToldMoment* told, MomentChanges* changes) {
  if (from.told.position != 0) changes->superseded.push_back(from.told.position);
  const Had& had = into.subject != nullptr ? into : from;
  const bool stays = had.subject != nullptr && *had.subject == now;
  if (stays && (&had == &into || from.told.position == 0)) {
    *told = &had == &into ? into.told : ToldMoment{};
    return false;
  }
  if (into.told.position != 0) changes->superseded.push_back(into.told.position);
  *told = {++*last_position, had.subject != nullptr ? had.subject->event_id : ""};
  return true;
}

CustomerFirsts FirstsOf(const CustomerFirsts& into, const CustomerFirsts& from,
                        std::span<const Purchase* const> lines,
                        const std::function<std::string_view(const std::string&)>& category_of) {
  CustomerFirsts firsts;
  for (const CustomerFirsts* each : {&into, &from}) {
    for (const auto& [category, first] : each->categories)
      firsts.AddToCategory(category, first.subject);
  }
  for (const Purchase* line : lines) {
    const MomentSubject subject = SubjectOf(*line);
    firsts.AddOrder(subject);
    const std::string_view category = line->gift ? "" : category_of(line->item_id);
    if (firsts.categories.contains(std::string(category))) firsts.AddToCategory(category, subject);
  }
  return firsts;
}

}  // namespace

MergedFirsts MergeFirsts(const std::string& customer_id, const CustomerFirsts& into,
                         const CustomerFirsts& from, std::span<const Purchase* const> lines,
                         const std::function<std::string_view(const std::string&)>& category_of,
                         std::span<const int> milestones, uint64_t* last_position) {
  MergedFirsts merged{FirstsOf(into, from, lines, category_of), {}};
  CustomerFirsts& now = merged.firsts;
  std::set<int32_t> numbers(milestones.begin(), milestones.end());
  numbers.insert(1);
  for (const CustomerFirsts* each : {&into, &from}) {
    for (const auto& [number, told] : each->order_moments) numbers.insert(number);
  }
  for (const int32_t number : numbers) {
    const auto at = static_cast<size_t>(number - 1);
    if (at >= now.orders.size()) break;
    ToldMoment told;
    const bool tell = Tell(OrderOf(into, number), OrderOf(from, number), now.orders[at],
                           last_position, &told, &merged.changes);
    if (told.position != 0) now.order_moments[number] = told;
    if (tell) merged.changes.told.push_back(OrderMoment(customer_id, number, now.orders[at], told));
  }
  for (auto& [category, first] : now.categories) {
    if (Tell(CategoryOf(into, category), CategoryOf(from, category), first.subject, last_position,
             &first.told, &merged.changes))
      merged.changes.told.push_back(CategoryMoment(customer_id, category, first));
  }
  return merged;
}

}  // namespace rapport
