#include "data/claims.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>

#include <memory>
#include <string>
#include <utility>

#include "data/codec.h"
#include "data/keys.h"

namespace rapport {

absl::StatusOr<std::vector<MomentClaim>> ReadClaims(const Database& database,
                                                    std::string_view customer_id) {
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(rocksdb::ReadOptions(), database.claims()));
  const std::string prefix = keys::CustomerPrefix(customer_id);
  std::vector<MomentClaim> claims;
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    auto claim = codec::DecodeClaimAt(it->key().ToStringView(), it->value().ToStringView());
    if (!claim.ok()) return claim.status();
    claims.push_back(*std::move(claim));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "read claims");
  return claims;
}

}  // namespace rapport
