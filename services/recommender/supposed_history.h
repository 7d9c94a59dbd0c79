// SupposedHistory: a customer's history as a what-if has it: some purchases gone, some bought for
// somebody else, some made at the time of the question; some reports never made. Nothing is stored.
// Pure; any thread.
#pragma once

#include <vector>

#include "data/store.h"
#include "services/recommender/field_errors.h"
#include "services/recommender/what_if.h"

namespace rapport {

// `history` with what was supposed; what was added stands last, in the order of add_item_ids,
// without event ids. Sequence and latest stay as they are, so that a token leads back here.
// `errors`: gets what the history does not have, by path. Requires: `at` >= history.latest.
HistoryView SupposedHistory(const HistoryView& history, const WhatIf& what_if, TimePoint at,
                            std::vector<FieldError>* errors);

}  // namespace rapport
