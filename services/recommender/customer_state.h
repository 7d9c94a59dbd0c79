// CustomerState: one customer's history as one model sees it. Suggesting and explaining both start
// here, so that a token leads back to the same numbers. A value; reading it may read from disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/evidence.h"
#include "model/model_snapshot.h"

namespace rapport {

struct CustomerState {
  HistoryView history;
  std::vector<uint32_t> orders;  // for each line of history: which order, as Evidence numbers them
  TimePoint as_of;  // of the question: replaying with it and history.sequence gives the same state
  int history_size = 0;     // lines that count: kept, and no gifts
  bool may_mention = true;  // whether staff may speak of past purchases
  Evidence evidence;        // of those, the items that the model knows
};

// Whether a line says something of the customer: kept, and bought for nobody else.
inline bool Counts(const HistoryLine& line) {
  return line.KeptQuantity() > 0 && !line.purchase.gift;
}

// The state at `as_of`, for a token: what was served then. PERMISSION_DENIED if purchases had a
// part in it and the customer no longer wants that; NOT_FOUND if the history is no longer kept.
absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         std::string_view customer_id, AsOf as_of);

// What a call that names the customer sees: the state at `as_of`, or without it everything
// recorded, at `now` or the latest record if a till's clock runs ahead. Nothing at all of a
// customer who does not want purchases to shape suggestions.
absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       std::string_view customer_id, std::optional<TimePoint> as_of,
                                       TimePoint now);

// What the catalogue says of an item; just the id if it says nothing.
absl::StatusOr<Item> ItemNamed(const Store& store, const std::string& item_id);

}  // namespace rapport
