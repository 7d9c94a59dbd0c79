#include "data/group_commit.h"

#include <rocksdb/db.h>
#include <rocksdb/file_system.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <utility>

namespace rapport {
namespace {

// Enough to spread a sync over many events, little enough that answers and memory stay small.
constexpr size_t kMaxBatch = 20'000;

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

struct Size {
  size_t operator()(const AppendEvents& w) const { return w.events.size(); }
  size_t operator()(const UpsertItems& w) const { return w.items.size(); }
  size_t operator()(const SetAvailability&) const { return 1; }
  size_t operator()(const UpsertCustomers& w) const { return w.customers.size(); }
  size_t operator()(const MergeCustomers&) const { return 1; }
  size_t operator()(const UpsertRules& w) const { return w.rules.size(); }
  size_t operator()(const DeleteRule&) const { return 1; }
  size_t operator()(const ClaimMoment&) const { return 1; }
  size_t operator()(const CompleteMoment&) const { return 1; }
};

std::vector<Rule> Values(const RuleSet& rules) {
  std::vector<Rule> values;
  for (const auto& [id, rule] : rules) values.push_back(rule);
  return values;
}

bool IsMerge(const Write& write) { return std::holds_alternative<MergeCustomers>(write); }

void Answer(Write& write, const absl::Status& verdict) {
  std::visit(
      [&](auto& w) {
        if constexpr (requires { w.result; }) {
          if (verdict.ok()) return w.done(std::move(w.result));
        }
        w.done(verdict);
      },
      write);
}

}  // namespace

GroupCommit::GroupCommit(const StoreOptions& options, const Database& database,
                         Watermark& watermark, CustomerCache& customers, codec::StoreState state,
                         KnownItems known_items, MergedCustomers merged, RuleSet rules)
    : options_(options),
      database_(database),
      sequence_(state.sequence),
      last_moment_(state.last_moment),
      watermark_(watermark),
      customers_(customers),
      state_(state),
      known_items_(std::move(known_items)),
      merged_(std::move(merged)),
      rules_(std::move(rules)),
      thread_([this] { Run(); }) {}

GroupCommit::~GroupCommit() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  arrived_.notify_one();
}

void GroupCommit::Submit(Write write) {
  Waiting waiting{std::move(write), 0, Clock::now(), absl::OkStatus()};
  waiting.size = std::max<size_t>(1, std::visit(Size(), waiting.write));
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ + waiting.size <= options_.max_waiting_events) {
      waiting_ += waiting.size;
      queue_.push_back(std::move(waiting));
      arrived_.notify_one();
      return;
    }
  }
  Answer(waiting.write,
         absl::ResourceExhaustedError("write to store: more than " +
                                      std::to_string(options_.max_waiting_events) +
                                      " records would wait; send less or come back later"));
}

std::vector<GroupCommit::Waiting> GroupCommit::Take() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return !queue_.empty() || closing_; });
  std::vector<Waiting> group;
  size_t size = 0;
  while (!queue_.empty() && (group.empty() || size + queue_.front().size <= kMaxBatch)) {
    if (!group.empty() && (IsMerge(group.back().write) || IsMerge(queue_.front().write))) break;
    size += queue_.front().size;
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  waiting_ -= size;
  return group;
}

void GroupCommit::Run() {
  for (auto group = Take(); !group.empty(); group = Take()) {
    Commit(group);
    for (Waiting& waiting : group) Answer(waiting.write, waiting.verdict);
  }
}

void GroupCommit::Commit(std::vector<Waiting>& group) {
  const auto refuse_all = [&](const absl::Status& why) {
    for (Waiting& waiting : group) waiting.verdict = why;
  };
  if (!broken_.ok()) return refuse_all(broken_);
  if (auto space = CheckSpace(); !space.ok()) return refuse_all(space);

  CommitBatch batch(database_, known_items_, merged_, rules_, options_.milestones, state_,
                    options_.now());
  for (Waiting& waiting : group) waiting.verdict = batch.Add(waiting.write);
  batch.Finish();
  if (batch.empty()) return;

  const auto start = Clock::now();
  if (auto written = WriteBatchSynced(batch); !written.ok()) {
    broken_ = written;
    if (options_.on_broken) options_.on_broken(broken_);
    return refuse_all(written);
  }
  const auto synced = Clock::now();
  state_ = batch.NextState();
  batch.Update(&known_items_);
  batch.Update(&merged_);
  if (batch.rules()) {
    rules_ = *batch.rules();
    if (options_.on_rules) options_.on_rules(Values(rules_));
  }
  if (options_.on_items) {
    if (auto items = batch.Items(); !items.empty()) options_.on_items(std::move(items));
  }
  for (const std::string_view id : batch.Customers()) customers_.Forget(id);
  sequence_.store(state_.sequence, std::memory_order_release);
  last_moment_.store(state_.last_moment, std::memory_order_release);
  // On failure an older mark stays, which promises less: no reason to fail a write that is on disk.
  watermark_.Raise({state_.sequence, state_.commits}).IgnoreError();
  if (options_.on_moments && !batch.Moments().empty()) options_.on_moments(batch.Moments());
  if (options_.on_commit) {
    options_.on_commit({.writes = group.size(),
                        .events = batch.event_count(),
                        .sync_seconds = Seconds(synced - start),
                        .visible_seconds = Seconds(synced - group.front().since)});
  }
}

absl::Status GroupCommit::CheckSpace() const {
  const auto free = database_.FreeBytes();
  if (!free.ok()) return free.status();
  if (*free >= options_.free_space_floor_bytes) return absl::OkStatus();
  return absl::ResourceExhaustedError("write to store at " + database_.path() + ": " +
                                      std::to_string(*free >> 20) +
                                      " MiB are free and writing stops below " +
                                      std::to_string(options_.free_space_floor_bytes >> 20) +
                                      " MiB; free some space or enlarge the disk. Reads go on");
}

absl::Status GroupCommit::WriteBatchSynced(const CommitBatch& batch) {
  rocksdb::WriteBatch records;
  batch.WriteTo(&records);
  rocksdb::WriteOptions options;
  options.sync = true;
  const auto status = database_.db().Write(options, &records);
  if (status.ok()) return absl::OkStatus();
  return absl::UnavailableError("write to store at " + database_.path() + ": " + status.ToString() +
                                "; nothing was acknowledged, and no more is written until the "
                                "store is opened again");
}

}  // namespace rapport
