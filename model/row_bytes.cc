#include "model/row_bytes.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace rapport {

void PutRows(ByteWriter& writer, const CompressedRows& rows) {
  writer.PutAll(rows.offsets.data() + 1, rows.rows());
  writer.PutAll(rows.columns.data(), rows.columns.size());
  writer.PutAll(rows.weights.data(), rows.weights.size());
}

bool LoadRows(std::string_view section, size_t size, CompressedRows* rows) {
  ByteReader reader(section);
  rows->offsets.resize(size + 1);
  reader.GetAll(rows->offsets.data() + 1, size);
  if (!reader.ok() || !std::is_sorted(rows->offsets.begin(), rows->offsets.end())) return false;
  const size_t count = rows->offsets.back();
  if (reader.left() / (sizeof(uint32_t) + sizeof(float)) < count) return false;
  rows->columns.resize(count);
  rows->weights.resize(count);
  reader.GetAll(rows->columns.data(), count);
  reader.GetAll(rows->weights.data(), count);
  for (size_t row = 0; row < size; ++row) {
    const auto own = rows->ColumnsOf(row);
    if (std::adjacent_find(own.begin(), own.end(), std::greater_equal<>()) != own.end())
      return false;
    if (!own.empty() && own.back() >= size) return false;
  }
  return reader.AtEnd() &&
         std::ranges::all_of(rows->weights, [](float weight) { return std::isfinite(weight); });
}

}  // namespace rapport
