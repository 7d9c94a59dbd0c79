#include "services/recommender/model_version.h"

#include <chrono>
#include <cstdio>

namespace rapport {

std::string VersionFor(uint64_t sequence, TimePoint now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(now - day));
  char text[64];
  std::snprintf(text, sizeof(text), "%012llu-%04d%02u%02uT%02d%02d%02d%03d",
                static_cast<unsigned long long>(sequence), static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return text;
}

}  // namespace rapport
