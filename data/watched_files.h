// Watched: a file system whose reading from end to end is counted and can be given up, since
// RocksDB does not say how far a backup is, and cannot be told to stop verifying one; and which can
// be kept from removing files, since RocksDB collects what it takes for garbage. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace rocksdb {
class Env;
}

namespace rapport {

struct FileWatch {
  std::atomic<bool> stopped{false};      // once set, every read of a sequential file is Aborted
  std::atomic<uint64_t> bytes_read{0};   // of sequential files, by now
  std::atomic<bool> keeps_files{false};  // while set, removing a file or directory is Aborted
};

// `env` with such files; it must outlive the result.
std::unique_ptr<rocksdb::Env> Watched(rocksdb::Env* env, std::shared_ptr<FileWatch> watch);

}  // namespace rapport
