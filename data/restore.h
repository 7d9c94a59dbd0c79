// Restore: puts a backup in the place of a store, offline. What was there is set aside, never
// written over.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/backup.h"

namespace rocksdb {
class Env;
}

namespace rapport {

struct FileWatch;

struct RestoreOptions {
  std::string backup_path;
  uint32_t id = 0;                   // which; there is no default
  std::string store_path;            // StoreOptions::path of the server that will open it
  std::string models_path;           // likewise its directory of model files
  TimePoint now;                     // names what is set aside
  bool without_models = false;       // the place of models is left empty: the server learns anew
  std::shared_ptr<FileWatch> watch;  // none: nobody asks how far it is; reads Backup::bytes
  rocksdb::Env* env = nullptr;       // none: the default
};

struct Restored {
  Backup backup;
  uint64_t sequence = 0;               // events that the restored store holds
  std::vector<std::string> set_aside;  // directories that were there before
};

// Copies the backup beside its place, checks every byte of it and, by opening it, that no
// acknowledged event is missing; then puts it in its place by an atomic exchange of directories,
// the models' first, the store's, which decides, last. Whatever goes wrong before, both places are
// as they were; a process that is killed between the two leaves the old store beside the backup's
// models, and is to be repeated. NOT_FOUND: no such backup (the message names
// those that there are); INVALID_ARGUMENT: one place is in the other; FAILED_PRECONDITION: the
// store is open in another process, or the file system cannot exchange directories; DATA_LOSS: the
// backup is damaged; RESOURCE_EXHAUSTED: no space; UNAVAILABLE: disk.
absl::StatusOr<Restored> RestoreBackup(const RestoreOptions& options);

// What lies there. For a directory that no server uses, or one does.
absl::StatusOr<BackupList> ListBackups(const std::string& backup_path);

}  // namespace rapport
