#include "data/restore.h"

#include <fcntl.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/backup_engine.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "data/backup_directory.h"
#include "data/completeness.h"
#include "data/database.h"
#include "data/model_copies.h"
#include "data/watched_files.h"
#include "data/watermark.h"

namespace rapport {
namespace {

namespace fs = std::filesystem;

using Engine = std::unique_ptr<rocksdb::BackupEngineReadOnly>;

absl::StatusOr<Engine> OpenEngine(const std::string& path, rocksdb::Env* env) {
  const std::string doing = "read backups at " + path;
  if (!env->FileExists(StorePart(path)).ok())
    return absl::NotFoundError(doing + ": there are none; is this the server's backup.path?");
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const auto opened = rocksdb::BackupEngineReadOnly::Open(
      rocksdb::BackupEngineOptions(StorePart(path), env), env, &engine);
  if (!opened.ok()) return FromRocks(opened, doing);
  return Engine(engine);
}

// Nobody opens the store while this lives.
class StoreLock {
 public:
  StoreLock(rocksdb::Env* env, const std::string& path) : env_(env), path_(path) {}
  ~StoreLock() {
    if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
  }
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

  // Once there is a store; until then there is nothing to hold.
  absl::Status Take() {
    if (lock_ != nullptr || !env_->FileExists(path_).ok()) return absl::OkStatus();
    const auto taken = env_->LockFile(path_ + "/LOCK", &lock_);
    if (taken.ok()) return absl::OkStatus();
    return absl::FailedPreconditionError("restore to " + path_ + ": " + taken.ToString() +
                                         "; stop the server that has it open");
  }

 private:
  rocksdb::Env* env_;
  const std::string& path_;
  rocksdb::FileLock* lock_ = nullptr;
};

// A directory that is made beside its place, and gone again unless it was put there.
class Staged {
 public:
  explicit Staged(std::string place) : place_(std::move(place)), path_(place_ + ".restoring") {
    Remove();
  }
  ~Staged() { Remove(); }
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;

  const std::string& path() const { return path_; }

  // At no time is there nothing in the place, if there was something; nor does what was there ever
  // have a name that the next restore clears away. Returns where it is now; empty: there was
  // nothing.
  absl::StatusOr<std::string> PutInPlace(const std::string& suffix) {
    std::error_code failed;
    if (fs::is_empty(place_, failed) && !failed) fs::remove(place_, failed);
    if (!fs::exists(place_, failed)) {
      if (absl::Status moved = MoveTo(place_); !moved.ok()) return moved;
      path_.clear();
      return "";
    }
    const std::string aside = place_ + suffix;
    if (absl::Status moved = MoveTo(aside); !moved.ok()) return moved;
    if (renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) != 0) {
      return absl::FailedPreconditionError("put the backup in the place of " + place_ + ": " +
                                           std::strerror(errno) + "; move " + place_ +
                                           " away yourself and restore again");
    }
    path_.clear();  // what was there is at `aside` now
    return aside;
  }

 private:
  absl::Status MoveTo(const std::string& path) {
    std::error_code failed;
    fs::rename(path_, path, failed);
    if (failed)
      return absl::UnavailableError("move " + path_ + " to " + path + ": " + failed.message());
    path_ = path;
    return absl::OkStatus();
  }
  void Remove() {
    if (path_.empty()) return;
    std::error_code failed;
    fs::remove_all(path_, failed);
  }

  const std::string place_;
  std::string path_;  // where the copy is; empty: in its place
};

// ".before-restore-20261127T101500Z"
std::string SuffixAt(TimePoint now) {
  const std::time_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::string text(40, '\0');
  text.resize(std::strftime(text.data(), text.size(), ".before-restore-%Y%m%dT%H%M%SZ", &utc));
  return text;
}

// Opens what was copied, with the mark that was taken before the backup: is all of it there?
absl::StatusOr<uint64_t> CheckCopy(const std::string& path, const Mark& mark, rocksdb::Env* env) {
  StoreOptions options;
  options.path = path;
  options.env = env;
  {
    const auto watermark = Watermark::Open(env->GetFileSystem(), WatermarkPath(path), mark);
    if (!watermark.ok()) return watermark.status();
  }
  const auto database = Database::Open(options);
  if (!database.ok()) return database.status();
  const auto complete = CheckComplete(**database);
  if (!complete.ok()) return complete.status();
  return complete->state.sequence;
}

absl::Status SyncParent(rocksdb::Env* env, const std::string& path) {
  std::unique_ptr<rocksdb::Directory> directory;
  const std::string parent = fs::path(path).parent_path().string();
  auto status = env->NewDirectory(parent.empty() ? "." : parent, &directory);
  if (status.ok()) status = directory->Fsync();
  return FromRocks(status, "sync " + parent);
}

}  // namespace

absl::StatusOr<Restored> RestoreBackup(const RestoreOptions& options) {
  const auto watched =
      Watched(options.env != nullptr ? options.env : rocksdb::Env::Default(),
              options.watch != nullptr ? options.watch : std::make_shared<FileWatch>());
  rocksdb::Env* env = watched.get();
  const auto engine = OpenEngine(options.backup_path, env);
  if (!engine.ok()) return engine.status();
  auto backup = FindBackup(**engine, options.backup_path, options.id);
  if (!backup.ok()) return backup.status();
  StoreLock lock(env, options.store_path);
  if (auto taken = lock.Take(); !taken.ok()) return taken;

  std::error_code failed;
  fs::create_directories(fs::path(options.store_path).parent_path(), failed);
  if (failed)
    return absl::PermissionDeniedError("make the directory of " + options.store_path + ": " +
                                       failed.message());
  Staged store(options.store_path);
  Staged models(options.models_path);
  const auto copied = (*engine)->RestoreDBFromBackup(options.id, store.path(), store.path());
  if (!copied.ok()) return FromRocks(copied, "restore backup " + std::to_string(options.id));
  const ModelCopies copies(env->GetFileSystem(), ModelPart(options.backup_path));
  if (auto status = copies.Restore(backup->models, models.path()); !status.ok()) return status;
  const auto sequence = CheckCopy(store.path(), backup->mark, env);
  if (!sequence.ok()) return sequence.status();
  if (auto taken = lock.Take(); !taken.ok()) return taken;  // of a server that began meanwhile

  Restored restored{.backup = *std::move(backup), .sequence = *sequence, .set_aside = {}};
  for (Staged* staged : {&models, &store}) {  // the store last: it decides
    auto aside = staged->PutInPlace(SuffixAt(options.now));
    if (!aside.ok()) return aside.status();
    if (!aside->empty()) restored.set_aside.push_back(*std::move(aside));
  }
  for (const std::string* place : {&options.models_path, &options.store_path}) {
    if (auto synced = SyncParent(env, *place); !synced.ok()) return synced;
  }
  return restored;
}

absl::StatusOr<std::vector<Backup>> ListBackups(const std::string& backup_path) {
  const auto engine = OpenEngine(backup_path, rocksdb::Env::Default());
  if (!engine.ok()) return engine.status();
  return GoodBackups(**engine);
}

}  // namespace rapport
