#include "data/backups.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <utility>

#include "data/backup_directory.h"
#include "data/database.h"
#include "data/model_copies.h"
#include "data/watermark.h"

namespace rapport {
absl::StatusOr<std::unique_ptr<Backups>> Backups::Open(const BackupsOptions& options) {
  const std::string doing = "open backups at " + options.path;
  auto backups = std::unique_ptr<Backups>(new Backups(options));
  rocksdb::Env* env = backups->env_.get();
  if (auto made = env->CreateDirIfMissing(options.path); !made.ok()) return FromRocks(made, doing);
  if (auto locked = env->LockFile(options.path + "/LOCK", &backups->lock_); !locked.ok()) {
    if (!locked.IsIOError()) return FromRocks(locked, doing);
    return absl::FailedPreconditionError(
        doing + ": " + locked.ToString() +
        "; does another server make its backups there? Each needs a directory of its own");
  }
  rocksdb::BackupEngineOptions engine_options(StorePart(options.path), env);
  engine_options.backup_rate_limit = options.bytes_per_second;
  rocksdb::BackupEngine* engine = nullptr;
  const auto opened = rocksdb::BackupEngine::Open(engine_options, env, &engine);
  if (!opened.ok()) return FromRocks(opened, doing);
  backups->engine_.reset(engine);
  // What a process that was killed left half-copied.
  if (auto collected = engine->GarbageCollect(); !collected.ok())
    return FromRocks(collected, doing);
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
  if (!models.ok()) return models.status();
  backup.models = *std::move(models);

  rocksdb::CreateBackupOptions how;
  how.flush_before_backup = true;  // a table is shared with later backups, a log is not
  rocksdb::BackupID id = 0;
  const auto created =
      engine_->CreateNewBackupWithMetadata(how, &database.db(), EncodeBackup(backup), &id);
  if (!created.ok()) {
    engine_->GarbageCollect().PermitUncheckedError();  // else at the next start
    if (watch_->stopped) return absl::CancelledError(doing + ": it was stopped");
    return FromRocks(created, doing);
  }
  rocksdb::BackupInfo info;
  if (auto got = engine_->GetBackupInfo(id, &info); !got.ok()) return FromRocks(got, doing);
  return Described(info);
}

std::vector<Backup> Backups::List() const { return GoodBackups(*engine_); }

std::vector<uint32_t> Backups::Damaged() const {
  std::vector<rocksdb::BackupID> damaged;
  engine_->GetCorruptedBackups(&damaged);
  return damaged;
}

absl::Status Backups::Verify(uint32_t id) const {
  const auto backup = FindBackup(*engine_, options_.path, id);
  if (!backup.ok()) return backup.status();
  watch_->bytes_read = 0;
  const auto read = engine_->VerifyBackup(id, true);
  if (watch_->stopped) return absl::CancelledError("verify a backup: it was stopped");
  if (!read.ok()) {
    return absl::DataLossError("backup " + std::to_string(id) + " of " + options_.path +
                               " cannot be restored: " + read.ToString() +
                               "; make another, and find out about the disk");
  }
  return ModelCopies(env_->GetFileSystem(), ModelPart(options_.path)).Verify(backup->models);
}

absl::Status Backups::RemoveOld(size_t keep) {
  const std::string doing = "remove old backups of " + options_.path;
  const auto purged = engine_->PurgeOldBackups(static_cast<uint32_t>(std::max<size_t>(keep, 1)));
  if (!purged.ok()) return FromRocks(purged, doing);
  std::vector<ModelCopy> needed;
  for (const Backup& backup : List())
    needed.insert(needed.end(), backup.models.begin(), backup.models.end());
  return ModelCopies(env_->GetFileSystem(), ModelPart(options_.path)).KeepOnly(needed);
}

absl::Status Backups::CheckSpace(const std::string& doing) const {
  const auto free = FreeSpace(*env_->GetFileSystem(), options_.path);
  if (!free.ok()) return free.status();
  if (*free >= options_.free_space_floor_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(doing + ": " + std::to_string(*free >> 20) +
                                      " MiB are free and none is made below " +
                                      std::to_string(options_.free_space_floor_bytes >> 20) +
                                      " MiB; enlarge the disk, or keep fewer");
}

}  // namespace rapport
