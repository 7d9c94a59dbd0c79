// GroupCommit: the one thread that writes. It takes everything that waits, writes it as one batch,
// syncs once and answers all. Answered OK means on disk; any other answer means that nothing was
// acknowledged.
//
// After a failed write the end of the log is unknown (a sync that fails may have written, and must
// not be tried again), so from then on every write gets UNAVAILABLE with the first cause, until the
// store is opened anew. Reads go on.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "data/codec.h"
#include "data/commit_batch.h"
#include "data/customer_cache.h"
#include "data/database.h"
#include "data/known_items.h"
#include "data/merged_customers.h"
#include "data/store.h"
#include "data/watermark.h"

namespace rapport {

class GroupCommit {
 public:
  // `state`, `known_items`, `merged` and `rules` are what the database holds. It, the watermark and
  // the cache must outlive this.
  GroupCommit(const StoreOptions& options, const Database& database, Watermark& watermark,
              CustomerCache& customers, codec::StoreState state, KnownItems known_items,
              MergedCustomers merged, RuleSet rules);
  // Answers all that waits. Nobody may call Submit any more.
  ~GroupCommit();

  // `write.done` is called once; on this thread if too much waits already. Any thread.
  void Submit(Write write);

  // Of the last event that can be read. Any thread.
  uint64_t sequence() const { return sequence_.load(std::memory_order_acquire); }
  // Of the last moment that can be read. Any thread.
  uint64_t last_moment() const { return last_moment_.load(std::memory_order_acquire); }

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    Write write;
    size_t size;  // events, or items, or customers
    Clock::time_point since;
    absl::Status verdict;
  };

  void Run();
  // All that waits, up to a batch or to a merge, which comes alone; empty: closing, and nothing
  // waits.
  std::vector<Waiting> Take();
  void Commit(std::vector<Waiting>& group);
  absl::Status CheckSpace() const;
  absl::Status WriteBatchSynced(const CommitBatch& batch);

  const StoreOptions options_;
  const Database& database_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting> queue_;  // guarded by mutex_, as are the next two
  size_t waiting_ = 0;         // sum of sizes in queue_
  bool closing_ = false;

  std::atomic<uint64_t> sequence_;
  std::atomic<uint64_t> last_moment_;

  // The writer thread's own.
  Watermark& watermark_;
  CustomerCache& customers_;
  codec::StoreState state_;
  KnownItems known_items_;
  MergedCustomers merged_;
  RuleSet rules_;
  absl::Status broken_;  // why no write can succeed any more

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace rapport
