// The matrices that training is timed on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/interactions.h"

namespace rapport {

// Pairs of weight 1, both ways.
struct Pairs {
  std::string name;
  Interactions train;
};

// From a file of the literature, one line a user: "user item item …" (zstd or plain). Every user
// and item number up to the greatest has a row. NOT_FOUND without the file.
absl::StatusOr<CompressedRows> ReadPairs(const std::string& path);

// 52,643 customers, 91,599 items, 2,380,730 distinct pairs: the shape of Amazon-Book. Customers buy
// 20 things at least and a few very many; items are bought by Zipf's law. The same on every
// machine.
Pairs SyntheticPairs();

// Gives every customer and item a row.
Interactions BothWays(CompressedRows by_customer, size_t items);

// As train_peers.py reads it.
absl::Status WritePairs(const Interactions& interactions, const std::string& path);

}  // namespace rapport
