// Backups: copies of a store and of its model files, made while it serves, in a directory of their
// own:
//   store/   RocksDB's BackupEngine: a table file is held once, in however many backups it is
//   models/  model files and their notes, each held once, named by the hash of what it holds
//   broken/  files that were found to hold something else than what was copied
//   STORE    whose backups these are
//   LOCK     held by the one process that makes backups here
// A backup is there whole or not at all: RocksDB writes its description last, and our own, which
// names the model files, is part of that. While any is damaged nothing is removed, since what is
// missing may come back (a disk that was not mounted whole), and what the next backup copies anew
// mends earlier ones too. Byte table in data/README.md. One thread at a time, but
// where it says "any".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/backup.h"
#include "data/watched_files.h"

namespace rocksdb {
class BackupEngine;
class Env;
class FileLock;
class Status;
}  // namespace rocksdb

namespace rapport {

class Database;

struct BackupsOptions {
  std::string path;               // made if it does not exist; its parent must
  std::string store_id;           // whose: Store::Id
  rocksdb::Env* env = nullptr;    // none: the default; tests pass others. Must outlive Backups
  uint64_t bytes_per_second = 0;  // copied, at most; 0: as fast as the disks are
  uint64_t free_space_floor_bytes = 0;  // below it, none is made
};

// What a backup is made of, beside the store.
struct BackupSource {
  std::string models_path;  // all files below it, but half-written ones
  TimePoint now;
  std::string made_by;  // the version of Rapport
};

class Backups {
 public:
  // FAILED_PRECONDITION: another process makes backups here, they are another store's, the
  // directory holds something else, or lost the descriptions of more than a process that was
  // killed leaves without; PERMISSION_DENIED; UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<Backups>> Open(const BackupsOptions& options);
  ~Backups();
  Backups(const Backups&) = delete;
  Backups& operator=(const Backups&) = delete;

  // Copies what is new since the backup before; on disk when it returns. It holds every event that
  // was acknowledged before the call. RESOURCE_EXHAUSTED: no space; CANCELLED: by Stop;
  // UNAVAILABLE: disk. Then the earlier ones are as they were. Ask by Store::BackUp.
  absl::StatusOr<Backup> Create(const Database& database, const BackupSource& source);

  // By descriptions, names and sizes. Not all damage shows: that takes Verify.
  BackupList List() const;
  // Whether the directory is still the one that was opened.
  bool IsInPlace() const;

  // Reads every byte of it. NOT_FOUND; DATA_LOSS: what differs from what was copied, which is then
  // set aside, so that the next Create copies it anew if the store still has it; UNAVAILABLE: it
  // cannot be read now; CANCELLED.
  absl::Status Verify(uint32_t id);

  // Removes all but the newest `keep` >= 1 and the newest of each of the last `keep_days` days
  // (UTC) that have any, with what only they held. Nothing while there is a damaged one that might
  // be kept, were it whole.
  absl::Status RemoveOld(size_t keep, size_t keep_days);

  // Ends a running Create or Verify soon, and every later one at once. Any thread.
  void Stop() { watch_->stopped = true; }
  // What the Create or Verify that runs has read by now, or the latest one read. Any thread.
  uint64_t bytes_read() const { return watch_->bytes_read; }

 private:
  explicit Backups(const BackupsOptions& options);
  absl::Status CheckSpace(const std::string& doing) const;
  absl::Status CheckDescriptions() const;
  bool AnyDamaged() const;
  absl::Status Reload();
  void ClearHalfMade();
  absl::Status WithBrokenSetAside(const rocksdb::Status& status, const std::string& what);

  const BackupsOptions options_;
  const std::shared_ptr<FileWatch> watch_ = std::make_shared<FileWatch>();
  const std::unique_ptr<rocksdb::Env> env_;
  rocksdb::FileLock* lock_ = nullptr;
  std::unique_ptr<rocksdb::BackupEngine> engine_;
};

}  // namespace rapport
