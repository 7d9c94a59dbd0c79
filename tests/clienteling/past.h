// Past: a customer's history in a line for each purchase, for tests of what is made of it.
#pragma once

#include <string>
#include <vector>

#include "data/records.h"
#include "services/clienteling/shop_time.h"
#include "services/clienteling/visits.h"

namespace rapport::clienteling {

// "2026-03-02 08:30", in UTC.
TimePoint Utc(const std::string& text);

struct Past {
  // One order of these at this time, "2026-03-02 08:30" in UTC; the purchases can be changed.
  std::vector<HistoryLine*> Order(const std::string& at, const std::vector<std::string>& items);
  // The same without an order id: each line stands for itself.
  std::vector<HistoryLine*> Loose(const std::string& at, const std::vector<std::string>& items);
  // So many orders of these, one a day from this day on, at this time.
  void Daily(const std::string& from, int days, const std::vector<std::string>& items);

  // Of lines that say something of the customer.
  std::vector<Visit> Visits(const ShopTime& time = ShopTime::Utc()) const;

  std::vector<HistoryLine> lines;

 private:
  HistoryLine& Add(TimePoint at, const std::string& item, const std::string& order);
  int orders_ = 0;
};

void GiveBack(HistoryLine& line);

}  // namespace rapport::clienteling
