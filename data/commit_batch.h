// CommitBatch: what one group of writes becomes. Each write is judged against the store and the
// writes before it, and turned into records; nothing touches the disk before WriteTo. One batch,
// one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/claims_batch.h"
#include "data/codec.h"
#include "data/database.h"
#include "data/firsts_batch.h"
#include "data/joined_log.h"
#include "data/known_items.h"
#include "data/merge_batch.h"
#include "data/merged_customers.h"
#include "data/store.h"

namespace rocksdb {
class WriteBatch;
}

namespace rapport {

struct AppendEvents {
  std::vector<Event> events;
  std::function<void(absl::StatusOr<AppendResult>)> done;
  AppendResult result;  // Add fills it
};
struct UpsertItems {
  std::vector<Item> items;
  std::function<void(absl::Status)> done;
};
struct SetAvailability {
  std::string item_id;
  bool available;
  std::function<void(absl::Status)> done;
};
struct UpsertCustomers {
  std::vector<Customer> customers;
  std::function<void(absl::Status)> done;
};
struct MergeCustomers {
  std::string from;
  std::string into;
  std::function<void(absl::StatusOr<MergeResult>)> done;
  MergeResult result;  // Add fills it
};
struct UpsertRules {
  std::vector<Rule> rules;
  std::function<void(absl::Status)> done;
};
struct DeleteRule {
  std::string rule_id;
  std::function<void(absl::Status)> done;
};
struct ClaimMoment {
  MomentClaim claim;
  std::chrono::microseconds lease;
  uint64_t sequence;  // of the history that the wish rests on
  std::function<void(absl::StatusOr<ClaimAnswer>)> done;
  ClaimAnswer result;  // Add fills it
};
struct CompleteMoment {
  MomentClaim claim;
  std::function<void(absl::StatusOr<ClaimAnswer>)> done;
  ClaimAnswer result;  // Add fills it, and
  Event contact;       // what is appended with it
};
using Write = std::variant<AppendEvents, UpsertItems, SetAvailability, UpsertCustomers,
                           MergeCustomers, UpsertRules, DeleteRule, ClaimMoment, CompleteMoment>;
using RuleSet = std::map<std::string, Rule>;  // by id

class CommitBatch {
 public:
  // `known_items`, `merged`, `rules` (what the store holds), `milestones` and the database must
  // outlive it, and so must every write that is added.
  CommitBatch(const Database& database, const KnownItems& known_items,
              const MergedCustomers& merged, const RuleSet& rules, std::span<const int> milestones,
              codec::StoreState state, TimePoint now);
  CommitBatch(const CommitBatch&) = delete;
  CommitBatch& operator=(const CommitBatch&) = delete;

  // Adds all of the write or, on failure, none of it. NOT_FOUND (SetAvailability, DeleteRule),
  // FAILED_PRECONDITION (more than kMostRules), DATA_LOSS, UNAVAILABLE; MergeCustomers as
  // Store::MergeCustomers. Requires: a MergeCustomers is the only write.
  absl::Status Add(Write& write);
  // Once, after the last Add: decides what became a moment, and completes the results.
  void Finish();

  // Nothing to write: all were duplicates, or failed.
  bool empty() const {
    return events_.empty() && items_.empty() && customers_.empty() && !rules_.has_value() &&
           claims_.empty() && !merge_.has_value();
  }
  size_t event_count() const { return events_.size() + (merge_ ? 1 : 0); }

  // All records, the store's state among them.
  void WriteTo(rocksdb::WriteBatch* batch) const;
  // The state once the batch is written.
  codec::StoreState NextState() const;
  // All of the store's rules as they will be; none: as they are.
  const std::optional<RuleSet>& rules() const { return rules_; }
  // The items that are written, as they will be.
  std::vector<Item> Items() const;
  // Whom the batch says something of; the same one may come several times.
  std::vector<std::string_view> Customers() const;
  // New or moved moments, in order of position.
  const std::vector<Moment>& Moments() const { return merge_ ? merge_->told() : firsts_.told(); }
  // The items as they will be known.
  void Update(KnownItems* known_items) const;
  // Who will have been merged into whom.
  void Update(MergedCustomers* merged) const;

 private:
  struct NewEvent {
    std::string key;
    const Event* event;
    uint64_t sequence;
  };
  struct Appended {
    AppendEvents* append;
    // The events as they stand in their customers' histories.
    std::vector<const Event*> stand;
  };

  absl::Status Apply(AppendEvents& append);
  absl::Status Apply(UpsertItems& upsert);
  absl::Status Apply(SetAvailability& set);
  absl::Status Apply(UpsertCustomers& upsert);
  absl::Status Apply(MergeCustomers& merge);
  absl::Status Apply(UpsertRules& upsert);
  absl::Status Apply(DeleteRule& erase);
  absl::Status Apply(ClaimMoment& claim);
  absl::Status Apply(CompleteMoment& complete);
  // What the store holds at each of the keys.
  absl::StatusOr<std::vector<std::optional<codec::StoredEvent>>> ReadStored(
      const std::vector<std::string>& keys) const;
  // Items as they are before a write replaces them; none: the store does not know it.
  absl::StatusOr<std::vector<std::optional<Item>>> ReadItems(std::span<const Item> items) const;
  // The log of a customer who is known under several ids; null: of any other. Requires: it was
  // read.
  JoinedLog* JoinedOf(const std::string& customer_id);
  // Reads it, if the customer is one.
  absl::Status ReadJoined(const std::string& customer_id);
  // What one of the batch's writes or the store says of a customer; none: nothing.
  absl::StatusOr<std::optional<Customer>> Described(const std::string& customer_id) const;
  bool Known(const std::string& item_id) const;
  std::string_view CategoryOf(const std::string& item_id) const;

  const Database& database_;
  const KnownItems& known_items_;
  const MergedCustomers& merged_;
  const RuleSet& rules_before_;
  const codec::StoreState before_;
  const std::span<const int> milestones_;
  const TimePoint now_;
  uint64_t sequence_;            // of the last event added
  std::deque<NewEvent> events_;  // in order of sequence; never moves what it holds
  std::unordered_map<std::string_view, const Event*> event_at_;  // by key
  std::map<std::string, std::string> items_;                     // bytes by id
  std::map<std::string, std::string> categories_;  // the broadest, by id of described items
  std::map<std::string, std::string> customers_;
  std::optional<RuleSet> rules_;
  FirstsBatch firsts_;
  ClaimsBatch claims_;
  std::vector<Appended> appended_;
  std::unordered_map<std::string, JoinedLog> joined_;  // by who they are now
  std::optional<MergeBatch> merge_;
};

}  // namespace rapport
