#include "model/interactions.h"

#include "model/evidence.h"

namespace rapport {

Interactions InteractionsAt(const PurchaseLog& log, Instant cut, double half_life_days) {
  Interactions interactions;
  CompressedRows& rows = interactions.by_customer;
  // At most an entry a line; what is not used of it is never touched.
  size_t lines = 0;
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    lines += log.LinesOf(CustomerIndex(customer)).size();
  }
  rows.columns.reserve(lines);
  rows.weights.reserve(lines);
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), cut), cut);
    if (evidence.empty()) continue;
    for (const Evidence::Entry& entry : evidence.entries()) {
      rows.columns.push_back(static_cast<uint32_t>(entry.item));
      rows.weights.push_back(static_cast<float>(evidence.Weight(entry, half_life_days)));
    }
    rows.offsets.push_back(rows.columns.size());
  }
  interactions.by_item = Transpose(rows, log.items().size());
  interactions.never_bought = log.items().size() - log.bought_items();
  return interactions;
}

CompressedRows Transpose(const CompressedRows& rows, size_t columns) {
  CompressedRows transposed;
  transposed.offsets.assign(columns + 1, 0);
  for (const uint32_t column : rows.columns) ++transposed.offsets[column + 1];
  for (size_t column = 0; column < columns; ++column)
    transposed.offsets[column + 1] += transposed.offsets[column];
  transposed.columns.resize(rows.columns.size());
  transposed.weights.resize(rows.weights.size());
  std::vector<size_t> next(transposed.offsets.begin(), transposed.offsets.end() - 1);
  for (size_t row = 0; row < rows.rows(); ++row) {
    for (size_t place = rows.offsets[row]; place < rows.offsets[row + 1]; ++place) {
      const size_t target = next[rows.columns[place]]++;
      transposed.columns[target] = static_cast<uint32_t>(row);
      transposed.weights[target] = rows.weights[place];
    }
  }
  return transposed;
}

}  // namespace rapport
