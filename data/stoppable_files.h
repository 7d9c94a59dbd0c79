// StoppableFiles: a file system whose reading from end to end can be given up, since RocksDB cannot
// be told to stop verifying a backup. Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace rapport {

// Set once; then every read of a sequential file fails with Aborted.
using StopFlag = std::shared_ptr<std::atomic<bool>>;

// `env` with such files; it must outlive the result.
std::unique_ptr<rocksdb::Env> Stoppable(rocksdb::Env* env, StopFlag stopped);

}  // namespace rapport
