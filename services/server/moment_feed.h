// MomentFeed: who watches the moments, and wakes them when there is news. Holds none itself: they
// are read from the store. Any thread.
#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_set>

#include "grpcpp/support/status.h"

namespace rapport::server {

class MomentWatcher {
 public:
  // There may be news, or the feed was closed. Must not block, nor call the feed.
  virtual void Wake() = 0;

 protected:
  ~MomentWatcher() = default;
};

class MomentFeed {
 public:
  static constexpr size_t kMostWatchers = 64;

  // RESOURCE_EXHAUSTED: there are kMostWatchers; UNAVAILABLE: closed.
  grpc::Status Add(MomentWatcher& watcher);
  // Does nothing if it was not added. Once it returns, the watcher is woken no more.
  void Remove(MomentWatcher& watcher);

  void Announce();
  // The server shuts down: wakes all, for them to end.
  void Close();
  // OK, or why every watcher ends.
  grpc::Status Open() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_set<MomentWatcher*> watchers_;  // guarded by mutex_
  bool closed_ = false;                          // guarded by mutex_
};

}  // namespace rapport::server
