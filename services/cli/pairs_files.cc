#include "services/cli/pairs_files.h"

#include <vector>

#include "data/csv/pairs.h"

namespace rapport::cli {
namespace {

std::vector<PairsOfCustomer> ViewOf(const std::vector<csv::PairsLine>& lines) {
  std::vector<PairsOfCustomer> view;
  view.reserve(lines.size());
  for (const csv::PairsLine& line : lines)
    view.push_back({.customer = line.customer, .items = line.items});
  return view;
}

}  // namespace

absl::StatusOr<PairsSplit> ReadPairsFiles(const std::string& train_path,
                                          const std::string& test_path) {
  const auto train = csv::ReadPairs(train_path);
  if (!train.ok()) return train.status();
  absl::StatusOr<std::vector<csv::PairsLine>> test = std::vector<csv::PairsLine>();
  if (!test_path.empty()) test = csv::ReadPairs(test_path);
  if (!test.ok()) return test.status();
  auto split = MakePairsSplit(ViewOf(*train), ViewOf(*test));
  if (!split.ok()) {
    const std::string files = train_path + (test_path.empty() ? "" : " and " + test_path);
    return absl::Status(split.status().code(),
                        files + ": " + std::string(split.status().message()));
  }
  if (split->train_pairs() == 0)
    return absl::FailedPreconditionError(train_path + " has no pairs to learn from");
  if (!test_path.empty() && split->test_pairs() == 0)
    return absl::FailedPreconditionError(test_path + " has no pairs to judge by");
  return split;
}

}  // namespace rapport::cli
