// Backups drilled: made of a store that is written to, destroyed, restored, compared record by
// record; and what happens where the disk, a person or a process gets in the way.
#include <rocksdb/env.h>

#include <atomic>
#include <thread>

#include "tests/data/backup_scene.h"
#include "tests/data/faulty_disk.h"

namespace rapport {
namespace {

namespace fs = std::filesystem;

using testing::At;
using testing::BackupTest;
using testing::Bought;
using testing::DigestOf;
using ::testing::ElementsAre;
using testing::FaultyDisk;
using ::testing::HasSubstr;
using testing::Id;
using ::testing::IsEmpty;
using testing::Message;
using testing::MustAppend;
using testing::OpenStore;
using ::testing::SizeIs;

TEST_F(BackupTest, BringsBackEveryRecordAfterADisaster) {
  OpenShop();
  Fill(0, 500);
  ASSERT_TRUE(store_->UpsertItemsAndWait({Item{.item_id = "i1", .title = "Ceramic V60"}}).ok());
  Customer customer;
  customer.customer_id = "c1";
  customer.name = "Amara";
  ASSERT_TRUE(store_->UpsertCustomersAndWait({customer}).ok());
  Rule rule;
  rule.rule_id = "spring";
  ASSERT_TRUE(store_->UpsertRulesAndWait({rule}).ok());
  ASSERT_TRUE(store_->MergeCustomersAndWait("c2", "c3").ok());
  ASSERT_TRUE(store_
                  ->ClaimMomentAndWait(
                      MomentClaim{.customer_id = "c1", .moment_id = "m1", .staff_id = "sam"},
                      std::chrono::minutes(30))
                  .ok());
  WriteModel("20260501-1.model", "model bytes");
  WriteModel("rejected/20260502-1.model", "worse");
  WriteModel("ACTIVE", "20260501-1");
  WriteModel("20260503-1.model.tmp", "half-writ");
  const Backup backup = MustBackUp();
  EXPECT_EQ(backup.id, 1u);
  EXPECT_EQ(backup.mark.sequence, store_->LastSequence());
  EXPECT_EQ(backup.made_at, At(5'000));
  EXPECT_EQ(backup.made_by, "0.1.0");
  EXPECT_THAT(ModelVersions(backup), ElementsAre("20260501-1"));
  CloseShop();
  const std::string before = DigestOf(StorePath());

  fs::remove_all(StorePath());
  fs::remove_all(ModelsPath());
  const auto restored = Restore(1);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->sequence, backup.mark.sequence);
  EXPECT_THAT(restored->set_aside, IsEmpty());
  EXPECT_EQ(DigestOf(StorePath()), before);
  EXPECT_EQ(ReadFile(ModelsPath() + "/20260501-1.model"), "model bytes");
  EXPECT_EQ(ReadFile(ModelsPath() + "/rejected/20260502-1.model"), "worse");
  EXPECT_EQ(ReadFile(ModelsPath() + "/ACTIVE"), "20260501-1");
  EXPECT_FALSE(fs::exists(ModelsPath() + "/20260503-1.model.tmp"));
  // And it goes on where it was.
  OpenShop();
  EXPECT_EQ(store_->LastSequence(), backup.mark.sequence);
  Fill(500, 1);
  EXPECT_EQ(store_->LastSequence(), backup.mark.sequence + 1);
}

TEST_F(BackupTest, HoldsAllThatWasAcknowledgedBeforeWhileOthersWrite) {
  OpenShop();
  std::atomic<bool> stop = false;
  std::atomic<int> acknowledged = 0;
  std::jthread writer([&] {
    while (!stop) {
      MustAppend(*store_, {Bought("sam", Id("e", acknowledged), "tea")});
      ++acknowledged;
    }
  });
  for (uint32_t id = 1; id <= 5; ++id) {
    while (acknowledged < static_cast<int>(id) * 20) std::this_thread::yield();
    const int before = acknowledged;
    const Backup backup = MustBackUp();
    // Beside the running shop.
    const std::string place = dir_ / Id("copy", id);
    const auto restored = RestoreBackup({.backup_path = BackupPath(),
                                         .id = backup.id,
                                         .store_path = place + "/db",
                                         .models_path = place + "/models",
                                         .now = At(6'000),
                                         .env = nullptr});
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_GE(restored->sequence, static_cast<uint64_t>(before));
    EXPECT_GE(testing::MustRead(*OpenStore(place + "/db"), "sam").lines.size(),
              static_cast<size_t>(before));
  }
  stop = true;
}

TEST_F(BackupTest, CopiesOnlyWhatIsNew) {
  OpenShop();
  WriteModel("20260501-1.model", std::string(100'000, 'm'));
  Fill(0, 5'000);
  MustBackUp();
  const auto shared = BackupPath() + "/store/shared_checksum";
  const auto size_of = [](const std::string& path) {
    uintmax_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
  };
  const auto once = size_of(shared);
  const auto models = size_of(BackupPath() + "/models");
  Fill(5'000, 10);
  const Backup second = MustBackUp();
  EXPECT_LT(size_of(shared) - once, once / 4);
  EXPECT_EQ(size_of(BackupPath() + "/models"), models);
  EXPECT_GT(second.bytes, once);  // but it says what it would take alone
}

TEST_F(BackupTest, FindsEveryChangedByteAndRestoresNoneOfIt) {
  OpenShop();
  Fill(0, 200);
  WriteModel("20260501-1.model", "model bytes");
  MustBackUp();
  EXPECT_TRUE(backups_->Verify(1).ok());
  EXPECT_TRUE(absl::IsNotFound(backups_->Verify(2)));
  CloseShop();
  const std::string before = DigestOf(StorePath());
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(BackupPath())) {
    const std::string path = entry.path();
    const bool data = path.find("/private/") != std::string::npos ||
                      path.find("/shared_checksum/") != std::string::npos ||
                      path.find("/models/") != std::string::npos;
    if (entry.is_regular_file() && entry.file_size() > 0 && data) files.push_back(path);
  }
  ASSERT_GE(files.size(), 4u);
  for (const std::string& file : files) {
    const std::string good = ReadFile(file);
    std::string bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    WriteFile(file, bad);
    OpenBackups();
    const auto found = backups_->Verify(1);
    EXPECT_TRUE(absl::IsDataLoss(found)) << file << ": " << found;
    const auto restored = Restore(1).status();
    EXPECT_TRUE(absl::IsDataLoss(restored)) << file << ": " << restored;
    WriteFile(file, good);
  }
  EXPECT_EQ(DigestOf(StorePath()), before);
  EXPECT_TRUE(Restore(1).ok());
}

TEST_F(BackupTest, TellsOfOneWhoseFilesAreGone) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  MustBackUp();
  fs::remove_all(BackupPath() + "/store/private/1");
  OpenBackups();
  EXPECT_THAT(Damaged(), ElementsAre(1u));
  EXPECT_THAT(Whole(), SizeIs(1));
  EXPECT_EQ(Whole().front().id, 2u);
  const auto damaged = backups_->Verify(1);
  EXPECT_TRUE(absl::IsDataLoss(damaged)) << damaged;
  // It goes once there are two newer ones, of two days.
  ASSERT_TRUE(backups_->RemoveOld(2, 2).ok());
  EXPECT_THAT(Damaged(), SizeIs(1));
  MustBackUp();
  ASSERT_TRUE(backups_->RemoveOld(2, 2).ok());
  EXPECT_THAT(Damaged(), SizeIs(1));
  MustBackUp(At(5'000 + 86'400));
  ASSERT_TRUE(backups_->RemoveOld(2, 2).ok());
  EXPECT_THAT(Damaged(), IsEmpty());
  EXPECT_THAT(Whole(), SizeIs(2));
}

TEST_F(BackupTest, OneWithoutItsModelsIsDamagedAndTheStoreOfItIsNotLost) {
  OpenShop();
  Fill(0, 10);
  WriteModel("20260501-1.model", "one");
  MustBackUp();
  const std::string copy = BackupPath() + "/models/" + HashText("one");
  fs::rename(copy, dir_ / "away");
  EXPECT_THAT(Damaged(), ElementsAre(1u));
  CloseShop();
  const std::string then = DigestOf(StorePath());
  fs::remove_all(StorePath());
  const auto refused = Restore(1).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("--without-models"));
  ASSERT_TRUE(RestoreBackup({.backup_path = BackupPath(),
                             .id = 1,
                             .store_path = StorePath(),
                             .models_path = ModelsPath(),
                             .now = At(6'000),
                             .without_models = true})
                  .ok());
  EXPECT_EQ(DigestOf(StorePath()), then);
  EXPECT_FALSE(fs::exists(ModelsPath() + "/20260501-1.model"));
}

// The largest table that backups share.
std::string SharedTable(const std::string& path) {
  std::string largest;
  for (const auto& entry : fs::directory_iterator(path + "/store/shared_checksum"))
    if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
  return largest;
}

TEST_F(BackupTest, LosesNothingToAFileThatIsGoneForAWhile) {
  OpenShop();
  Fill(0, 500);
  MustBackUp();
  Fill(500, 10);
  MustBackUp();
  const std::string table = SharedTable(BackupPath());
  for (const std::string& gone : {table, BackupPath() + "/store/meta/1"}) {
    const std::string away = dir_ / "away";
    fs::rename(gone, away);
    for (int start = 0; start < 2; ++start) {
      OpenBackups();
      EXPECT_LT(Whole().size(), 2u) << gone;
      ASSERT_TRUE(backups_->RemoveOld(1, 0).ok());
    }
    fs::rename(away, gone);
    OpenBackups();
    EXPECT_THAT(Whole(), SizeIs(gone == table ? 2 : 1)) << gone;
    for (const Backup& backup : Whole()) EXPECT_TRUE(backups_->Verify(backup.id).ok());
  }
}

// RocksDB collects its garbage after a backup that failed: all that damaged ones share.
TEST_F(BackupTest, LosesNothingToOneThatFailsWhileAnotherIsDamaged) {
  OpenShop();
  Fill(0, 500);
  MustBackUp();
  const std::string table = SharedTable(BackupPath());
  const std::string away = dir_ / "away";
  fs::rename(table, away);
  auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  Fill(500, 100);
  for (int failing = 0; failing < 40; ++failing) {
    OpenBackups({.env = env.get()});
    if (Damaged().empty()) break;  // one that failed at its end has copied the table anew
    int call = 0;
    disk->FailWhen([&](const std::string&, const std::string&) { return call++ == failing; });
    const auto backup = TryBackup();
    disk->FailWhen(nullptr);
    if (backup.ok()) break;
  }
  backups_.reset();
  if (!fs::exists(table)) fs::rename(away, table);
  OpenBackups();
  EXPECT_THAT(Damaged(), IsEmpty());
  EXPECT_TRUE(backups_->Verify(1).ok()) << backups_->Verify(1);
}

TEST_F(BackupTest, IsNotMadeWhereTheDescriptionsOfOthersAreGone) {
  OpenShop();
  for (int number = 0; number < 4; ++number) {
    Fill(number * 10, 10);
    MustBackUp();
  }
  fs::rename(BackupPath() + "/store/meta", dir_ / "away");
  backups_.reset();
  const auto lost = Backups::Open({.path = BackupPath(), .store_id = store_id_}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(lost)) << lost;
  EXPECT_THAT(Message(lost), HasSubstr("files of backups 1, 2, 3, 4 without their descriptions"));
  fs::rename(dir_ / "away", BackupPath() + "/store/meta");
  OpenBackups();
  ASSERT_THAT(Whole(), SizeIs(4));
  for (const Backup& backup : Whole()) EXPECT_TRUE(backups_->Verify(backup.id).ok());
}

TEST_F(BackupTest, WhatIsBrokenIsCopiedAnewByTheNextOne) {
  OpenShop();
  Fill(0, 500);
  WriteModel("20260501-1.model", "model bytes");
  MustBackUp();
  const std::string table = SharedTable(BackupPath());
  const std::string model = BackupPath() + "/models/" + HashText("model bytes");
  for (const std::string& file : {table, model}) {
    std::string bytes = ReadFile(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    WriteFile(file, bytes);
    EXPECT_TRUE(absl::IsDataLoss(backups_->Verify(1))) << file;
    const Backup next = MustBackUp();
    EXPECT_TRUE(backups_->Verify(next.id).ok()) << backups_->Verify(next.id);
    EXPECT_TRUE(backups_->Verify(1).ok()) << backups_->Verify(1);  // which shares it
    EXPECT_THAT(Damaged(), IsEmpty());
    // One that was cut short stops no backup either.
    WriteFile(file, bytes.substr(0, bytes.size() / 2));
    OpenBackups();
    const Backup last = MustBackUp();
    EXPECT_TRUE(backups_->Verify(last.id).ok()) << backups_->Verify(last.id);
  }
}

TEST_F(BackupTest, ADirectoryIsOneStoresAndNothingElses) {
  OpenShop();
  Fill(0, 10);
  MustBackUp();
  backups_.reset();
  const auto other =
      Backups::Open({.path = BackupPath(), .store_id = std::string(store_id_.size(), '0')})
          .status();
  EXPECT_TRUE(absl::IsFailedPrecondition(other)) << other;
  EXPECT_THAT(Message(other), HasSubstr("of another store, " + store_id_));
  const std::string owner = ReadFile(BackupPath() + "/STORE");
  WriteFile(BackupPath() + "/STORE", store_id_ + "\r\n");
  OpenBackups();
  backups_.reset();
  WriteFile(BackupPath() + "/STORE", "");
  const auto garbled = Backups::Open({.path = BackupPath(), .store_id = store_id_}).status();
  EXPECT_THAT(Message(garbled), HasSubstr("write " + store_id_ + " to it"));
  WriteFile(BackupPath() + "/STORE", owner);

  const std::string foreign = dir_ / "foreign";
  fs::create_directories(foreign + "/models");
  WriteFile(foreign + "/models/thesis.txt", "years of work");
  const auto refused = Backups::Open({.path = foreign, .store_id = store_id_}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(Message(refused), HasSubstr("models is there"));
  EXPECT_EQ(ReadFile(foreign + "/models/thesis.txt"), "years of work");

  // A store that was restored is the same.
  CloseShop();
  fs::remove_all(StorePath());
  ASSERT_TRUE(Restore(1).ok());
  OpenShop();
  EXPECT_EQ(MustBackUp().id, 2u);
}

TEST_F(BackupTest, OfEachDayTheNewestStays) {
  OpenShop();
  Fill(0, 10);
  constexpr int kDay = 86'400;
  for (const int at : {1, 2, kDay + 1, kDay + 2, 2 * kDay + 1, 3 * kDay + 1, 3 * kDay + 2})
    MustBackUp(At(at));
  ASSERT_TRUE(backups_->RemoveOld(1, 3).ok());
  std::vector<uint32_t> left;
  for (const Backup& backup : Whole()) left.push_back(backup.id);
  EXPECT_THAT(left, ElementsAre(7u, 5u, 4u));
}

TEST_F(BackupTest, KeepsTheNewestAndWhatTheyHold) {
  OpenShop();
  for (int number = 1; number <= 4; ++number) {
    Fill(number * 10, 10);
    fs::remove_all(ModelsPath());
    WriteModel(Id("2026050", number) + "-1.model", Id("model ", number));
    MustBackUp(At(number));
  }
  ASSERT_TRUE(backups_->RemoveOld(2, 0).ok());
  const auto left = Whole();
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_EQ(left[0].id, 4u);
  EXPECT_EQ(left[1].id, 3u);
  EXPECT_EQ(std::distance(fs::directory_iterator(BackupPath() + "/models"), {}), 2);
  for (const Backup& backup : left) EXPECT_TRUE(backups_->Verify(backup.id).ok());
  OpenBackups();
  EXPECT_EQ(MustBackUp().id, 5u);  // no id is given out again
}

TEST_F(BackupTest, ADiskThatFailsSpoilsNeitherTheStoreNorTheEarlierOnes) {
  OpenShop();
  Fill(0, 100);
  WriteModel("20260501-1.model", "one");
  auto disk = std::make_shared<FaultyDisk>();
  const auto env = rocksdb::NewCompositeEnv(disk);
  OpenBackups({.env = env.get()});
  MustBackUp();
  // Each call that changes a file fails once.
  int calls = 0;
  disk->FailWhen([&](const std::string&, const std::string&) {
    ++calls;
    return false;
  });
  Fill(100, 100);
  WriteModel("20260502-1.model", "two");
  MustBackUp();
  const int all = calls;
  ASSERT_GT(all, 10);
  for (int failing = 0; failing < all; ++failing) {
    Fill(200 + failing, 1);
    WriteModel(Id("20260601-", failing) + ".model", Id("m", failing));
    int call = 0;
    disk->FailWhen([&](const std::string&, const std::string&) { return call++ == failing; });
    const auto backup = TryBackup();
    disk->FailWhen(nullptr);
    EXPECT_TRUE(backup.ok() || absl::IsUnavailable(backup.status())) << backup.status();
    for (const Backup& kept : Whole())
      EXPECT_TRUE(backups_->Verify(kept.id).ok()) << failing << ": " << backups_->Verify(kept.id);
    ASSERT_TRUE(TryBackup().ok()) << failing;
    ASSERT_TRUE(backups_->RemoveOld(3, 0).ok()) << failing;
  }
  backups_.reset();
  OpenBackups();
}

TEST_F(BackupTest, OneProcessMakesThem) {
  OpenShop();
  const auto second = Backups::Open({.path = BackupPath(), .store_id = store_id_}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(second)) << second;
  EXPECT_THAT(Message(second), HasSubstr("Each needs a directory of its own"));
}

TEST_F(BackupTest, LeavesTheDiskItsFloor) {
  OpenShop();
  Fill(0, 10);
  OpenBackups({.free_space_floor_bytes = UINT64_MAX});
  const auto refused = TryBackup().status();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_THAT(Whole(), IsEmpty());
}

TEST_F(BackupTest, IsStoppedWhileItIsMadeOrRead) {
  OpenShop();
  Fill(0, 100);
  MustBackUp();
  backups_->Stop();
  EXPECT_TRUE(absl::IsCancelled(TryBackup().status())) << TryBackup().status();
  EXPECT_TRUE(absl::IsCancelled(backups_->Verify(1)));
  OpenBackups();
  EXPECT_THAT(Whole(), SizeIs(1));
  EXPECT_TRUE(backups_->Verify(1).ok());
}

TEST(BackupRecord, IsReadAgainAndRefusesNamesThatLeadElsewhere) {
  Backup backup;
  backup.made_at = At(7);
  backup.mark = {.sequence = 12, .commits = 3};
  backup.made_by = "0.1.0";
  backup.models = {{.name = "rejected/a.model", .hash = HashText("x"), .bytes = 5}};
  const auto read = DecodeBackup(EncodeBackup(backup));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->made_at, backup.made_at);
  EXPECT_EQ(read->mark, backup.mark);
  EXPECT_EQ(read->made_by, backup.made_by);
  EXPECT_EQ(read->models, backup.models);
  EXPECT_TRUE(absl::IsDataLoss(DecodeBackup("").status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeBackup("nonsense").status()));
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "", "a/../../b"}) {
    backup.models[0].name = name;
    EXPECT_TRUE(absl::IsDataLoss(DecodeBackup(EncodeBackup(backup)).status())) << name;
  }
  backup.models[0] = {.name = "a.model", .hash = "../../../../etc/passwd", .bytes = 1};
  EXPECT_TRUE(absl::IsDataLoss(DecodeBackup(EncodeBackup(backup)).status()));
}

// What was written first, byte for byte.
TEST(BackupRecord, GoldenIsReadAndWouldBeWrittenAgain) {
  const std::string path = std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/store-v1-backup.bin";
  Backup backup;
  backup.made_at = At(7);
  backup.mark = {.sequence = 12, .commits = 3};
  backup.made_by = "0.1.0";
  backup.models = {{.name = "rejected/a.model", .hash = HashText("x"), .bytes = 5}};
  if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr) WriteFile(path, EncodeBackup(backup));
  const std::string golden = ReadFile(path);
  EXPECT_EQ(EncodeBackup(backup), golden);
  EXPECT_TRUE(DecodeBackup(golden).ok());
}

}  // namespace
}  // namespace rapport
