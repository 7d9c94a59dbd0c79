#include "data/records.h"

#include <algorithm>

namespace rapport {

int32_t HistoryLine::KeptQuantity() const {
  int32_t kept = std::max(purchase.quantity, 0);
  for (const Return& back : returns) {
    kept -= std::clamp(back.quantity.value_or(kept), 0, kept);
  }
  return kept;
}

std::optional<TimePoint> HistoryLine::ReturnedInFullAt() const {
  int32_t kept = std::max(purchase.quantity, 0);
  for (const Return& back : returns) {
    kept -= std::clamp(back.quantity.value_or(kept), 0, kept);
    if (kept == 0) return back.returned_at;
  }
  return std::nullopt;
}

}  // namespace rapport
