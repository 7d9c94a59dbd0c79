// The time, passed in: nobody below `application` asks the system. Must be safe to call from any
// thread.
#pragma once

#include <functional>

#include "data/records.h"

namespace rapport {

using Clock = std::function<TimePoint()>;

}  // namespace rapport
