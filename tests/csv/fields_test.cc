#include "data/csv/fields.h"

#include <gtest/gtest.h>

#include "data/csv/text.h"

namespace rapport::csv {
namespace {

Money Price(std::string_view text) {
  Money price;
  EXPECT_EQ(ParsePrice(text, &price), "") << text;
  return price;
}

TEST(Fields, ReadsPricesExactly) {
  EXPECT_EQ(Price("6.95"), (Money{"", 6, 950'000'000}));
  EXPECT_EQ(Price("0.1"), (Money{"", 0, 100'000'000}));
  EXPECT_EQ(Price("12"), (Money{"", 12, 0}));
  EXPECT_EQ(Price("0.000000001"), (Money{"", 0, 1}));
  EXPECT_EQ(Price("1.50000000000"), (Money{"", 1, 500'000'000}));
  EXPECT_EQ(Price("9223372036854775807"), (Money{"", INT64_MAX, 0}));
}

TEST(Fields, SaysWhatIsWrongWithAPrice) {
  Money price;
  for (const char* text : {"", "NaN", "nan", "inf", "-inf", "1e3", "1,5", "£5", ".5", "5.", "1.2.3",
                           "+1", " 1", "-"}) {
    EXPECT_EQ(ParsePrice(text, &price), "price is not a decimal number") << text;
  }
  EXPECT_EQ(ParsePrice("-1.25", &price), "price is negative");
  EXPECT_EQ(ParsePrice("1.0000000001", &price), "price has more than 9 decimals");
  EXPECT_EQ(ParsePrice("9223372036854775808", &price), "price out of range");
}

TEST(Fields, SaysWhatIsWrongWithAQuantity) {
  int32_t quantity = 0;
  EXPECT_EQ(ParseQuantity("-12", &quantity), "");
  EXPECT_EQ(quantity, -12);
  EXPECT_EQ(ParseQuantity("0", &quantity), "quantity is 0");
  EXPECT_EQ(ParseQuantity("-0", &quantity), "quantity is 0");
  for (const char* text : {"", "-", "1.5", "1.0", "one", "NaN", "+1", " 1", "--1"}) {
    EXPECT_EQ(ParseQuantity(text, &quantity), "quantity is not a whole number") << text;
  }
  for (const char* text : {"10000001", "2147483648", "99999999999999999999"}) {
    EXPECT_EQ(ParseQuantity(text, &quantity), "quantity out of range (more than 10,000,000)")
        << text;
  }
}

TEST(Fields, ReadsTimesWithAndWithoutAnOffset) {
  TimePoint utc, time;
  ASSERT_EQ(ParseTime("2026-05-01 09:30:00", &utc), "");
  EXPECT_EQ(utc.time_since_epoch().count(), 1'777'627'800'000'000);
  for (const char* text :
       {"2026-05-01T09:30:00Z", "2026-05-01t09:30:00z", "2026-05-01T11:30:00+02:00",
        "2026-04-30T22:00:00-11:30", "2026-05-01T09:30:00.0000009Z"}) {
    EXPECT_EQ(ParseTime(text, &time), "") << text;
    EXPECT_EQ(time, utc) << text;
  }
  EXPECT_EQ(ParseTime("2026-05-01T09:30:00.25Z", &time), "");
  EXPECT_EQ(time - utc, std::chrono::milliseconds(250));
}

TEST(Fields, SaysWhatIsWrongWithATime) {
  TimePoint time;
  for (const char* text :
       {"", "2026-05-01", "01/05/2026 09:30", "2026-05-01 09:30", "2026-05-01T09:30:00",
        "2026-05-01 09:30:00 ", "2026-5-1 09:30:00", "2026-05-01 09:30:00.", "nan"}) {
    EXPECT_EQ(ParseTime(text, &time), "date and time cannot be read") << text;
  }
  for (const char* text : {"2026-02-31 00:00:00", "2025-02-29 00:00:00", "2026-13-01 00:00:00",
                           "2026-00-10 00:00:00", "2026-05-01 24:00:00", "2026-05-01 09:60:00"}) {
    EXPECT_EQ(ParseTime(text, &time), "no such date or time in the calendar") << text;
  }
  for (const char* text : {"1969-12-31 23:59:59", "2201-01-01 00:00:00",
                           "1970-01-01T00:30:00+01:00", "0001-01-01 00:00:00"}) {
    EXPECT_EQ(ParseTime(text, &time), "date before 1970 or after 2200") << text;
  }
  EXPECT_EQ(ParseTime("2024-02-29 00:00:00", &time), "");
  EXPECT_EQ(ParseTime("1970-01-01 00:00:00", &time), "");
  EXPECT_EQ(ParseTime("2200-12-31 23:59:59", &time), "");
}

TEST(Fields, WritesWhatItReads) {
  for (const char* text : {"0", "6.95", "12", "0.000000001", "9223372036854775807"}) {
    EXPECT_EQ(FormatPrice(Price(text)), text);
  }
  for (const char* text :
       {"2026-05-01T09:30:00Z", "1970-01-01T00:00:00.000001Z", "2200-12-31T23:59:59.250000Z"}) {
    TimePoint time;
    ASSERT_EQ(ParseTime(text, &time), "");
    EXPECT_EQ(FormatTime(time), text);
  }
}

TEST(Fields, LimitsIds) {
  EXPECT_EQ(CheckId(std::string(128, 'x')), "");
  EXPECT_EQ(CheckId(std::string(129, 'x')), "an id longer than 128 bytes");
  EXPECT_EQ(CheckId("a\tb"), "an id with control characters");
  EXPECT_EQ(CheckId(""), "an id is missing");
}

TEST(Text, SqueezesBlanks) {
  EXPECT_EQ(SqueezeBlanks("  RED  SPOTTY \t CUP\n"), "RED SPOTTY CUP");
  EXPECT_EQ(SqueezeBlanks(" \t "), "");
}

}  // namespace
}  // namespace rapport::csv
