// The time, passed in: nobody below `application` asks the system. Must be safe to call from any
// thread.
#pragma once

#include <chrono>
#include <functional>

#include "data/records.h"

namespace rapport {

using Clock = std::function<TimePoint()>;

inline double SecondsBetween(TimePoint from, TimePoint to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace rapport
