// CustomerFirsts: a customer's first orders and the first line of each category, and which moments
// they are. Whatever the order in which purchases arrive, however often, the result is the same:
// that of the purchases as they were made. Pure values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/records.h"

namespace rapport {

// Of the n-th orders that may be moments; orders beyond are not told apart.
inline constexpr int kMostOrderNumber = 100;

// Where a moment was told.
struct ToldMoment {
  uint64_t position = 0;  // 0: never
  std::string moved_from_event_id;
  bool operator==(const ToldMoment&) const = default;
};

struct CategoryFirst {
  MomentSubject subject;
  ToldMoment told;
  bool operator==(const CategoryFirst&) const = default;
};

struct CustomerFirsts {
  // The first kMostOrderNumber orders, each by the first of its lines, earliest first.
  std::vector<MomentSubject> orders;
  std::map<std::string, CategoryFirst> categories;
  std::map<int32_t, ToldMoment> order_moments;  // by number of the order, from 1
  bool operator==(const CustomerFirsts&) const = default;

  // Lines of one order_id are one order. A gift is an order as any other. Adding the same again
  // changes nothing.
  void AddOrder(const MomentSubject& line);
  // A gift says nothing of the customer's own categories: not to be added.
  void AddToCategory(std::string_view category, const MomentSubject& line);
};

MomentSubject SubjectOf(const Purchase& purchase);
// Earlier by purchased_at, then by event_id.
bool IsBefore(const MomentSubject& a, const MomentSubject& b);

struct MomentChanges {
  std::vector<Moment> told;          // new or moved, in order of position
  std::vector<uint64_t> superseded;  // positions that those of them that moved had before
};

// What became a moment, or moved, from `before` to `now`; gives out positions after
// `*last_position` and notes them in `now`. `milestones`: which n-th orders are moments, beside the
// first. What stands in `before` without having been told is told only once it moves.
MomentChanges TellChanges(std::string_view customer_id, const CustomerFirsts& before,
                          std::span<const int> milestones, uint64_t* last_position,
                          CustomerFirsts* now);

Moment OrderMoment(std::string_view customer_id, int32_t number, const MomentSubject& subject,
                   const ToldMoment& told);
Moment CategoryMoment(std::string_view customer_id, const std::string& category,
                      const CategoryFirst& first);

// Those of the customer's moments that were told whose subject is this line.
std::vector<Moment> MomentsOf(std::string_view customer_id, const CustomerFirsts& firsts,
                              std::string_view event_id);

}  // namespace rapport
