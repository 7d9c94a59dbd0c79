// How a directory of backups is laid out and read, for who makes them and for who restores one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/backup.h"

namespace rocksdb {
class BackupEngineReadOnlyBase;
class Env;
class Status;
struct BackupInfo;
}  // namespace rocksdb

namespace rapport {

inline std::string StorePart(const std::string& path) { return path + "/store"; }
inline std::string ModelPart(const std::string& path) { return path + "/models"; }

// As FromRocks, for files of backups: NOT_FOUND what is not there, DATA_LOSS what is broken.
absl::Status FromBackupFiles(const rocksdb::Status& status, std::string_view doing);

// Takes an empty directory, durably, for the backups of one store; later it is that store's only.
// FAILED_PRECONDITION: it is another store's, or there are files in it that are none of backups.
absl::Status ClaimDirectory(rocksdb::Env& env, const std::string& path,
                            const std::string& store_id);

// Numbers of backups that have files and no description: what a process left half-made or
// half-removed when it was killed.
absl::StatusOr<std::vector<uint32_t>> Undescribed(rocksdb::Env& env, const std::string& path);

// Whether the directory is that store's.
bool IsClaimedBy(rocksdb::Env& env, const std::string& path, const std::string& store_id);

// Moves each file of `path` that `status` names to its folder of broken files. Whether there was
// one.
bool SetAsideBroken(rocksdb::Env& env, const std::string& path, const rocksdb::Status& status);
// That one.
absl::Status SetAside(rocksdb::Env& env, const std::string& path, const std::string& file);

// DATA_LOSS: another program made it.
absl::StatusOr<Backup> Described(const rocksdb::BackupInfo& info);

// All that lies in a directory.
BackupList ListBackupsOf(const rocksdb::BackupEngineReadOnlyBase& engine, rocksdb::Env& env,
                         const std::string& path);

// One by its id; NOT_FOUND names those that there are; DATA_LOSS: files of it are missing.
absl::StatusOr<Backup> FindBackup(const rocksdb::BackupEngineReadOnlyBase& engine,
                                  const std::string& path, uint32_t id);

}  // namespace rapport
