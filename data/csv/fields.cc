#include "data/csv/fields.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace rapport::csv {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

// Takes exactly `digits` digits off the front of `text`.
bool TakeNumber(std::string_view* text, size_t digits, int* number) {
  if (text->size() < digits || !AllDigits(text->substr(0, digits))) return false;
  std::from_chars(text->data(), text->data() + digits, *number);
  text->remove_prefix(digits);
  return true;
}

bool TakeChar(std::string_view* text, std::string_view any_of) {
  if (text->empty() || any_of.find(text->front()) == std::string_view::npos) return false;
  text->remove_prefix(1);
  return true;
}

// "", "Z" or "+02:00" at the end of a time.
bool TakeOffset(std::string_view* text, bool required, std::chrono::minutes* offset) {
  if (text->empty()) return !required;
  if (TakeChar(text, "Zz")) return true;
  const bool west = text->front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!TakeChar(text, "+-") || !TakeNumber(text, 2, &hours) || !TakeChar(text, ":") ||
      !TakeNumber(text, 2, &minutes) || hours > 23 || minutes > 59) {
    return false;
  }
  *offset = std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes));
  return true;
}

// ".25": any number of digits, of which six count.
bool TakeFraction(std::string_view* text, std::chrono::microseconds* fraction) {
  if (!TakeChar(text, ".")) return true;
  int64_t micros = 0;
  size_t digits = 0;
  for (; !text->empty() && IsDigit(text->front()); text->remove_prefix(1), ++digits) {
    if (digits < 6) micros = micros * 10 + (text->front() - '0');
  }
  for (size_t k = digits; k < 6; ++k) micros *= 10;
  *fraction = std::chrono::microseconds(micros);
  return digits > 0;
}

}  // namespace

Problem ParseQuantity(std::string_view text, int32_t* quantity) {
  const std::string_view digits = text.substr(text.substr(0, 1) == "-" ? 1 : 0);
  if (digits.empty() || !AllDigits(digits)) return "quantity is not a whole number";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number > kMaxQuantity || number < -kMaxQuantity) {
    return "quantity out of range (more than 10,000,000)";
  }
  if (number == 0) return "quantity is 0";
  *quantity = static_cast<int32_t>(number);
  return {};
}

Problem ParsePrice(std::string_view text, Money* price) {
  constexpr Problem kNotANumber = "price is not a decimal number";
  const bool negative = TakeChar(&text, "-");
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view units = text.substr(0, point);
  std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  if (units.empty() || !AllDigits(units) || !AllDigits(decimals)) return kNotANumber;
  if (point < text.size() && decimals.empty()) return kNotANumber;
  if (negative) return "price is negative";
  while (decimals.size() > 9 && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > 9) return "price has more than 9 decimals";
  int64_t whole = 0;
  const auto [end, error] = std::from_chars(units.data(), units.data() + units.size(), whole);
  if (error != std::errc()) return "price out of range";
  int32_t nanos = 0;
  for (size_t k = 0; k < 9; ++k) nanos = nanos * 10 + (k < decimals.size() ? decimals[k] - '0' : 0);
  price->units = whole;
  price->nanos = nanos;
  return {};
}

Problem ParseTime(std::string_view text, TimePoint* time) {
  constexpr Problem kNotATime = "date and time cannot be read";
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!TakeNumber(&text, 4, &year) || !TakeChar(&text, "-") || !TakeNumber(&text, 2, &month) ||
      !TakeChar(&text, "-") || !TakeNumber(&text, 2, &day)) {
    return kNotATime;
  }
  // With a blank between date and time UTC goes without saying; with a T the offset is part of the
  // format.
  const bool rfc3339 = !text.empty() && text.front() != ' ';
  std::chrono::microseconds fraction{0};
  std::chrono::minutes offset{0};
  if (!TakeChar(&text, "Tt ") || !TakeNumber(&text, 2, &hour) || !TakeChar(&text, ":") ||
      !TakeNumber(&text, 2, &minute) || !TakeChar(&text, ":") || !TakeNumber(&text, 2, &second) ||
      !TakeFraction(&text, &fraction) || !TakeOffset(&text, rfc3339, &offset) || !text.empty()) {
    return kNotATime;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) {
    return "no such date or time in the calendar";
  }
  constexpr TimePoint kFirst = std::chrono::sys_days(std::chrono::January / 1 / 1970);
  constexpr TimePoint kPast = std::chrono::sys_days(std::chrono::January / 1 / 2201);
  const TimePoint at = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                       std::chrono::minutes(minute) - offset + std::chrono::seconds(second) +
                       fraction;
  if (at < kFirst || at >= kPast) return "date before 1970 or after 2200";
  *time = at;
  return {};
}

Problem CheckId(std::string_view id) {
  if (id.empty()) return "an id is missing";
  if (id.size() > kMaxIdBytes) return "an id longer than 128 bytes";
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return "an id with control characters";
  }
  return {};
}

std::string FormatPrice(const Money& price) {
  char text[40];
  const bool negative = price.units < 0 || price.nanos < 0;
  const uint64_t units =
      price.units < 0 ? 0 - static_cast<uint64_t>(price.units) : static_cast<uint64_t>(price.units);
  std::snprintf(text, sizeof(text), "%s%llu.%09d", negative ? "-" : "",
                static_cast<unsigned long long>(units),
                price.nanos < 0 ? -price.nanos : price.nanos);
  std::string decimal = text;
  while (decimal.back() == '0') decimal.pop_back();
  if (decimal.back() == '.') decimal.pop_back();
  return decimal;
}

std::string FormatTime(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[64];
  int size = std::snprintf(
      text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  if (clock.subseconds().count() != 0) {
    size += std::snprintf(text + size, sizeof(text) - static_cast<size_t>(size), ".%06d",
                          static_cast<int>(clock.subseconds().count()));
  }
  return std::string(text, static_cast<size_t>(size)) + "Z";
}

}  // namespace rapport::csv
