// Files of purchases as a log to learn from, for the tools that work offline. Main thread only.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "model/purchase_log.h"

namespace rapport::cli {

// The files in order, as one; what happened at `until` or later is left out. Shows progress.
// `items`, if it is given, gets what the files say of items. FAILED_PRECONDITION names files
// without purchases; else errors are those of csv::PurchaseSource.
absl::StatusOr<PurchaseLog> ReadPurchaseFiles(const std::vector<std::string>& paths,
                                              csv::Format format, Instant until = Instant::max(),
                                              std::vector<Item>* items = nullptr);

}  // namespace rapport::cli
