// From what the store or a file holds to what the model learns from. Plain functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/purchase_log.h"

namespace rapport {

// Adds one customer's lines; an empty id: guests', and then any part of them.
void AddToLog(std::string_view customer_id, std::span<const HistoryLine> lines,
              PurchaseLogBuilder& builder);

// One state of all the store's purchases; `sequence` gets the number of its last event. Categories
// are those of just after: the catalogue has no history, and says nothing of who buys what.
// `on_rows`, if there is one, is told how many lines there are so far. CANCELLED soon after `stop`
// is asked, and the codes of Store's scans.
absl::StatusOr<PurchaseLog> ReadLog(const Store& store, const std::function<void(size_t)>& on_rows,
                                    const std::stop_token& stop, uint64_t* sequence);

// Events in any order; returns of purchases that are not among them are left out. `items`: what the
// catalogue says.
PurchaseLog LogOf(std::vector<Event> events, std::span<const Item> items = {});

// Distinct (customer, item) of a log.
int64_t CountPairs(const PurchaseLog& log);

}  // namespace rapport
