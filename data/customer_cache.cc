#include "data/customer_cache.h"

#include <rocksdb/cache.h>

#include <functional>
#include <string>
#include <variant>

namespace rapport {
namespace {

using Kept = std::shared_ptr<const CustomerView>;

rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

void Drop(const rocksdb::Slice& /*key*/, void* value) { delete static_cast<Kept*>(value); }

// Beside the object itself.
size_t BytesOf(const std::string& text) {
  static const size_t kInside = std::string().capacity();
  return text.capacity() > kInside ? text.capacity() + 1 : 0;
}

size_t BytesOf(const HistoryLine& line) {
  const Purchase& purchase = line.purchase;
  size_t bytes = sizeof(line) + BytesOf(purchase.event_id) + BytesOf(purchase.customer_id) +
                 BytesOf(purchase.item_id) + BytesOf(purchase.order_id) +
                 BytesOf(purchase.staff_id) + BytesOf(purchase.store);
  for (const Return& back : line.returns) {
    bytes += sizeof(back) + BytesOf(back.event_id) + BytesOf(back.customer_id) +
             BytesOf(back.purchase_event_id) + BytesOf(back.staff_id);
  }
  return bytes;
}

size_t BytesOf(const Outcome& outcome) {
  size_t bytes = BytesOf(outcome.item_id) + BytesOf(outcome.claim) + BytesOf(outcome.remark);
  for (const std::string& event_id : outcome.purchase_event_ids)
    bytes += sizeof(event_id) + BytesOf(event_id);
  return bytes;
}
size_t BytesOf(const Insight& insight) {
  return BytesOf(insight.subject.name) + BytesOf(insight.subject.value) + BytesOf(insight.text);
}
size_t BytesOf(const Contact& contact) { return BytesOf(contact.moment_id); }

size_t BytesOf(const Reported& reported) {
  const auto whole = [](const auto& report) {
    return BytesOf(report) + BytesOf(report.event_id) + BytesOf(report.customer_id) +
           BytesOf(report.staff_id);
  };
  size_t bytes = sizeof(reported) + std::visit(whole, reported.report);
  if (const auto& retracted = reported.retracted) {
    bytes += BytesOf(retracted->event_id) + BytesOf(retracted->customer_id) +
             BytesOf(retracted->retracted_event_id) + BytesOf(retracted->staff_id);
  }
  return bytes;
}

size_t BytesOf(const CustomerView& view) {
  size_t bytes = sizeof(view) + sizeof(Kept) + BytesOf(view.customer_id);
  for (const HistoryLine& line : view.history.lines) bytes += BytesOf(line);
  for (const Reported& reported : view.history.reports) bytes += BytesOf(reported);
  return bytes;
}

}  // namespace

CustomerCache::CustomerCache(size_t bytes)
    : cache_(bytes > 0 ? rocksdb::NewLRUCache(bytes) : nullptr) {}

CustomerCache::~CustomerCache() = default;

CustomerCache::Stripe& CustomerCache::StripeOf(std::string_view customer_id) {
  return stripes_[std::hash<std::string_view>()(customer_id) % stripes_.size()];
}

std::shared_ptr<const CustomerView> CustomerCache::Find(std::string_view customer_id) {
  Kept found;
  if (cache_ != nullptr) {
    // RocksDB has locks of its own; this one ThreadSanitizer sees.
    const std::lock_guard lock(StripeOf(customer_id).mutex);
    if (rocksdb::Cache::Handle* handle = cache_->Lookup(ToSlice(customer_id))) {
      found = *static_cast<const Kept*>(cache_->Value(handle));
      cache_->Release(handle);
    }
  }
  (found != nullptr ? hits_ : misses_).fetch_add(1, std::memory_order_relaxed);
  return found;
}

uint64_t CustomerCache::Ticket(std::string_view customer_id) {
  Stripe& stripe = StripeOf(customer_id);
  const std::lock_guard lock(stripe.mutex);
  return stripe.forgotten;
}

void CustomerCache::Keep(std::string_view customer_id, uint64_t ticket, const Kept& view) {
  if (cache_ == nullptr) return;
  const size_t bytes = BytesOf(*view) + customer_id.size();
  auto kept = std::make_unique<Kept>(view);
  Stripe& stripe = StripeOf(customer_id);
  const std::lock_guard lock(stripe.mutex);
  if (stripe.forgotten != ticket) return;
  // Without a handle the cache owns the value, whether there is room for it or not.
  cache_->Insert(ToSlice(customer_id), kept.release(), bytes, Drop).PermitUncheckedError();
}

void CustomerCache::Forget(std::string_view customer_id) {
  if (cache_ == nullptr) return;
  Stripe& stripe = StripeOf(customer_id);
  const std::lock_guard lock(stripe.mutex);
  ++stripe.forgotten;
  cache_->Erase(ToSlice(customer_id));
}

size_t CustomerCache::bytes() const { return cache_ != nullptr ? cache_->GetUsage() : 0; }

}  // namespace rapport
