#include "data/completeness.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace rapport {
namespace {

constexpr uint32_t kFormatVersion = 1;

absl::StatusOr<std::optional<codec::StoreState>> ReadState(const Database& database) {
  std::string bytes;
  const auto status = database.db().Get(rocksdb::ReadOptions(), database.meta(), "store", &bytes);
  if (status.IsNotFound()) return std::optional<codec::StoreState>();
  if (!status.ok()) return FromRocks(status, "read state of store at " + database.path());
  auto state = codec::DecodeStoreState(bytes);
  if (!state.ok()) return state.status();
  return std::optional(*state);
}

absl::Status WriteState(const Database& database, const codec::StoreState& state) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const auto status =
      database.db().Put(options, database.meta(), "store", codec::EncodeStoreState(state));
  return FromRocks(status, "write state of store at " + database.path());
}

std::string Events(uint64_t count) {
  return std::to_string(count) + (count == 1 ? " event" : " events");
}

absl::Status Missing(const Database& database, const std::string& watermark_path,
                     const std::string& what) {
  return absl::DataLossError("open store at " + database.path() + ": " + what +
                             "; restore a backup, or delete " + watermark_path +
                             " to go on without them");
}

// What the database holds.
struct Held {
  uint64_t events;
  uint64_t merges;
};

absl::Status CompareWith(const Mark& mark, const codec::StoreState& state, const Held& held,
                         const Database& database, const std::string& watermark_path) {
  if (state.sequence < mark.sequence || state.commits < mark.commits) {
    const uint64_t events_missing = mark.sequence - std::min(state.sequence, mark.sequence);
    const uint64_t batches_missing = mark.commits - std::min(state.commits, mark.commits);
    return Missing(database, watermark_path,
                   Events(events_missing) + " of " + std::to_string(mark.sequence) +
                       " that were acknowledged are missing: the last " +
                       std::to_string(batches_missing) + " batches of writes");
  }
  const uint64_t expected = state.sequence - state.lost_events;
  if (held.events > expected) {
    return absl::DataLossError("open store at " + database.path() + ": it holds " +
                               Events(held.events) + " where " + std::to_string(expected) +
                               " were numbered; restore a backup");
  }
  if (held.events < expected) {
    return Missing(database, watermark_path,
                   Events(expected - held.events) + " that were acknowledged are missing among " +
                       std::to_string(expected));
  }
  if (held.merges == state.merges) return absl::OkStatus();
  return Missing(database, watermark_path,
                 "it holds " + std::to_string(held.merges) + " merges of customers and " +
                     std::to_string(state.merges) + " were acknowledged");
}

}  // namespace

absl::StatusOr<CompleteStore> CheckComplete(const Database& database) {
  const std::string watermark_path = WatermarkPath(database.path());
  const auto found = ReadState(database);
  if (!found.ok()) return found.status();
  codec::StoreState state = found->value_or(codec::StoreState{.format_version = kFormatVersion});
  if (state.format_version > kFormatVersion) {
    return absl::FailedPreconditionError(
        "open store at " + database.path() + ": its format is version " +
        std::to_string(state.format_version) + " and this Rapport reads up to " +
        std::to_string(kFormatVersion) + "; open it with the newer one that wrote it");
  }
  const auto events = database.CountEvents();
  if (!events.ok()) return events.status();
  const auto merges = database.CountMerged();
  if (!merges.ok()) return merges.status();
  const auto mark = Watermark::Read(database.files(), watermark_path);
  if (!mark.ok()) return mark.status();

  if (*mark) {
    const auto same = CompareWith(**mark, state, {*events, *merges}, database, watermark_path);
    if (!same.ok()) return same;
  } else {
    // What is lost is lost with the operator's consent; it must not be missed again.
    state.sequence = std::max(state.sequence, *events);
    state.lost_events = state.sequence - *events;
    state.merges = *merges;
  }
  if (!*found || state != **found) {
    if (auto written = WriteState(database, state); !written.ok()) return written;
  }
  auto watermark =
      Watermark::Open(database.files(), watermark_path, {state.sequence, state.commits});
  if (!watermark.ok()) return watermark.status();
  return CompleteStore{state, *std::move(watermark)};
}

}  // namespace rapport
