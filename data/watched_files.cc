#include "data/watched_files.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <utility>

namespace rapport {
namespace {

class WatchedFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  WatchedFile(std::unique_ptr<rocksdb::FSSequentialFile> file, std::shared_ptr<FileWatch> watch)
      : FSSequentialFileOwnerWrapper(std::move(file)), watch_(std::move(watch)) {}

  rocksdb::IOStatus Read(size_t bytes, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* debug) override {
    if (watch_->stopped) return rocksdb::IOStatus::Aborted("stopped");
    auto status = FSSequentialFileOwnerWrapper::Read(bytes, options, result, scratch, debug);
    if (status.ok()) watch_->bytes_read += result->size();
    return status;
  }

 private:
  const std::shared_ptr<FileWatch> watch_;
};

class WatchedFiles final : public rocksdb::FileSystemWrapper {
 public:
  WatchedFiles(const std::shared_ptr<rocksdb::FileSystem>& files, std::shared_ptr<FileWatch> watch)
      : FileSystemWrapper(files), watch_(std::move(watch)) {}
  const char* Name() const override { return "WatchedFiles"; }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewSequentialFile(path, options, file, debug);
    if (status.ok()) *file = std::make_unique<WatchedFile>(std::move(*file), watch_);
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (watch_->keeps_files) return rocksdb::IOStatus::Aborted("kept");
    return FileSystemWrapper::DeleteFile(path, options, debug);
  }
  rocksdb::IOStatus DeleteDir(const std::string& path, const rocksdb::IOOptions& options,
                              rocksdb::IODebugContext* debug) override {
    if (watch_->keeps_files) return rocksdb::IOStatus::Aborted("kept");
    return FileSystemWrapper::DeleteDir(path, options, debug);
  }

 private:
  const std::shared_ptr<FileWatch> watch_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> Watched(rocksdb::Env* env, std::shared_ptr<FileWatch> watch) {
  return rocksdb::NewCompositeEnv(
      std::make_shared<WatchedFiles>(env->GetFileSystem(), std::move(watch)));
}

}  // namespace rapport
