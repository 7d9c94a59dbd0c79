// FaultyDisk: the real file system with failures that tests ask for. Any thread.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace rapport::testing {

class FaultyDisk : public rocksdb::FileSystemWrapper {
 public:
  FaultyDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyDisk"; }

  // Asked before each call that changes a file ("append", "sync", "create", "rename", "overwrite");
  // true: it fails.
  void FailWhen(std::function<bool(const std::string& call, const std::string& file)> fails) {
    const std::lock_guard lock(mutex_);
    fails_ = std::move(fails);
  }

  // While held, whoever begins a table (a flush) waits.
  void HoldTables(bool held) {
    const std::lock_guard lock(mutex_);
    tables_held_ = held;
    tables_released_.notify_all();
  }

  rocksdb::IOStatus Check(const std::string& call, const std::string& file) {
    const std::lock_guard lock(mutex_);
    if (!fails_ || !fails_(call, file)) return rocksdb::IOStatus::OK();
    return rocksdb::IOStatus::IOError("the disk broke at " + call);
  }

  void Synced(const std::string& file) {
    const std::lock_guard lock(mutex_);
    synced_[file] = std::filesystem::file_size(file);
  }

  // Copies a directory as power loss leaves it: each file as long as it was at its last sync.
  // Nothing is deleted or renamed while it looks.
  void CopyAfterPowerLoss(const std::string& original, const std::string& copy) {
    const std::lock_guard lock(mutex_);
    std::filesystem::copy(original, copy);
    for (const auto& [file, bytes] : synced_) {
      if (!file.starts_with(original + "/")) continue;
      const std::string copied = copy + file.substr(original.size());
      if (!std::filesystem::exists(copied)) continue;
      if (std::filesystem::file_size(copied) > bytes) std::filesystem::resize_file(copied, bytes);
    }
  }

  rocksdb::IOStatus DeleteFile(const std::string& file, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const std::lock_guard lock(mutex_);
    return FileSystemWrapper::DeleteFile(file, options, debug);
  }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (auto status = Check("rename", to); !status.ok()) return status;
    const std::lock_guard lock(mutex_);
    const auto status = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (auto entry = synced_.extract(from)) {
      entry.key() = to;
      synced_.insert(std::move(entry));
    }
    return status;
  }

 private:
  std::mutex mutex_;
  std::condition_variable tables_released_;
  bool tables_held_ = false;
  std::function<bool(const std::string&, const std::string&)> fails_;
  std::map<std::string, uint64_t> synced_;  // bytes at the last sync, by name
};

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, FaultyDisk* disk, std::string name)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}
  using FSWritableFileOwnerWrapper::Append;
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    if (auto status = disk_->Check("append", name_); !status.ok()) return status;
    return FSWritableFileOwnerWrapper::Append(data, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& info,
                           rocksdb::IODebugContext* debug) override {
    if (auto status = disk_->Check("append", name_); !status.ok()) return status;
    return FSWritableFileOwnerWrapper::Append(data, options, info, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    if (auto status = disk_->Check("sync", name_); !status.ok()) return status;
    const auto status = FSWritableFileOwnerWrapper::Sync(options, debug);
    if (status.ok()) disk_->Synced(name_);
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    if (auto status = disk_->Check("sync", name_); !status.ok()) return status;
    const auto status = FSWritableFileOwnerWrapper::Fsync(options, debug);
    if (status.ok()) disk_->Synced(name_);
    return status;
  }

 private:
  FaultyDisk* const disk_;
  const std::string name_;
};

class FaultyRandomFile : public rocksdb::FSRandomRWFileOwnerWrapper {
 public:
  FaultyRandomFile(std::unique_ptr<rocksdb::FSRandomRWFile> file, FaultyDisk* disk,
                   std::string name)
      : FSRandomRWFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}
  rocksdb::IOStatus Write(uint64_t offset, const rocksdb::Slice& data,
                          const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* debug) override {
    if (auto status = disk_->Check("overwrite", name_); !status.ok()) return status;
    return FSRandomRWFileOwnerWrapper::Write(offset, data, options, debug);
  }

 private:
  FaultyDisk* const disk_;
  const std::string name_;
};

inline rocksdb::IOStatus FaultyDisk::NewWritableFile(const std::string& name,
                                                     const rocksdb::FileOptions& options,
                                                     std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                     rocksdb::IODebugContext* debug) {
  if (auto status = Check("create", name); !status.ok()) return status;
  if (name.ends_with(".sst")) {
    std::unique_lock lock(mutex_);
    tables_released_.wait(lock, [this] { return !tables_held_; });
  }
  std::unique_ptr<rocksdb::FSWritableFile> real;
  const auto status = FileSystemWrapper::NewWritableFile(name, options, &real, debug);
  if (!status.ok()) return status;
  {
    const std::lock_guard lock(mutex_);
    synced_[name] = 0;
  }
  *file = std::make_unique<FaultyFile>(std::move(real), this, name);
  return status;
}

inline rocksdb::IOStatus FaultyDisk::NewRandomRWFile(const std::string& name,
                                                     const rocksdb::FileOptions& options,
                                                     std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                                     rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSRandomRWFile> real;
  const auto status = FileSystemWrapper::NewRandomRWFile(name, options, &real, debug);
  if (status.ok()) *file = std::make_unique<FaultyRandomFile>(std::move(real), this, name);
  return status;
}

}  // namespace rapport::testing
