// ShopTime: days and times of day as a clock on a wall has them: the shop's, or a customer's.
// Immutable; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "data/records.h"

namespace rapport::clienteling {

// Parts of a day, each from its hour: night from 22, morning from 5, midday from 11, afternoon from
// 14, evening from 17.
enum class Daypart : uint8_t { kMorning, kMidday, kAfternoon, kEvening, kNight };
// The weekend is Saturday and Sunday, from midnight to midnight.
enum class DayKind : uint8_t { kWeekday, kWeekend };

struct WallTime {
  std::chrono::local_days day;
  int minute = 0;  // of the day, 0 to 1,439; twice or never where clocks are changed
  Daypart daypart = Daypart::kMorning;
  DayKind day_kind = DayKind::kWeekday;
};

class ShopTime {
 public:
  // `zone`: "Europe/Amsterdam", "UTC". INVALID_ARGUMENT: no name of the IANA time zone database.
  static absl::StatusOr<ShopTime> In(const std::string& zone);
  static ShopTime Utc();
  ShopTime(ShopTime&&) noexcept;
  ShopTime& operator=(ShopTime&&) noexcept;
  ~ShopTime();

  WallTime At(TimePoint time) const;
  // The first moment that is not before the day.
  TimePoint Begin(std::chrono::local_days day) const;
  const std::string& zone() const { return name_; }

 private:
  struct Zone;
  ShopTime(std::string name, std::unique_ptr<const Zone> zone);

  std::string name_;
  std::unique_ptr<const Zone> zone_;  // null: UTC
};

}  // namespace rapport::clienteling
