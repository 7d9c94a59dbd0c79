// What the program says, and its exit code, before any server is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/e2e/process.h"

namespace rapport::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Finished Rapport(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), RAPPORT_BINARY);
  return Run(arguments);
}

TEST(Usage, MistakesEndWithTwoAndSayWhereToReadOn) {
  const std::vector<std::vector<std::string>> kMistakes = {
      {},
      {"nope"},
      {"suggest"},
      {"suggest", "sam", "--pool", "old"},
      {"suggest", "sam", "--count", "many"},
      {"suggest", "sam", "--as-of", "2026-13-01"},
      {"explain", "sam"},
      {"explain", "--token", "t"},
      {"explain", "--token", "t", "sam", "tea"},
      {"record", "sam"},
      {"record", "sam", "tea", "--return", "e1"},
      {"record", "sam", "tea", "--price", "cheap"},
      {"record", "sam", "tea", "--quantity", "0"},
      {"import", "file.csv"},
      {"import", "file.csv", "--format", "xlsx"},
      {"items", "tea", "--available", "tea"},
      {"status", "--timeout", "-1"},
      {"train", "--cancel", "--no-wait"},
      {"shadow", "--sample", "0.5"},
      {"shadow", "v", "--sample", "2"},
      {"shadow", "v", "--off"},
      {"evaluate"},
      {"evaluate", "--purchases", "file.csv"},
      {"evaluate", "--history", "file.csv", "--format", "purchases"},
      {"evaluate", "--pairs-train", "file.txt"},
      {"evaluate", "--pairs-train", "a", "--pairs-test", "b", "--purchases", "c", "--format",
       "purchases"},
      {"evaluate", "--purchases", "file.csv", "--format", "purchases", "--baselines", "best"},
      {"evaluate", "--purchases", "file.csv", "--format", "purchases", "--window", "soon"},
      {"tune"},
      {"tune", "--purchases", "file.csv"},
      {"tune", "--pairs-train", "file", "--purchases", "file.csv", "--format", "purchases"},
      {"tune", "--pairs-train", "file", "--budget", "soon"},
      {"tune", "--pairs-train", "file", "--candidates", "1"},
  };
  for (const auto& mistake : kMistakes) {
    const Finished finished = Rapport(mistake);
    const std::string words = mistake.empty() ? "" : mistake.front() + " …" + mistake.back();
    EXPECT_EQ(finished.exit_code, 2) << words;
    EXPECT_THAT(finished.err, HasSubstr("--help`")) << words;
    EXPECT_THAT(finished.out, IsEmpty()) << words;
  }
}

TEST(Usage, EveryCommandHelps) {
  const Finished all = Rapport({"--help"});
  EXPECT_EQ(all.exit_code, 0);
  for (const char* command :
       {"suggest", "explain", "record", "purchases", "customers", "items", "import", "load-sample",
        "train", "models", "shadow", "status", "evaluate", "tune"}) {
    EXPECT_THAT(all.out, HasSubstr(std::string("  ") + command + " "));
    const Finished help = Rapport({command, "--help"});
    EXPECT_EQ(help.exit_code, 0) << command;
    EXPECT_THAT(help.out, HasSubstr(std::string("Usage: rapport ") + command)) << command;
    EXPECT_THAT(help.err, IsEmpty()) << command;
  }
}

TEST(Usage, VersionIsOneLine) {
  EXPECT_THAT(Rapport({"--version"}).out, testing::MatchesRegex("rapport [0-9.]+\n"));
}

TEST(Usage, NoServerIsSaidPlainlyAndEndsWithOne) {
  for (const char* command : {"status", "models", "items", "customers", "train"}) {
    const Finished finished = Rapport({"--server", "127.0.0.1:1", command});
    EXPECT_EQ(finished.exit_code, 1) << command;
    EXPECT_EQ(finished.err,
              "rapport: no server at 127.0.0.1:1; start one with `make run`, or name another with "
              "--server\n");
  }
}

TEST(Usage, FilesThatAreNotThereAreNamed) {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"import", "/nowhere/file", "--format", "purchases"},
                                             {"tune", "--pairs-train", "/nowhere/file"},
                                             {"items", "--upsert", "/nowhere/file"}}) {
    const Finished finished = Rapport(command);
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.err, HasSubstr("/nowhere/file"));
  }
}

}  // namespace
}  // namespace rapport::e2e
