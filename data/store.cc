#include "data/store.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/snapshot.h>

#include <future>
#include <utility>

#include "data/backups.h"
#include "data/claims.h"
#include "data/codec.h"
#include "data/completeness.h"
#include "data/customer_cache.h"
#include "data/customer_reads.h"
#include "data/database.h"
#include "data/firsts_completion.h"
#include "data/group_commit.h"
#include "data/history.h"
#include "data/history_scan.h"
#include "data/keys.h"
#include "data/known_items.h"
#include "data/merged_customers.h"
#include "data/store_id.h"

namespace rapport {
namespace {

using IteratorPtr = std::unique_ptr<rocksdb::Iterator>;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

absl::StatusOr<KnownItems> ReadKnownItems(const Database& database) {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  const IteratorPtr it(database.db().NewIterator(options, database.items()));
  KnownItems items;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    const auto category = codec::DecodeTopCategory(it->value().ToStringView());
    if (!category.ok()) return category.status();
    items.Set(it->key().ToString(), *category);
  }
  if (!it->status().ok()) return FromRocks(it->status(), "read items of " + database.path());
  return items;
}

absl::StatusOr<std::vector<Rule>> ReadRules(const Database& database) {
  const IteratorPtr it(database.db().NewIterator(rocksdb::ReadOptions(), database.rules()));
  std::vector<Rule> rules;
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    auto rule = codec::DecodeRule(it->key().ToStringView(), it->value().ToStringView());
    if (!rule.ok()) return rule.status();
    rules.push_back(*std::move(rule));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "read rules of " + database.path());
  return rules;
}

// To the first key after `after`.
void SeekPast(rocksdb::Iterator& it, std::string_view after) {
  it.Seek(ToSlice(after));
  if (it.Valid() && it.key() == ToSlice(after)) it.Next();
}

template <typename Value>
struct Awaited {
  std::promise<Value> promise;
  auto Done() {
    return [this](Value value) { promise.set_value(std::move(value)); };
  }
  Value Wait() { return promise.get_future().get(); }
};

}  // namespace

class Store::State {
 public:
  State(const StoreOptions& options, std::unique_ptr<Database> opened, CompleteStore complete,
        KnownItems known_items, MergedCustomers merged, RuleSet rules, std::string store_id)
      : id(std::move(store_id)),
        database(std::move(opened)),
        watermark(std::move(complete.watermark)),
        customers(options.customer_cache_bytes),
        group_commit(options, *database, *watermark, customers, complete.state,
                     std::move(known_items), std::move(merged), std::move(rules)) {}

  const std::string id;
  // In this order: the writer ends first, then the watermark is synced, then RocksDB closes.
  const std::unique_ptr<Database> database;
  const std::unique_ptr<Watermark> watermark;
  CustomerCache customers;
  GroupCommit group_commit;
};

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  for (const int number : options.milestones) {
    if (number < 2 || number > kMostOrderNumber) {
      return absl::InvalidArgumentError("open store at " + options.path + ": milestone " +
                                        std::to_string(number) + "; expected 2 to " +
                                        std::to_string(kMostOrderNumber));
    }
  }
  auto database = Database::Open(options);
  if (!database.ok()) return database.status();
  auto complete = CheckComplete(**database);
  if (!complete.ok()) return complete.status();
  auto known_items = ReadKnownItems(**database);
  if (!known_items.ok()) return known_items.status();
  const auto state = CompleteFirsts(**database, *known_items, complete->state);
  if (!state.ok()) return state.status();
  complete->state = *state;
  auto merged = MergedCustomers::Read(**database, rocksdb::ReadOptions());
  if (!merged.ok()) return merged.status();
  auto rules = ReadRules(**database);
  if (!rules.ok()) return rules.status();
  auto id = StoreId(**database);
  if (!id.ok()) return id.status();
  RuleSet by_id;
  for (Rule& rule : *rules) by_id[rule.rule_id] = std::move(rule);
  return std::unique_ptr<Store>(new Store(std::make_unique<State>(
      options, *std::move(database), *std::move(complete), *std::move(known_items),
      *std::move(merged), std::move(by_id), *std::move(id))));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

void Store::Append(std::vector<Event> events,
                   std::function<void(absl::StatusOr<AppendResult>)> done) {
  state_->group_commit.Submit(AppendEvents{std::move(events), std::move(done), {}});
}

void Store::UpsertItems(std::vector<Item> items, std::function<void(absl::Status)> done) {
  state_->group_commit.Submit(rapport::UpsertItems{std::move(items), std::move(done)});
}

void Store::SetAvailability(std::string item_id, bool available,
                            std::function<void(absl::Status)> done) {
  state_->group_commit.Submit(
      rapport::SetAvailability{std::move(item_id), available, std::move(done)});
}

void Store::UpsertCustomers(std::vector<Customer> customers,
                            std::function<void(absl::Status)> done) {
  state_->group_commit.Submit(rapport::UpsertCustomers{std::move(customers), std::move(done)});
}

void Store::MergeCustomers(std::string from, std::string into,
                           std::function<void(absl::StatusOr<MergeResult>)> done) {
  state_->group_commit.Submit(
      rapport::MergeCustomers{std::move(from), std::move(into), std::move(done), {}});
}

void Store::UpsertRules(std::vector<Rule> rules, std::function<void(absl::Status)> done) {
  state_->group_commit.Submit(rapport::UpsertRules{std::move(rules), std::move(done)});
}

void Store::DeleteRule(std::string rule_id, std::function<void(absl::Status)> done) {
  state_->group_commit.Submit(rapport::DeleteRule{std::move(rule_id), std::move(done)});
}

void Store::ClaimMoment(MomentClaim claim, std::chrono::microseconds lease, uint64_t sequence,
                        std::function<void(absl::StatusOr<ClaimAnswer>)> done) {
  state_->group_commit.Submit(
      rapport::ClaimMoment{std::move(claim), lease, sequence, std::move(done), {}});
}

void Store::CompleteMoment(MomentClaim claim,
                           std::function<void(absl::StatusOr<ClaimAnswer>)> done) {
  state_->group_commit.Submit(
      rapport::CompleteMoment{std::move(claim), std::move(done), {}, Contact()});
}

absl::StatusOr<AppendResult> Store::AppendAndWait(std::vector<Event> events) {
  Awaited<absl::StatusOr<AppendResult>> awaited;
  Append(std::move(events), awaited.Done());
  return awaited.Wait();
}

absl::Status Store::UpsertItemsAndWait(std::vector<Item> items) {
  Awaited<absl::Status> awaited;
  UpsertItems(std::move(items), awaited.Done());
  return awaited.Wait();
}

absl::Status Store::SetAvailabilityAndWait(std::string item_id, bool available) {
  Awaited<absl::Status> awaited;
  SetAvailability(std::move(item_id), available, awaited.Done());
  return awaited.Wait();
}

absl::Status Store::UpsertCustomersAndWait(std::vector<Customer> customers) {
  Awaited<absl::Status> awaited;
  UpsertCustomers(std::move(customers), awaited.Done());
  return awaited.Wait();
}

absl::StatusOr<MergeResult> Store::MergeCustomersAndWait(std::string from, std::string into) {
  Awaited<absl::StatusOr<MergeResult>> awaited;
  MergeCustomers(std::move(from), std::move(into), awaited.Done());
  return awaited.Wait();
}

absl::Status Store::UpsertRulesAndWait(std::vector<Rule> rules) {
  Awaited<absl::Status> awaited;
  UpsertRules(std::move(rules), awaited.Done());
  return awaited.Wait();
}

absl::Status Store::DeleteRuleAndWait(std::string rule_id) {
  Awaited<absl::Status> awaited;
  DeleteRule(std::move(rule_id), awaited.Done());
  return awaited.Wait();
}

absl::StatusOr<ClaimAnswer> Store::ClaimMomentAndWait(MomentClaim claim,
                                                      std::chrono::microseconds lease,
                                                      uint64_t sequence) {
  Awaited<absl::StatusOr<ClaimAnswer>> awaited;
  ClaimMoment(std::move(claim), lease, sequence, awaited.Done());
  return awaited.Wait();
}

absl::StatusOr<ClaimAnswer> Store::CompleteMomentAndWait(MomentClaim claim) {
  Awaited<absl::StatusOr<ClaimAnswer>> awaited;
  CompleteMoment(std::move(claim), awaited.Done());
  return awaited.Wait();
}

const std::string& Store::Id() const { return state_->id; }

absl::StatusOr<Backup> Store::BackUp(Backups& backups, const BackupSource& source) const {
  return backups.Create(*state_->database, source);
}

absl::StatusOr<HistoryView> Store::History(std::string_view customer_id, AsOf as_of) const {
  const Database& database = *state_->database;
  rocksdb::ManagedSnapshot snapshot(&database.db());
  const auto who = WhoAt(database, snapshot.snapshot(), customer_id, as_of.sequence);
  if (!who.ok()) return who.status();
  return ReadHistory(database, snapshot.snapshot(), *who, as_of);
}

absl::StatusOr<std::shared_ptr<const CustomerView>> Store::View(std::string_view customer_id,
                                                                AsOf as_of) const {
  CustomerCache& customers = state_->customers;
  if (auto kept = customers.Find(customer_id); kept != nullptr && IsAllOf(kept->history, as_of))
    return kept;
  const uint64_t ticket = customers.Ticket(customer_id);
  const Database& database = *state_->database;
  rocksdb::ManagedSnapshot snapshot(&database.db());
  const auto who = WhoAt(database, snapshot.snapshot(), customer_id, as_of.sequence);
  if (!who.ok()) return who.status();
  if (*who != customer_id) return View(*who, as_of);
  // What they agreed to holds at once, whoever they are by now.
  const auto now = WhoAt(database, snapshot.snapshot(), customer_id, UINT64_MAX);
  if (!now.ok()) return now.status();
  auto view = std::make_shared<CustomerView>();
  view->customer_id = *now;
  auto described = ReadCustomer(database, snapshot.snapshot(), *now);
  if (!described.ok()) return described.status();
  view->described = *std::move(described);
  auto history = ReadHistory(database, snapshot.snapshot(), customer_id, as_of);
  if (!history.ok()) return history.status();
  view->history = *std::move(history);
  const bool whole = as_of.sequence == AsOf().sequence && as_of.time == AsOf().time;
  if (whole) customers.Keep(customer_id, ticket, view);
  return view;
}

absl::StatusOr<uint64_t> Store::ScanHistories(
    const std::function<absl::Status(std::string_view, const HistoryView&)>& visit) const {
  return rapport::ScanHistories(*state_->database, visit);
}

absl::StatusOr<std::optional<Item>> Store::GetItem(std::string_view item_id) const {
  const Database& database = *state_->database;
  const auto bytes = ReadValue(database, nullptr, database.items(), item_id, "read an item");
  if (!bytes.ok()) return bytes.status();
  if (!*bytes) return std::optional<Item>();
  auto item = codec::DecodeItem(item_id, **bytes);
  if (!item.ok()) return item.status();
  return std::optional(*std::move(item));
}

absl::StatusOr<std::vector<Item>> Store::ListItems(std::string_view after, size_t limit) const {
  const Database& database = *state_->database;
  const IteratorPtr it(database.db().NewIterator(rocksdb::ReadOptions(), database.items()));
  std::vector<Item> items;
  for (SeekPast(*it, after); it->Valid() && items.size() < limit; it->Next()) {
    auto item = codec::DecodeItem(it->key().ToStringView(), it->value().ToStringView());
    if (!item.ok()) return item.status();
    items.push_back(*std::move(item));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "list items");
  return items;
}

absl::StatusOr<std::optional<Customer>> Store::GetCustomer(std::string_view customer_id) const {
  const Database& database = *state_->database;
  rocksdb::ManagedSnapshot snapshot(&database.db());
  const auto who = WhoAt(database, snapshot.snapshot(), customer_id, UINT64_MAX);
  if (!who.ok()) return who.status();
  auto described = ReadCustomer(database, snapshot.snapshot(), *who);
  if (!described.ok() || *described || customer_id.empty()) return described;
  const auto buyer = Buyers(database, snapshot.snapshot()).From(keys::CustomerPrefix(*who));
  if (!buyer.ok()) return buyer.status();
  if (!*buyer || **buyer != *who) return std::optional<Customer>();
  return std::optional(Customer{.customer_id = *who});
}

absl::StatusOr<std::vector<Customer>> Store::ListCustomers(std::string_view after,
                                                           size_t limit) const {
  const Database& database = *state_->database;
  rocksdb::ManagedSnapshot snapshot(&database.db());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.snapshot();
  const IteratorPtr described(database.db().NewIterator(options, database.customers()));
  SeekPast(*described, after);
  Buyers buyers(database, snapshot.snapshot());
  auto buyer = buyers.After(after);

  // Merges two lists in the same order; who stands in both is taken from the described ones.
  std::vector<Customer> customers;
  while (customers.size() < limit && buyer.ok() && (described->Valid() || *buyer)) {
    const std::string_view next = described->Valid() ? described->key().ToStringView() : "";
    if (described->Valid() && (!*buyer || next <= **buyer)) {
      auto customer = codec::DecodeCustomer(next, described->value().ToStringView());
      if (!customer.ok()) return customer.status();
      const bool both = *buyer && next == **buyer;
      customers.push_back(*std::move(customer));
      described->Next();
      if (!both) continue;
    } else {
      customers.emplace_back().customer_id = **buyer;
    }
    if (customers.size() < limit) buyer = buyers.After(**buyer);
  }
  if (!buyer.ok()) return buyer.status();
  if (!described->status().ok()) return FromRocks(described->status(), "list customers");
  return customers;
}

absl::StatusOr<std::vector<Rule>> Store::ListRules() const { return ReadRules(*state_->database); }

absl::StatusOr<std::vector<Moment>> Store::Moments(uint64_t after_position, size_t limit) const {
  const Database& database = *state_->database;
  const IteratorPtr it(database.db().NewIterator(rocksdb::ReadOptions(), database.moments()));
  std::vector<Moment> moments;
  for (SeekPast(*it, keys::MomentKey(after_position)); it->Valid() && moments.size() < limit;
       it->Next()) {
    const auto position = keys::ParseMomentKey(it->key().ToStringView());
    if (!position) return absl::DataLossError("read moments: a key is damaged; restore a backup");
    auto moment = codec::DecodeMoment(*position, it->value().ToStringView());
    if (!moment.ok()) return moment.status();
    moments.push_back(*std::move(moment));
  }
  if (!it->status().ok()) return FromRocks(it->status(), "read moments");
  return moments;
}

absl::StatusOr<std::vector<MomentClaim>> Store::Claims(std::string_view customer_id) const {
  return ReadClaims(*state_->database, customer_id);
}

uint64_t Store::LastMoment() const { return state_->group_commit.last_moment(); }

uint64_t Store::LastSequence() const { return state_->group_commit.sequence(); }

StoreSizes Store::Sizes() const {
  StoreSizes sizes = state_->database->Sizes();
  sizes.sequence = LastSequence();
  sizes.customer_cache_hits = state_->customers.hits();
  sizes.customer_cache_misses = state_->customers.misses();
  sizes.customer_cache_bytes = state_->customers.bytes();
  return sizes;
}

}  // namespace rapport
