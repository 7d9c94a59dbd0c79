// What is said to somebody whose filter cannot be understood: where, and what was expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/filter/item_filter.h"

namespace rapport {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Mistake {
  std::string text;
  int column;
  std::string said;
};

std::string Complaint(std::string_view text) {
  const auto filter = ItemFilter::Parse(text);
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  return std::string(filter.status().message());
}

void Expect(const std::vector<Mistake>& mistakes) {
  for (const auto& [text, column, said] : mistakes) {
    const std::string complaint = Complaint(text);
    EXPECT_THAT(complaint, StartsWith("column " + std::to_string(column) + ": ")) << text;
    EXPECT_THAT(complaint, HasSubstr(said)) << text;
    EXPECT_EQ(complaint.find('\n'), std::string::npos) << text;
  }
}

TEST(FilterErrors, NameTheFieldThatMayBeMeant) {
  Expect({
      {"available AND prize < 10", 15,
       "unknown field `prize`; did you mean `price`? fields are item_id, title, brand, category, "
       "price, price.currency, available, tags, attributes, attributes.<key>"},
      {"Brand = x", 1, "did you mean `brand`?"},
      {"barnd = x", 1, "did you mean `brand`?"},
      {"catgeory:Tea", 1, "did you mean `category`?"},
      {"availabel", 1, "did you mean `available`?"},
      {"attribute.roast = dark", 1, "did you mean `attributes`?"},
      {"roast = dark", 1, "unknown field `roast`; fields are"},
      {"10 > price", 1, "unknown field `10`; fields are"},
      {"bougth_in(Tea)", 1,
       "unknown function `bougth_in`; did you mean `bought_in`? functions are"},
      {"available(x)", 1, "unknown function `available`; functions are bought_within("},
      {"bought_in:Tea", 1, "`bought_in` is a function: bought_in("},
  });
}

TEST(FilterErrors, CountColumnsInCharacters) {
  Expect({
      {"title:\"Ä😀\" prize = 3", 12, "unknown field `prize`"},
      {"title:ÄÖ\n prize = 3", 11, "unknown field `prize`"},
      {"\tprize = 3", 2, "unknown field `prize`"},
  });
}

TEST(FilterErrors, SuggestTheTitleForATextWithoutField) {
  Expect({
      {"Coffee", 1, "write title:\"Coffee\""},
      {"available \"dark roast\"", 11, "write title:\"dark roast\""},
      {"brand = Blue Bottle", 14, "a value of several words stands in quotes"},
      {"-30", 2, "write title:\"30\""},
      {std::string(100, 'x'), 1, "write title:\"…\""},
  });
}

TEST(FilterErrors, SayThatKeywordsAreCapitals) {
  Expect({
      {"available and tags:x", 11, "`and` is a keyword only in capitals: AND"},
      {"available Or tags:x", 11, "`Or` is a keyword only in capitals: OR"},
      {"not available", 1, "`not` is a keyword only in capitals: NOT"},
      {"brand = (A or B)", 12, "`or` is a keyword only in capitals: OR"},
      {"brand = AND", 9, "expected a value, but found the keyword AND"},
  });
}

TEST(FilterErrors, SayWhatWasExpected) {
  Expect({
      {"AND available", 1, "expected a test such as price < 10"},
      {"available AND", 14, "but the filter ends"},
      {"available OR ", 14, "but the filter ends"},
      {"available OR OR tags:x", 14, "but found `OR`"},
      {"NOT", 4, "but the filter ends"},
      {"()", 2, "expected a test such as price < 10 or category:\"Coffee\", but found `)`"},
      {"price <", 8, "expected a value, but the filter ends"},
      {"price = )", 9, "expected a value, but found `)`"},
      {"brand", 6, "expected a comparison of brand, such as brand:"},
      {"price available", 7, "such as price < 10"},
      {"(available", 1, "this ( is never closed"},
      {"available AND (tags:x OR (tags:y)", 15, "this ( is never closed"},
      {"brand = (A", 9, "this ( is never closed"},
      {"available)", 10, "this ) closes nothing"},
      {"attributes.", 12, "expected a key after the dot"},
      {"attributes.*:x", 12, "expected a key after the dot"},
      {"bought_in()", 11, "expected a value, but found `)`"},
      {"bought_in(Tea", 14, "expected `)`, but the filter ends"},
      {"bought_in(Tea, Coffee)", 14, "expected `)`, but found `,`"},
      {"bought_in('')", 11, "expected a category"},
      {"mentions('')", 10, "expected a word"},
      {"mentions('nut*')", 10, "finds text anywhere already"},
      {"mentions:nut", 1, "`mentions` is a function: mentions("},
      {"bought_in('Tea*')", 11, "no wildcards"},
      {"bought_within(90)", 15, "expected a duration such as \"90d\""},
      {"bought_within(3m)", 15, "units s, h, d, w; 1s to 3650d), but found `3m`"},
  });
}

TEST(FilterErrors, HelpThoseWhoWriteAnotherLanguage) {
  Expect({
      {"brand == x", 8, "equality is a single ="},
      {"available && tags:x", 11, "write AND"},
      {"available || tags:x", 11, "write OR"},
      {"!available", 1, "write NOT"},
      {"price < 9,90", 10, "decimals are written with a point"},
      {"price < $10", 9, "found `$`"},
      {"brand = “Acme”", 9, "quotes are straight"},
      {"brand = A&B", 10, "a text with such characters stands in quotes"},
  });
}

TEST(FilterErrors, SayHowAFieldIsCompared) {
  Expect({
      {"price < cheap", 9, "expected a number such as 10 or 9.90"},
      {"price < 1e2", 9, "but found `1e2`"},
      {"price < 1.", 9, "expected a number"},
      {"price = 1234567890123456789", 9, "at most 18 digits"},
      {"price = 0.1234567890", 9, "9 decimals"},
      {"price < 1*", 9, "expected a number"},
      {"available < true", 11, "available is compared with = or !="},
      {"available = yes", 13, "expected true or false, but found `yes`"},
      {"available:*", 11, "available is always known"},
      {"tags > a", 6, "tags holds several texts"},
      {"category < a", 10, "category holds several texts"},
      {"attributes = a", 12, "attributes are compared one by one"},
      {"attributes:ro*", 12, "a key has no wildcards"},
      {"attributes.a.b = 1", 1, "one with a dot stands in quotes"},
      {"attributes:" + std::string(257, 'k'), 12, "a key has at most 256 bytes"},
      {"attributes." + std::string(257, 'k') + ":x", 1, "a key has at most 256 bytes"},
      {"brand.name = x", 1, "`brand` has no parts"},
      {"price.amount = 1", 1, "price has one part: price.currency"},
      {"title:\"Kaf*\"", 7, "leave out the `*`, or compare with ="},
      {"title > \"K*\"", 9, "a `*` works with = and != only"},
      {"brand = ''", 9, "NOT brand:* finds items without it"},
      {"title:\"\"", 7, "an empty text matches nothing"},
  });
}

TEST(FilterErrors, TextsAreClosedAndKnowFourEscapes) {
  Expect({
      {"available brand = \"x", 19, "a text is opened with \" here and never closed"},
      {"brand = 'x\"", 9, "a text is opened with ' here and never closed"},
      {"brand = \"x\\", 9, "never closed"},
      {"brand = \"x\\\"", 9, "never closed"},
      {R"(brand = "x\n")", 11, "unknown escape"},
      {"brand = \"a\tb\"", 11, "no tabs or line breaks"},
      {"attributes.\"x = 3", 12, "never closed"},
  });
}

TEST(FilterErrors, BytesThatAreNoTextAreRefusedWhereTheyStand) {
  const std::string nul("brand = \"a\0b\"", 13);
  Expect({{nul, 11, "no control characters"}, {"\x1b", 1, "no control characters"}});
  for (const std::string bad : {"\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xc3("}) {
    Expect({{"title:\"é" + bad, 9, "not valid UTF-8"}});
  }
  for (const std::string good : {"é", "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80",
                                 "\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80"}) {
    EXPECT_TRUE(ItemFilter::Parse("title:\"" + good + "\"").ok()) << good;
  }
}

std::string Repeated(std::string_view text, int times) {
  std::string repeated;
  for (int k = 0; k < times; ++k) repeated += text;
  return repeated;
}

TEST(FilterErrors, WhatIsShownIsCutBetweenCharacters) {
  Expect({
      {"x" + Repeated("é", 30) + " = x", 1, "unknown field `x" + Repeated("é", 19) + "…`; "},
      {"price = '" + Repeated("é", 30) + "'", 9, "but found `" + Repeated("é", 20) + "…`"},
  });
}

TEST(FilterErrors, FiltersAreAtMostTwoThousandBytes) {
  const std::string just = "title:\"" + std::string(1992, 'x') + "\"";
  EXPECT_TRUE(ItemFilter::Parse(just).ok());
  EXPECT_EQ(Complaint(just + " "), "a filter has at most 2000 bytes; this one has 2001");
}

TEST(FilterErrors, NestingIsAtMostThirtyTwo) {
  EXPECT_TRUE(ItemFilter::Parse(Repeated("(", 32) + "available" + Repeated(")", 32)).ok());
  EXPECT_TRUE(ItemFilter::Parse(Repeated("NOT -", 16) + "available").ok());
  EXPECT_TRUE(ItemFilter::Parse(Repeated("(available) ", 100)).ok());
  Expect({
      {Repeated("(", 33) + "available" + Repeated(")", 33), 33, "nested deeper than 32"},
      {Repeated("(-", 17) + "available" + Repeated(")", 17), 33, "nested deeper than 32"},
      {"brand = " + Repeated("(", 33) + "A" + Repeated(")", 33), 41, "nested deeper than 32"},
      {Repeated("(", 2000), 33, "nested deeper than 32"},
      {Repeated("-", 2000), 33, "nested deeper than 32"},
      {Repeated("NOT ", 500), 129, "nested deeper than 32"},
  });
}

TEST(FilterErrors, TermsAreAtMostAHundred) {
  EXPECT_TRUE(ItemFilter::Parse(Repeated("tags:x ", 100)).ok());
  Expect({
      {Repeated("tags:x ", 101), 706, "at most 100 tests"},
      {Repeated("available ", 100) + "available", 1001, "at most 100 tests"},
      {Repeated("available ", 100) + "bought_in(x)", 1001, "at most 100 tests"},
      {"tags:(" + Repeated("x ", 101) + ")", 207, "at most 100 tests"},
  });
}

}  // namespace
}  // namespace rapport
