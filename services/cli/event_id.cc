#include "services/cli/event_id.h"

#include <iomanip>
#include <random>
#include <sstream>

#include "services/cli/format.h"

namespace rapport::cli {

std::string NewEventId(TimePoint now) {
  std::string time = FormatTime(ToTimestamp(now));
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::ostringstream id;
  id << time.replace(time.find(' '), 1, "T") << "-" << std::hex << std::setfill('0') << std::setw(8)
     << std::random_device()();
  return id.str();
}

}  // namespace rapport::cli
