// Store: every purchase, item and customer, in one RocksDB. What is acknowledged is on disk.
//
// Events are append-only and numbered by one sequence, so that "the history as of sequence S" is a
// fact that can be rebuilt at any time. All writes go through one group-commit thread, which syncs
// once for all that wait. What is the first of its kind for a customer is decided in the same
// write as the purchase, for ever and whatever arrives late. Any thread may call any method. Reads
// never wait for writes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/history_view.h"
#include "data/records.h"

namespace rocksdb {
class Env;
}

namespace rapport {

class Backups;
struct Backup;
struct BackupSource;

// What the group-commit thread tells of itself; called on that thread, after the sync and before
// the answers, whenever something was written.
struct CommitReport {
  size_t writes = 0;           // calls that were answered together
  size_t events = 0;           // events accepted
  double sync_seconds = 0;     // of RocksDB's synced write
  double visible_seconds = 0;  // from the oldest call's arrival until its events could be read
};

inline constexpr size_t kMostRules = 1'000;

struct StoreOptions {
  std::string path;             // created if it does not exist; its parent must
  rocksdb::Env* env = nullptr;  // none: the default; tests pass others. Must outlive the store
  size_t block_cache_bytes = size_t{256} << 20;           // shared by all column families
  size_t customer_cache_bytes = size_t{64} << 20;         // what View() keeps; 0: nothing
  size_t memtable_bytes = size_t{64} << 20;               // a memtable's size, for purchases
  uint64_t free_space_floor_bytes = uint64_t{512} << 20;  // below it, writes get RESOURCE_EXHAUSTED
  // Free bytes on the disk that holds `path`; none: ask the file system. Tests pass their own.
  std::function<uint64_t()> free_bytes;
  size_t max_waiting_events = 100'000;  // beyond it, writes get RESOURCE_EXHAUSTED at once
  std::function<TimePoint()> now;       // for recorded_at; required
  // Told once, on the group-commit thread, when a write failed: none is taken from then on, until
  // the store is opened again.
  std::function<void(const absl::Status&)> on_broken;
  std::function<void(const CommitReport&)> on_commit;  // none: nobody listens
  // Told, on the group-commit thread, of items that were written, as they are now; before the
  // answers, so that what was acknowledged holds. None: nobody listens.
  std::function<void(std::vector<Item>)> on_items;
  // The same of rules, told of all of them, in order of id.
  std::function<void(std::vector<Rule>)> on_rules;
  // Which n-th orders of a customer are moments, beside the first: 2 to kMostOrderNumber.
  std::vector<int> milestones = {10, 50, 100};
  // Told, on the group-commit thread and before the answers, of moments that are new or moved, in
  // order of position; they can be read by then. None: nobody listens.
  std::function<void(std::span<const Moment>)> on_moments;
};

enum class AppendOutcome : uint8_t { kAccepted, kDuplicate, kConflict };

struct EventResult {
  AppendOutcome outcome = AppendOutcome::kAccepted;
  std::string conflicting_field;  // kConflict: the field that differs, by its name in the proto
  // A return whose purchase the store does not hold yet, or a retraction of what is no report.
  bool unmatched = false;
};

struct MergeResult {
  Merged merged;             // into whom: who both are now, the end of a chain of merges
  bool done_before = false;  // nothing has changed; the figures are those of then
};

struct AppendResult {
  std::vector<EventResult> events;  // in the order of the call
  uint64_t sequence = 0;            // all of them are visible at it
  // Those whose subject is a purchase of the call, accepted or a duplicate, in order of position.
  // So the same call again, after an answer that was lost, gets them again.
  std::vector<Moment> moments;
};

// What became of a wish to deal with a moment, or to say how it ended.
enum class ClaimOutcome : uint8_t {
  kGranted,  // as was asked; or it was so already
  kHeld,     // another deals with this customer now
  kDone,     // it ended before, and otherwise
};

struct ClaimAnswer {
  ClaimOutcome outcome = ClaimOutcome::kGranted;
  // As it stands, under the id that it came with first; kHeld: what the other holds, of the same
  // customer.
  MomentClaim claim;
};

// What is known of a customer.
struct CustomerView {
  std::string customer_id;            // another than was asked for if that one was merged
  std::optional<Customer> described;  // none: never was
  HistoryView history;
};

struct StoreSizes {
  uint64_t sequence = 0;  // the last one given out: how many events there are
  // RocksDB's own figures by property name, summed over column families: "estimate-live-data-size",
  // "total-sst-files-size", "cur-size-all-mem-tables", "block-cache-usage", "block-cache-capacity",
  // "num-running-compactions", "is-write-stopped", "actual-delayed-write-rate".
  std::map<std::string, uint64_t> properties;
  uint64_t block_cache_hits = 0;
  uint64_t block_cache_misses = 0;
  uint64_t customer_cache_hits = 0;
  uint64_t customer_cache_misses = 0;
  uint64_t customer_cache_bytes = 0;
  uint64_t stall_micros = 0;
  uint64_t free_bytes = 0;              // of the disk; 0: it can't be asked
  uint64_t free_space_floor_bytes = 0;  // StoreOptions'
};

class Store {
 public:
  // Opens or creates. FAILED_PRECONDITION: locked by another process; PERMISSION_DENIED: not
  // writable; INVALID_ARGUMENT: milestones; DATA_LOSS: damaged, or acknowledged events are missing
  // (the watermark file beside it says how many there were); every message names the path and what
  // to do.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);

  // Answers every waiting write, then closes.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // --- writes. `done` is called once, on the group-commit thread, after the sync; it must not
  // block. It may be called on the caller's thread when the write is refused at once. Codes:
  // RESOURCE_EXHAUSTED (space, or too much waiting), UNAVAILABLE (disk; once a write has failed,
  // every later one does until the store is opened again).

  // Events must be valid (ids not empty, quantities positive); the edge checks that. All or none
  // are written; each event is judged in order, those before it in the same call included. What
  // comes under the id of one who was merged into another is the other's: a duplicate, if it was
  // taken in under either id; else new, even if the other has another event of its id.
  void Append(std::vector<Event> events, std::function<void(absl::StatusOr<AppendResult>)> done);
  void UpsertItems(std::vector<Item> items, std::function<void(absl::Status)> done);
  // NOT_FOUND if the item was neither described nor bought.
  void SetAvailability(std::string item_id, bool available, std::function<void(absl::Status)> done);
  // Of one who was merged into another, it says what the other's description leaves open.
  void UpsertCustomers(std::vector<Customer> customers, std::function<void(absl::Status)> done);
  // All that is `from`'s becomes `into`'s, at once and for ever: see data/README.md. Asked again it
  // changes nothing. INVALID_ARGUMENT: they are the same, or one is a guest. NOT_FOUND: nothing is
  // known of `from`, or `into` was neither described nor ever bought. FAILED_PRECONDITION: `from`
  // was merged into somebody else, `into` was merged into `from`, or they have more than 100,000
  // events. Messages name the customers.
  void MergeCustomers(std::string from, std::string into,
                      std::function<void(absl::StatusOr<MergeResult>)> done);

  // FAILED_PRECONDITION if there would be more than kMostRules.
  void UpsertRules(std::vector<Rule> rules, std::function<void(absl::Status)> done);
  // NOT_FOUND if there is none.
  void DeleteRule(std::string rule_id, std::function<void(absl::Status)> done);

  // Gives the moment to claim.staff_id for so long, or for so long anew; `until`, `fate`, `channel`
  // and `done_at` of what is given do not count. While somebody deals with a moment, nobody else
  // gets one of the same customer, under whichever id. `sequence`: of the history by which the
  // customer may be contacted; AsOf's own: of any. ABORTED: it has gone on since, so judge anew.
  void ClaimMoment(MomentClaim claim, std::chrono::microseconds lease, uint64_t sequence,
                   std::function<void(absl::StatusOr<ClaimAnswer>)> done);
  // Ends it with claim.fate, at the store's time; kContacted with a channel also appends a Contact,
  // whose event_id is "contact-" and the moment's id. May be asked again. Requires: a fate.
  void CompleteMoment(MomentClaim claim, std::function<void(absl::StatusOr<ClaimAnswer>)> done);

  // The same, waiting: never on a thread of gRPC.
  absl::StatusOr<AppendResult> AppendAndWait(std::vector<Event> events);
  absl::Status UpsertItemsAndWait(std::vector<Item> items);
  absl::Status SetAvailabilityAndWait(std::string item_id, bool available);
  absl::Status UpsertCustomersAndWait(std::vector<Customer> customers);
  absl::StatusOr<MergeResult> MergeCustomersAndWait(std::string from, std::string into);
  absl::Status UpsertRulesAndWait(std::vector<Rule> rules);
  absl::Status DeleteRuleAndWait(std::string rule_id);
  absl::StatusOr<ClaimAnswer> ClaimMomentAndWait(MomentClaim claim, std::chrono::microseconds lease,
                                                 uint64_t sequence = AsOf().sequence);
  absl::StatusOr<ClaimAnswer> CompleteMomentAndWait(MomentClaim claim);

  // Which store this is; a restored one has the id of the one that was backed up.
  const std::string& Id() const;

  // Adds a backup of what was acknowledged by now. Takes seconds to minutes and holds no call up.
  // Codes as Backups::Create. One thread at a time.
  absl::StatusOr<Backup> BackUp(Backups& backups, const BackupSource& source) const;

  // --- reads. Codes: DATA_LOSS (a record that does not parse), UNAVAILABLE (disk). Of a customer
  // who was merged into another they give the other, as of any sequence from the merge on; before,
  // each had a history of their own, and has it still.

  // The customer's purchases; empty for one who never bought. Reads one consistent state.
  absl::StatusOr<HistoryView> History(std::string_view customer_id, AsOf as_of = {}) const;

  // What is known of a customer, who is no guest. Free of disk and decoding for who was asked for
  // lately and has not bought since. Never null.
  absl::StatusOr<std::shared_ptr<const CustomerView>> View(std::string_view customer_id,
                                                           AsOf as_of = {}) const;

  // Visits every customer that ever bought, guests included (under the empty id, in slices of
  // unspecified size: `visit` is called several times for them), in order of id, at one consistent
  // state. Stops with the visitor's status if that is not OK. Returns the sequence of the state.
  absl::StatusOr<uint64_t> ScanHistories(
      const std::function<absl::Status(std::string_view customer_id, const HistoryView& history)>&
          visit) const;

  // None if the item was neither described nor bought; an item that was only bought has just its
  // id.
  absl::StatusOr<std::optional<Item>> GetItem(std::string_view item_id) const;
  // In order of id, those after `after`, at most `limit`.
  absl::StatusOr<std::vector<Item>> ListItems(std::string_view after, size_t limit) const;

  // None if the customer was neither described nor ever bought.
  absl::StatusOr<std::optional<Customer>> GetCustomer(std::string_view customer_id) const;
  // In order of id, those after `after`, at most `limit`; described ones and ones that only bought;
  // no guests.
  absl::StatusOr<std::vector<Customer>> ListCustomers(std::string_view after, size_t limit) const;

  // All, in order of id.
  absl::StatusOr<std::vector<Rule>> ListRules() const;

  // Moments after a position, in order of it, at most `limit`. One that moved stands only where it
  // was told last.
  absl::StatusOr<std::vector<Moment>> Moments(uint64_t after_position, size_t limit) const;
  // Of the last one told, 0: none was.
  uint64_t LastMoment() const;

  // Who deals with which moments of the customer, and how others ended; in order of moment_id. What
  // came under an id that was merged into theirs stands under that, and the moment's id of then.
  absl::StatusOr<std::vector<MomentClaim>> Claims(std::string_view customer_id) const;

  uint64_t LastSequence() const;
  StoreSizes Sizes() const;

 private:
  class State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rapport
