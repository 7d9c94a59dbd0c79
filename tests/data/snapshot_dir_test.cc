#include "data/snapshot_dir.h"

#include <sys/resource.h>

#include <csignal>

#include "tests/data/support.h"

namespace rapport {
namespace {

// As when a model is published.
absl::Status WriteAndTidy(SnapshotDir& dir, std::string_view version, std::string_view bytes,
                          std::string_view serving) {
  absl::Status written = dir.Write(version, bytes);
  if (written.ok()) dir.RemoveOld(serving.empty() ? version : serving);
  return written;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::unique_ptr<SnapshotDir> Open(const std::string& path, size_t keep = 3) {
  auto dir = SnapshotDir::Open(path, keep);
  EXPECT_TRUE(dir.ok()) << dir.status();
  return *std::move(dir);
}

TEST(SnapshotDir, ReadsBackWhatWasWritten) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  const std::string bytes(3'000'000, '\x80');
  ASSERT_TRUE(WriteAndTidy(*dir, "v-1", bytes, "").ok());
  EXPECT_EQ(dir->Read("v-1").value(), bytes);
  EXPECT_EQ(Open(temp / "models")->Read("v-1").value(), bytes);
}

TEST(SnapshotDir, ListsNewestFirst) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  EXPECT_THAT(dir->List().value(), IsEmpty());
  for (const char* version : {"v-2", "v-3", "v-1"})
    ASSERT_TRUE(WriteAndTidy(*dir, version, "m", "").ok());
  EXPECT_THAT(dir->List().value(), ElementsAre("v-3", "v-2", "v-1"));
}

TEST(SnapshotDir, KeepsTheNewest) {
  const TempDir temp;
  const auto dir = Open(temp / "models", 2);
  for (const char* version : {"1", "2", "3", "4"})
    ASSERT_TRUE(WriteAndTidy(*dir, version, "m", "").ok());
  EXPECT_THAT(dir->List().value(), ElementsAre("4", "3"));
}

TEST(SnapshotDir, NeverRemovesTheOneThatServes) {
  const TempDir temp;
  const auto dir = Open(temp / "models", 2);
  for (const char* version : {"1", "2", "3", "4"})
    ASSERT_TRUE(WriteAndTidy(*dir, version, "m", "1").ok());
  EXPECT_THAT(dir->List().value(), ElementsAre("4", "1"));
}

TEST(SnapshotDir, NeverRemovesTheActiveOneNorTheOneJustWritten) {
  const TempDir temp;
  const auto dir = Open(temp / "models", 1);
  ASSERT_TRUE(WriteAndTidy(*dir, "5", "m", "").ok());
  ASSERT_TRUE(dir->SetActive("5").ok());
  ASSERT_TRUE(WriteAndTidy(*dir, "1", "m", "").ok());
  EXPECT_THAT(dir->List().value(), ElementsAre("5", "1"));
}

TEST(SnapshotDir, RefusesToOverwrite) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  ASSERT_TRUE(WriteAndTidy(*dir, "1", "first", "").ok());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteAndTidy(*dir, "1", "second", "")));
  EXPECT_EQ(dir->Read("1").value(), "first");
}

TEST(SnapshotDir, RefusesVersionsThatAreNoFileName) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  for (const char* version : {"", ".", "../1", "a/b", "a.b", "a b"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(WriteAndTidy(*dir, version, "m", ""))) << version;
    EXPECT_TRUE(absl::IsInvalidArgument(dir->Read(version).status())) << version;
  }
}

TEST(SnapshotDir, AnswersNotFound) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  EXPECT_TRUE(absl::IsNotFound(dir->Read("1").status()));
  EXPECT_TRUE(absl::IsNotFound(dir->SetActive("1")));
  EXPECT_TRUE(absl::IsNotFound(SnapshotDir::Open(temp / "no/parent", 1).status()));
}

TEST(SnapshotDir, RemovesWhatWasHalfWrittenAndNothingElse) {
  const TempDir temp;
  Open(temp / "models");
  WriteFile(temp / "models/2.model.tmp", "half a mod");
  WriteFile(temp / "models/ACTIVE.tmp", "2");
  WriteFile(temp / "models/1.model", "whole");
  WriteFile(temp / "models/README", "somebody's");
  const auto dir = Open(temp / "models");
  EXPECT_THAT(dir->List().value(), ElementsAre("1"));
  EXPECT_FALSE(std::filesystem::exists(temp / "models/2.model.tmp"));
  EXPECT_FALSE(std::filesystem::exists(temp / "models/ACTIVE.tmp"));
  EXPECT_TRUE(std::filesystem::exists(temp / "models/README"));
}

TEST(SnapshotDir, IsAsItWasWhenAWriteFails) {
  const TempDir temp;
  const auto dir = Open(temp / "models", 1);
  ASSERT_TRUE(WriteAndTidy(*dir, "1", "m", "").ok());
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  const absl::Status status = WriteAndTidy(*dir, "2", std::string(5000, 'm'), "");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(dir->List().value(), ElementsAre("1"));
  EXPECT_FALSE(std::filesystem::exists(temp / "models/2.model.tmp"));
}

TEST(SnapshotDir, RemembersWhichIsActive) {
  const TempDir temp;
  const auto dir = Open(temp / "models");
  EXPECT_EQ(dir->Active().value(), "");
  ASSERT_TRUE(WriteAndTidy(*dir, "1", "m", "").ok());
  ASSERT_TRUE(WriteAndTidy(*dir, "2", "m", "").ok());
  ASSERT_TRUE(dir->SetActive("1").ok());
  EXPECT_EQ(Open(temp / "models")->Active().value(), "1");
  ASSERT_TRUE(dir->SetActive("").ok());
  ASSERT_TRUE(dir->SetActive("").ok());
  EXPECT_EQ(Open(temp / "models")->Active().value(), "");
}

TEST(SnapshotDir, ANoteOutlivesTheProcessUntilItIsEmptied) {
  const TempDir temp;
  EXPECT_EQ(Open(temp / "models")->Note("TRAINING").value(), "");
  ASSERT_TRUE(Open(temp / "models")->SetNote("TRAINING", "2").ok());
  const auto dir = Open(temp / "models");
  EXPECT_EQ(dir->Note("TRAINING").value(), "2");
  EXPECT_THAT(dir->List().value(), IsEmpty());
  ASSERT_TRUE(dir->SetNote("TRAINING", "").ok());
  ASSERT_TRUE(dir->SetNote("TRAINING", "").ok());
  EXPECT_EQ(Open(temp / "models")->Note("TRAINING").value(), "");
}

}  // namespace
}  // namespace rapport
