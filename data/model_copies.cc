#include "data/model_copies.h"

#include <rocksdb/file_system.h>
#include <xxhash.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <system_error>
#include <utility>

#include "data/backup_directory.h"
#include "data/hash_text.h"

namespace rapport {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPieceBytes = size_t{1} << 20;
constexpr std::string_view kAside = ".tmp";  // half-written: ours, and SnapshotDir's

using Sink = std::function<rocksdb::IOStatus(const rocksdb::Slice&)>;

// Reads the file once, piece by piece, into `sink`; `copy` gets its hash and size.
rocksdb::IOStatus ReadThrough(rocksdb::FileSystem& files, const std::string& path, const Sink& sink,
                              ModelCopy* copy) {
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSSequentialFile> file;
  auto status = files.NewSequentialFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return status;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> hash(XXH3_createState(),
                                                                      &XXH3_freeState);
  XXH3_128bits_reset(hash.get());
  std::string scratch(kPieceBytes, '\0');
  copy->bytes = 0;
  for (rocksdb::Slice piece;; copy->bytes += piece.size()) {
    status = file->Read(kPieceBytes, io, &piece, scratch.data(), nullptr);
    if (!status.ok()) return status;
    if (piece.empty()) break;
    XXH3_128bits_update(hash.get(), piece.data(), piece.size());
    if (status = sink(piece); !status.ok()) return status;
  }
  copy->hash = HashText(XXH3_128bits_digest(hash.get()));
  return status;
}

rocksdb::IOStatus Nowhere(const rocksdb::Slice& /*piece*/) { return rocksdb::IOStatus::OK(); }

// A whole copy, synced. `copy` gets what was read.
rocksdb::IOStatus CopySynced(rocksdb::FileSystem& files, const std::string& from,
                             const std::string& to, ModelCopy* copy) {
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSWritableFile> file;
  auto status = files.NewWritableFile(to, rocksdb::FileOptions(), &file, nullptr);
  if (!status.ok()) return status;
  const auto append = [&](const rocksdb::Slice& piece) { return file->Append(piece, io, nullptr); };
  status = ReadThrough(files, from, append, copy);
  if (status.ok()) status = file->Sync(io, nullptr);
  if (status.ok()) status = file->Close(io, nullptr);
  return status;
}

rocksdb::IOStatus SyncDirectory(rocksdb::FileSystem& files, const std::string& path) {
  const rocksdb::IOOptions io;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  const auto status = files.NewDirectory(path, io, &directory, nullptr);
  return status.ok() ? directory->Fsync(io, nullptr) : status;
}

bool IsGone(const rocksdb::IOStatus& status) {
  return status.IsNotFound() || status.IsPathNotFound();
}

// From `root`, in order.
absl::StatusOr<std::vector<std::string>> FilesBelow(const std::string& root) {
  std::vector<std::string> names;
  std::error_code failed;
  if (!fs::exists(root, failed)) return names;
  // A volume's lost+found is root's.
  fs::recursive_directory_iterator each(root, fs::directory_options::skip_permission_denied,
                                        failed);
  for (; !failed && each != fs::recursive_directory_iterator(); each.increment(failed)) {
    if (each->is_regular_file(failed) && !each->path().string().ends_with(kAside))
      names.push_back(each->path().lexically_relative(root).string());
  }
  if (failed) return absl::UnavailableError("list " + root + ": " + failed.message());
  std::ranges::sort(names);
  return names;
}

}  // namespace

absl::StatusOr<std::vector<ModelCopy>> ModelCopies::Add(const std::string& models_path) const {
  const rocksdb::IOOptions io;
  const auto names = FilesBelow(models_path);
  if (!names.ok()) return names.status();
  if (auto made = files_->CreateDirIfMissing(path_, io, nullptr); !made.ok())
    return FromBackupFiles(made, "make " + path_);
  std::vector<ModelCopy> copies;
  bool added = false;
  for (const std::string& name : *names) {
    const std::string from = models_path + "/" + name;
    ModelCopy copy{.name = name, .hash = {}, .bytes = 0};
    auto status = ReadThrough(*files_, from, Nowhere, &copy);
    if (IsGone(status)) continue;
    uint64_t bytes = 0;  // of the copy that there is
    const bool held = status.ok() && files_->GetFileSize(PathOf(copy), io, &bytes, nullptr).ok() &&
                      bytes == copy.bytes;
    if (status.ok() && !held) {
      const std::string aside = PathOf(copy) + std::string(kAside);
      status = CopySynced(*files_, from, aside, &copy);  // a note may have changed meanwhile
      if (IsGone(status)) continue;
      if (status.ok()) status = files_->RenameFile(aside, PathOf(copy), io, nullptr);
      added = true;
    }
    if (!status.ok()) return FromBackupFiles(status, "copy " + from + " to " + path_);
    copies.push_back(std::move(copy));
  }
  if (!added) return copies;
  if (auto synced = SyncDirectory(*files_, path_); !synced.ok())
    return FromBackupFiles(synced, "sync " + path_);
  return copies;
}

std::map<std::string, uint64_t> ModelCopies::Sizes() const {
  std::map<std::string, uint64_t> sizes;
  std::vector<std::string> names;
  files_->GetChildren(path_, rocksdb::IOOptions(), &names, nullptr).PermitUncheckedError();
  for (const std::string& name : names) {
    uint64_t bytes = 0;
    if (files_->GetFileSize(path_ + "/" + name, rocksdb::IOOptions(), &bytes, nullptr).ok())
      sizes[name] = bytes;
  }
  return sizes;
}

absl::Status ModelCopies::Verify(const ModelCopy& copy) const {
  ModelCopy found;
  return Compare(copy, ReadThrough(*files_, PathOf(copy), Nowhere, &found), found);
}

absl::Status ModelCopies::Restore(std::span<const ModelCopy> copies,
                                  const std::string& models_path) const {
  std::set<std::string> directories = {models_path};
  for (const ModelCopy& copy : copies)
    directories.insert(fs::path(models_path + "/" + copy.name).parent_path());
  for (const std::string& directory : directories) {
    std::error_code failed;
    fs::create_directories(directory, failed);
    if (failed) return absl::UnavailableError("make " + directory + ": " + failed.message());
  }
  for (const ModelCopy& copy : copies) {
    ModelCopy found;
    const auto status = CopySynced(*files_, PathOf(copy), models_path + "/" + copy.name, &found);
    if (absl::Status same = Compare(copy, status, found); !same.ok()) return same;
  }
  for (const std::string& directory : directories) {
    if (auto synced = SyncDirectory(*files_, directory); !synced.ok())
      return FromBackupFiles(synced, "sync " + directory);
  }
  return absl::OkStatus();
}

absl::Status ModelCopies::KeepOnly(std::span<const ModelCopy> copies) const {
  const rocksdb::IOOptions io;
  std::set<std::string> kept;
  for (const ModelCopy& copy : copies) kept.insert(copy.hash);
  std::vector<std::string> names;
  if (auto listed = files_->GetChildren(path_, io, &names, nullptr); !listed.ok())
    return IsGone(listed) ? absl::OkStatus() : FromBackupFiles(listed, "list " + path_);
  for (const std::string& name : names) {
    if (kept.contains(name) || !(IsHashText(name) || name.ends_with(kAside))) continue;
    if (auto gone = files_->DeleteFile(path_ + "/" + name, io, nullptr); !gone.ok())
      return FromBackupFiles(gone, "remove " + path_ + "/" + name);
  }
  return absl::OkStatus();
}

absl::Status ModelCopies::Compare(const ModelCopy& copy, const rocksdb::IOStatus& status,
                                  const ModelCopy& found) const {
  if (IsGone(status))
    return absl::DataLossError(PathOf(copy) + ", the copy of " + copy.name + ", is missing");
  if (!status.ok()) return FromBackupFiles(status, "read " + PathOf(copy));
  if (found.hash == copy.hash && found.bytes == copy.bytes) return absl::OkStatus();
  return absl::DataLossError(PathOf(copy) + ", the copy of " + copy.name +
                             ", holds something else than what was copied");
}

}  // namespace rapport
