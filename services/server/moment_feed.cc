#include "services/server/moment_feed.h"

#include <chrono>

#include "services/server/errors.h"

namespace rapport::server {
namespace {

grpc::Status ShuttingDown() {
  return Error(grpc::StatusCode::UNAVAILABLE,
               "the server shuts down; watch again, from the last position", "SHUTTING_DOWN",
               std::chrono::seconds(1));
}

}  // namespace

grpc::Status MomentFeed::Add(MomentWatcher& watcher) {
  const std::lock_guard lock(mutex_);
  if (closed_) return ShuttingDown();
  if (watchers_.size() >= kMostWatchers) {
    return Error(grpc::StatusCode::RESOURCE_EXHAUSTED,
                 "too many watch the moments; come back when one of them has ended",
                 "TOO_MANY_WATCHERS", std::chrono::seconds(10));
  }
  watchers_.insert(&watcher);
  return grpc::Status::OK;
}

void MomentFeed::Remove(MomentWatcher& watcher) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(&watcher);
}

void MomentFeed::Announce() {
  const std::lock_guard lock(mutex_);
  for (MomentWatcher* watcher : watchers_) watcher->Wake();
}

void MomentFeed::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (MomentWatcher* watcher : watchers_) watcher->Wake();
}

grpc::Status MomentFeed::Open() const {
  const std::lock_guard lock(mutex_);
  return closed_ ? ShuttingDown() : grpc::Status::OK;
}

}  // namespace rapport::server
