// FieldChecker: checks fields of a request and notes what is wrong, by path. The limits are those
// of types.proto. For one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/records.h"
#include "google/protobuf/timestamp.pb.h"
#include "rapport/v1/types.pb.h"
#include "services/server/errors.h"

namespace rapport::server {

inline constexpr size_t kMaxIdBytes = 128;
inline constexpr size_t kMaxNameBytes = 512;
inline constexpr size_t kMaxTextBytes = 256;
inline constexpr size_t kMaxTokenBytes = 1 << 20;
inline constexpr int kMaxEntries = 64;
inline constexpr int kMaxCategories = 8;
inline constexpr int kMaxFilterIds = 10'000;
inline constexpr int kMaxBatch = 1'000;
inline constexpr int kMaxPieces = 10'000'000;
inline constexpr std::chrono::minutes kMaxAhead{10};

class FieldChecker {
 public:
  // Paths begin with `prefix`: "purchases[3]." or nothing. `violations` must outlive this.
  explicit FieldChecker(Violations& violations, std::string prefix = "")
      : violations_(violations), prefix_(std::move(prefix)) {}

  void Fail(std::string_view field, std::string description);

  void RequiredId(std::string_view field, const std::string& value);
  void OptionalId(std::string_view field, const std::string& value);
  void Text(std::string_view field, const std::string& value, size_t max_bytes = kMaxTextBytes);
  void Pieces(std::string_view field, int32_t value);
  void AtMost(std::string_view field, int entries, int most);

  // An unset number means `unset`; else 1 to `most`.
  int Count(std::string_view field, int32_t value, int unset, int most);

  // Rounded down to the microsecond; the epoch if it cannot be taken. 1970 to 9999.
  TimePoint Time(std::string_view field, const google::protobuf::Timestamp& value);
  // Of something that happened: at most kMaxAhead after `now`, and it must be set.
  TimePoint PastTime(std::string_view field, bool set, const google::protobuf::Timestamp& value,
                     TimePoint now);

  // A day as DateText writes it, of the years 1970 to 9999; 1970-01-01 if it cannot be taken.
  std::chrono::local_days Date(std::string_view field, const std::string& value);

  // Zero or more.
  Money Price(std::string_view field, const v1::Money& value);

 private:
  Violations& violations_;
  const std::string prefix_;
};

// "2026-05-01".
std::string DateText(std::chrono::local_days day);
// "2026-05-01T09:30:00Z"
std::string TimeText(TimePoint time);
// "1,234,567"
std::string Grouped(int64_t number);

google::protobuf::Timestamp ToProto(TimePoint time);

}  // namespace rapport::server
