// Database: RocksDB as Rapport sets it up: column families, options, and what opening may meet. It
// knows files and column families; what the values mean is the codec's. Any thread may read; the
// group-commit thread writes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/store.h"

namespace rocksdb {
class Cache;
class ColumnFamilyHandle;
class DB;
class FileSystem;
class Statistics;
class Status;
}  // namespace rocksdb

namespace rapport {

// DATA_LOSS: damaged or missing bytes; RESOURCE_EXHAUSTED: no space; PERMISSION_DENIED; else
// UNAVAILABLE. `doing` begins the message: "open store at PATH".
absl::Status FromRocks(const rocksdb::Status& status, std::string_view doing);

// Whether locking a file failed because somebody, this process or another, holds it.
bool IsLockHeld(const rocksdb::Status& status);

// Bytes that may still be written to the disk of `path`; UINT64_MAX: its file system does not say.
absl::StatusOr<uint64_t> FreeSpace(rocksdb::FileSystem& files, const std::string& path);

class Database {
 public:
  // Codes as Store::Open. Refuses, untouched, a directory that has lost its CURRENT file.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const StoreOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* meta() const { return families_[0]; }
  rocksdb::ColumnFamilyHandle* purchases() const { return families_[1]; }
  rocksdb::ColumnFamilyHandle* items() const { return families_[2]; }
  rocksdb::ColumnFamilyHandle* customers() const { return families_[3]; }
  rocksdb::ColumnFamilyHandle* rules() const { return families_[4]; }
  rocksdb::ColumnFamilyHandle* firsts() const { return families_[5]; }
  rocksdb::ColumnFamilyHandle* moments() const { return families_[6]; }
  rocksdb::ColumnFamilyHandle* claims() const { return families_[7]; }
  rocksdb::ColumnFamilyHandle* merged() const { return families_[8]; }
  const std::shared_ptr<rocksdb::FileSystem>& files() const { return files_; }
  const std::string& path() const { return path_; }

  // How many records `purchases` holds, exactly: each key is written once and never deleted.
  absl::StatusOr<uint64_t> CountEvents() const;
  // Likewise of `merged`, by reading it.
  absl::StatusOr<uint64_t> CountMerged() const;

  // Of its disk, or what StoreOptions::free_bytes says.
  absl::StatusOr<uint64_t> FreeBytes() const;

  // All but `sequence` and the cache of customers.
  StoreSizes Sizes() const;

 private:
  Database() = default;

  std::string path_;
  std::function<uint64_t()> free_bytes_;
  uint64_t free_space_floor_bytes_ = 0;
  std::shared_ptr<rocksdb::FileSystem> files_;
  std::shared_ptr<rocksdb::Cache> cache_;
  std::shared_ptr<rocksdb::Statistics> statistics_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;  // db_'s, released before it
};

}  // namespace rapport
