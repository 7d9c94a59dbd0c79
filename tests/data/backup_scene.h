// A shop with its backups, all in one directory of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/iterator.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/backups.h"
#include "data/database.h"
#include "data/hash_text.h"
#include "data/restore.h"
#include "data/store.h"
#include "tests/data/support.h"

namespace rapport::testing {

inline std::string Message(const absl::Status& status) { return std::string(status.message()); }

// Of every key and value of every column family.
inline std::string DigestOf(const std::string& path) {
  const auto database = Database::Open(OptionsFor(path));
  EXPECT_TRUE(database.ok()) << database.status();
  if (!database.ok()) return "";
  const Database& open = **database;
  std::string digests;
  for (auto* family : {open.meta(), open.purchases(), open.items(), open.customers(), open.rules(),
                       open.firsts(), open.moments(), open.claims(), open.merged()}) {
    std::string all;
    const std::unique_ptr<rocksdb::Iterator> it(
        open.db().NewIterator(rocksdb::ReadOptions(), family));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      for (const rocksdb::Slice& part : {it->key(), it->value()})
        all += std::to_string(part.size()) + ":" + part.ToString();
    }
    EXPECT_TRUE(it->status().ok());
    digests += HashText(all) + " ";
  }
  return digests;
}

class BackupTest : public ::testing::Test {
 protected:
  std::string StorePath() const { return dir_ / "db"; }
  std::string ModelsPath() const { return dir_ / "models"; }
  std::string BackupPath() const { return dir_ / "backups"; }

  void OpenShop() {
    store_ = OpenStore(StorePath());
    OpenBackups();
  }
  void OpenBackups(const BackupsOptions& options = {}) {
    backups_.reset();
    BackupsOptions here = options;
    here.path = BackupPath();
    if (store_ != nullptr) store_id_ = store_->Id();
    here.store_id = store_id_;
    auto backups = Backups::Open(here);
    ASSERT_TRUE(backups.ok()) << backups.status();
    backups_ = *std::move(backups);
  }
  void CloseShop() {
    backups_.reset();
    store_.reset();
  }

  void Fill(int from, int count) {
    std::vector<Event> events;
    for (int number = from; number < from + count; ++number)
      events.emplace_back(Bought(Id("c", number % 7), Id("e", number), Id("i", number % 13)));
    MustAppend(*store_, std::move(events));
  }
  void WriteModel(const std::string& name, const std::string& bytes) {
    std::filesystem::create_directories(
        std::filesystem::path(ModelsPath() + "/" + name).parent_path());
    WriteFile(ModelsPath() + "/" + name, bytes);
  }

  absl::StatusOr<Backup> TryBackup(TimePoint now = At(5'000)) {
    return store_->BackUp(*backups_, {.models_path = ModelsPath(), .now = now, .made_by = "0.1.0"});
  }
  Backup MustBackUp(TimePoint now = At(5'000)) {
    auto backup = TryBackup(now);
    EXPECT_TRUE(backup.ok()) << backup.status();
    return backup.value_or(Backup());
  }
  absl::StatusOr<Restored> Restore(uint32_t id, rocksdb::Env* env = nullptr) {
    return RestoreBackup({.backup_path = BackupPath(),
                          .id = id,
                          .store_path = StorePath(),
                          .models_path = ModelsPath(),
                          .now = At(6'000),
                          .watch = nullptr,
                          .env = env});
  }

  std::vector<Backup> Whole() const { return backups_->List().whole; }
  std::vector<uint32_t> Damaged() const { return backups_->List().damaged; }

  const TempDir dir_;
  std::string store_id_;  // of the store that was opened last
  std::unique_ptr<Store> store_;
  std::unique_ptr<Backups> backups_;
};

}  // namespace rapport::testing
