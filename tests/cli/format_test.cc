#include "services/cli/format.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rapport::cli {
namespace {

v1::Money Amount(const std::string& currency, int64_t units, int32_t nanos) {
  v1::Money money;
  money.set_currency_code(currency);
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

TEST(FormatMoney, HasTheDecimalsOfItsCurrencyOrMoreWhereThereAreMore) {
  EXPECT_EQ(FormatMoney(Amount("EUR", 3, 200'000'000)), "3.20 EUR");
  EXPECT_EQ(FormatMoney(Amount("EUR", 1'234'567, 0)), "1,234,567.00 EUR");
  EXPECT_EQ(FormatMoney(Amount("EUR", 0, 1'250'000)), "0.00125 EUR");
  EXPECT_EQ(FormatMoney(Amount("JPY", 450, 0)), "450 JPY");
  EXPECT_EQ(FormatMoney(Amount("EUR", 0, -500'000'000)), "-0.50 EUR");
  EXPECT_EQ(FormatMoney(Amount("EUR", -3, -200'000'000)), "-3.20 EUR");
}

TEST(ParseMoney, ReadsWhatFormatMoneyWrites) {
  const auto money = ParseMoney("3.20", "EUR");
  ASSERT_TRUE(money.ok());
  EXPECT_EQ(FormatMoney(*money), "3.20 EUR");
  EXPECT_EQ(ParseMoney("7", "EUR")->units(), 7);
  EXPECT_EQ(ParseMoney("0.000000001", "EUR")->nanos(), 1);
}

TEST(ParseMoney, RefusesWhatIsNoPrice) {
  for (const char* amount : {"", ".", "3.", ".5", "-1", "-0.5", "1.-5", "1,50", "1.0000000001",
                             "3 ", "1e3", "99999999999999999999"}) {
    EXPECT_FALSE(ParseMoney(amount, "EUR").ok()) << amount;
  }
  for (const char* currency : {"", "eur", "EURO", "E1R"}) {
    EXPECT_FALSE(ParseMoney("1", currency).ok()) << currency;
  }
}

TEST(ParseTime, ReadsDatesAndTimesInUtc) {
  using namespace std::chrono;
  const sys_days day = 2026y / May / 1;
  EXPECT_EQ(*ParseTime("2026-05-01"), day);
  EXPECT_EQ(*ParseTime("2026-05-01 14:03"), day + 14h + 3min);
  EXPECT_EQ(*ParseTime("2026-05-01T14:03:07Z"), day + 14h + 3min + 7s);
  EXPECT_EQ(*ParseTime("2026-05-01T14:03:07.25Z"), day + 14h + 3min + 7s + 250ms);
}

TEST(ParseTime, RefusesWhatIsNoTime) {
  for (const char* text : {"", "today", "2026-13-01", "2026-02-30", "2026-05-01T",
                           "2026-05-01T24:00", "2026-05-01T14:60", "2026-05-01T14:03:07+02:00",
                           "2026-05-01T14:03:07.", "01.05.2026", "2026-5-1", "2026-05-01Z"}) {
    EXPECT_FALSE(ParseTime(text).ok()) << text;
  }
}

TEST(FormatTime, IsUtcAndGoodBefore1970) {
  EXPECT_EQ(FormatTime(ToTimestamp(*ParseTime("2026-05-01T14:03:59.999Z"))), "2026-05-01 14:03");
  EXPECT_EQ(FormatTime(ToTimestamp(*ParseTime("1969-12-31T23:59:00Z"))), "1969-12-31 23:59");
  EXPECT_EQ(FormatDate(ToTimestamp(*ParseTime("2024-02-29"))), "2024-02-29");
}

TEST(FormatSeconds, IsAsExactAsItIsShort) {
  EXPECT_EQ(FormatSeconds(0.421), "0.42 s");
  EXPECT_EQ(FormatSeconds(4.26), "4.3 s");
  EXPECT_EQ(FormatSeconds(42.4), "42 s");
  EXPECT_EQ(FormatSeconds(59.9), "1 min 00 s");
  EXPECT_EQ(FormatSeconds(185), "3 min 05 s");
  EXPECT_EQ(FormatSeconds(7380), "2 h 03 min");
}

TEST(FormatCount, SeparatesThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(823'643), "823,643");
  EXPECT_EQ(FormatCount(-1'000), "-1,000");
  EXPECT_EQ(FormatPlural(1, "order", "orders"), "1 order");
  EXPECT_EQ(FormatPlural(5, "order", "orders"), "5 orders");
}

TEST(FormatOrdinal, HasTheEndingThatIsSpoken) {
  EXPECT_EQ(FormatOrdinal(1), "1st");
  EXPECT_EQ(FormatOrdinal(2), "2nd");
  EXPECT_EQ(FormatOrdinal(3), "3rd");
  EXPECT_EQ(FormatOrdinal(4), "4th");
  EXPECT_EQ(FormatOrdinal(11), "11th");
  EXPECT_EQ(FormatOrdinal(12), "12th");
  EXPECT_EQ(FormatOrdinal(13), "13th");
  EXPECT_EQ(FormatOrdinal(21), "21st");
  EXPECT_EQ(FormatOrdinal(1'112), "1,112th");
  EXPECT_EQ(FormatOrdinal(1'122), "1,122nd");
}

TEST(FormatBytes, ChoosesTheUnit) {
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(1'468'006), "1.4 MiB");
}

TEST(FormatShare, IsOfOneHundred) {
  EXPECT_EQ(FormatShare(0.314), "31 %");
  EXPECT_EQ(FormatShare(-0.05), "-5 %");
  EXPECT_EQ(FormatSigned(0.41, 3), "+0.410");
}

}  // namespace
}  // namespace rapport::cli
