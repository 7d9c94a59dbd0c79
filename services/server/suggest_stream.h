// SuggestStream: one SuggestForCustomers call. Makes one message after the other on the campaigns'
// thread, each when the one before is on its way, so that nothing piles up. Deletes itself.
#pragma once

#include <atomic>
#include <chrono>

#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "rapport/v1/recommendation_service.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/suggester.h"
#include "services/server/metrics.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

class SuggestStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  static constexpr int kMostOpen = 16;

  // All must outlive the call, but `in`. `open`: how many there are; beyond kMostOpen it is
  // refused. `campaigns` takes that many pieces of work.
  SuggestStream(const Suggester& suggester, FilterCache& filters, WorkerPool& campaigns,
                std::atomic<int>& open, MethodMetrics& method,
                const grpc::CallbackServerContext& context, const grpc::ByteBuffer& in);

  void OnWriteDone(bool ok) override;
  void OnDone() override {
    --open_;
    delete this;
  }

 private:
  grpc::Status Read(const grpc::ByteBuffer& in, FilterCache& filters);
  void Next();
  // On the campaigns' thread. OK: out_ has the next message.
  grpc::Status Make();
  void End(grpc::Status status);

  const Suggester& suggester_;
  WorkerPool& campaigns_;
  std::atomic<int>& open_;
  MethodMetrics& method_;
  const grpc::CallbackServerContext& context_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  // One stage at a time uses these.
  v1::SuggestForCustomersRequest request_;
  SuggestQuery query_;
  int done_ = 0;  // customers
  grpc::ByteBuffer out_;
};

}  // namespace rapport::server
