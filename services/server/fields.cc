#include "services/server/fields.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace rapport::server {
namespace {

constexpr int64_t kLastSecond =
    253'402'300'799;  // 9999-12-31T23:59:59Z, the last that Timestamp allows
constexpr int32_t kNanosPerSecond = 1'000'000'000;

// C0, DEL and C1 (U+0080 to U+009F, which UTF-8 writes as C2 80 to C2 9F). Requires: `text` is
// UTF-8.
bool HasControlCharacter(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

std::string GivenBytes(size_t bytes) { return "given " + std::to_string(bytes) + " bytes"; }

}  // namespace

void FieldChecker::Fail(std::string_view field, std::string description) {
  violations_.Add(prefix_ + std::string(field), std::move(description));
}

void FieldChecker::RequiredId(std::string_view field, const std::string& value) {
  if (value.empty()) {
    Fail(field, "not given; expected an id of 1 to 128 bytes");
  } else {
    OptionalId(field, value);
  }
}

void FieldChecker::OptionalId(std::string_view field, const std::string& value) {
  if (value.size() > kMaxIdBytes) {
    Fail(field, GivenBytes(value.size()) + "; expected an id of 1 to 128 bytes");
  } else if (HasControlCharacter(value)) {
    Fail(field, "given a control character; expected an id without any");
  }
}

void FieldChecker::Text(std::string_view field, const std::string& value, size_t max_bytes) {
  if (value.size() > max_bytes) {
    Fail(field, GivenBytes(value.size()) + "; expected at most " + std::to_string(max_bytes));
  }
}

void FieldChecker::Pieces(std::string_view field, int32_t value) {
  if (value < 1 || value > kMaxPieces) {
    Fail(field, "given " + std::to_string(value) + "; expected 1 to 10,000,000 pieces");
  }
}

void FieldChecker::AtMost(std::string_view field, int entries, int most) {
  if (entries > most) {
    Fail(field, "given " + Grouped(entries) + " entries; expected at most " + Grouped(most));
  }
}

int FieldChecker::Count(std::string_view field, int32_t value, int unset, int most) {
  if (value == 0) return unset;
  if (value < 0 || value > most) {
    Fail(field, "given " + std::to_string(value) + "; expected 1 to " + Grouped(most) +
                    ", or unset for " + std::to_string(unset));
    return unset;
  }
  return value;
}

TimePoint FieldChecker::Time(std::string_view field, const google::protobuf::Timestamp& value) {
  if (value.nanos() < 0 || value.nanos() >= kNanosPerSecond) {
    Fail(std::string(field) + ".nanos",
         "given " + std::to_string(value.nanos()) + "; expected 0 to 999,999,999");
    return {};
  }
  if (value.seconds() < 0 || value.seconds() > kLastSecond) {
    Fail(field, "given " + std::to_string(value.seconds()) +
                    " seconds; expected a time from 1970-01-01 to 9999-12-31 (seconds since 1970)");
    return {};
  }
  return TimePoint(std::chrono::seconds(value.seconds()) +
                   std::chrono::microseconds(value.nanos() / 1000));
}

TimePoint FieldChecker::PastTime(std::string_view field, bool set,
                                 const google::protobuf::Timestamp& value, TimePoint now) {
  if (!set) {
    Fail(field, "not given; expected when it happened");
    return {};
  }
  const TimePoint time = Time(field, value);
  if (time > now + kMaxAhead) {
    Fail(field,
         "given " + TimeText(time) + "; expected at most ten minutes after now, " + TimeText(now));
  }
  return time;
}

std::chrono::local_days FieldChecker::Date(std::string_view field, const std::string& value) {
  int year = 0;
  unsigned month = 0, day = 0;
  if (std::sscanf(value.c_str(), "%4d-%2u-%2u", &year, &month, &day) == 3) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    // Written back, it is the same: nothing else was there.
    if (date.ok() && year >= 1970 && DateText(std::chrono::local_days(date)) == value)
      return std::chrono::local_days(date);
  }
  const std::string given = value.size() <= 64 ? value : GivenBytes(value.size()).substr(6);
  Fail(field,
       "given " + given + "; expected a day from 1970-01-01 to 9999-12-31, as in 2026-05-01");
  return {};
}

Money FieldChecker::Price(std::string_view field, const v1::Money& value) {
  const std::string name(field);
  const std::string& code = value.currency_code();
  if (code.size() != 3 ||
      !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    Fail(name + ".currency_code", (code.empty() ? "not given" : GivenBytes(code.size())) +
                                      "; expected three capital letters, as in EUR");
  }
  if (value.nanos() <= -kNanosPerSecond || value.nanos() >= kNanosPerSecond) {
    Fail(name + ".nanos",
         "given " + std::to_string(value.nanos()) + "; expected -999,999,999 to 999,999,999");
  } else if ((value.units() > 0 && value.nanos() < 0) || (value.units() < 0 && value.nanos() > 0)) {
    Fail(name + ".nanos", "given units and nanos of different signs; expected the same sign");
  } else if (value.units() < 0 || value.nanos() < 0) {
    Fail(name, "given a negative amount; expected zero or more");
  }
  return {code, value.units(), value.nanos()};
}

std::string DateText(std::chrono::local_days day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

std::string TimeText(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "T%02d:%02d:%02dZ",
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return DateText(std::chrono::local_days(day.time_since_epoch())) + text.data();
}

std::string Grouped(int64_t number) {
  std::string text = std::to_string(number);
  const auto first = static_cast<std::ptrdiff_t>(number < 0 ? 1 : 0);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3) {
    text.insert(static_cast<size_t>(at), ",");
  }
  return text;
}

google::protobuf::Timestamp ToProto(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  google::protobuf::Timestamp proto;
  proto.set_seconds(seconds.time_since_epoch().count());
  proto.set_nanos(static_cast<int32_t>((time - seconds).count() * 1000));
  return proto;
}

}  // namespace rapport::server
