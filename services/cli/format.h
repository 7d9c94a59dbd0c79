// Values as people write them, and back. Numbers have thousands separators, times are UTC. Pure
// functions; any thread.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "rapport/v1/types.pb.h"

namespace rapport::cli {

std::string FormatCount(int64_t count);     // "823,643"
std::string FormatOrdinal(int64_t number);  // "1st", "1,113th"
std::string FormatPlural(int64_t count, std::string_view one,
                         std::string_view many);       // "1 order", "5 orders"
std::string FormatFixed(double value, int decimals);   // "0.15"
std::string FormatSigned(double value, int decimals);  // "+0.412", "-0.030"
std::string FormatShare(double share);                 // of 1: "31 %"
std::string FormatSeconds(double seconds);  // "0.42 s", "42 s", "3 min 05 s", "2 h 03 min"
std::string FormatBytes(int64_t bytes);     // "512 B", "1.4 MiB"
// "3.20 EUR"; no decimals for currencies without minor units ("450 JPY"), more where there are
// more.
std::string FormatMoney(const v1::Money& money);

// The title, or the id of an item that was never described.
const std::string& ItemName(const v1::Item& item);

std::string FormatDate(const google::protobuf::Timestamp& time);  // "2026-05-01"
std::string FormatTime(const google::protobuf::Timestamp& time);  // "2026-05-01 14:03"

google::protobuf::Timestamp ToTimestamp(TimePoint time);
TimePoint Now();
// "2026-05-01" (midnight), "2026-05-01 14:03", "2026-05-01T14:03:07.5Z"; all UTC. INVALID_ARGUMENT.
absl::StatusOr<TimePoint> ParseTime(std::string_view text);
// "3.20" of "EUR"; up to nine decimals, not negative. INVALID_ARGUMENT.
absl::StatusOr<v1::Money> ParseMoney(std::string_view amount, std::string_view currency);

}  // namespace rapport::cli
