#include "data/backup_directory.h"

#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <system_error>

#include "data/database.h"

namespace rapport {
namespace {

constexpr size_t kMostNamed = 5;
// What else may lie in it: our own, and that of a volume's root.
constexpr std::array<std::string_view, 3> kNotForeign = {"LOCK", "STORE.tmp", "lost+found"};

std::string Numbered(const std::string& path, uint32_t id) {
  return "backup " + std::to_string(id) + " of " + path;
}

bool IsGone(const rocksdb::Status& status) {
  return status.IsNotFound() || status.IsPathNotFound();
}

// Empty: there is no such directory.
absl::StatusOr<std::vector<std::string>> Names(rocksdb::Env& env, const std::string& path) {
  std::vector<std::string> names;
  const auto listed = env.GetChildren(path, &names);
  if (IsGone(listed)) return std::vector<std::string>();
  if (!listed.ok()) return FromBackupFiles(listed, "list " + path);
  std::ranges::sort(names);
  return names;
}

// Of those that are numbers.
absl::StatusOr<std::set<uint32_t>> Numbers(rocksdb::Env& env, const std::string& path) {
  const auto names = Names(env, path);
  if (!names.ok()) return names.status();
  std::set<uint32_t> numbers;
  for (const std::string& name : *names) {
    uint32_t number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failed == std::errc() && end == name.data() + name.size()) numbers.insert(number);
  }
  return numbers;
}

}  // namespace

absl::Status FromBackupFiles(const rocksdb::Status& status, std::string_view doing) {
  const std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (IsGone(status)) return absl::NotFoundError(message);
  return FromRocks(status, doing);
}

absl::Status ClaimDirectory(rocksdb::Env& env, const std::string& path,
                            const std::string& store_id) {
  const std::string doing = "make backups at " + path;
  const std::string owner_path = path + "/STORE";
  const std::string owner = store_id + "\n";
  std::string found;
  const auto read = rocksdb::ReadFileToString(&env, owner_path, &found);
  if (read.ok() && found == owner) return absl::OkStatus();
  if (read.ok()) {
    return absl::FailedPreconditionError(
        doing +
        ": there are those of another store; if its data were lost, restore one of them "
        "(`rapport restore`); else name another directory for these");
  }
  if (!IsGone(read)) return FromBackupFiles(read, doing);
  const auto names = Names(env, path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (std::ranges::find(kNotForeign, name) != kNotForeign.end()) continue;
    return absl::FailedPreconditionError(
        doing + ": " + name +
        " is there, and no word (STORE) that the directory is for backups; "
        "name one that is empty, or does not exist yet");
  }
  const std::string aside = owner_path + ".tmp";
  auto written = rocksdb::WriteStringToFile(&env, owner, aside, true);
  if (written.ok()) written = env.RenameFile(aside, owner_path);
  std::unique_ptr<rocksdb::Directory> directory;
  if (written.ok()) written = env.NewDirectory(path, &directory);
  if (written.ok()) written = directory->Fsync();
  return FromBackupFiles(written, doing);
}

absl::StatusOr<std::vector<uint32_t>> Undescribed(rocksdb::Env& env, const std::string& path) {
  const auto with_files = Numbers(env, StorePart(path) + "/private");
  if (!with_files.ok()) return with_files.status();
  const auto described = Numbers(env, StorePart(path) + "/meta");
  if (!described.ok()) return described.status();
  std::vector<uint32_t> undescribed;
  std::ranges::set_difference(*with_files, *described, std::back_inserter(undescribed));
  return undescribed;
}

absl::Status SetAside(rocksdb::Env& env, const std::string& path, const std::string& file) {
  const std::string broken = path + "/broken";
  auto moved = env.CreateDirIfMissing(broken);
  std::string name = file.substr(path.size() + 1);
  std::ranges::replace(name, '/', '-');
  if (moved.ok()) moved = env.RenameFile(file, broken + "/" + name);
  return FromBackupFiles(moved, "set aside " + file);
}

bool SetAsideBroken(rocksdb::Env& env, const std::string& path, const rocksdb::Status& status) {
  const std::string said = status.ToString();
  std::vector<std::string> folders = {"shared_checksum"};  // as RocksDB names them
  const auto numbers = Numbers(env, StorePart(path) + "/private");
  for (const uint32_t number : numbers.value_or(std::set<uint32_t>()))
    folders.push_back("private/" + std::to_string(number));
  bool any = false;
  for (const std::string& folder : folders) {
    const auto names = Names(env, StorePart(path) + "/" + folder);
    for (const std::string& name : names.value_or(std::vector<std::string>())) {
      const std::string file = folder + "/" + name;
      if (said.find(file) == std::string::npos) continue;
      any = SetAside(env, path, StorePart(path) + "/" + file).ok() || any;
    }
  }
  return any;
}

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
  std::vector<rocksdb::BackupID> damaged;
  engine.GetCorruptedBackups(&damaged);
  if (std::ranges::find(damaged, id) != damaged.end()) {
    return absl::DataLossError(Numbered(path, id) +
                               " is damaged: its description is, or files of it are missing");
  }
  const auto backups = GoodBackups(engine);
  std::string there = backups.empty() ? "none is there" : "there are";
  for (size_t index = 0; index < std::min(backups.size(), kMostNamed); ++index)
    there += (index == 0 ? " " : ", ") + std::to_string(backups[index].id);
  if (backups.size() > kMostNamed) there += " and older ones";
  return absl::NotFoundError(Numbered(path, id) + " does not exist; " + there);
}

}  // namespace rapport
