#include "data/merge_batch.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <utility>
#include <variant>

#include "data/customer_log.h"
#include "data/joined_log.h"
#include "data/keys.h"

namespace rapport {
namespace {

// Of both: they are in memory while it is decided, and the thread that writes does nothing else.
constexpr size_t kMostEvents = 100'000;

std::string Doing(const std::string& from, const std::string& into) {
  return "merge customer '" + from + "' into '" + into + "': ";
}

template <typename Value, typename Decode>
absl::Status Read(const Database& database, rocksdb::ColumnFamilyHandle* family,
                  const std::string& key, const Decode& decode, std::optional<Value>* value) {
  std::string bytes;
  const auto status = database.db().Get(rocksdb::ReadOptions(), family, key, &bytes);
  if (status.IsNotFound()) return absl::OkStatus();
  if (!status.ok()) return FromRocks(status, "read what a merge is about");
  auto decoded = decode(bytes);
  if (decoded.ok()) *value = *std::move(decoded);
  return decoded.status();
}

}  // namespace

absl::StatusOr<MergeBatch> MergeBatch::Make(const Database& database, const MergedCustomers& merged,
                                            const CategoryOf& category_of,
                                            std::span<const int> milestones,
                                            const codec::StoreState& state, TimePoint now,
                                            const std::string& from, const std::string& into) {
  MergeBatch batch;
  batch.from_ = from;
  batch.now_ = now;
  batch.last_position_ = state.last_moment;
  if (auto resolved = batch.Resolve(merged, into); !resolved.ok()) return resolved;
  if (batch.done_before()) return batch;
  batch.result_.merged.sequence = state.sequence + 1;
  if (auto read = batch.ReadDescriptions(database); !read.ok()) return read;
  if (auto read = batch.ReadFirsts(database); !read.ok()) return read;
  auto joined = batch.JoinHistories(database, category_of, milestones);
  if (!joined.ok()) return joined;
  return batch;
}

absl::Status MergeBatch::Resolve(const MergedCustomers& merged, const std::string& into) {
  const std::string doing = Doing(from_, into);
  if (from_.empty() || into.empty())
    return absl::InvalidArgumentError(doing + "a guest is nobody who can be merged");
  if (from_ == into) return absl::InvalidArgumentError(doing + "they are the same");
  const std::string& now = merged.Now(into);
  if (const Merged* before = merged.Find(from_)) {
    if (merged.Now(from_) != now) {
      return absl::FailedPreconditionError(doing + "'" + from_ + "' was merged into '" +
                                           before->into_customer_id + "' before");
    }
    result_ = {*before, true};
  } else if (now == from_) {
    return absl::FailedPreconditionError(doing + "'" + into + "' was merged into '" + from_ +
                                         "' before; what is one can't be turned around");
  }
  result_.merged.into_customer_id = now;
  return absl::OkStatus();
}

absl::Status MergeBatch::ReadDescriptions(const Database& database) {
  const auto read = [&](const std::string& id, std::optional<Customer>* described) {
    return Read(
        database, database.customers(), id,
        [&id](const std::string& bytes) { return codec::DecodeCustomer(id, bytes); }, described);
  };
  if (auto status = read(from_, &described_from_); !status.ok()) return status;
  return read(into(), &described_into_);
}

absl::Status MergeBatch::ReadFirsts(const Database& database) {
  const auto read = [&](const std::string& id, std::optional<CustomerFirsts>* firsts) {
    return Read(
        database, database.firsts(), id,
        [](const std::string& bytes) { return codec::DecodeFirsts(bytes); }, firsts);
  };
  if (auto status = read(from_, &firsts_from_); !status.ok()) return status;
  return read(into(), &firsts_into_);
}

absl::Status MergeBatch::JoinHistories(const Database& database, const CategoryOf& category_of,
                                       std::span<const int> milestones) {
  const std::string doing = Doing(from_, into());
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(
      database.db().NewIterator(options, database.purchases()));
  size_t left = kMostEvents;
  auto log = ReadLog(*it, into(), &left);
  auto from = log.ok() ? ReadLog(*it, from_, &left) : log.status();
  if (absl::IsFailedPrecondition(from.status())) {
    return absl::FailedPreconditionError(doing + "they have more than " +
                                         std::to_string(kMostEvents) + " events together");
  }
  if (!from.ok()) return from.status();
  if (!described_from_ && from->events.empty() && from->merged.empty())
    return absl::NotFoundError(doing + "nothing is known of '" + from_ + "'");
  // Who has firsts has bought.
  if (!described_into_ && !firsts_into_)
    return absl::NotFoundError(doing + "'" + into() + "' was neither described nor ever bought");

  from->merge = result_.merged.sequence;
  log->merged.push_back(*std::move(from));
  const JoinedLog joined(*std::move(log));
  const std::vector<codec::StoredEvent> events = joined.Events();
  std::vector<const Purchase*> lines;
  Merged& counts = result_.merged;
  counts.duplicates = joined.CountOf(from_);
  for (const codec::StoredEvent& stored : events) {
    const auto* purchase = std::get_if<Purchase>(&stored.event);
    if (purchase != nullptr) lines.push_back(purchase);
    if (stored.receipt.merge != counts.sequence) continue;
    --counts.duplicates;
    if (purchase != nullptr) ++counts.purchases;
    if (MayBeRetracted(stored.event)) ++counts.reports;
  }

  if (!firsts_from_) return absl::OkStatus();
  CustomerFirsts renamed = *firsts_from_;
  const auto rename = [&](MomentSubject* subject) {
    subject->event_id = joined.NameOf(from_, subject->event_id);
  };
  for (MomentSubject& order : renamed.orders) rename(&order);
  for (auto& [category, first] : renamed.categories) rename(&first.subject);
  firsts_ = MergeFirsts(into(), firsts_into_.value_or(CustomerFirsts()), renamed, lines,
                        category_of, milestones, &last_position_);
  counts.moments = firsts_.changes.told.size();
  return absl::OkStatus();
}

void MergeBatch::WriteTo(const Database& database, rocksdb::WriteBatch* batch) const {
  // A batch in memory: it has no size limit at which Put could fail.
  const auto put = [batch](rocksdb::ColumnFamilyHandle* family, const std::string& key,
                           const std::string& bytes) {
    batch->Put(family, key, bytes).PermitUncheckedError();
  };
  const Merge merge{MergeEventId(from_), into(), from_, now_};
  put(database.purchases(), keys::EventKey(into(), merge.event_id),
      codec::EncodeEvent(merge, {result_.merged.sequence, now_}));
  put(database.merged(), from_, codec::EncodeMerged(result_.merged));
  if (described_from_) {
    batch->Delete(database.customers(), from_).PermitUncheckedError();
    const Customer described =
        WithOld(described_into_.value_or(Customer{.customer_id = into()}), *described_from_);
    put(database.customers(), into(), codec::EncodeCustomer(described));
  }
  if (!firsts_from_) return;
  batch->Delete(database.firsts(), from_).PermitUncheckedError();
  put(database.firsts(), into(), codec::EncodeFirsts(firsts_.firsts));
  for (const uint64_t position : firsts_.changes.superseded)
    batch->Delete(database.moments(), keys::MomentKey(position)).PermitUncheckedError();
  for (const Moment& moment : firsts_.changes.told)
    put(database.moments(), keys::MomentKey(moment.position), codec::EncodeMoment(moment));
}

}  // namespace rapport
