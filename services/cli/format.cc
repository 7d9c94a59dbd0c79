#include "services/cli/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <optional>

namespace rapport::cli {
namespace {

constexpr int kNanosDigits = 9;

std::string Print(const char* format, auto... values) {
  std::array<char, 64> buffer;
  const int length = std::snprintf(buffer.data(), buffer.size(), format, values...);
  return {buffer.data(), std::min<size_t>(static_cast<size_t>(length), buffer.size() - 1)};
}

bool HasNoMinorUnit(std::string_view currency) {
  constexpr std::array<std::string_view, 7> kWhole = {"JPY", "KRW", "ISK", "CLP",
                                                      "VND", "XAF", "XOF"};
  return std::ranges::find(kWhole, currency) != kWhole.end();
}

// Digits from the front of `text`, exactly `length` of them, which are taken away.
std::optional<int> TakeNumber(std::string_view& text, size_t length) {
  int number = 0;
  if (text.size() < length) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + length, number);
  if (error != std::errc() || end != text.data() + length || number < 0) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool Take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> TakeDate(std::string_view& text) {
  const auto year = TakeNumber(text, 4);
  if (!year || !Take(text, "-")) return std::nullopt;
  const auto month = TakeNumber(text, 2);
  if (!month || !Take(text, "-")) return std::nullopt;
  const auto day = TakeNumber(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// "14:03", "14:03:07", "14:03:07.25".
std::optional<std::chrono::microseconds> TakeClock(std::string_view& text) {
  const auto hour = TakeNumber(text, 2);
  if (!hour || *hour > 23 || !Take(text, ":")) return std::nullopt;
  const auto minute = TakeNumber(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::chrono::microseconds clock = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!Take(text, ":")) return clock;
  const auto second = TakeNumber(text, 2);
  if (!second || *second > 59) return std::nullopt;
  clock += std::chrono::seconds(*second);
  if (!Take(text, ".")) return clock;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  for (int64_t unit = 100'000; !text.empty() && text.front() >= '0' && text.front() <= '9';
       unit /= 10) {
    clock += std::chrono::microseconds((text.front() - '0') * unit);
    text.remove_prefix(1);
  }
  return clock;
}

std::chrono::year_month_day DayOf(const google::protobuf::Timestamp& time) {
  const std::chrono::sys_seconds seconds{std::chrono::seconds(time.seconds())};
  return std::chrono::floor<std::chrono::days>(seconds);
}

}  // namespace

std::string FormatCount(int64_t count) {
  std::string digits = Print("%lld", static_cast<long long>(count));
  const size_t first = count < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string FormatOrdinal(int64_t number) {
  const int64_t tens = number % 100;
  std::string_view ending = "th";
  if (tens < 11 || tens > 13) {
    if (number % 10 == 1) ending = "st";
    if (number % 10 == 2) ending = "nd";
    if (number % 10 == 3) ending = "rd";
  }
  return FormatCount(number) + std::string(ending);
}

std::string FormatPlural(int64_t count, std::string_view one, std::string_view many) {
  return FormatCount(count) + " " + std::string(count == 1 ? one : many);
}

std::string FormatFixed(double value, int decimals) { return Print("%.*f", decimals, value); }

std::string FormatSigned(double value, int decimals) { return Print("%+.*f", decimals, value); }

std::string FormatShare(double share) { return Print("%.0f %%", share * 100); }

std::string FormatSeconds(double seconds) {
  if (seconds < 1) return Print("%.2f s", seconds);
  if (seconds < 10) return Print("%.1f s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return Print("%lld s", whole);
  if (whole < 3600) return Print("%lld min %02lld s", whole / 60, whole % 60);
  return Print("%lld h %02lld min", whole / 3600, whole % 3600 / 60);
}

std::string FormatBytes(int64_t bytes) {
  constexpr std::array<const char*, 4> kUnits = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return Print("%lld B", static_cast<long long>(bytes));
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return Print("%.1f %s", value, kUnits[unit]);
}

std::string FormatMoney(const v1::Money& money) {
  const bool negative = money.units() < 0 || money.nanos() < 0;
  std::string decimals = Print("%09d", std::abs(money.nanos()));
  const size_t least = HasNoMinorUnit(money.currency_code()) ? 0 : 2;
  while (decimals.size() > least && decimals.back() == '0') decimals.pop_back();
  std::string units = FormatCount(money.units());
  if (negative && units.front() != '-') units.insert(0, 1, '-');
  return units + (decimals.empty() ? "" : "." + decimals) + " " + money.currency_code();
}

const std::string& ItemName(const v1::Item& item) {
  return item.title().empty() ? item.item_id() : item.title();
}

std::string FormatDate(const google::protobuf::Timestamp& time) {
  const auto day = DayOf(time);
  return Print("%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
               static_cast<unsigned>(day.day()));
}

std::string FormatTime(const google::protobuf::Timestamp& time) {
  constexpr int64_t kDay = 86'400;
  const int64_t second = ((time.seconds() % kDay) + kDay) % kDay;
  return FormatDate(time) +
         Print(" %02d:%02d", static_cast<int>(second / 3600), static_cast<int>(second % 3600 / 60));
}

google::protobuf::Timestamp ToTimestamp(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds.time_since_epoch().count());
  timestamp.set_nanos(static_cast<int32_t>(std::chrono::nanoseconds(time - seconds).count()));
  return timestamp;
}

TimePoint Now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

absl::StatusOr<TimePoint> ParseTime(std::string_view text) {
  const absl::Status failure = absl::InvalidArgumentError(
      "'" + std::string(text) + "' is no time; write 2026-05-01 or 2026-05-01T14:03:00Z (UTC)");
  const auto date = TakeDate(text);
  if (!date) return failure;
  TimePoint time = *date;
  if (Take(text, "T ")) {
    const auto clock = TakeClock(text);
    if (!clock) return failure;
    time += *clock;
    Take(text, "Z");
  }
  if (!text.empty()) return failure;
  return time;
}

absl::StatusOr<v1::Money> ParseMoney(std::string_view amount, std::string_view currency) {
  const absl::Status failure = absl::InvalidArgumentError(
      "'" + std::string(amount) + " " + std::string(currency) +
      "' is no price; write an amount such as 3.20 and a currency such as EUR");
  const bool code_good = currency.size() == 3 && std::ranges::all_of(currency, [](char letter) {
                           return letter >= 'A' && letter <= 'Z';
                         });
  const size_t point = amount.find('.');
  const std::string_view units_text = amount.substr(0, point);
  std::string nanos_text(point == std::string_view::npos ? "0" : amount.substr(point + 1));
  if (!code_good || nanos_text.empty() || nanos_text.size() > kNanosDigits) return failure;
  nanos_text.resize(kNanosDigits, '0');

  int64_t units = 0;
  int32_t nanos = 0;
  const char* units_end = units_text.data() + units_text.size();
  const char* nanos_end = nanos_text.data() + nanos_text.size();
  const auto whole = std::from_chars(units_text.data(), units_end, units);
  const auto part = std::from_chars(nanos_text.data(), nanos_end, nanos);
  if (whole.ec != std::errc() || whole.ptr != units_end || part.ec != std::errc() ||
      part.ptr != nanos_end || units < 0 || nanos < 0 || units_text.front() == '-') {
    return failure;
  }
  v1::Money money;
  money.set_currency_code(std::string(currency));
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

}  // namespace rapport::cli
