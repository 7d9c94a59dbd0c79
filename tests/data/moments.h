// Moments as the tests of them see them: read from a store, and worked out by the plainest code.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "data/store.h"
#include "tests/data/support.h"

namespace rapport::testing {

inline constexpr size_t kAll = 1'000'000;

inline std::vector<Moment> MustReadMoments(const Store& store, uint64_t after = 0,
                                           size_t limit = kAll) {
  auto moments = store.Moments(after, limit);
  EXPECT_TRUE(moments.ok()) << moments.status();
  return moments.value_or(std::vector<Moment>());
}

// "first order of ada: 1 tea", "order 10 of ada: 1 tea", "first Coffee of ada: 1 tea (not 2)".
inline std::string Words(const Moment& moment) {
  std::string words = moment.kind == MomentKind::kFirstOrder ? "first order"
                      : moment.kind == MomentKind::kFirstInCategory
                          ? "first " + moment.category
                          : Id("order ", moment.order_number);
  words +=
      " of " + moment.customer_id + ": " + moment.subject.event_id + " " + moment.subject.item_id;
  return moment.moved_from_event_id.empty() ? words
                                            : words + " (not " + moment.moved_from_event_id + ")";
}

inline std::vector<std::string> Words(const std::vector<Moment>& moments) {
  std::vector<std::string> words;
  for (const Moment& moment : moments) words.push_back(Words(moment));
  return words;
}

inline Item Described(std::string id, std::string category) {
  Item item;
  item.item_id = std::move(id);
  item.title = item.item_id;
  item.category_path = {std::move(category), "narrower"};
  return item;
}

// What a moment is of: customer, kind, category, number of the order.
using MomentName = std::tuple<std::string, MomentKind, std::string, int32_t>;
inline MomentName NameOf(const Moment& moment) {
  return {moment.customer_id, moment.kind, moment.category, moment.order_number};
}
using MomentSubjects = std::map<MomentName, MomentSubject>;

// From all that a customer bought, as it stands, with the catalogue as it is.
inline void ReferTo(const Store& store, const std::string& customer,
                    const std::map<std::string, std::string>& category_of,
                    const std::vector<int>& milestones, MomentSubjects* subjects) {
  std::vector<Purchase> lines;
  for (const HistoryLine& line : MustRead(store, customer).lines) lines.push_back(line.purchase);
  std::ranges::sort(lines, {},
                    [](const Purchase& p) { return std::pair(p.purchased_at, p.event_id); });
  std::vector<std::string> orders;
  for (const Purchase& line : lines) {
    const MomentSubject subject{line.purchased_at, line.event_id, line.order_id, line.item_id};
    const std::string order = line.order_id.empty() ? "line " + line.event_id : line.order_id;
    if (std::ranges::find(orders, order) == orders.end()) {
      orders.push_back(order);
      const auto number = static_cast<int32_t>(orders.size());
      if (number == 1) (*subjects)[{customer, MomentKind::kFirstOrder, "", 1}] = subject;
      if (std::ranges::find(milestones, number) != milestones.end())
        (*subjects)[{customer, MomentKind::kNthOrder, "", number}] = subject;
    }
    const auto category = category_of.find(line.item_id);
    if (line.gift || category == category_of.end()) continue;
    subjects->try_emplace({customer, MomentKind::kFirstInCategory, category->second, 0}, subject);
  }
}

// Follows the stream from position to position, as a client does, and keeps the latest by id.
class Follower {
 public:
  void Read(const Store& store, size_t page = kAll) {
    for (;;) {
      const std::vector<Moment> moments = MustReadMoments(store, position_, page);
      for (const Moment& moment : moments) {
        EXPECT_GT(moment.position, position_);
        position_ = moment.position;
        const auto [known, added] = latest_.try_emplace(moment.Id(), moment);
        if (added) continue;
        EXPECT_EQ(NameOf(known->second), NameOf(moment));
        EXPECT_NE(known->second.subject, moment.subject) << "told twice: " << Words(moment);
        EXPECT_NE(moment.moved_from_event_id, "");
        known->second = moment;
      }
      if (moments.size() < page) return;
    }
  }
  MomentSubjects Subjects() const {
    MomentSubjects subjects;
    for (const auto& [id, moment] : latest_) {
      EXPECT_TRUE(subjects.emplace(NameOf(moment), moment.subject).second) << Words(moment);
    }
    return subjects;
  }

 private:
  uint64_t position_ = 0;
  std::map<std::string, Moment> latest_;
};

}  // namespace rapport::testing
