// Candidates: every reason that one customer's purchases and answers give to be in touch on a day,
// whether or not they may be contacted. Days are the shop's. Pure; any thread.
#pragma once

#include <chrono>
#include <vector>

#include "data/store.h"
#include "services/clienteling/buying_times.h"
#include "services/clienteling/contact_options.h"
#include "services/clienteling/customer_moment.h"
#include "services/clienteling/known_item.h"
#include "services/clienteling/shop_time.h"

namespace rapport::clienteling {

struct CandidateOptions {
  std::vector<int> milestones = {10, 50, 100};  // which n-th orders
  // Firsts, round orders, returns of customers and of items are news for so many days, that of the
  // event included.
  int fresh_days = 7;
  int due_days = 7;           // what is due so soon; what is bought oftener is part of a visit
  double least_due = 0.1;     // less likely is not due
  double least_lapsed = 0.5;  // likewise
  int follow_up_days = 7;     // after what was relayed or accepted and not bought
  bool anniversaries = true;  // of first orders
  double horizon_days = 730;  // nothing older is spoken of, but the usual
};

// The day that is asked about.
struct Day {
  std::chrono::local_days today;
  TimePoint at;  // reports are in force, and stock is there, as of then
};

// What the moments of all customers are seen by. References must outlive it.
struct Surroundings {
  const ShopTime& time;
  const ItemLookup& items;
  const BuyingTimes& times;
  const CandidateOptions& options;
  int declined_days =
      ContactOptions{}.declined_days;  // what was declined is followed up after that
};

// In order of occasion. Of `view`, every item bought and every item of an outcome
// must have been read. Purchases that are dated later than the day move it: a clock ran ahead.
std::vector<CustomerMoment> CandidatesOf(const Customer& customer, const HistoryView& view,
                                         const Day& day, const Surroundings& around);

}  // namespace rapport::clienteling
