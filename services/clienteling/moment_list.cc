#include "services/clienteling/moment_list.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace rapport::clienteling {
namespace {

bool IsFirst(Occasion occasion) {
  return occasion == Occasion::kFirstOrder || occasion == Occasion::kFirstInCategory ||
         occasion == Occasion::kNthOrder;
}

bool IsBeforeSuppressed(const SuppressedMoment& a, const SuppressedMoment& b) {
  if (a.by != b.by) return a.by < b.by;
  if (a.moment && b.moment) return IsBefore(*a.moment, *b.moment);
  if (a.moment.has_value() != b.moment.has_value()) return b.moment.has_value();
  return a.customer->customer_id < b.customer->customer_id;
}

}  // namespace

bool IsBefore(const CustomerMoment& a, const CustomerMoment& b) {
  const auto key = [](const CustomerMoment& moment) {
    return std::tuple(!IsFirst(moment.occasion), -moment.Worth(), moment.until,
                      std::string_view(moment.customer_id), std::string_view(moment.id));
  };
  return key(a) < key(b);
}

MomentList Ranked(std::vector<ListedMoment> free, std::vector<SuppressedMoment> suppressed,
                  int capacity) {
  std::ranges::sort(free, IsBefore, &ListedMoment::moment);
  std::map<std::string_view, size_t> places;  // of customers, by their best moment
  std::vector<std::vector<ListedMoment>> customers;
  for (ListedMoment& each : free) {
    const auto [place, added] = places.try_emplace(each.customer->customer_id, customers.size());
    if (added) customers.emplace_back();
    customers[place->second].push_back(std::move(each));
  }
  MomentList list{.listed = {}, .suppressed = std::move(suppressed)};
  for (size_t place = 0; place < customers.size(); ++place) {
    for (size_t at = 0; at < customers[place].size(); ++at) {
      ListedMoment& each = customers[place][at];
      if (std::cmp_less(place, capacity) && at < kMostOfACustomer) {
        list.listed.push_back(std::move(each));
        continue;
      }
      list.suppressed.push_back({.by = std::cmp_less(place, capacity)
                                           ? SuppressedBy::kEnough
                                           : SuppressedBy::kBeyondCapacity,
                                 .customer = each.customer,
                                 .moment = std::move(each.moment),
                                 .held_by = {}});
    }
  }
  std::ranges::sort(list.suppressed, IsBeforeSuppressed);
  return list;
}

}  // namespace rapport::clienteling
