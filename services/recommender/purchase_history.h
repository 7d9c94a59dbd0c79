// From what the store or a file holds to what the model learns from. Pure functions; any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "data/records.h"
#include "model/purchase_log.h"

namespace rapport {

// Adds one customer's lines; an empty id: guests', and then any part of them.
void AddToLog(std::string_view customer_id, std::span<const HistoryLine> lines,
              PurchaseLogBuilder& builder);

// Events in any order; returns of purchases that are not among them are left out.
PurchaseLog LogOf(std::vector<Event> events);

}  // namespace rapport
