#include "tests/clienteling/past.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "services/recommender/customer_state.h"

namespace rapport::clienteling {

TimePoint Utc(const std::string& text) {
  int year = 0, hour = 0, minute = 0;
  unsigned month = 0, day = 0;
  EXPECT_EQ(std::sscanf(text.c_str(), "%d-%u-%u %d:%d", &year, &month, &day, &hour, &minute), 5)
      << text;
  using namespace std::chrono;
  return sys_days(year_month_day(std::chrono::year(year), std::chrono::month(month),
                                 std::chrono::day(day))) +
         hours(hour) + minutes(minute);
}

HistoryLine& Past::Add(TimePoint at, const std::string& item, const std::string& order) {
  char number[16];
  std::snprintf(number, sizeof(number), "e%04d", static_cast<int>(lines.size()) + 1);
  lines.push_back({.purchase = {.event_id = number,
                                .customer_id = "ada",
                                .item_id = item,
                                .order_id = order,
                                .purchased_at = at}});
  return lines.back();
}

std::vector<HistoryLine*> Past::Order(const std::string& at,
                                      const std::vector<std::string>& items) {
  const std::string order = "o" + std::to_string(++orders_);
  const size_t first = lines.size();
  for (const std::string& item : items) Add(Utc(at), item, order);
  std::vector<HistoryLine*> added;
  for (size_t line = first; line < lines.size(); ++line) added.push_back(&lines[line]);
  return added;
}

std::vector<HistoryLine*> Past::Loose(const std::string& at,
                                      const std::vector<std::string>& items) {
  const size_t first = lines.size();
  for (const std::string& item : items) Add(Utc(at), item, "");
  std::vector<HistoryLine*> added;
  for (size_t line = first; line < lines.size(); ++line) added.push_back(&lines[line]);
  return added;
}

void Past::Daily(const std::string& from, int days, const std::vector<std::string>& items) {
  for (int day = 0; day < days; ++day) {
    for (HistoryLine* line : Order(from, items))
      line->purchase.purchased_at += std::chrono::days(day);
  }
}

std::vector<Visit> Past::Visits(const ShopTime& time) const {
  return VisitsOf(lines, time, Counts);
}

void GiveBack(HistoryLine& line) {
  line.returns.push_back({.event_id = "back-" + line.purchase.event_id,
                          .customer_id = line.purchase.customer_id,
                          .purchase_event_id = line.purchase.event_id,
                          .returned_at = line.purchase.purchased_at + std::chrono::days(1)});
}

}  // namespace rapport::clienteling
