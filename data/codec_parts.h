// What the parts of the codec share: times, and bytes that are no record. Pure; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "data/records.h"

namespace rapport::codec {

inline int64_t Micros(TimePoint time) { return time.time_since_epoch().count(); }
inline TimePoint Time(int64_t micros) { return TimePoint(std::chrono::microseconds(micros)); }

inline absl::Status Broken(const char* what) {
  return absl::DataLossError(std::string("read a stored ") + what +
                             ": its bytes are damaged; restore a backup");
}

template <typename Record>
bool Parse(std::string_view bytes, Record* record) {
  return record->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace rapport::codec
