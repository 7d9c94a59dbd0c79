#include "data/buyers.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>

#include <variant>

#include "data/codec.h"
#include "data/keys.h"

namespace rapport {

Buyers::Buyers(const Database& database, const rocksdb::Snapshot* snapshot) {
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
    if (const auto* purchase = std::get_if<Purchase>(&event->event)) {
      return std::optional(purchase->customer_id);
    }
    it_->Next();  // a report, or a return that came before its purchase
  }
  if (!it_->status().ok()) return FromRocks(it_->status(), "list customers");
  return std::optional<std::string>();
}

}  // namespace rapport
