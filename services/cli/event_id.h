// Ids for what is recorded by hand. Any thread.
#pragma once

#include <string>

#include "data/records.h"

namespace rapport::cli {

// "20260501T140307-9f3a2c81": time and chance, so that nobody else makes up the same.
std::string NewEventId(TimePoint now);

}  // namespace rapport::cli
