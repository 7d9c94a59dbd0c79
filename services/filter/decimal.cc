#include "services/filter/decimal.h"

#include <algorithm>
#include <cstdlib>

namespace rapport::filter {
namespace {

constexpr size_t kMaxUnitDigits = 18;  // any such number fits int64
constexpr size_t kMaxNanoDigits = 9;

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  const int sign = text.starts_with('-') ? -1 : 1;
  if (sign < 0) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view units = text.substr(0, point);
  const std::string_view decimals = point < text.size() ? text.substr(point + 1) : "0";
  if (!AreDigits(units) || units.size() > kMaxUnitDigits) return std::nullopt;
  if (!AreDigits(decimals) || decimals.size() > kMaxNanoDigits) return std::nullopt;
  Decimal decimal;
  for (const char digit : units) decimal.units = decimal.units * 10 + (digit - '0');
  for (size_t k = 0; k < kMaxNanoDigits; ++k) {
    decimal.nanos = decimal.nanos * 10 + (k < decimals.size() ? decimals[k] - '0' : 0);
  }
  return Decimal{sign * decimal.units, sign * decimal.nanos};
}

std::string FormatDecimal(const Decimal& decimal) {
  std::string text = decimal.units < 0 || decimal.nanos < 0 ? "-" : "";
  text += std::to_string(std::abs(decimal.units));
  if (decimal.nanos == 0) return text;
  const std::string digits = std::to_string(std::abs(decimal.nanos));
  text += "." + std::string(kMaxNanoDigits - digits.size(), '0') + digits;
  return text.substr(0, text.find_last_not_of('0') + 1);
}

}  // namespace rapport::filter
