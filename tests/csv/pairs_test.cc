#include "data/csv/pairs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/csv/bytes.h"

namespace rapport::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::StatusOr<std::vector<PairsLine>> Read(const std::string& bytes) {
  std::istringstream in(bytes);
  return ReadPairs(in, "pairs.txt");
}

TEST(Pairs, AreACustomerAndTheirItemsOnALine) {
  const auto lines = *Read("0 5 3\n\n7\t4294967295 \r\n2\n");
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines[0].customer, 0u);
  EXPECT_THAT(lines[0].items, ElementsAre(5u, 3u));
  EXPECT_EQ(lines[1].line, 3);
  EXPECT_EQ(lines[1].customer, 7u);
  EXPECT_THAT(lines[1].items, ElementsAre(4294967295u));
  EXPECT_THAT(lines[2].items, IsEmpty());
}

TEST(Pairs, MayEndWithoutALineEndOrHoldNothing) {
  EXPECT_THAT((*Read("1 2 3")).at(0).items, ElementsAre(2u, 3u));
  EXPECT_THAT(*Read(""), IsEmpty());
}

TEST(Pairs, ComeOutOfCompressedFilesTheSame) {
  std::string text;
  for (int customer = 0; customer < 50'000; ++customer)
    text += std::to_string(customer) + " 17 " + std::to_string(customer % 99) + "\n";
  for (const std::string& bytes : {text, Gzip(text), Zstd(text)}) {
    const auto lines = *Read(bytes);
    ASSERT_THAT(lines, SizeIs(50'000));
    EXPECT_EQ(lines[49'999].customer, 49'999u);
    EXPECT_THAT(lines[49'999].items, ElementsAre(17u, 49'999u % 99));
  }
}

TEST(Pairs, NameTheFileAndTheLineThatIsNone) {
  for (const char* bad : {"1 2\n3 x\n", "1 2\n3 -4\n", "1 2\n3 4.5\n", "1 2\n3 4294967296\n",
                          "1 2\n\xff\xfe\n", "1 2\n3,4\n"}) {
    const absl::Status status = Read(bad).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(status.message()), HasSubstr("pairs.txt: line 2: ")) << bad;
  }
}

TEST(Pairs, NameTheFileAndBothLinesOfACustomerThatStandsOnTwo) {
  const absl::Status status = Read("1 2\n7 3\n\n1 4\n").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("pairs.txt: line 4: customer 1 stands on line 1 already"));
}

TEST(Pairs, ThatBreakOffAreDataLoss) {
  const std::string whole = Zstd("1 2 3\n4 5 6\n");
  EXPECT_EQ(Read(whole.substr(0, whole.size() - 3)).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadPairs("/nowhere/pairs.txt").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rapport::csv
