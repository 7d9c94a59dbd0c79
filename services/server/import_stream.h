// ImportStream: one ImportPurchases call. Reads on while earlier messages are being written, at
// most kMaxInFlight of them; answers each in its order. A message that cannot be taken ends the
// stream, after those before it were answered. gRPC's threads and the group-commit thread meet
// here; the lock is held for bookkeeping only. Deletes itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "data/store.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "rapport/v1/purchase_service.pb.h"
#include "services/recommender/clock.h"
#include "services/server/metrics.h"
#include "services/server/purchase_batch.h"

namespace rapport::server {

class ImportStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  static constexpr size_t kMaxInFlight = 4;

  // All must outlive the call.
  ImportStream(Store& store, Clock clock, Metrics& metrics, MethodMetrics& method,
               const grpc::CallbackServerContext& context);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  // A message between its arrival and its answer.
  struct Message {
    std::optional<PurchaseBatch> batch;
    std::optional<absl::StatusOr<AppendResult>> appended;  // once the store has answered
  };

  void Take();  // what was read
  // Runs `change` under the lock, then does whatever can be done next: read, write, finish. `this`
  // may be gone after it.
  template <class Change>
  void Step(Change change);

  // Requires: mutex_ is held.
  bool Advance();  // true: the stream is at its end, and the caller finishes it
  void Answer(const Message& message);  // writes out_
  void End(grpc::Status status);        // no more reading; what was read before is still answered
  void Abort(grpc::Status status);      // no more reading, no more answers; the first reason stays

  Store& store_;
  const Clock clock_;
  Metrics& metrics_;
  MethodMetrics& method_;
  const grpc::CallbackServerContext& context_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  grpc::ByteBuffer in_;   // gRPC's while reading_
  grpc::ByteBuffer out_;  // gRPC's while writing_

  std::mutex mutex_;
  // guarded by mutex_:
  std::deque<std::shared_ptr<Message>> messages_;  // unanswered, in order
  v1::ImportPurchasesResponse totals_;             // without `problems`
  grpc::Status status_;                            // how the stream will end
  bool reading_ = false;
  bool writing_ = false;
  bool closed_ = false;   // nothing more is read
  bool aborted_ = false;  // nothing more is answered
  bool finished_ = false;
};

}  // namespace rapport::server
