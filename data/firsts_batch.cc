#include "data/firsts_batch.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <variant>

#include "data/codec.h"
#include "data/customer_log.h"
#include "data/joined_log.h"
#include "data/keys.h"

namespace rapport {
namespace {

// Stands for a line that is not there: later than all.
MomentSubject Never() {
  return {.purchased_at = TimePoint::max(), .event_id = {}, .order_id = {}, .item_id = {}};
}

}  // namespace

FirstsBatch::FirstsBatch(const Database& database, CategoryOf category_of,
                         std::span<const int> milestones, uint64_t last_position)
    : database_(database),
      category_of_(std::move(category_of)),
      milestones_(milestones),
      last_position_(last_position) {}

absl::Status FirstsBatch::Prepare(std::span<const Candidate> candidates) {
  earlier_.clear();
  if (auto read = ReadFirsts(candidates); !read.ok()) return read;
  for (const auto& [purchase, stored] : candidates) {
    if (stored || purchase->gift || purchase->customer_id.empty()) continue;
    const std::string_view category = category_of_(purchase->item_id);
    const auto customer = customers_.find(purchase->customer_id);
    const CustomerFirsts& firsts = customer->second.firsts;
    if (category.empty() || firsts.categories.contains(std::string(category))) continue;
    if (!customer->second.bought_before && customer->second.added.empty()) continue;
    earlier_[purchase->customer_id].try_emplace(std::string(category), Never());
  }
  for (auto& [customer_id, wanted] : earlier_) {
    if (auto read = ReadEarlier(customer_id, customers_.at(customer_id), &wanted); !read.ok())
      return read;
  }
  return absl::OkStatus();
}

absl::Status FirstsBatch::ReadFirsts(std::span<const Candidate> candidates) {
  std::vector<rocksdb::Slice> keys;
  std::vector<std::pair<const std::string, Customer>*> customers;
  for (const auto& [purchase, stored] : candidates) {
    if (purchase->customer_id.empty()) continue;
    const auto [customer, added] = customers_.try_emplace(purchase->customer_id);
    if (!added) continue;
    customers.push_back(&*customer);
    keys.emplace_back(customer->first);
  }
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_.db().MultiGet(rocksdb::ReadOptions(), database_.firsts(), keys.size(), keys.data(),
                          values.data(), statuses.data());
  absl::Status failed;
  for (size_t at = 0; at < keys.size() && failed.ok(); ++at) {
    if (statuses[at].IsNotFound()) continue;
    failed = FromRocks(statuses[at], "look up a customer's firsts");
    if (!failed.ok()) continue;
    auto firsts = codec::DecodeFirsts(values[at].ToStringView());
    failed = firsts.status();
    if (failed.ok()) customers[at]->second = {true, *std::move(firsts), std::nullopt, {}};
  }
  if (failed.ok()) {
    in_order_.insert(in_order_.end(), customers.begin(), customers.end());
  } else {
    for (const auto* customer : customers) customers_.erase(customer->first);
  }
  return failed;
}

absl::Status FirstsBatch::ReadEarlier(const std::string& customer_id, const Customer& customer,
                                      Categories* wanted) const {
  const auto consider = [this, wanted](const Purchase& purchase) {
    if (purchase.gift) return;
    const auto category = wanted->find(category_of_(purchase.item_id));
    if (category == wanted->end()) return;
    MomentSubject line = SubjectOf(purchase);
    if (IsBefore(line, category->second)) category->second = std::move(line);
  };
  for (const Purchase* purchase : customer.added) consider(*purchase);
  if (!customer.bought_before) return absl::OkStatus();
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> it(
      database_.db().NewIterator(options, database_.purchases()));
  auto log = ReadLog(*it, customer_id);
  if (!log.ok()) return log.status();
  for (const codec::StoredEvent& stored : JoinedEvents(*std::move(log))) {
    if (const auto* purchase = std::get_if<Purchase>(&stored.event)) consider(*purchase);
  }
  return absl::OkStatus();
}

void FirstsBatch::Add(const Purchase& purchase) {
  if (purchase.customer_id.empty()) return;
  Customer& customer = customers_.at(purchase.customer_id);
  if (!customer.before) customer.before = customer.firsts;
  customer.added.push_back(&purchase);
  const MomentSubject line = SubjectOf(purchase);
  customer.firsts.AddOrder(line);
  const std::string_view category = purchase.gift ? "" : category_of_(purchase.item_id);
  if (category.empty()) return;
  if (const auto earlier = earlier_.find(purchase.customer_id); earlier != earlier_.end()) {
    const auto first = earlier->second.find(category);
    if (first != earlier->second.end() && !first->second.event_id.empty())
      customer.firsts.AddToCategory(category, first->second);
  }
  customer.firsts.AddToCategory(category, line);
}

void FirstsBatch::Finish() {
  for (auto* entry : in_order_) {
    auto& [customer_id, customer] = *entry;
    if (!customer.before) continue;
    MomentChanges changes =
        TellChanges(customer_id, *customer.before, milestones_, &last_position_, &customer.firsts);
    for (Moment& moment : changes.told) changes_.told.push_back(std::move(moment));
    changes_.superseded.insert(changes_.superseded.end(), changes.superseded.begin(),
                               changes.superseded.end());
  }
}

std::vector<Moment> FirstsBatch::MomentsOf(const Purchase& purchase) const {
  if (purchase.customer_id.empty()) return {};
  return rapport::MomentsOf(purchase.customer_id, customers_.at(purchase.customer_id).firsts,
                            purchase.event_id);
}

void FirstsBatch::WriteTo(rocksdb::WriteBatch* batch) const {
  // A batch in memory: it has no size limit at which Put could fail.
  for (const auto* entry : in_order_) {
    const auto& [customer_id, customer] = *entry;
    if (!customer.before || customer.firsts == *customer.before) continue;
    batch->Put(database_.firsts(), customer_id, codec::EncodeFirsts(customer.firsts))
        .PermitUncheckedError();
  }
  for (const uint64_t position : changes_.superseded)
    batch->Delete(database_.moments(), keys::MomentKey(position)).PermitUncheckedError();
  for (const Moment& moment : changes_.told) {
    batch->Put(database_.moments(), keys::MomentKey(moment.position), codec::EncodeMoment(moment))
        .PermitUncheckedError();
  }
}

}  // namespace rapport
