#include "data/customer_log.h"

#include <rocksdb/iterator.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "data/database.h"
#include "data/keys.h"

namespace rapport {
namespace {

// Takes what it read off `left`.
absl::StatusOr<CustomerLog> Read(rocksdb::Iterator& events, std::string_view customer_id,
                                 uint64_t sequence, size_t* left) {
  CustomerLog log{.customer_id = std::string(customer_id), .merge = 0, .events = {}, .merged = {}};
  std::vector<std::pair<uint64_t, std::string>> merges;
  const std::string prefix = keys::CustomerPrefix(customer_id);
  for (events.Seek(prefix); events.Valid(); events.Next()) {
    const std::string_view key = events.key().ToStringView();
    if (!key.starts_with(prefix)) break;
    auto stored =
        codec::DecodeEvent(customer_id, key.substr(prefix.size()), events.value().ToStringView());
    if (!stored.ok()) return stored.status();
    if (stored->receipt.sequence > sequence) continue;
    if (const auto* merge = std::get_if<Merge>(&stored->event)) {
      merges.emplace_back(stored->receipt.sequence, merge->from_customer_id);
      continue;
    }
    if (*left == 0) return absl::FailedPreconditionError("read a history: it is too long");
    --*left;
    log.events.push_back(*std::move(stored));
  }
  if (!events.status().ok()) return FromRocks(events.status(), "read a history");
  std::ranges::sort(merges);
  for (const auto& [merge, from_customer_id] : merges) {
    auto from = Read(events, from_customer_id, sequence, left);
    if (!from.ok()) return from.status();
    from->merge = merge;
    log.merged.push_back(*std::move(from));
  }
  return log;
}

}  // namespace

std::string MergeEventId(std::string_view customer_id) {
  return std::string(1, '\0').append(customer_id);
}

absl::StatusOr<std::vector<std::string>> AllIdsOf(rocksdb::Iterator& events,
                                                  std::string_view customer_id) {
  std::vector<std::string> ids = {std::string(customer_id)};
  for (size_t at = 0; at < ids.size(); ++at) {
    const std::string merges = keys::EventKey(ids[at], MergeEventId(""));
    for (events.Seek(merges); events.Valid(); events.Next()) {
      const std::string_view key = events.key().ToStringView();
      if (!key.starts_with(merges)) break;
      ids.emplace_back(key.substr(merges.size()));
    }
    if (!events.status().ok()) return FromRocks(events.status(), "read who was merged");
  }
  return ids;
}

absl::StatusOr<CustomerLog> ReadLog(rocksdb::Iterator& events, std::string_view customer_id,
                                    uint64_t sequence) {
  size_t left = SIZE_MAX;
  return Read(events, customer_id, sequence, &left);
}

absl::StatusOr<CustomerLog> ReadLog(rocksdb::Iterator& events, std::string_view customer_id,
                                    size_t* left) {
  return Read(events, customer_id, UINT64_MAX, left);
}

}  // namespace rapport
