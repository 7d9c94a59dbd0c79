#include "services/server/worker_pool.h"

#include <utility>

namespace rapport::server {

WorkerPool::WorkerPool(size_t threads, size_t max_waiting, const std::function<void()>& begin)
    : max_waiting_(max_waiting) {
  threads_.reserve(threads);
  for (size_t thread = 0; thread < threads; ++thread) {
    threads_.emplace_back([this, begin](const std::stop_token& stop) {
      if (begin) begin();
      Work(stop);
    });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

bool WorkerPool::Submit(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(work));
  }
  arrived_.notify_one();
  return true;
}

void WorkerPool::Work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    arrived_.wait(lock, stop, [this] { return !waiting_.empty(); });
    if (waiting_.empty()) return;  // asked to stop, and nothing is left
    std::function<void()> work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what it holds dies outside the lock
    lock.lock();
  }
}

}  // namespace rapport::server
