// MomentStream: one WatchMoments call. Reads a page of moments on the watchers' thread, sends it,
// reads on; at the end it sleeps until the feed wakes it. Holds a page at most, however slow the
// client. Deletes itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

#include "data/store.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/clienteling/moment_mask.h"
#include "services/server/metrics.h"
#include "services/server/moment_feed.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

class MomentStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public MomentWatcher {
 public:
  // All must outlive the call, but `in`. `watchers` takes a piece of work of each stream.
  MomentStream(const Store& store, const clienteling::MomentMask& mask, MomentFeed& feed,
               WorkerPool& watchers, MethodMetrics& method,
               const grpc::CallbackServerContext& context, const grpc::ByteBuffer& in);

  void Wake() override;
  void OnCancel() override { Wake(); }
  void OnWriteDone(bool ok) override;
  void OnDone() override {
    feed_.Remove(*this);
    delete this;
  }

 private:
  grpc::Status Begin(const grpc::ByteBuffer& in);
  void Submit();
  // Sends what is there, or sleeps. `this` may be gone after it.
  void Turn();
  grpc::Status Read();
  // Why it ends now; OK: it goes on.
  grpc::Status MayGoOn() const;
  void Write();
  void End(grpc::Status status);

  const Store& store_;
  const clienteling::MomentMask& mask_;
  MomentFeed& feed_;
  WorkerPool& watchers_;
  MethodMetrics& method_;
  const grpc::CallbackServerContext& context_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();

  // Whoever made it busy uses these.
  uint64_t position_ = 0;     // what was read ends there
  bool at_end_ = false;       // there was nothing after it
  std::vector<Moment> page_;  // that may be told
  size_t sent_ = 0;           // of page_
  grpc::ByteBuffer out_;

  std::mutex mutex_;
  // guarded by mutex_:
  bool busy_ = false;   // a turn waits or runs, or a message is on its way
  bool woken_ = false;  // since the turn began
  bool ended_ = false;
};

}  // namespace rapport::server
