// ShopTime: days and times of day as the shop's clock on the wall has them. Immutable; any thread.
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
  const std::string& zone() const { return name_; }

 private:
  struct Zone;
  ShopTime(std::string name, std::unique_ptr<const Zone> zone);

  std::string name_;
  std::unique_ptr<const Zone> zone_;  // null: UTC
};

}  // namespace rapport::clienteling
