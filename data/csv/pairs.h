// Reading pairs without times, as the recommender literature publishes its splits (LightGCN's
// Gowalla and others): a line for each customer, `customer item item …`, whole numbers of 0 and
// more. Plain, gzip and zstd are told apart by their first bytes. Pure of state; any thread.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace rapport::csv {

struct PairsLine {
  int64_t line = 0;  // in the file; the first is 1
  uint32_t customer = 0;
  std::vector<uint32_t> items;  // as they stand; may be none
};

// In order of the file; empty lines are passed over. INVALID_ARGUMENT names the file and the first
// line that is anything else, or whose customer stands on one before, NOT_FOUND and
// PERMISSION_DENIED a file that cannot be opened, DATA_LOSS one that breaks off.
absl::StatusOr<std::vector<PairsLine>> ReadPairs(const std::string& path);
// The same from a stream. `name` stands in messages.
absl::StatusOr<std::vector<PairsLine>> ReadPairs(std::istream& in, const std::string& name);

}  // namespace rapport::csv
