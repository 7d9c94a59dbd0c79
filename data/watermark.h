// Watermark: how far the store has acknowledged, kept in a small file of its own. RocksDB starts
// without a word after its log was cut short or deleted; this file remembers what must be there. It
// is always a lower bound: written after the synced batch, and synced itself only now and then.
// Byte table in data/README.md. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class FileSystem;
class FSRandomRWFile;
}  // namespace rocksdb

namespace rapport {

// Where it lies, beside the database at `path`.
inline std::string WatermarkPath(const std::string& path) { return path + "/WATERMARK"; }

struct Mark {
  uint64_t sequence = 0;  // events acknowledged
  uint64_t commits = 0;   // synced batches
  bool operator==(const Mark&) const = default;
};

class Watermark {
 public:
  // The file's mark; none if there is no file. DATA_LOSS: no slot of it is good. UNAVAILABLE: disk.
  static absl::StatusOr<std::optional<Mark>> Read(const std::shared_ptr<rocksdb::FileSystem>& files,
                                                  const std::string& path);

  // Opens the file for writing; makes it, durably, if it is missing, and begins with `mark`.
  static absl::StatusOr<std::unique_ptr<Watermark>> Open(std::shared_ptr<rocksdb::FileSystem> files,
                                                         const std::string& path, Mark mark);

  // Syncs.
  ~Watermark();
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;

  // Writes the slot whose turn it is. On failure the file still holds a lower bound, so the caller
  // may go on.
  absl::Status Raise(Mark mark);

 private:
  Watermark(std::shared_ptr<rocksdb::FileSystem> files,
            std::unique_ptr<rocksdb::FSRandomRWFile> file);

  const std::shared_ptr<rocksdb::FileSystem> files_;
  const std::unique_ptr<rocksdb::FSRandomRWFile> file_;
  uint64_t turn_ = 0;
};

}  // namespace rapport
