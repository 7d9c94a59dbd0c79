// ModelCopies: model files beside the backups of a store. A copy is named by the hash of what it
// holds, so that a model that five backups hold is kept once. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/backup.h"

namespace rocksdb {
class FileSystem;
class IOStatus;
}  // namespace rocksdb

namespace rapport {

class ModelCopies {
 public:
  // `path`: made by Add if it does not exist.
  ModelCopies(std::shared_ptr<rocksdb::FileSystem> files, std::string path)
      : files_(std::move(files)), path_(std::move(path)) {}

  // Copies all that lies below `models_path` and is not here yet, synced; in order of name. A file
  // that goes meanwhile is left out; a directory that does not exist holds none.
  absl::StatusOr<std::vector<ModelCopy>> Add(const std::string& models_path) const;

  // Name and size of each file in the directory; empty if there is none.
  std::map<std::string, uint64_t> Sizes() const;

  // DATA_LOSS: it is missing or holds something else.
  absl::Status Verify(const ModelCopy& copy) const;

  // Writes them below `models_path`, which is made, under their names, verified and synced.
  absl::Status Restore(std::span<const ModelCopy> copies, const std::string& models_path) const;

  // Removes all other copies, and what was left half-written.
  absl::Status KeepOnly(std::span<const ModelCopy> copies) const;

  std::string PathOf(const ModelCopy& copy) const { return path_ + "/" + copy.hash; }

 private:
  // What is wrong with the copy, after reading it gave `status` and `found`.
  absl::Status Compare(const ModelCopy& copy, const rocksdb::IOStatus& status,
                       const ModelCopy& found) const;

  const std::shared_ptr<rocksdb::FileSystem> files_;
  const std::string path_;
};

}  // namespace rapport
