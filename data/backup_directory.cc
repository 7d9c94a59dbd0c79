#include "data/backup_directory.h"

#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <functional>

namespace rapport {
namespace {

constexpr size_t kMostNamed = 5;

std::string Numbered(const std::string& path, uint32_t id) {
  return "backup " + std::to_string(id) + " of " + path;
}

}  // namespace

absl::StatusOr<Backup> Described(const rocksdb::BackupInfo& info) {
  auto backup = DecodeBackup(info.app_metadata);
  if (!backup.ok()) return backup.status();
  backup->id = info.backup_id;
  backup->bytes = info.size;
  for (const ModelCopy& copy : backup->models) backup->bytes += copy.bytes;
  return backup;
}

std::vector<Backup> GoodBackups(const rocksdb::BackupEngineReadOnlyBase& engine) {
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::vector<Backup> backups;
  for (const rocksdb::BackupInfo& info : infos) {
    if (auto backup = Described(info); backup.ok()) backups.push_back(*std::move(backup));
  }
  std::ranges::sort(backups, std::greater(), &Backup::id);
  return backups;
}

absl::StatusOr<Backup> FindBackup(const rocksdb::BackupEngineReadOnlyBase& engine,
                                  const std::string& path, uint32_t id) {
  rocksdb::BackupInfo info;
  if (engine.GetBackupInfo(id, &info).ok()) {
    auto backup = Described(info);
    if (backup.ok()) return backup;
    return absl::DataLossError(Numbered(path, id) + ": " + std::string(backup.status().message()));
  }
  const auto backups = GoodBackups(engine);
  std::string there = backups.empty() ? "none is there" : "there are";
  for (size_t index = 0; index < std::min(backups.size(), kMostNamed); ++index)
    there += (index == 0 ? " " : ", ") + std::to_string(backups[index].id);
  if (backups.size() > kMostNamed) there += " and older ones";
  return absl::NotFoundError(Numbered(path, id) + " does not exist; " + there);
}

}  // namespace rapport
