// Completeness: is everything that was acknowledged still there? RocksDB starts on whatever its
// files give, without a word when a log was cut short or deleted, or a MANIFEST lost its end. Asked
// once, at opening, before any write.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "data/codec.h"
#include "data/database.h"
#include "data/watermark.h"

namespace rapport {

struct CompleteStore {
  codec::StoreState state;
  std::unique_ptr<Watermark> watermark;
};

// Two questions: does the last batch reach the watermark, and are there as many records as events
// were given out (so that none is missing in the middle)? DATA_LOSS says how many are missing and
// what to do. Where the watermark file is missing (a new store; an operator who accepted a loss) it
// takes the store as it is. FAILED_PRECONDITION: a newer version's format.
absl::StatusOr<CompleteStore> CheckComplete(const Database& database);

}  // namespace rapport
