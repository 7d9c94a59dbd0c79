#include "data/commit_batch.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <utility>

#include "data/customer_log.h"
#include "data/customer_reads.h"
#include "data/event_difference.h"
#include "data/keys.h"

namespace rapport {
namespace {

constexpr std::string_view kStateKey = "store";

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

std::string KeyOf(const Event& event) {
  return keys::EventKey(CustomerOf(event), EventIdOf(event));
}

}  // namespace

CommitBatch::CommitBatch(const Database& database, const KnownItems& known_items,
                         const MergedCustomers& merged, const RuleSet& rules,
                         std::span<const int> milestones, codec::StoreState state, TimePoint now)
    : database_(database),
      known_items_(known_items),
      merged_(merged),
      rules_before_(rules),
      before_(state),
      milestones_(milestones),
      now_(now),
      sequence_(state.sequence),
      firsts_(
          database, [this](const std::string& item_id) { return CategoryOf(item_id); }, milestones,
          state.last_moment),
      claims_(database) {}

absl::Status CommitBatch::Add(Write& write) {
  return std::visit([this](auto& w) { return Apply(w); }, write);
}

absl::StatusOr<std::vector<std::optional<codec::StoredEvent>>> CommitBatch::ReadStored(
    const std::vector<std::string>& keys) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_.db().MultiGet(rocksdb::ReadOptions(), database_.purchases(), keys.size(), slices.data(),
                          values.data(), statuses.data());
  std::vector<std::optional<codec::StoredEvent>> stored(keys.size());
  for (size_t at = 0; at < keys.size(); ++at) {
    if (statuses[at].IsNotFound()) continue;
    if (!statuses[at].ok()) return FromRocks(statuses[at], "look up an event");
    auto event = codec::DecodeEventAt(keys[at], values[at].ToStringView());
    if (!event.ok()) return event.status();
    stored[at] = *std::move(event);
  }
  return stored;
}

absl::Status CommitBatch::ReadJoined(const std::string& customer_id) {
  const std::string& now = merged_.Now(customer_id);
  if (!merged_.IsJoined(now) || joined_.contains(now)) return absl::OkStatus();
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(
      database_.db().NewIterator(options, database_.purchases()));
  auto log = ReadLog(*it, now);
  if (!log.ok()) return log.status();
  joined_.try_emplace(now, *std::move(log));
  return absl::OkStatus();
}

JoinedLog* CommitBatch::JoinedOf(const std::string& customer_id) {
  if (joined_.empty()) return nullptr;
  const auto joined = joined_.find(merged_.Now(customer_id));
  return joined != joined_.end() ? &joined->second : nullptr;
}

absl::Status CommitBatch::Apply(AppendEvents& append) {
  for (const Event& event : append.events) {
    if (auto read = ReadJoined(CustomerOf(event)); !read.ok()) return read;
  }
  // First the keys of the events, then those of what returns and retractions are about: read
  // together, before anything changes.
  std::vector<std::string> keys;
  keys.reserve(append.events.size());
  for (const Event& event : append.events) keys.push_back(KeyOf(event));
  for (const Event& event : append.events) {
    if (const auto* back = std::get_if<Return>(&event)) {
      keys.push_back(keys::EventKey(back->customer_id, back->purchase_event_id));
    } else if (const auto* retraction = std::get_if<Retraction>(&event)) {
      keys.push_back(keys::EventKey(retraction->customer_id, retraction->retracted_event_id));
    }
  }
  const auto stored = ReadStored(keys);
  if (!stored.ok()) return stored.status();
  std::vector<FirstsBatch::Candidate> purchases;
  std::deque<Purchase> renamed;  // of customers who were merged into others
  for (size_t at = 0; at < append.events.size(); ++at) {
    const auto* purchase = std::get_if<Purchase>(&append.events[at]);
    if (purchase == nullptr) continue;
    const bool known = (*stored)[at].has_value() || event_at_.contains(keys[at]);
    if (merged_.Find(purchase->customer_id) != nullptr) {
      purchase = &renamed.emplace_back(*purchase);
      renamed.back().customer_id = merged_.Now(purchase->customer_id);
    }
    purchases.push_back({purchase, known});
  }
  if (auto prepared = firsts_.Prepare(purchases); !prepared.ok()) return prepared;
  const auto find = [&](size_t at) -> const Event* {
    const auto added = event_at_.find(keys[at]);
    if (added != event_at_.end()) return added->second;
    const auto& found = (*stored)[at];
    return found ? &found->event : nullptr;
  };

  append.result.events.resize(append.events.size());
  std::vector<const Event*> stand;
  size_t other_key = append.events.size();
  for (size_t at = 0; at < append.events.size(); ++at) {
    const Event& event = append.events[at];
    EventResult& result = append.result.events[at];
    JoinedLog* const joined = JoinedOf(CustomerOf(event));
    stand.push_back(&event);
    if (joined != nullptr) {
      auto verdict = joined->Add(event, {sequence_ + 1, now_});
      result.outcome = verdict.outcome;
      result.conflicting_field = std::move(verdict.conflicting_field);
      stand.back() = verdict.event;
    } else if (const Event* earlier = find(at)) {
      result.conflicting_field = Difference(event, *earlier);
      result.outcome =
          result.conflicting_field.empty() ? AppendOutcome::kDuplicate : AppendOutcome::kConflict;
    }
    if (result.outcome == AppendOutcome::kAccepted) {
      const NewEvent& added = events_.emplace_back(NewEvent{keys[at], &event, ++sequence_});
      event_at_.emplace(added.key, &event);
    }
    if (std::holds_alternative<Purchase>(event)) {
      if (result.outcome != AppendOutcome::kAccepted) continue;
      const Purchase& purchase = std::get<Purchase>(*stand.back());
      if (!Known(purchase.item_id)) items_[purchase.item_id] = codec::EncodeBareItem();
      firsts_.Add(purchase);
    } else if (std::holds_alternative<Return>(event)) {
      const Event* returned = find(other_key++);
      result.unmatched = returned == nullptr || !std::holds_alternative<Purchase>(*returned);
      if (joined != nullptr) result.unmatched = !joined->IsMatched(event);
    } else if (std::holds_alternative<Retraction>(event)) {
      const Event* retracted = find(other_key++);
      result.unmatched = retracted == nullptr || !MayBeRetracted(*retracted);
      if (joined != nullptr) result.unmatched = !joined->IsMatched(event);
    }
  }
  append.result.sequence = sequence_;
  appended_.push_back({&append, std::move(stand)});
  return absl::OkStatus();
}

void CommitBatch::Finish() {
  firsts_.Finish();
  for (auto& [append, stand] : appended_) {
    std::map<uint64_t, Moment> moments;  // a line may stand in a call twice
    for (size_t at = 0; at < append->events.size(); ++at) {
      const auto* purchase = std::get_if<Purchase>(stand[at]);
      if (purchase == nullptr || append->result.events[at].outcome == AppendOutcome::kConflict)
        continue;
      for (Moment& moment : firsts_.MomentsOf(*purchase))
        moments.emplace(moment.position, std::move(moment));
    }
    for (auto& [position, moment] : moments) append->result.moments.push_back(std::move(moment));
  }
}

absl::StatusOr<std::vector<std::optional<Item>>> CommitBatch::ReadItems(
    std::span<const Item> items) const {
  std::vector<std::optional<Item>> found(items.size());
  std::vector<rocksdb::Slice> keys;
  std::vector<size_t> places;  // of the keys
  for (size_t at = 0; at < items.size(); ++at) {
    if (!known_items_.Contains(items[at].item_id)) continue;
    keys.emplace_back(items[at].item_id);
    places.push_back(at);
  }
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_.db().MultiGet(rocksdb::ReadOptions(), database_.items(), keys.size(), keys.data(),
                          values.data(), statuses.data());
  for (size_t key = 0; key < keys.size(); ++key) {
    if (statuses[key].IsNotFound()) continue;  // of this batch
    if (!statuses[key].ok()) return FromRocks(statuses[key], "read an item");
    auto item = codec::DecodeItem(keys[key].ToStringView(), values[key].ToStringView());
    if (!item.ok()) return item.status();
    found[places[key]] = *std::move(item);
  }
  return found;
}

absl::Status CommitBatch::Apply(UpsertItems& upsert) {
  auto before = ReadItems(upsert.items);
  if (!before.ok()) return before.status();
  for (size_t at = 0; at < upsert.items.size(); ++at) {
    Item& item = upsert.items[at];
    std::optional<Item> replaced = std::move((*before)[at]);
    if (const auto added = items_.find(item.item_id); added != items_.end()) {
      auto earlier = codec::DecodeItem(item.item_id, added->second);
      if (!earlier.ok()) return earlier.status();
      replaced = *std::move(earlier);
    }
    item.available_since =
        replaced ? codec::AvailableSince(*replaced, item.available, now_) : std::nullopt;
    items_[item.item_id] = codec::EncodeItem(item);
    categories_[item.item_id] = item.category_path.empty() ? "" : item.category_path.front();
  }
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(SetAvailability& set) {
  if (!Known(set.item_id)) {
    return absl::NotFoundError("set availability of item '" + set.item_id +
                               "': it was neither described nor bought");
  }
  std::string bytes;
  if (const auto added = items_.find(set.item_id); added != items_.end()) {
    bytes = added->second;
  } else {
    const auto status =
        database_.db().Get(rocksdb::ReadOptions(), database_.items(), ToSlice(set.item_id), &bytes);
    if (!status.ok()) return FromRocks(status, "read item '" + set.item_id + "'");
  }
  auto changed = codec::WithAvailability(bytes, set.available, now_);
  if (!changed.ok()) return changed.status();
  items_[set.item_id] = *std::move(changed);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Customer>> CommitBatch::Described(
    const std::string& customer_id) const {
  const auto written = customers_.find(customer_id);
  if (written == customers_.end()) return ReadCustomer(database_, nullptr, customer_id);
  auto customer = codec::DecodeCustomer(customer_id, written->second);
  if (!customer.ok()) return customer.status();
  return std::optional(*std::move(customer));
}

absl::Status CommitBatch::Apply(UpsertCustomers& upsert) {
  // Of those who were merged into others; read before anything changes.
  std::map<std::string, Customer> others;
  for (const Customer& customer : upsert.customers) {
    const std::string& now = merged_.Now(customer.customer_id);
    if (now == customer.customer_id || others.contains(now)) continue;
    auto described = Described(now);
    if (!described.ok()) return described.status();
    others.emplace(now, described->value_or(Customer{.customer_id = now}));
  }
  for (const Customer& customer : upsert.customers) {
    const auto other = others.find(merged_.Now(customer.customer_id));
    const bool old = merged_.Find(customer.customer_id) != nullptr;
    const Customer& next = old ? WithOld(other->second, customer) : customer;
    customers_[next.customer_id] = codec::EncodeCustomer(next);
    if (other != others.end()) other->second = next;
  }
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(MergeCustomers& merge) {
  auto made = MergeBatch::Make(
      database_, merged_, [this](const std::string& item_id) { return CategoryOf(item_id); },
      milestones_, before_, now_, merge.from, merge.into);
  if (!made.ok()) return made.status();
  merge.result = made->result();
  if (made->done_before()) return absl::OkStatus();
  merge_ = *std::move(made);
  ++sequence_;
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(UpsertRules& upsert) {
  RuleSet next = rules_.value_or(rules_before_);
  for (const Rule& rule : upsert.rules) next[rule.rule_id] = rule;
  if (next.size() > kMostRules) {
    return absl::FailedPreconditionError(
        "store rules: there would be " + std::to_string(next.size()) + ", and at most " +
        std::to_string(kMostRules) + " are kept; delete some first");
  }
  rules_ = std::move(next);
  return absl::OkStatus();
}

absl::Status CommitBatch::Apply(DeleteRule& erase) {
  RuleSet next = rules_.value_or(rules_before_);
  if (next.erase(erase.rule_id) == 0)
    return absl::NotFoundError("delete rule '" + erase.rule_id + "': there is no such rule");
  rules_ = std::move(next);
  return absl::OkStatus();
}

bool CommitBatch::Known(const std::string& item_id) const {
  return known_items_.Contains(item_id) || items_.contains(item_id);
}

std::string_view CommitBatch::CategoryOf(const std::string& item_id) const {
  const auto described = categories_.find(item_id);
  return described != categories_.end() ? described->second : known_items_.CategoryOf(item_id);
}

void CommitBatch::WriteTo(rocksdb::WriteBatch* batch) const {
  // A batch in memory: Put fails only beyond its size limit, and it has none.
  for (const NewEvent& added : events_) {
    const std::string bytes = codec::EncodeEvent(*added.event, {added.sequence, now_});
    batch->Put(database_.purchases(), added.key, bytes).PermitUncheckedError();
  }
  for (const auto& [id, bytes] : items_) {
    batch->Put(database_.items(), id, bytes).PermitUncheckedError();
  }
  firsts_.WriteTo(batch);
  claims_.WriteTo(batch);
  if (merge_) merge_->WriteTo(database_, batch);
  for (const auto& [id, bytes] : customers_) {
    batch->Put(database_.customers(), id, bytes).PermitUncheckedError();
  }
  if (rules_) {
    for (const auto& [id, rule] : rules_before_) {
      if (!rules_->contains(id)) batch->Delete(database_.rules(), id).PermitUncheckedError();
    }
    for (const auto& [id, rule] : *rules_) {
      const auto before = rules_before_.find(id);
      if (before != rules_before_.end() && before->second == rule) continue;
      batch->Put(database_.rules(), id, codec::EncodeRule(rule)).PermitUncheckedError();
    }
  }
  batch->Put(database_.meta(), ToSlice(kStateKey), codec::EncodeStoreState(NextState()))
      .PermitUncheckedError();
}

codec::StoreState CommitBatch::NextState() const {
  codec::StoreState next = before_;
  next.sequence = sequence_;
  if (merge_) ++next.merges;
  ++next.commits;
  next.last_moment = merge_ ? merge_->last_position() : firsts_.last_position();
  return next;
}

std::vector<Item> CommitBatch::Items() const {
  std::vector<Item> items;
  for (const auto& [id, bytes] : items_) {
    if (auto item = codec::DecodeItem(id, bytes); item.ok()) items.push_back(*std::move(item));
  }
  return items;
}

std::vector<std::string_view> CommitBatch::Customers() const {
  std::vector<std::string_view> ids;
  for (const NewEvent& added : events_) ids.push_back(merged_.Now(CustomerOf(*added.event)));
  for (const auto& [id, bytes] : customers_) ids.push_back(id);
  if (merge_) {
    ids.push_back(merge_->from());
    ids.push_back(merge_->into());
  }
  return ids;
}

void CommitBatch::Update(KnownItems* known_items) const {
  for (const auto& [id, bytes] : items_) {
    if (!known_items->Contains(id)) known_items->Set(id, "");
  }
  for (const auto& [id, category] : categories_) known_items->Set(id, category);
}

void CommitBatch::Update(MergedCustomers* merged) const {
  if (merge_) merged->Add(merge_->from(), merge_->result().merged);
}

}  // namespace rapport
