#include "data/csv/row_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "data/csv/text.h"
#include "tests/csv/bytes.h"

namespace rapport::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(RowReader, TakesQuotedCommasQuotesAndLineEnds) {
  const AllRows all = ReadRows("a,\"b,c\",\"say \"\"hi\"\"\"\n\"two\nlines\",,\"\"\nlast,x,y\n");
  ASSERT_THAT(all.rows, SizeIs(3));
  EXPECT_THAT(all.rows[0].fields, ElementsAre("a", "b,c", "say \"hi\""));
  EXPECT_THAT(all.rows[1].fields, ElementsAre("two\nlines", "", ""));
  EXPECT_THAT(all.rows[2].fields, ElementsAre("last", "x", "y"));
}

TEST(RowReader, NumbersTheLineWhereARowStarts) {
  const AllRows all = ReadRows("a\r\n\"b\r\nb\nb\"\r\n\r\nc\rd\n");
  ASSERT_THAT(all.rows, SizeIs(4));
  EXPECT_EQ(all.rows[0].line, 1);
  EXPECT_EQ(all.rows[1].line, 2);
  EXPECT_EQ(all.rows[1].fields[0], "b\r\nb\nb");
  EXPECT_EQ(all.rows[2].line, 6) << "the empty line is none, and counts";
  EXPECT_EQ(all.rows[3].line, 7);
}

TEST(RowReader, PassesOverAByteOrderMark) {
  for (const size_t chunk : {1, 2, 3, 4, 100}) {
    EXPECT_THAT(ReadRows("\xef\xbb\xbf\"a\",b\n", chunk).rows[0].fields, ElementsAre("a", "b"))
        << chunk;
    EXPECT_THAT(ReadRows("\xef\xbb\xbf", chunk).rows, IsEmpty());
  }
}

TEST(RowReader, KeepsAQuoteInTheMiddleOfAPlainField) {
  EXPECT_THAT(ReadRows("6\" ruler,x\n").rows[0].fields, ElementsAre("6\" ruler", "x"));
}

TEST(RowReader, SaysWhyARowCannotBeUsedAndGoesOn) {
  const AllRows all = ReadRows(std::string("\"a\"b,c\nx\0y\n\xc3\x28\nok\n\"half", 23));
  ASSERT_THAT(all.rows, SizeIs(5));
  EXPECT_EQ(all.rows[0].problem, "text after a closing quote");
  EXPECT_EQ(all.rows[1].problem, "NUL byte in the row");
  EXPECT_EQ(all.rows[2].problem, "not UTF-8");
  EXPECT_EQ(all.rows[3].problem, "");
  EXPECT_THAT(all.rows[4].problem, HasSubstr("ends in the middle"));
  EXPECT_EQ(all.rows[4].line, 5);
}

TEST(RowReader, DoesNotJoinHalvesOfACharacterAcrossFields) {
  EXPECT_EQ(ReadRows("\xc3,\xa9\n").rows[0].problem, "not UTF-8");
}

TEST(RowReader, LeavesOutALastRowWithoutALineEnd) {
  const AllRows all = ReadRows("a,b\nc,d");
  ASSERT_THAT(all.rows, SizeIs(2));
  EXPECT_THAT(all.rows[1].problem, HasSubstr("no line end"));
}

TEST(RowReader, AQuoteThatIsNeverClosedCostsItsOwnLine) {
  for (const size_t bytes :
       {size_t{100}, 3 * kMaxRowBytes}) {  // found by the end of the file, or by the limit
    std::string text = "a,\"open\r\n";
    while (text.size() < bytes) text += "one,two\r\n";
    const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    for (const size_t chunk : {size_t{7}, size_t{1} << 20}) {
      const AllRows all = ReadRows(text, chunk);
      ASSERT_EQ(all.rows.size(), lines);
      EXPECT_THAT(all.rows[0].problem, HasSubstr("never closed"));
      EXPECT_EQ(all.rows[0].line, 1);
      for (size_t row = 1; row < lines; ++row) {
        EXPECT_EQ(all.rows[row].problem, "");
        EXPECT_THAT(all.rows[row].fields, ElementsAre("one", "two"));
        EXPECT_EQ(all.rows[row].line, static_cast<int64_t>(row) + 1);
      }
    }
  }
}

TEST(RowReader, TakesARowOfExactlyTheLimit) {
  const std::string field(kMaxRowBytes, 'x');
  EXPECT_EQ(ReadRows(field + "\n").rows[0].problem, "");
  EXPECT_THAT(ReadRows(field + "x\n").rows[0].problem, HasSubstr("longer than 64 KiB"));
}

TEST(RowReader, ReadsTheSameWhateverTheChunks) {
  std::string text = "\xef\xbb\xbf";
  for (int k = 0; k < 40; ++k) {
    text +=
        "\"q\"\"" + std::to_string(k) + "\r\n\",pl\xc3\xa9in,,\"\"\r\n\n\"a\"b,\xff\nlone\rcr\n";
  }
  const AllRows whole = ReadRows(text, 1 << 20);
  for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
    for (const size_t chunk : {1, 2, 3, 5, 7, 64, 1000}) {
      EXPECT_EQ(ReadRows(bytes, chunk).rows, whole.rows) << chunk;
    }
  }
}

TEST(IsUtf8, KnowsOverlongFormsSurrogatesAndTheLastCharacter) {
  for (const char* good : {"", "abcdefgh\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x98\x80",
                           "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"}) {
    EXPECT_TRUE(IsUtf8(good)) << good;
  }
  for (const char* bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3", "\xe6\x97", "abcdefgh\xff"}) {
    EXPECT_FALSE(IsUtf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace rapport::csv
