// The sample store: "a neighbourhood coffee and gift shop", made up and always the same. Eighteen
// months and more of visits by named customers with usuals, seasons and tastes that a model can
// find, so that a demo reads like a shop. Deterministic: the same options give the same bytes on
// every machine. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/records.h"

namespace rapport {

struct SampleOptions {
  TimePoint end;            // the last visits are on the day before this
  int32_t days = 560;       // of visits
  int32_t customers = 600;  // at least 3
  uint64_t seed = 20260501;
};

struct SampleStore {
  std::vector<Item> items;
  std::vector<Customer> customers;
  std::vector<Event> events;  // in order of time; guests, gifts and a few returns among them
  // Two who are good to show: one with a long history and a clear taste, and one with a single
  // purchase.
  std::string regular_customer_id;
  std::string newcomer_customer_id;
};

SampleStore MakeSampleStore(const SampleOptions& options);

}  // namespace rapport
