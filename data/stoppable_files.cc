#include "data/stoppable_files.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <utility>

namespace rapport {
namespace {

class StoppableFile final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  StoppableFile(std::unique_ptr<rocksdb::FSSequentialFile> file, StopFlag stopped)
      : FSSequentialFileOwnerWrapper(std::move(file)), stopped_(std::move(stopped)) {}

  rocksdb::IOStatus Read(size_t bytes, const rocksdb::IOOptions& options, rocksdb::Slice* result,
                         char* scratch, rocksdb::IODebugContext* debug) override {
    if (stopped_->load()) return rocksdb::IOStatus::Aborted("stopped");
    return FSSequentialFileOwnerWrapper::Read(bytes, options, result, scratch, debug);
  }

 private:
  const StopFlag stopped_;
};

class StoppableFiles final : public rocksdb::FileSystemWrapper {
 public:
  StoppableFiles(std::shared_ptr<rocksdb::FileSystem> files, StopFlag stopped)
      : FileSystemWrapper(std::move(files)), stopped_(std::move(stopped)) {}
  const char* Name() const override { return "StoppableFiles"; }

  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewSequentialFile(path, options, file, debug);
    if (status.ok()) *file = std::make_unique<StoppableFile>(std::move(*file), stopped_);
    return status;
  }

 private:
  const StopFlag stopped_;
};

}  // namespace

std::unique_ptr<rocksdb::Env> Stoppable(rocksdb::Env* env, StopFlag stopped) {
  return rocksdb::NewCompositeEnv(
      std::make_shared<StoppableFiles>(env->GetFileSystem(), std::move(stopped)));
}

}  // namespace rapport
