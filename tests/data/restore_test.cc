// What is put in the place of a store, and what stays: a person, a server or another restore in the
// way. That all records come back is in backup_test.cc.
#include "data/restore.h"

#include <rocksdb/env.h>

#include <filesystem>
#include <memory>
#include <string>

#include "data/watermark.h"
#include "tests/data/backup_scene.h"
#include "tests/data/faulty_disk.h"

namespace rapport {
namespace {

namespace fs = std::filesystem;

using testing::At;
using testing::DigestOf;
using ::testing::ElementsAre;
using testing::FaultyDisk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Message;
using ::testing::SizeIs;

using RestoreTest = testing::BackupTest;

TEST_F(RestoreTest, SetsAsideWhatWasThere) {
  OpenShop();
  Fill(0, 10);
  WriteModel("20260501-1.model", "old");
  MustBackUp();
  CloseShop();
  const std::string then = DigestOf(StorePath());
  OpenShop();
  Fill(10, 10);
  WriteModel("20260502-1.model", "new");
  CloseShop();
  const std::string later = DigestOf(StorePath());

  const auto restored = Restore(1);
  ASSERT_TRUE(restored.ok()) << restored.status();
  const std::string aside = ".before-restore-20231114T235320Z";
  EXPECT_THAT(restored->set_aside, ElementsAre(ModelsPath() + aside, StorePath() + aside));
  EXPECT_EQ(DigestOf(StorePath()), then);
  EXPECT_EQ(DigestOf(StorePath() + aside), later);
  EXPECT_FALSE(fs::exists(ModelsPath() + "/20260502-1.model"));
  EXPECT_EQ(ReadFile(ModelsPath() + aside + "/20260502-1.model"), "new");
  EXPECT_FALSE(fs::exists(StorePath() + ".restoring"));
}

TEST_F(RestoreTest, IsNotRestoredUnderARunningServer) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  const auto refused = Restore(1).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("stop the server"));
  Fill(10, 1);  // it is none the worse
}

TEST_F(RestoreTest, NeitherAServerNorAnotherRestoreBeginsMeanwhile) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  CloseShop();
  const std::string then = DigestOf(StorePath());
  fs::remove_all(StorePath());
  auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  absl::Status server;
  absl::Status other;
  disk->FailWhen([&](const std::string&, const std::string& file) {
    if (!server.ok() || file.find(".restoring/") == std::string::npos) return false;
    server = Store::Open(testing::OptionsFor(StorePath())).status();
    other = Restore(1).status();
    return false;
  });
  const auto restored = Restore(1, env.get());
  disk->FailWhen(nullptr);
  EXPECT_TRUE(absl::IsFailedPrecondition(server)) << server;
  EXPECT_TRUE(absl::IsFailedPrecondition(other)) << other;
  EXPECT_THAT(Message(other), HasSubstr("stop the server, or the other restore"));
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_THAT(restored->set_aside, IsEmpty());
  EXPECT_EQ(DigestOf(StorePath()), then);
}

TEST_F(RestoreTest, WhenItFailsLeavesNothingWhereNothingWas) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  CloseShop();
  fs::remove_all(StorePath());
  WriteFile(BackupPath() + "/store/private/1/CURRENT", "nonsense\n");
  const auto refused = Restore(1).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("/private/1/CURRENT"));  // which file
  EXPECT_FALSE(fs::exists(StorePath()));
}

TEST_F(RestoreTest, IsRestoredToWhereALinkLeadsAndPastATrailingSlash) {
  OpenShop();
  Fill(0, 10);
  WriteModel("20260501-1.model", "one");
  MustBackUp();
  CloseShop();
  const std::string then = DigestOf(StorePath());
  fs::create_directories(dir_ / "elsewhere");
  fs::rename(StorePath(), dir_ / "elsewhere/db");
  fs::create_directory_symlink(dir_ / "elsewhere/db", StorePath());
  for (int time = 0; time < 2; ++time) {  // within one second
    const auto restored = RestoreBackup({.backup_path = BackupPath(),
                                         .id = 1,
                                         .store_path = StorePath(),
                                         .models_path = ModelsPath() + "/",
                                         .now = At(6'000),
                                         .watch = nullptr,
                                         .env = nullptr});
    ASSERT_TRUE(restored.ok()) << restored.status();
    ASSERT_THAT(restored->set_aside, SizeIs(2));
  }
  EXPECT_TRUE(fs::is_symlink(StorePath()));
  EXPECT_EQ(DigestOf(dir_ / "elsewhere/db"), then);
  EXPECT_EQ(ReadFile(ModelsPath() + "/20260501-1.model"), "one");
  EXPECT_TRUE(fs::exists(ModelsPath() + ".before-restore-20231114T235320Z-2"));
}

TEST_F(RestoreTest, RefusesACopyThatLacksWhatWasAcknowledged) {
  OpenShop();
  Fill(0, 10);
  {
    const auto files = rocksdb::Env::Default()->GetFileSystem();
    const auto watermark = Watermark::Open(files, WatermarkPath(StorePath()), Mark());
    ASSERT_TRUE(watermark.ok()) << watermark.status();
    ASSERT_TRUE((*watermark)->Raise({.sequence = 12, .commits = 99}).ok());
  }
  EXPECT_EQ(MustBackUp().mark.sequence, 12u);
  CloseShop();
  fs::remove_all(StorePath());
  const auto refused = Restore(1).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("2 events of 12 that were acknowledged are missing"));
  EXPECT_FALSE(fs::exists(StorePath()));
}

TEST_F(RestoreTest, RefusesPlacesThatLieInEachOther) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  CloseShop();
  const std::string then = DigestOf(StorePath());
  for (const std::string& models : {StorePath(), StorePath() + "/models", dir_ / ""}) {
    const auto refused = RestoreBackup({.backup_path = BackupPath(),
                                        .id = 1,
                                        .store_path = StorePath(),
                                        .models_path = models,
                                        .now = At(6'000)})
                             .status();
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << models << ": " << refused;
  }
  EXPECT_EQ(DigestOf(StorePath()), then);
}

TEST_F(RestoreTest, IsRestoredByAnIdThatThereIs) {
  EXPECT_TRUE(absl::IsNotFound(Restore(1).status()));
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  MustBackUp();
  CloseShop();
  const auto missing = Restore(7).status();
  EXPECT_TRUE(absl::IsNotFound(missing));
  EXPECT_THAT(Message(missing), HasSubstr("does not exist; there are 2, 1"));
  EXPECT_FALSE(fs::exists(StorePath() + ".restoring"));
}

}  // namespace
}  // namespace rapport
