// Fields as text to values and back, and the limits that the service puts on them. Pure functions;
// any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/records.h"

namespace rapport::csv {

// Why a field cannot be used, in words for the import report; empty: it can. The words outlive
// everything.
using Problem = std::string_view;

inline constexpr size_t kMaxIdBytes = 128;
inline constexpr size_t kMaxTitleBytes = 512;
inline constexpr size_t kMaxTextBytes = 256;
inline constexpr int32_t kMaxQuantity = 10'000'000;

// A whole number of either sign, not 0, at most 10,000,000 in size.
Problem ParseQuantity(std::string_view text, int32_t* quantity);

// Zero or more, as decimal text with up to 9 decimals: exact, no floating point on the way.
Problem ParsePrice(std::string_view text, Money* price);

// "2026-05-01 09:30:00" in UTC; RFC 3339 ("2026-05-01T09:30:00.25Z", "…+02:00") too. 1970 to 2200,
// and a day that the calendar has. Rounded down to the microsecond.
Problem ParseTime(std::string_view text, TimePoint* time);

// 1 to 128 bytes without control characters.
Problem CheckId(std::string_view id);

// What the parsers read back: "12.5", "2026-05-01T09:30:00Z".
std::string FormatPrice(const Money& price);
std::string FormatTime(TimePoint time);

}  // namespace rapport::csv
