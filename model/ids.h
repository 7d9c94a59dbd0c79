// Rows and columns that cannot be swapped: dense indices of customers and items within one
// training.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rapport {

enum class CustomerIndex : uint32_t {};
enum class ItemIndex : uint32_t {};

constexpr size_t Row(CustomerIndex customer) { return static_cast<size_t>(customer); }
constexpr size_t Row(ItemIndex item) { return static_cast<size_t>(item); }

// UTC, to the microsecond. (The same type as TimePoint of data/records.h, which this layer does not
// know.)
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// Days from `earlier` to `later`; negative if it is the other way round.
inline double DaysBetween(Instant earlier, Instant later) {
  return static_cast<double>((later - earlier).count()) / 86'400e6;
}

}  // namespace rapport
