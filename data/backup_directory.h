// How a directory of backups is laid out and read, for who makes them and for who restores one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/backup.h"

namespace rocksdb {
class BackupEngineReadOnlyBase;
struct BackupInfo;
}  // namespace rocksdb

namespace rapport {

inline std::string StorePart(const std::string& path) { return path + "/store"; }
inline std::string ModelPart(const std::string& path) { return path + "/models"; }

// DATA_LOSS: another program made it.
absl::StatusOr<Backup> Described(const rocksdb::BackupInfo& info);

// Those that can be restored, newest first.
std::vector<Backup> GoodBackups(const rocksdb::BackupEngineReadOnlyBase& engine);

// One by its id; NOT_FOUND names those that there are.
absl::StatusOr<Backup> FindBackup(const rocksdb::BackupEngineReadOnlyBase& engine,
                                  const std::string& path, uint32_t id);

}  // namespace rapport
