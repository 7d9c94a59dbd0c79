#include "data/store_id.h"

#include <rocksdb/db.h>

namespace rapport {
namespace {

constexpr char kKey[] = "id";  // beside the state of the store

}  // namespace

absl::StatusOr<std::string> StoreId(const Database& database) {
  const std::string doing = "read which store " + database.path() + " is";
  std::string id;
  auto status = database.db().Get(rocksdb::ReadOptions(), database.meta(), kKey, &id);
  if (!status.IsNotFound()) {
    if (!status.ok()) return FromRocks(status, doing);
    return id;
  }
  // RocksDB's own, which it would not copy.
  status = database.db().GetDbIdentity(id);
  if (!status.ok()) return FromRocks(status, doing);
  rocksdb::WriteOptions options;
  options.sync = true;
  status = database.db().Put(options, database.meta(), kKey, id);
  if (!status.ok()) return FromRocks(status, doing);
  return id;
}

}  // namespace rapport
