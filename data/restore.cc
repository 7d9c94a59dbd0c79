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
#include <memory>
#include <system_error>
#include <utility>

#include "data/backup_directory.h"
#include "data/completeness.h"
#include "data/database.h"
#include "data/model_copies.h"
#include "data/resolved_path.h"
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
  if (!opened.ok()) return FromBackupFiles(opened, doing);
  return Engine(engine);
}

// Nobody opens the store, or restores to it, while this lives: its directory is made, if there is
// none, to hold the lock.
class StoreLock {
 public:
  static absl::StatusOr<std::unique_ptr<StoreLock>> Take(rocksdb::Env& env,
                                                         const std::string& path) {
    std::error_code failed;
    const bool made = fs::create_directories(path, failed);
    if (failed)
      return absl::PermissionDeniedError("make the directory " + path + ": " + failed.message());
    rocksdb::FileLock* lock = nullptr;
    if (const auto taken = env.LockFile(path + "/LOCK", &lock); !taken.ok()) {
      if (!IsLockHeld(taken)) return FromBackupFiles(taken, "restore to " + path);
      return absl::FailedPreconditionError("restore to " + path + ": " + taken.ToString() +
                                           "; stop the server, or the other restore, that has it "
                                           "open");
    }
    return std::unique_ptr<StoreLock>(new StoreLock(env, lock, made ? path : ""));
  }
  ~StoreLock() {
    std::error_code failed;
    if (!made_.empty()) {
      fs::remove(made_ + "/LOCK", failed);
      fs::remove(made_, failed);
    }
    env_.UnlockFile(lock_).PermitUncheckedError();
  }
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

  // The restored store is in the place now.
  void Done() { made_.clear(); }

 private:
  StoreLock(rocksdb::Env& env, rocksdb::FileLock* lock, std::string made)
      : env_(env), lock_(lock), made_(std::move(made)) {}
  rocksdb::Env& env_;
  rocksdb::FileLock* const lock_;
  std::string made_;  // to be removed again; empty: it was there
};

// Nothing, or what the lock is held by, or what RocksDB tells of a lock that it did not get.
bool HoldsNothing(const std::string& path) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(path, failed)) {
    const std::string name = entry.path().filename();
    if (name != "LOCK" && !name.starts_with("LOG")) return false;
  }
  return !failed;
}

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
    if (!fs::exists(place_, failed)) return MoveToPlace();
    std::string aside = place_ + suffix;
    for (int more = 2; fs::exists(aside, failed); ++more)
      aside = place_ + suffix + "-" + std::to_string(more);
    if (absl::Status moved = MoveTo(aside); !moved.ok()) return moved;
    if (renameat2(AT_FDCWD, aside.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) != 0) {
      const int error = errno;
      if (error != EINVAL || !HoldsNothing(place_)) return CannotExchange(error);
      fs::remove_all(place_, failed);  // a file system that cannot exchange; nothing to lose
      return MoveToPlace();
    }
    path_.clear();  // what was there is at `aside` now
    if (HoldsNothing(aside)) {
      fs::remove_all(aside, failed);
      return "";
    }
    aside_ = aside;
    return aside;
  }

  // After PutInPlace: the place is as it was.
  void TakeBack() {
    std::error_code failed;
    path_ = place_ + ".restoring";
    if (aside_.empty()) {
      fs::rename(place_, path_, failed);
    } else if (renameat2(AT_FDCWD, aside_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE) ==
               0) {
      fs::rename(aside_, path_, failed);
    }
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
  absl::StatusOr<std::string> MoveToPlace() {
    if (absl::Status moved = MoveTo(place_); !moved.ok()) return moved;
    path_.clear();
    return "";
  }
  absl::Status CannotExchange(int error) const {
    return absl::FailedPreconditionError(
        "put the backup in the place of " + place_ + ": " + std::strerror(error) +
        (error == EBUSY ? "; a volume is mounted there: restore to a directory below it, and let "
                          "the server's setting name that"
                        : "; move " + place_ + " away yourself and restore again"));
  }
  void Remove() {
    if (path_.empty()) return;
    std::error_code failed;
    fs::remove_all(path_, failed);
  }

  const std::string place_;
  std::string path_;   // where the copy is; empty: in its place
  std::string aside_;  // where is what was in the place; empty: nowhere
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
  return FromBackupFiles(status, "sync " + parent);
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
  const std::string store_path = ResolvedPath(options.store_path);
  const std::string models_path = ResolvedPath(options.models_path);
  if (IsIn(models_path, store_path) || IsIn(store_path, models_path)) {
    return absl::InvalidArgumentError("restore: the models' place, " + models_path +
                                      ", and the store's, " + store_path +
                                      ", must not lie in each other");
  }
  const auto lock = StoreLock::Take(*env, store_path);
  if (!lock.ok()) return lock.status();

  Staged store(store_path);
  Staged models(models_path);
  const auto copied = (*engine)->RestoreDBFromBackup(options.id, store.path(), store.path());
  if (!copied.ok()) {
    // It does not say which file is broken.
    const auto read =
        copied.IsCorruption() ? (*engine)->VerifyBackup(options.id, true) : rocksdb::IOStatus::OK();
    return FromBackupFiles(read.ok() ? rocksdb::Status(copied) : rocksdb::Status(read),
                           "restore backup " + std::to_string(options.id));
  }
  const ModelCopies copies(env->GetFileSystem(), ModelPart(options.backup_path));
  std::vector<ModelCopy> wanted = backup->models;
  if (options.without_models) wanted.clear();
  if (auto status = copies.Restore(wanted, models.path()); !status.ok()) {
    return absl::Status(status.code(),
                        std::string(status.message()) +
                            "; without models (--without-models) the store can be restored");
  }
  const auto sequence = CheckCopy(store.path(), backup->mark, env);
  if (!sequence.ok()) return sequence.status();

  Restored restored{.backup = *std::move(backup), .sequence = *sequence, .set_aside = {}};
  for (Staged* staged : {&models, &store}) {  // the store last: it decides
    const auto aside = staged->PutInPlace(SuffixAt(options.now));
    if (!aside.ok()) {
      if (staged == &store) models.TakeBack();
      return aside.status();
    }
    if (!aside->empty()) restored.set_aside.push_back(*aside);
  }
  (*lock)->Done();
  for (const std::string* place : {&models_path, &store_path}) {
    if (auto synced = SyncParent(env, *place); !synced.ok()) return synced;
  }
  return restored;
}

absl::StatusOr<BackupList> ListBackups(const std::string& backup_path) {
  rocksdb::Env* env = rocksdb::Env::Default();
  const auto engine = OpenEngine(backup_path, env);
  if (!engine.ok()) return engine.status();
  return ListBackupsOf(**engine, *env, backup_path);
}

}  // namespace rapport
