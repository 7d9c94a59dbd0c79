// WorkerPool: a few threads for work that may touch the disk, so that gRPC's own never do. Bounded:
// what does not fit is refused at once, and the caller can say so. Any thread may submit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace rapport::server {

class WorkerPool {
 public:
  // Requires: threads >= 1. At most `max_waiting` pieces of work wait; those that run are not
  // counted. `begin` is the first that each thread does; none: nothing.
  WorkerPool(size_t threads, size_t max_waiting, const std::function<void()>& begin = nullptr);
  // Finishes what waits, then joins.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False if the queue is full or the pool is closing; `work` is not run then. `work` must not
  // throw.
  [[nodiscard]] bool Submit(std::function<void()> work);

 private:
  void Work(const std::stop_token& stop);

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  bool closing_ = false;                       // guarded by mutex_
  std::vector<std::jthread> threads_;          // last: joined first
};

}  // namespace rapport::server
