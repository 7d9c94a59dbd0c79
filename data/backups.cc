#include "data/backups.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "data/backup_directory.h"
#include "data/database.h"
#include "data/model_copies.h"
#include "data/watermark.h"

namespace rapport {
namespace {

// A process that is killed leaves half a backup, another that was killed before it half a removal.
constexpr size_t kMostUndescribed = 2;

}  // namespace

absl::StatusOr<std::unique_ptr<Backups>> Backups::Open(const BackupsOptions& options) {
  const std::string doing = "open backups at " + options.path;
  auto backups = std::unique_ptr<Backups>(new Backups(options));
  rocksdb::Env* env = backups->env_.get();
  if (auto made = env->CreateDirIfMissing(options.path); !made.ok())
    return FromBackupFiles(made, doing);
  if (auto locked = env->LockFile(options.path + "/LOCK", &backups->lock_); !locked.ok()) {
    if (!IsLockHeld(locked)) return FromBackupFiles(locked, doing);
    return absl::FailedPreconditionError(
        doing + ": " + locked.ToString() +
        "; does another server make its backups there? Each needs a directory of its own");
  }
  auto status = ClaimDirectory(*env, options.path, options.store_id);
  if (status.ok()) status = backups->CheckDescriptions();
  if (status.ok()) status = backups->Reload();
  if (!status.ok()) return status;
  backups->ClearHalfMade();
  return backups;
}

Backups::Backups(const BackupsOptions& options)
    : options_(options),
      env_(Watched(options.env != nullptr ? options.env : rocksdb::Env::Default(), watch_)) {}

Backups::~Backups() {
  engine_.reset();
  if (lock_ != nullptr) env_->UnlockFile(lock_).PermitUncheckedError();
}

absl::StatusOr<Backup> Backups::Create(const Database& database, const BackupSource& source) {
  const std::string doing = "back up " + database.path() + " to " + options_.path;
  if (auto space = CheckSpace(doing); !space.ok()) return space;
  watch_->bytes_read = 0;
  // Before anything is copied, so that it says the least of what the copy holds.
  const auto mark = Watermark::Read(database.files(), WatermarkPath(database.path()));
  if (!mark.ok()) return mark.status();
  Backup backup{.id = 0,
                .made_at = source.now,
                .mark = mark->value_or(Mark()),
                .made_by = source.made_by,
                .models = {},
                .bytes = 0};
  // Models first: a model knows of no purchase that the copy of the store, which is later, lacks.
  const ModelCopies copies(env_->GetFileSystem(), ModelPart(options_.path));
  auto models = copies.Add(source.models_path);
  if (watch_->stopped) return absl::CancelledError(doing + ": it was stopped");
  if (!models.ok()) return models.status();
  backup.models = *std::move(models);

  rocksdb::CreateBackupOptions how;
  how.flush_before_backup = true;  // a table is shared with later backups, a log is not
  rocksdb::BackupID id = 0;
  rocksdb::Status created;
  for (const bool again : {false, true}) {
    // One that fails makes RocksDB collect its garbage, which would be what damaged backups share.
    watch_->keeps_files = AnyDamaged();
    created = engine_->CreateNewBackupWithMetadata(how, &database.db(), EncodeBackup(backup), &id);
    watch_->keeps_files = false;
    if (created.ok()) break;
    const bool broken = created.IsCorruption() && SetAsideBroken(*env_, options_.path, created);
    ClearHalfMade();
    // A copy of a table that it would have shared is broken: without it the table is copied anew.
    if (again || !broken || !Reload().ok()) break;
  }
  if (watch_->stopped && !created.ok()) return absl::CancelledError(doing + ": it was stopped");
  if (!created.ok()) return FromBackupFiles(created, doing);
  if (AnyDamaged()) Reload().IgnoreError();  // which may be whole now; else at the next start
  rocksdb::BackupInfo info;
  if (auto got = engine_->GetBackupInfo(id, &info); !got.ok()) return FromBackupFiles(got, doing);
  return Described(info);
}

BackupList Backups::List() const { return ListBackupsOf(*engine_, *env_, options_.path); }

bool Backups::IsInPlace() const { return IsClaimedBy(*env_, options_.path, options_.store_id); }

// For RocksDB, which knows of no models.
bool Backups::AnyDamaged() const {
  std::vector<rocksdb::BackupID> damaged;
  engine_->GetCorruptedBackups(&damaged);
  return !damaged.empty();
}

absl::Status Backups::Verify(uint32_t id) {
  const auto backup = FindBackup(*engine_, options_.path, id);
  if (!backup.ok()) return backup.status();
  const std::string what = "backup " + std::to_string(id) + " of " + options_.path;
  watch_->bytes_read = 0;
  const auto read = engine_->VerifyBackup(id, true);
  if (watch_->stopped) return absl::CancelledError("verify a backup: it was stopped");
  if (!read.ok()) return WithBrokenSetAside(read, what);
  const ModelCopies copies(env_->GetFileSystem(), ModelPart(options_.path));
  for (const ModelCopy& copy : backup->models) {
    absl::Status same = copies.Verify(copy);
    if (watch_->stopped) return absl::CancelledError("verify a backup: it was stopped");
    if (same.ok()) continue;
    if (!absl::IsDataLoss(same)) return same;
    SetAside(*env_, options_.path, copies.PathOf(copy)).IgnoreError();  // it may be gone
    return same;
  }
  return absl::OkStatus();
}

absl::Status Backups::RemoveOld(size_t keep, size_t keep_days) {
  const std::string doing = "remove old backups of " + options_.path;
  const BackupList list = List();
  std::vector<uint32_t> expired;
  std::set<std::chrono::sys_days> days;
  uint32_t oldest_kept = 0;
  for (size_t index = 0; index < list.whole.size(); ++index) {
    const Backup& backup = list.whole[index];
    const auto day = std::chrono::floor<std::chrono::days>(backup.made_at);
    const bool newest_of_day = days.size() < keep_days && days.insert(day).second;
    if (index < keep || newest_of_day) {
      oldest_kept = backup.id;
    } else {
      expired.push_back(backup.id);
    }
  }
  const bool all_kept = list.whole.size() >= keep && days.size() >= keep_days;
  for (const uint32_t id : list.damaged) {
    if (!all_kept || id > oldest_kept) return absl::OkStatus();
    expired.push_back(id);
  }
  std::ranges::sort(expired);
  for (const uint32_t id : expired) {
    if (auto gone = engine_->DeleteBackup(id); !gone.ok()) return FromBackupFiles(gone, doing);
  }
  std::vector<ModelCopy> needed;
  const BackupList left = List();
  for (const Backup& backup : left.whole)
    needed.insert(needed.end(), backup.models.begin(), backup.models.end());
  return ModelCopies(env_->GetFileSystem(), ModelPart(options_.path)).KeepOnly(needed);
}

absl::Status Backups::CheckSpace(const std::string& doing) const {
  const auto free = FreeSpace(*env_->GetFileSystem(), options_.path);
  if (!free.ok())
    return absl::UnavailableError(doing + ": " + std::string(free.status().message()));
  if (*free >= options_.free_space_floor_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(doing + ": " + std::to_string(*free >> 20) +
                                      " MiB are free and none is made below " +
                                      std::to_string(options_.free_space_floor_bytes >> 20) +
                                      " MiB; enlarge the disk, or keep fewer");
}

absl::Status Backups::CheckDescriptions() const {
  const auto undescribed = Undescribed(*env_, options_.path);
  if (!undescribed.ok()) return undescribed.status();
  if (undescribed->size() <= kMostUndescribed) return absl::OkStatus();
  std::string ids;
  for (const uint32_t id : *undescribed) ids += (ids.empty() ? "" : ", ") + std::to_string(id);
  return absl::FailedPreconditionError(
      "open backups at " + options_.path + ": there are files of backups " + ids +
      " without their descriptions in " + StorePart(options_.path) +
      "/meta; put those back (is the disk mounted whole?), or name another directory");
}

// Reads anew what there is.
absl::Status Backups::Reload() {
  rocksdb::BackupEngineOptions options(StorePart(options_.path), env_.get());
  options.backup_rate_limit = options_.bytes_per_second;
  rocksdb::BackupEngine* engine = nullptr;
  const auto opened = rocksdb::BackupEngine::Open(options, env_.get(), &engine);
  if (!opened.ok()) return FromBackupFiles(opened, "open backups at " + options_.path);
  engine_.reset(engine);
  return absl::OkStatus();
}

// What is not done now is at the next start. RocksDB's collection also removes what damaged backups
// share, and begins by itself where it finds files of the backup that it is about to make.
void Backups::ClearHalfMade() {
  if (!AnyDamaged()) {
    engine_->GarbageCollect().PermitUncheckedError();
    return;
  }
  const BackupList list = List();
  uint32_t newest = list.whole.empty() ? 0 : list.whole.front().id;
  if (!list.damaged.empty()) newest = std::max(newest, list.damaged.back());
  const auto undescribed = Undescribed(*env_, options_.path);
  for (const uint32_t id : undescribed.value_or(std::vector<uint32_t>())) {
    if (id <= newest) continue;
    const std::string files = StorePart(options_.path) + "/private/" + std::to_string(id);
    std::vector<std::string> names;
    env_->GetChildren(files, &names).PermitUncheckedError();
    for (const std::string& name : names)
      env_->DeleteFile(files + "/" + name).PermitUncheckedError();
    env_->DeleteDir(files).PermitUncheckedError();
  }
}

absl::Status Backups::WithBrokenSetAside(const rocksdb::Status& status, const std::string& what) {
  // A disk that does not answer now may do so later.
  if (!status.IsCorruption() && !status.IsNotFound())
    return FromBackupFiles(status, "read " + what);
  const std::string cannot = what + " cannot be restored: " + status.ToString();
  const std::string advice = "; make another, and find out about the disk";
  if (!status.IsCorruption() || !SetAsideBroken(*env_, options_.path, status))
    return absl::DataLossError(cannot + advice);
  Reload().IgnoreError();  // then the next start does
  return absl::DataLossError(cannot + "; that file is in broken/ now" + advice +
                             ": what the store still has is copied anew");
}

}  // namespace rapport
