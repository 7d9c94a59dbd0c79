#include "data/merged_customers.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>

#include <memory>

#include "data/codec.h"

namespace rapport {

absl::StatusOr<MergedCustomers> MergedCustomers::Read(const Database& database,
                                                      const rocksdb::ReadOptions& options) {
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(options, database.merged()));
  MergedCustomers all;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto merged = codec::DecodeMerged(it->value().ToStringView());
    if (!merged.ok()) return merged.status();
    all.Add(it->key().ToString(), *merged);
  }
  if (!it->status().ok()) return FromRocks(it->status(), "read who was merged into whom");
  return all;
}

}  // namespace rapport
