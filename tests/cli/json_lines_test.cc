#include "services/cli/json_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "rapport/v1/types.pb.h"

namespace rapport::cli {
namespace {

TEST(ReadJsonLines, ReadsOneMessageALineAndPassesOverBlankOnes) {
  std::istringstream in("{\"item_id\": \"a\", \"title\": \"Tea\"}\n\n  \r\n{\"item_id\": \"b\"}");
  const auto items = ReadJsonLines<v1::Item>(in, "items.jsonl");
  ASSERT_TRUE(items.ok());
  ASSERT_EQ(items->size(), 2u);
  EXPECT_EQ((*items)[0].title(), "Tea");
  EXPECT_EQ((*items)[1].item_id(), "b");
}

TEST(ReadJsonLines, NamesTheLineThatIsWrong) {
  for (const char* wrong :
       {"{\"item_id\": ", "{\"colour\": \"red\"}", "[]", "{\"category_path\": 3}"}) {
    std::istringstream in(std::string("{}\n\n") + wrong + "\n");
    const auto items = ReadJsonLines<v1::Item>(in, "items.jsonl");
    EXPECT_TRUE(absl::IsInvalidArgument(items.status())) << wrong;
    EXPECT_THAT(std::string(items.status().message()),
                testing::StartsWith("items.jsonl, line 3: "));
  }
}

TEST(ReadJsonLinesFile, NamesTheFileThatIsNotThere) {
  const auto items = ReadJsonLinesFile<v1::Item>("/nowhere/items.jsonl");
  EXPECT_TRUE(absl::IsNotFound(items.status()));
  EXPECT_THAT(std::string(items.status().message()), testing::HasSubstr("/nowhere/items.jsonl"));
}

}  // namespace
}  // namespace rapport::cli
