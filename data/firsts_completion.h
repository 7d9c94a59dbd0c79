// Completion of customers' firsts: a store from before there were moments holds histories without
// them. They are made from all that was bought, once, at opening. None of it is told as a moment:
// it was no news. What was cut off begins again and writes the same.
#pragma once

#include "absl/status/statusor.h"
#include "data/codec.h"
#include "data/database.h"
#include "data/known_items.h"

namespace rapport {

// The state afterwards; `state` itself if there is nothing to do. Requires: nobody writes.
// DATA_LOSS, UNAVAILABLE, RESOURCE_EXHAUSTED.
absl::StatusOr<codec::StoreState> CompleteFirsts(const Database& database, const KnownItems& items,
                                                 codec::StoreState state);

}  // namespace rapport
