#include "data/firsts_completion.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <span>
#include <string>
#include <string_view>

#include "data/firsts.h"
#include "data/history_scan.h"

namespace rapport {
namespace {

constexpr size_t kEnoughBytes = size_t{4} << 20;  // of a batch

absl::Status Write(const Database& database, rocksdb::WriteBatch* batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const auto status = database.db().Write(options, batch);
  batch->Clear();
  return FromRocks(status, "write customers' firsts of store at " + database.path());
}

CustomerFirsts FirstsOf(std::span<const HistoryLine> history, const KnownItems& items) {
  CustomerFirsts firsts;
  for (const HistoryLine& line : history) {
    const MomentSubject subject = SubjectOf(line.purchase);
    firsts.AddOrder(subject);
    const std::string_view category =
        line.purchase.gift ? "" : items.CategoryOf(line.purchase.item_id);
    if (!category.empty()) firsts.AddToCategory(category, subject);
  }
  return firsts;
}

}  // namespace

absl::StatusOr<codec::StoreState> CompleteFirsts(const Database& database, const KnownItems& items,
                                                 codec::StoreState state) {
  if (state.firsts_complete) return state;
  rocksdb::WriteBatch batch;
  const auto scanned =
      ScanHistories(database, [&](std::string_view customer_id, const HistoryView& history) {
        if (customer_id.empty()) return absl::OkStatus();
        const rocksdb::Slice key(customer_id.data(), customer_id.size());
        batch.Put(database.firsts(), key, codec::EncodeFirsts(FirstsOf(history.lines, items)))
            .PermitUncheckedError();  // in memory
        return batch.GetDataSize() < kEnoughBytes ? absl::OkStatus() : Write(database, &batch);
      });
  if (!scanned.ok()) return scanned.status();
  state.firsts_complete = true;
  batch.Put(database.meta(), "store", codec::EncodeStoreState(state)).PermitUncheckedError();
  if (auto written = Write(database, &batch); !written.ok()) return written;
  return state;
}

}  // namespace rapport
