#include "data/claims.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/customer_reads.h"
#include "data/keys.h"

namespace rapport {

absl::StatusOr<std::vector<MomentClaim>> ReadClaims(const Database& database,
                                                    std::string_view customer_id) {
  rocksdb::ManagedSnapshot snapshot(&database.db());
  const auto who = WhoAt(database, snapshot.snapshot(), customer_id, UINT64_MAX);
  if (!who.ok()) return who.status();
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.snapshot();
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(options, database.claims()));
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> events(
      database.db().NewIterator(options, database.purchases()));
  const auto ids = AllIdsOf(*events, *who);
  if (!ids.ok()) return ids.status();
  std::vector<MomentClaim> claims;
  for (const std::string& id : *ids) {
    const std::string prefix = keys::CustomerPrefix(id);
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      auto claim = codec::DecodeClaimAt(it->key().ToStringView(), it->value().ToStringView());
      if (!claim.ok()) return claim.status();
      claims.push_back(*std::move(claim));
    }
    if (!it->status().ok()) return FromRocks(it->status(), "read claims");
  }
  std::ranges::sort(claims, {}, &MomentClaim::moment_id);
  return claims;
}

}  // namespace rapport
