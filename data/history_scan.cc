#include "data/history_scan.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/history.h"
#include "data/joined_log.h"
#include "data/keys.h"
#include "data/merged_customers.h"

namespace rapport {
namespace {

constexpr size_t kGuestSlice = 4096;  // purchases

rocksdb::ReadOptions ScanOptions(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.total_order_seek = true;
  options.readahead_size = size_t{2} << 20;
  options.fill_cache = false;  // what clerks ask for stays in the cache
  return options;
}

absl::Status Deliver(const std::string& customer_id, std::vector<codec::StoredEvent>* events,
                     const HistoryVisitor& visit) {
  const HistoryView view = MakeHistory(std::move(*events), {});
  events->clear();
  return view.lines.empty() ? absl::OkStatus() : visit(customer_id, view);
}

// Guests share one id, and a return may lie far from its purchase: so the returns are gathered
// first, then the purchases go by in slices, each with its returns.
class GuestScan {
 public:
  GuestScan(const Database& database, const rocksdb::Snapshot* snapshot)
      : past_(keys::PastCustomer("")), prefix_(keys::CustomerPrefix("")) {
    it_.reset(database.db().NewIterator(ScanOptions(snapshot), database.purchases()));
  }

  absl::Status Run(const HistoryVisitor& visit) {
    auto status = ForEach([&](codec::StoredEvent stored) {
      if (const auto* back = std::get_if<Return>(&stored.event)) {
        returns_[back->purchase_event_id].push_back(std::move(stored));
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    std::vector<codec::StoredEvent> slice;
    size_t purchases = 0;
    status = ForEach([&](codec::StoredEvent stored) {
      const auto* purchase = std::get_if<Purchase>(&stored.event);
      if (purchase == nullptr) return absl::OkStatus();
      if (auto back = returns_.find(purchase->event_id); back != returns_.end()) {
        slice.insert(slice.end(), back->second.begin(), back->second.end());
      }
      slice.push_back(std::move(stored));
      if (++purchases % kGuestSlice != 0) return absl::OkStatus();
      return Deliver("", &slice, visit);
    });
    return status.ok() ? Deliver("", &slice, visit) : status;
  }

 private:
  template <typename Function>
  absl::Status ForEach(const Function& function) {
    for (it_->Seek(prefix_); it_->Valid() && it_->key().compare(past_) < 0; it_->Next()) {
      const std::string_view event_id = it_->key().ToStringView().substr(prefix_.size());
      auto event = codec::DecodeEvent("", event_id, it_->value().ToStringView());
      if (!event.ok()) return event.status();
      if (auto status = function(*std::move(event)); !status.ok()) return status;
    }
    return FromRocks(it_->status(), "scan guests' purchases");
  }

  const std::string past_;
  const std::string prefix_;
  std::unique_ptr<rocksdb::Iterator> it_;
  std::unordered_map<std::string, std::vector<codec::StoredEvent>> returns_;  // by purchase
};

absl::Status ScanCustomers(const Database& database, const rocksdb::Snapshot* snapshot,
                           const HistoryVisitor& visit) {
  const auto merged = MergedCustomers::Read(database, ScanOptions(snapshot));
  if (!merged.ok()) return merged.status();
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(ScanOptions(snapshot), database.purchases()));
  std::unique_ptr<rocksdb::Iterator> joined;  // of those who were known under several ids
  std::string customer_id;
  std::string prefix = keys::CustomerPrefix("");
  std::vector<codec::StoredEvent> events;
  const auto deliver = [&]() -> absl::Status {
    if (merged->Find(customer_id) != nullptr) {  // comes with whom they are now
      events.clear();
      return absl::OkStatus();
    }
    if (!merged->IsJoined(customer_id)) return Deliver(customer_id, &events, visit);
    if (joined == nullptr)
      joined.reset(database.db().NewIterator(ScanOptions(snapshot), database.purchases()));
    auto log = ReadLog(*joined, customer_id);
    if (!log.ok()) return log.status();
    events = JoinedEvents(*std::move(log));
    return Deliver(customer_id, &events, visit);
  };
  for (it->Seek(keys::PastCustomer("")); it->Valid(); it->Next()) {
    const std::string_view key = it->key().ToStringView();
    if (!key.starts_with(prefix)) {
      if (auto status = deliver(); !status.ok()) return status;
      auto id = keys::ParseEventKey(key);
      if (!id) return absl::DataLossError("scan histories: a key is damaged; restore a backup");
      customer_id = std::move(id->customer_id);
      prefix = keys::CustomerPrefix(customer_id);
    }
    auto event =
        codec::DecodeEvent(customer_id, key.substr(prefix.size()), it->value().ToStringView());
    if (!event.ok()) return event.status();
    if (!std::holds_alternative<Merge>(event->event)) events.push_back(*std::move(event));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "scan histories");
  return deliver();
}

}  // namespace

absl::StatusOr<uint64_t> ScanHistories(const Database& database, const HistoryVisitor& visit) {
  rocksdb::ManagedSnapshot snapshot(&database.db());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.snapshot();
  std::string bytes;
  const auto read = database.db().Get(options, database.meta(), "store", &bytes);
  if (!read.ok()) return FromRocks(read, "read state of store");
  const auto state = codec::DecodeStoreState(bytes);
  if (!state.ok()) return state.status();

  if (auto guests = GuestScan(database, snapshot.snapshot()).Run(visit); !guests.ok()) {
    return guests;
  }
  auto customers = ScanCustomers(database, snapshot.snapshot(), visit);
  if (!customers.ok()) return customers;
  return state->sequence;
}

}  // namespace rapport
