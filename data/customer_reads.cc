#include "data/customer_reads.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include <utility>
#include <variant>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/history.h"
#include "data/joined_log.h"
#include "data/keys.h"

namespace rapport {
namespace {

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

absl::StatusOr<std::optional<std::string>> ReadValue(const Database& database,
                                                     const rocksdb::Snapshot* snapshot,
                                                     rocksdb::ColumnFamilyHandle* family,
                                                     std::string_view key, std::string_view doing) {
  std::string bytes;
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const auto status = database.db().Get(options, family, ToSlice(key), &bytes);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return FromRocks(status, doing);
  return std::optional(std::move(bytes));
}

absl::StatusOr<std::string> WhoAt(const Database& database, const rocksdb::Snapshot* snapshot,
                                  std::string_view customer_id, uint64_t sequence) {
  std::string who(customer_id);
  for (;;) {
    const auto bytes = ReadValue(database, snapshot, database.merged(), who, "read a customer");
    if (!bytes.ok()) return bytes.status();
    if (!*bytes) return who;
    auto merged = codec::DecodeMerged(**bytes);
    if (!merged.ok()) return merged.status();
    if (merged->sequence > sequence) return who;
    who = std::move(merged->into_customer_id);
  }
}

absl::StatusOr<std::optional<Customer>> ReadCustomer(const Database& database,
                                                     const rocksdb::Snapshot* snapshot,
                                                     std::string_view customer_id) {
  const auto bytes =
      ReadValue(database, snapshot, database.customers(), customer_id, "read a customer");
  if (!bytes.ok()) return bytes.status();
  if (!*bytes) return std::optional<Customer>();
  auto customer = codec::DecodeCustomer(customer_id, **bytes);
  if (!customer.ok()) return customer.status();
  return std::optional(*std::move(customer));
}

absl::StatusOr<HistoryView> ReadHistory(const Database& database, const rocksdb::Snapshot* snapshot,
                                        std::string_view customer_id, AsOf as_of) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(options, database.purchases()));
  auto log = ReadLog(*it, customer_id, as_of.sequence);
  if (!log.ok()) return log.status();
  return MakeHistory(JoinedEvents(*std::move(log)), as_of);
}

Buyers::Buyers(const Database& database, const rocksdb::Snapshot* snapshot)
    : database_(database), snapshot_(snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.total_order_seek = true;  // goes from prefix to prefix
  it_.reset(database.db().NewIterator(options, database.purchases()));
}

Buyers::~Buyers() = default;

absl::StatusOr<std::optional<std::string>> Buyers::After(std::string_view customer_id) {
  return From(keys::PastCustomer(customer_id));
}

absl::StatusOr<std::optional<std::string>> Buyers::From(const std::string& key) {
  it_->Seek(key);
  while (it_->Valid()) {
    const auto event = codec::DecodeEventAt(it_->key().ToStringView(), it_->value().ToStringView());
    if (!event.ok()) return event.status();
    const auto* purchase = std::get_if<Purchase>(&event->event);
    if (purchase == nullptr) {  // a report, or a return that came before its purchase
      it_->Next();
      continue;
    }
    const auto merged = ReadValue(database_, snapshot_, database_.merged(), purchase->customer_id,
                                  "list customers");
    if (!merged.ok()) return merged.status();
    if (!*merged) return std::optional(purchase->customer_id);
    it_->Seek(keys::PastCustomer(purchase->customer_id));
  }
  if (!it_->status().ok()) return FromRocks(it_->status(), "list customers");
  return std::optional<std::string>();
}

}  // namespace rapport
