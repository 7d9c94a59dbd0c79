// Files of pairs as a split to learn from and to judge by, for the tools that work offline. Main
// thread only.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "model/pairs_evaluation.h"

namespace rapport::cli {

// An empty `test_path`: nothing to judge by. INVALID_ARGUMENT for lines that are no pairs and pairs
// that make no split; FAILED_PRECONDITION names a file without pairs; else what reading the files
// gives.
absl::StatusOr<PairsSplit> ReadPairsFiles(const std::string& train_path,
                                          const std::string& test_path);

}  // namespace rapport::cli
