#include "services/cli/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace rapport::cli {
namespace {

std::vector<std::string> Lines(const Table& table, size_t width) {
  std::stringstream out;
  table.Print(out, width);
  std::vector<std::string> lines;
  for (std::string line; std::getline(out, line);) lines.push_back(line);
  return lines;
}

TEST(DisplayWidth, IsWhatAReaderSees) {
  EXPECT_EQ(DisplayWidth("tea"), 3u);
  EXPECT_EQ(DisplayWidth("crème"), 5u);
  EXPECT_EQ(DisplayWidth("cre\u0300me"), 5u);  // a combining accent takes no column
  EXPECT_EQ(DisplayWidth("抹茶"), 4u);
  EXPECT_EQ(DisplayWidth(""), 0u);
}

TEST(Fit, CutsWithAnEllipsisThatCounts) {
  EXPECT_EQ(Fit("Yirgacheffe", 11), "Yirgacheffe");
  EXPECT_EQ(Fit("Yirgacheffe", 6), "Yirga…");
  EXPECT_EQ(Fit("Yirgacheffe", 1), "…");
  EXPECT_EQ(Fit("Yirgacheffe", 0), "");
}

TEST(Fit, NeverCutsAWideCharacterInHalf) {
  EXPECT_EQ(Fit("抹茶ラテ", 8), "抹茶ラテ");
  EXPECT_EQ(Fit("抹茶ラテ", 6), "抹茶…");
  EXPECT_EQ(DisplayWidth(Fit("抹茶ラテ", 6)), 5u);
}

TEST(Harmless, LetsNoTextSteerTheTerminal) {
  EXPECT_EQ(Harmless("tea\x1b[2Jcup"), "tea?[2Jcup");
  EXPECT_EQ(Harmless("two\nlines\t"), "two?lines?");
  EXPECT_EQ(Harmless("broken \xff\xc3"), "broken ??");
  EXPECT_EQ(Harmless("café"), "café");
}

TEST(Wrap, BreaksBetweenWordsByDisplayWidth) {
  EXPECT_EQ(Wrap("goes with tea", 9), "goes with\ntea");
  EXPECT_EQ(Wrap("抹茶 ラテ", 8), "抹茶\nラテ");
  EXPECT_EQ(Wrap("extraordinary tea", 5), "extraordinary\ntea");
  EXPECT_EQ(Wrap("", 5), "");
}

TEST(Table, AlignsByDisplayWidthAndLeavesNoTrailingSpace) {
  Table table({{"item"}, {"price", true}, {"why"}});
  table.AddRow({"抹茶", "3.20", "x"});
  table.AddRow({"crème", "12.00", ""});
  EXPECT_THAT(Lines(table, 80), testing::ElementsAre("  item   price  why",  //
                                                     "  抹茶    3.20  x",    //
                                                     "  crème  12.00"));
}

TEST(Table, ShrinksOnlyWhatMayShrinkAndTheWidestFirst) {
  Table table({{"id"}, {"title", false, true}, {"why", false, true}});
  table.AddRow({"a-very-long-identifier", "a title of some length",
                "a reason that is a good deal longer than it"});
  for (const std::string& line : Lines(table, 60)) {
    EXPECT_LE(DisplayWidth(line), 60u) << line;
  }
  EXPECT_THAT(Lines(table, 60)[1], testing::StartsWith("  a-very-long-identifier  "));
  EXPECT_THAT(Lines(table, 20)[1], testing::HasSubstr("a-very-long-identifier"));
}

TEST(Table, WithoutTitlesHasNoHeadLine) {
  Table table({{""}, {""}});
  table.AddRow({"id", "c1"});
  EXPECT_THAT(Lines(table, 80), testing::ElementsAre("  id  c1"));
}

TEST(Table, MissingCellsAreEmptyAndNotesAreIndented) {
  Table table({{"item"}, {"n", true}});
  table.AddRow({"tea"});
  table.AddNote("beneath");
  table.AddRow({});
  EXPECT_THAT(Lines(table, 80), testing::ElementsAre("  item  n", "  tea", "      beneath", ""));
}

}  // namespace
}  // namespace rapport::cli
