// Random bytes, random tokens and damaged filters: never any harm, and always told where.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/filter/item_filter.h"
#include "tests/filter/random_filter.h"

namespace rapport {
namespace {

size_t Characters(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

// Whatever `text` is: a filter, or one line that says where it is none.
void ExpectHarmless(const std::string& text) {
  const auto filter = ItemFilter::Parse(text);
  if (filter.ok()) {
    const std::string canonical = filter->root().text;
    EXPECT_TRUE(std::ranges::none_of(canonical, [](unsigned char c) { return c < 0x20; }));
    const auto again = ItemFilter::Parse(canonical);
    if (canonical.size() > ItemFilter::kMaxBytes) return;
    ASSERT_TRUE(again.ok()) << text << "\n" << again.status();
    EXPECT_EQ(again->root().text, canonical) << text;
    return;
  }
  ASSERT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
  const std::string message(filter.status().message());
  ASSERT_TRUE(message.starts_with("column ")) << message;
  const size_t column = std::stoul(message.substr(7));
  EXPECT_GE(column, 1u) << message;
  EXPECT_LE(column, Characters(text) + 1) << message;
  EXPECT_LT(message.size(), 400u) << message;
  EXPECT_TRUE(std::ranges::none_of(message, [](unsigned char c) { return c < 0x20; })) << message;
  // What it shows of the filter is never cut within a character.
  EXPECT_EQ(ItemFilter::Parse(message).status().message().find("not valid UTF-8"),
            std::string::npos)
      << message;
}

TEST(FilterDamage, RandomBytesAreRefusedWithAColumn) {
  Random random(1);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes(static_cast<size_t>(random.Below(60)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
    ExpectHarmless(bytes);
  }
}

TEST(FilterDamage, RandomTokensAreAFilterOrRefusedWithAColumn) {
  Random random(2);
  const std::vector<std::string> tokens = {
      "(",   ")",     "-",     "NOT ",      " AND ",      " OR ",       " ",
      "and", "price", "brand", "available", "tags",       "=",          "!=",
      "<",   ":",     "*",     "\"",        "'",          "\\",         "\"x\"",
      "10",  "-5.5",  ".",     ",",         "bought_in(", "attributes", "é",
      "“",   "title", "Tea",   "true",      "90d",        "\"*a*\"",    "bought_within(",
      "!"};
  int fine = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int k = 1 + random.Below(12); k > 0; --k) text += random.Pick(tokens);
    ExpectHarmless(text);
    if (ItemFilter::Parse(text).ok()) ++fine;
  }
  EXPECT_GT(fine, 50);
}

TEST(FilterDamage, DamagedFiltersAreAFilterOrRefusedWithAColumn) {
  Random random(3);
  for (int round = 0; round < 10'000; ++round) {
    std::string text = WriteExpression(random, RandomExpr(random, 2));
    for (int k = 1 + random.Below(3); k > 0 && !text.empty(); --k) {
      const auto at = static_cast<size_t>(random.Below(static_cast<int>(text.size())));
      const int how = random.Below(4);
      if (how == 0) text.erase(at, 1);
      if (how == 1) text.insert(at, 1, static_cast<char>(random.Below(256)));
      if (how == 2) text[at] = static_cast<char>(text[at] ^ (1 << random.Below(8)));
      if (how == 3) text.resize(at);
    }
    ExpectHarmless(text);
  }
}

}  // namespace
}  // namespace rapport
