// CustomerState: one customer's history as one model sees it. Suggesting and explaining both start
// here, so that a token leads back to the same numbers. A value; reading it may read from disk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "data/store.h"
#include "model/evidence.h"
#include "model/model_snapshot.h"
#include "services/recommender/shopper.h"

namespace rapport {

struct CustomerState {
  std::shared_ptr<const HistoryView> history;  // what was bought, as the what-if has it; not null
  size_t supposed = 0;                         // so many of its last lines were never bought
  std::vector<HistoryLine> basket;             // what lies in it, as one order of this moment
  // For each line of the history, then of the basket: which item of the model, and which order, as
  // Evidence numbers them.
  std::vector<std::optional<ItemIndex>> items;
  std::vector<uint32_t> orders;
  TimePoint as_of;  // of the question: replaying with it and history->sequence gives the same state
  int history_size = 0;         // lines bought that count: kept, and no gifts
  std::string store;            // that the customer belongs to; empty: none, or not known
  bool may_personalize = true;  // whether purchases may shape suggestions; else there are none
  bool may_mention = true;      // whether staff may speak of past purchases
  Evidence evidence;            // of those and the basket, the items that the model knows

  int basket_size() const { return static_cast<int>(basket.size()); }
  std::span<const HistoryLine> bought() const { return history->lines; }
  size_t line_count() const { return history->lines.size() + basket.size(); }
  const HistoryLine& Line(size_t row) const {
    const size_t bought = history->lines.size();
    return row < bought ? history->lines[row] : basket[row - bought];
  }
};

// Whether it was the customer's at all: nobody reported that it was not.
inline bool IsTheirs(const HistoryLine& line) { return line.set_aside != SetAside::kWrongFact; }

// Whether a line says something of the customer: kept, bought for nobody else, and set aside by
// nobody.
inline bool Counts(const HistoryLine& line) {
  return line.KeptQuantity() > 0 && !line.Gift() && line.set_aside == SetAside::kNo;
}

// The state at `as_of`, for a token: what was served then. PERMISSION_DENIED if purchases had a
// part in it and the customer no longer wants that; NOT_FOUND if the history is no longer kept.
// INVALID_ARGUMENT if the what-if is of another history.
absl::StatusOr<CustomerState> StateAgain(const Store& store, const ModelSnapshot& model,
                                         const Shopper& shopper, AsOf as_of,
                                         const Apart& apart = nullptr);

// What a call that names the shopper sees: the state at `as_of`, or without it everything
// recorded, at `now` or the latest record if a till's clock runs ahead. Nothing at all, and nothing
// of the basket or the what-if, of a customer who does not want purchases to shape suggestions.
// INVALID_ARGUMENT with FieldErrors: ids of the what-if that nobody knows.
absl::StatusOr<CustomerState> StateFor(const Store& store, const ModelSnapshot& model,
                                       const Shopper& shopper, std::optional<TimePoint> as_of,
                                       TimePoint now, const Apart& apart = nullptr);

}  // namespace rapport
