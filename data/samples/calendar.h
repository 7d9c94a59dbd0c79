// The shop's year: what is in season on a day, when people buy presents, when the door stays shut.
// Any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "data/samples/catalogue.h"

namespace rapport::samples {

struct Day {
  std::chrono::sys_days date;
  int32_t weekday = 0;  // 0: Monday
  bool closed = false;
  bool presents = false;  // Advent, Valentine's Day, Mother's Day
  // How much an item of each Season sells, beside its ordinary 4; 0: it is not on the shelves.
  std::array<int64_t, 5> season{};
};

// `days` days, the last of them the day before `end`.
std::vector<Day> MakeCalendar(std::chrono::sys_days end, int32_t days);

}  // namespace rapport::samples
