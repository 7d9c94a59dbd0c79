// ScanHistories: every history there is, streamed from one state of the database, for training. See
// Store::ScanHistories.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/database.h"
#include "data/history_view.h"

namespace rapport {

using HistoryVisitor =
    std::function<absl::Status(std::string_view customer_id, const HistoryView& history)>;

// Holds one customer's events at a time, or a slice of the guests' purchases and all of the guests'
// returns.
absl::StatusOr<uint64_t> ScanHistories(const Database& database, const HistoryVisitor& visit);

}  // namespace rapport
