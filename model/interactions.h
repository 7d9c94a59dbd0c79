// Interactions: the weighted customer x item matrix at one time, in compressed rows both ways.
// Immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/ids.h"
#include "model/purchase_log.h"

namespace rapport {

// One side of the matrix: for each row its columns, ascending, and their weights.
struct CompressedRows {
  std::vector<size_t> offsets = {0};  // rows + 1
  std::vector<uint32_t> columns;
  std::vector<float> weights;

  size_t rows() const { return offsets.size() - 1; }
  std::span<const uint32_t> ColumnsOf(size_t row) const {
    return std::span(columns).subspan(offsets[row], offsets[row + 1] - offsets[row]);
  }
  std::span<const float> WeightsOf(size_t row) const {
    return std::span(weights).subspan(offsets[row], offsets[row + 1] - offsets[row]);
  }
};

struct Interactions {
  CompressedRows by_customer;  // only customers with evidence have a row
  CompressedRows by_item;      // all items of the log
  size_t never_bought = 0;     // of by_item: rows of items that stand in the catalogue alone
};

// The evidence of every customer just before `cut`, weights decayed to it.
Interactions InteractionsAt(const PurchaseLog& log, Instant cut, double half_life_days);

// The same pairs with rows and columns exchanged. `columns`: how many columns `rows` has.
CompressedRows Transpose(const CompressedRows& rows, size_t columns);

}  // namespace rapport
