// Writes events in our own format, `purchases`: reading the file back gives the same events. Any
// thread.
#pragma once

#include <ostream>
#include <span>

#include "absl/status/status.h"
#include "data/records.h"

namespace rapport::csv {

// A header, then a row for each event in the order given; titles, categories and brands come from
// `items`, by item_id. Requires: events and items within the limits of
// proto/rapport/v1/types.proto. UNAVAILABLE if `out` takes no more.
absl::Status WritePurchases(std::ostream& out, std::span<const Event> events,
                            std::span<const Item> items);

}  // namespace rapport::csv
