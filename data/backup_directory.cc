#include "data/backup_directory.h"

#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <system_error>

#include "data/database.h"
#include "data/model_copies.h"

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

std::string OwnerPath(const std::string& path) { return path + "/STORE"; }

// None: nobody's.
absl::StatusOr<std::optional<std::string>> Owner(rocksdb::Env& env, const std::string& path) {
  std::string owner;
  const auto read = rocksdb::ReadFileToString(&env, OwnerPath(path), &owner);
  if (IsGone(read)) return std::optional<std::string>();
  if (!read.ok()) return FromBackupFiles(read, "read whose backups are at " + path);
  while (!owner.empty() && std::isspace(static_cast<unsigned char>(owner.back())) != 0)
    owner.pop_back();
  return std::optional(owner);
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
  const auto owner = Owner(env, path);
  if (!owner.ok()) return owner.status();
  if (*owner == store_id) return absl::OkStatus();
  if (*owner && (*owner)->size() != store_id.size()) {
    return absl::FailedPreconditionError(
        doing + ": its file STORE holds no store's id; if the backups are this store's, write " +
        store_id + " to it");
  }
  if (*owner) {
    return absl::FailedPreconditionError(
        doing + ": there are those of another store, " + **owner +
        "; if its data were lost, restore one of them (`rapport restore`); else name another "
        "directory for these; this one's id is " +
        store_id);
  }
  const auto names = Names(env, path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (std::ranges::find(kNotForeign, name) != kNotForeign.end()) continue;
    return absl::FailedPreconditionError(
        doing + ": " + name +
        " is there, and no word (STORE) that the directory is for backups; "
        "name one that is empty, or does not exist yet; if there are backups of this store in it, "
        "write its id, " +
        store_id + ", to STORE");
  }
  const std::string aside = OwnerPath(path) + ".tmp";
  auto written = rocksdb::WriteStringToFile(&env, store_id + "\n", aside, true);
  if (written.ok()) written = env.RenameFile(aside, OwnerPath(path));
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

BackupList ListBackupsOf(const rocksdb::BackupEngineReadOnlyBase& engine, rocksdb::Env& env,
                         const std::string& path) {
  BackupList list;
  engine.GetCorruptedBackups(&list.damaged);
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  const auto models = ModelCopies(env.GetFileSystem(), ModelPart(path)).Sizes();
  for (const rocksdb::BackupInfo& info : infos) {
    auto backup = Described(info);
    const bool whole = backup.ok() && std::ranges::all_of(backup->models, [&](const auto& copy) {
                         const auto found = models.find(copy.hash);
                         return found != models.end() && found->second == copy.bytes;
                       });
    if (whole) {
      list.whole.push_back(*std::move(backup));
    } else {
      list.damaged.push_back(info.backup_id);
    }
  }
  std::ranges::sort(list.whole, std::greater(), &Backup::id);
  std::ranges::sort(list.damaged);
  return list;
}

bool IsClaimedBy(rocksdb::Env& env, const std::string& path, const std::string& store_id) {
  const auto owner = Owner(env, path);
  return owner.ok() && *owner == store_id;
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
  std::vector<rocksdb::BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::ranges::sort(infos, std::greater(), &rocksdb::BackupInfo::backup_id);
  std::string there = infos.empty() ? "none is there" : "there are";
  for (size_t index = 0; index < std::min(infos.size(), kMostNamed); ++index)
    there += (index == 0 ? " " : ", ") + std::to_string(infos[index].backup_id);
  if (infos.size() > kMostNamed) there += " and older ones";
  return absl::NotFoundError(Numbered(path, id) + " does not exist; " + there);
}

}  // namespace rapport
