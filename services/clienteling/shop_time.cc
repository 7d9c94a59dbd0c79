#include "services/clienteling/shop_time.h"

#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace rapport::clienteling {
namespace {

constexpr size_t kMostNameBytes = 64;

Daypart DaypartOf(std::chrono::hours hour) {
  if (hour.count() < 5) return Daypart::kNight;
  if (hour.count() < 11) return Daypart::kMorning;
  if (hour.count() < 14) return Daypart::kMidday;
  if (hour.count() < 17) return Daypart::kAfternoon;
  return hour.count() < 22 ? Daypart::kEvening : Daypart::kNight;
}

DayKind KindOf(std::chrono::local_days day) {
  const std::chrono::weekday weekday(day);
  return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday ? DayKind::kWeekend
                                                                            : DayKind::kWeekday;
}

}  // namespace

struct ShopTime::Zone {
  std::unique_ptr<const icu::TimeZone> rules;
};

ShopTime::ShopTime(std::string name, std::unique_ptr<const Zone> zone)
    : name_(std::move(name)), zone_(std::move(zone)) {}
ShopTime::ShopTime(ShopTime&&) noexcept = default;
ShopTime& ShopTime::operator=(ShopTime&&) noexcept = default;
ShopTime::~ShopTime() = default;

ShopTime ShopTime::Utc() { return {"UTC", nullptr}; }

absl::StatusOr<ShopTime> ShopTime::In(const std::string& zone) {
  if (zone == "UTC") return Utc();
  const auto unknown = [&zone] {
    return absl::InvalidArgumentError(
        absl::StrCat("given \"", zone.substr(0, kMostNameBytes),
                     "\"; expected an IANA time zone, such as Europe/Amsterdam or UTC"));
  };
  if (zone.empty() || zone.size() > kMostNameBytes) return unknown();
  const icu::UnicodeString id = icu::UnicodeString::fromUTF8(zone);
  icu::UnicodeString canonical;
  UBool listed = false;  // else an offset such as GMT+1, which has no summer time
  UErrorCode error = U_ZERO_ERROR;
  icu::TimeZone::getCanonicalID(id, canonical, listed, error);
  if (U_FAILURE(error) || listed == 0) return unknown();
  std::unique_ptr<const icu::TimeZone> rules(icu::TimeZone::createTimeZone(id));
  if (rules == nullptr || *rules == icu::TimeZone::getUnknown()) return unknown();
  return ShopTime(zone, std::make_unique<const Zone>(Zone{std::move(rules)}));
}

WallTime ShopTime::At(TimePoint time) const {
  using std::chrono::milliseconds;
  auto wall = std::chrono::local_time<std::chrono::microseconds>(time.time_since_epoch());
  if (zone_ != nullptr) {
    const auto instant = std::chrono::floor<milliseconds>(time).time_since_epoch().count();
    int32_t raw = 0, summer = 0;  // milliseconds
    UErrorCode error = U_ZERO_ERROR;
    zone_->rules->getOffset(static_cast<UDate>(instant), false, raw, summer, error);
    if (U_SUCCESS(error)) wall += milliseconds(raw + summer);
  }
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  return {.day = day,
          .minute = static_cast<int>(std::chrono::floor<std::chrono::minutes>(wall - day).count()),
          .daypart = DaypartOf(std::chrono::floor<std::chrono::hours>(wall - day)),
          .day_kind = KindOf(day)};
}

TimePoint ShopTime::Begin(std::chrono::local_days day) const {
  const TimePoint as_utc(std::chrono::microseconds(day.time_since_epoch()));
  TimePoint before = as_utc - std::chrono::days(2), from = as_utc + std::chrono::days(2);
  while (from - before > std::chrono::microseconds(1)) {  // days never go back
    const TimePoint middle = before + (from - before) / 2;
    (At(middle).day < day ? before : from) = middle;
  }
  return from;
}

}  // namespace rapport::clienteling
