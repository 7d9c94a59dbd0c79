#include "data/snapshot_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

namespace rapport {
namespace {

constexpr std::string_view kModel = ".model";
constexpr std::string_view kAside = ".tmp";
constexpr std::string_view kActive = "ACTIVE";

absl::Status FromErrno(int error, const std::string& doing) {
  const std::string message = doing + ": " + std::strerror(error);
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return absl::ResourceExhaustedError(message);
    case ENOENT:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : fd_(open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  const int fd_;
};

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(path, O_RDONLY | O_DIRECTORY);
  if (!directory.ok() || fsync(directory.get()) != 0) return FromErrno(errno, "sync " + path);
  return absl::OkStatus();
}

absl::Status WriteSynced(const std::string& path, std::string_view bytes) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!file.ok()) return FromErrno(errno, "create " + path);
  while (!bytes.empty()) {
    const ssize_t written = write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FromErrno(errno, "write " + path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(file.get()) != 0) return FromErrno(errno, "sync " + path);
  return absl::OkStatus();
}

// Writes aside, syncs, renames, syncs the directory. On failure nothing has changed but, where only
// the last sync failed, `name`'s content: whoever replaces a file must be content with either.
absl::Status Replace(const std::string& directory, const std::string& name,
                     std::string_view bytes) {
  const std::string path = directory + "/" + name;
  const std::string aside = path + std::string(kAside);
  absl::Status status = WriteSynced(aside, bytes);
  if (status.ok() && rename(aside.c_str(), path.c_str()) != 0) {
    status = FromErrno(errno, "rename " + aside);
  }
  if (!status.ok()) {
    unlink(aside.c_str());
    return status;
  }
  return SyncDirectory(directory);
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.ok()) return FromErrno(errno, "open " + path);
  struct stat about;
  if (fstat(file.get(), &about) != 0) return FromErrno(errno, "look at " + path);
  std::string bytes(static_cast<size_t>(about.st_size), '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = read(file.get(), bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FromErrno(errno, "read " + path);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

absl::StatusOr<std::vector<std::string>> Names(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return FromErrno(errno, "list " + path);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory)) names.emplace_back(entry->d_name);
  closedir(directory);
  return names;
}

absl::StatusOr<std::vector<std::string>> Versions(const std::string& path) {
  const auto names = Names(path);
  if (!names.ok()) return names.status();
  std::vector<std::string> versions;
  for (const std::string& name : *names) {
    if (name.ends_with(kModel)) versions.push_back(name.substr(0, name.size() - kModel.size()));
  }
  std::ranges::sort(versions, std::greater());
  return versions;
}

absl::StatusOr<std::string> ReadNote(const std::string& path, std::string_view name) {
  auto text = ReadWhole(path + "/" + std::string(name));
  return absl::IsNotFound(text.status()) ? std::string() : text;
}

absl::Status Forget(const std::string& path, std::string_view name) {
  if (unlink((path + "/" + std::string(name)).c_str()) != 0) {
    if (errno == ENOENT) return absl::OkStatus();
    return FromErrno(errno, "remove " + path + "/" + std::string(name));
  }
  return SyncDirectory(path);
}

absl::Status CheckVersion(std::string_view version) {
  const bool good = !version.empty() && std::ranges::all_of(version, [](unsigned char c) {
    return std::isalnum(c) || c == '-';
  });
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError("model version '" + std::string(version) +
                                    "': expected letters, digits and '-'");
}

std::string FileName(std::string_view version) {
  return std::string(version) + std::string(kModel);
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace

absl::StatusOr<std::unique_ptr<SnapshotDir>> SnapshotDir::Open(std::string path, size_t keep) {
  if (mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return FromErrno(errno, "create model directory " + path);
  }
  const auto names = Names(path);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (name.ends_with(kAside)) unlink((path + "/" + name).c_str());
  }
  return std::unique_ptr<SnapshotDir>(new SnapshotDir(std::move(path), std::max<size_t>(keep, 1)));
}

absl::Status SnapshotDir::Write(std::string_view version, std::string_view bytes) {
  if (auto good = CheckVersion(version); !good.ok()) return good;
  const std::lock_guard lock(mutex_);
  const std::string file = path_ + "/" + FileName(version);
  if (Exists(file)) return absl::AlreadyExistsError("write " + file + ": it exists");
  auto written = Replace(path_, FileName(version), bytes);
  if (!written.ok()) unlink(file.c_str());
  return written;
}

void SnapshotDir::RemoveOld(std::string_view serving) {
  const std::lock_guard lock(mutex_);
  const auto versions = Versions(path_);
  const auto active = ReadNote(path_, kActive);
  if (!versions.ok() || !active.ok()) return;
  size_t left = versions->size();
  for (auto oldest = versions->rbegin(); oldest != versions->rend() && left > keep_; ++oldest) {
    if (*oldest == serving || *oldest == *active) continue;
    unlink((path_ + "/" + FileName(*oldest)).c_str());
    --left;
  }
}

absl::StatusOr<std::string> SnapshotDir::Read(std::string_view version) const {
  if (auto good = CheckVersion(version); !good.ok()) return good;
  const std::lock_guard lock(mutex_);
  return ReadWhole(path_ + "/" + FileName(version));
}

absl::StatusOr<int64_t> SnapshotDir::Bytes(std::string_view version) const {
  if (auto good = CheckVersion(version); !good.ok()) return good;
  struct stat file = {};
  if (stat((path_ + "/" + FileName(version)).c_str(), &file) != 0) {
    return absl::NotFoundError("model " + std::string(version) + ": " + path_ +
                               " has no such file");
  }
  return static_cast<int64_t>(file.st_size);
}

absl::StatusOr<std::vector<std::string>> SnapshotDir::List() const {
  const std::lock_guard lock(mutex_);
  return Versions(path_);
}

absl::Status SnapshotDir::SetActive(std::string_view version) {
  const std::lock_guard lock(mutex_);
  if (version.empty()) return Forget(path_, kActive);
  if (auto good = CheckVersion(version); !good.ok()) return good;
  if (!Exists(path_ + "/" + FileName(version))) {
    return absl::NotFoundError("activate model " + std::string(version) + ": " + path_ +
                               " has no such file");
  }
  return Replace(path_, std::string(kActive), version);
}

absl::StatusOr<std::string> SnapshotDir::Active() const { return Note(std::string(kActive)); }

absl::Status SnapshotDir::SetNote(const std::string& name, std::string_view text) {
  const std::lock_guard lock(mutex_);
  return text.empty() ? Forget(path_, name) : Replace(path_, name, text);
}

absl::StatusOr<std::string> SnapshotDir::Note(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return ReadNote(path_, name);
}

}  // namespace rapport
