// CallPolicy: what holds for every call, in one place. A request is parsed here (a broken one is
// told which field), the work runs on the worker pool, never on a gRPC thread; cancellation and
// deadline are looked at before the work and before the reply; exceptions of libraries end here;
// the call is counted.
//
// Methods are registered raw (bytes in, bytes out), because gRPC's own parsing answers
// UNIMPLEMENTED, without a word, to a request that does not parse (server_callback_handlers.h,
// RunHandler).
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "google/protobuf/arena.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/server/metrics.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

// Parses, or says what is wrong: INVALID_ARGUMENT with the path of the string that is not UTF-8,
// where that is the reason.
grpc::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);
// INTERNAL if it does not fit into one message.
grpc::Status SerializeReply(const google::protobuf::Message& message, grpc::ByteBuffer* bytes);
// CANCELLED or DEADLINE_EXCEEDED if nobody waits for the answer any more, else OK.
grpc::Status StillWanted(const grpc::CallbackServerContext& context);
// Logs what an operator must see: INTERNAL, DATA_LOSS, UNAVAILABLE, UNKNOWN.
void ReportFault(const MethodMetrics& metrics, const grpc::Status& status);
// The exception that is being handled, as INTERNAL.
grpc::Status FromException();

// One unary call: deletes itself when gRPC is done with it. Reply exactly once, from any thread.
class Call : public grpc::ServerUnaryReactor {
 public:
  Call(MethodMetrics& metrics, const grpc::CallbackServerContext& context, grpc::ByteBuffer* out);

  // Ends the call; `this` may be gone when it returns. The reply is sent only if `status` is OK.
  void Reply(grpc::Status status);
  void OnDone() override { delete this; }

  google::protobuf::Arena& arena() { return arena_; }
  const grpc::CallbackServerContext& context() const { return context_; }

 protected:
  google::protobuf::Message* reply_ = nullptr;  // in arena_

 private:
  MethodMetrics& metrics_;
  const grpc::CallbackServerContext& context_;
  grpc::ByteBuffer* const out_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  google::protobuf::Arena arena_;
};

template <class Request, class Response>
class TypedCall final : public Call {
 public:
  TypedCall(MethodMetrics& metrics, const grpc::CallbackServerContext& context,
            grpc::ByteBuffer* out)
      : Call(metrics, context, out),
        request_(google::protobuf::Arena::CreateMessage<Request>(&arena())),
        response_(google::protobuf::Arena::CreateMessage<Response>(&arena())) {
    reply_ = response_;
  }
  Request& request() { return *request_; }
  Response& response() { return *response_; }

 private:
  Request* const request_;
  Response* const response_;
};

class CallPolicy {
 public:
  // Both must outlive every call.
  CallPolicy(WorkerPool& workers, Metrics& metrics) : workers_(workers), metrics_(metrics) {}

  Metrics& metrics() { return metrics_; }

  // Answers with `work(const Request&, Response*) -> grpc::Status`, on a worker. RESOURCE_EXHAUSTED
  // when too many wait.
  template <class Request, class Response, class Work>
  grpc::ServerUnaryReactor* Run(MethodMetrics& metrics, const grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer* in, grpc::ByteBuffer* out, Work work) {
    return Start<Request, Response>(
        metrics, context, in, out,
        [this, work = std::move(work)](TypedCall<Request, Response>* call) {
          const bool taken = workers_.Submit([call, work] {
            grpc::Status status = StillWanted(call->context());
            if (status.ok()) {
              try {
                status = work(std::as_const(call->request()), &call->response());
              } catch (...) {
                status = FromException();
              }
            }
            call->Reply(std::move(status));
          });
          if (!taken) call->Reply(TooManyWaiting());
        });
  }

  // For work that ends elsewhere: `start(TypedCall<Request, Response>*)` runs on the gRPC thread,
  // must not block or throw once it has handed the call on, and sees to it that the call is replied
  // to once.
  template <class Request, class Response, class Begin>
  grpc::ServerUnaryReactor* Start(MethodMetrics& metrics,
                                  const grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* in, grpc::ByteBuffer* out, Begin start) {
    auto* call = new TypedCall<Request, Response>(metrics, *context, out);
    grpc::Status status = StillWanted(*context);
    if (status.ok()) status = ParseRequest(*in, &call->request());
    if (status.ok()) {
      start(call);
    } else {
      call->Reply(std::move(status));
    }
    return call;
  }

 private:
  static grpc::Status TooManyWaiting();

  WorkerPool& workers_;
  Metrics& metrics_;
};

}  // namespace rapport::server
