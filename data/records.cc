#include "data/records.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>

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

std::string Moment::Id() const {
  // Lengths first, so that no two can run into each other.
  std::string named = std::to_string(static_cast<int>(kind)) + ' ' + std::to_string(order_number) +
                      ' ' + std::to_string(customer_id.size()) + ' ' + customer_id + category;
  const XXH128_hash_t hash = XXH3_128bits(named.data(), named.size());
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

}  // namespace rapport
