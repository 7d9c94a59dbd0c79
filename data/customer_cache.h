// CustomerCache: what was read of customers lately, within a budget of bytes, so that somebody who
// asks again (a page, then the next) costs no decoding. Never stale: who writes forgets the
// customer before the write is acknowledged, and what was read before that is not kept. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "data/store.h"

namespace rocksdb {
class Cache;
}

namespace rapport {

class CustomerCache {
 public:
  // 0 bytes: keeps nothing.
  explicit CustomerCache(size_t bytes);
  ~CustomerCache();

  // Null: not here.
  std::shared_ptr<const CustomerView> Find(std::string_view customer_id);

  // To be asked for before reading what Keep() is then given.
  uint64_t Ticket(std::string_view customer_id);
  // Keeps it, unless the customer was forgotten since the ticket.
  void Keep(std::string_view customer_id, uint64_t ticket,
            const std::shared_ptr<const CustomerView>& view);
  void Forget(std::string_view customer_id);

  uint64_t hits() const { return hits_.load(std::memory_order_relaxed); }
  uint64_t misses() const { return misses_.load(std::memory_order_relaxed); }
  size_t bytes() const;

 private:
  // Of customers whose ids hash alike.
  struct Stripe {
    std::mutex mutex;
    uint64_t forgotten = 0;  // guarded by mutex: how often
  };
  Stripe& StripeOf(std::string_view customer_id);

  const std::shared_ptr<rocksdb::Cache> cache_;  // null: keeps nothing
  std::array<Stripe, 64> stripes_;
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> misses_ = 0;
};

}  // namespace rapport
