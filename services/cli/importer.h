// Bringing in many events: from a file or made up, through one PurchaseStream, with progress on a
// terminal. Main thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/purchase_source.h"
#include "data/records.h"
#include "services/cli/context.h"
#include "services/cli/purchase_stream.h"

namespace rapport::cli {

struct ImportOutcome {
  ImportTotals totals;
  double seconds = 0;
};

// All of them.
absl::StatusOr<ImportOutcome> ImportEvents(Context& context, const std::vector<Event>& events);
// What the source still has. If the file breaks off, what came before is imported and the status
// says so.
absl::StatusOr<ImportOutcome> ImportSource(Context& context, csv::PurchaseSource& source);
// Describes items to the server, but none that has a title there: a shop's own words outlive an
// export. How many.
absl::StatusOr<int64_t> DescribeItems(Context& context, const std::vector<Item>& items);

}  // namespace rapport::cli
