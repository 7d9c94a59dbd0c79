// Exact decimal numbers, as prices are: no floating point on the way. Pure functions; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rapport::filter {

// units + nanos / 10^9; both have the sign of the number, as in Money.
struct Decimal {
  int64_t units = 0;
  int32_t nanos = 0;
  std::strong_ordering operator<=>(const Decimal& other) const {
    return std::pair(units, nanos) <=> std::pair(other.units, other.nanos);
  }
};

// "10", "-9.90": at most 18 digits before the point and 9 after it; none for any other text.
std::optional<Decimal> ParseDecimal(std::string_view text);

// The shortest text that parses to `decimal`.
std::string FormatDecimal(const Decimal& decimal);

}  // namespace rapport::filter
