// CallPolicy: what holds for every call, in one place. It is admitted, or refused before anything
// is spent on it. A request is parsed here (a broken one is told which field), the work runs on the
// worker pool, never on a gRPC thread; cancellation and deadline are looked at before each stage;
// exceptions of libraries end here; the call is counted.
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
#include "services/admission/limiter.h"
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
// What the call says of itself in `rapport-criticality`; unset: default. INVALID_ARGUMENT if it is
// none of the three.
grpc::Status ReadCriticality(const grpc::CallbackServerContext& context, Criticality* criticality);
// Logs what an operator must see: INTERNAL, DATA_LOSS, UNAVAILABLE, UNKNOWN.
void ReportFault(const MethodMetrics& metrics, const grpc::Status& status);
// The exception that is being handled, as INTERNAL.
grpc::Status FromException();

// One unary call: deletes itself when gRPC is done with it. Reply exactly once, from any thread.
class Call : public grpc::ServerUnaryReactor {
 public:
  Call(MethodMetrics& metrics, const grpc::CallbackServerContext& context, Limiter::Permit permit,
       grpc::ByteBuffer* out);

  // Ends the call and gives its permit back; `this` may be gone when it returns. The reply is sent
  // only if `status` is OK.
  void Reply(grpc::Status status);
  void OnDone() override { delete this; }

  google::protobuf::Arena& arena() { return arena_; }
  const grpc::CallbackServerContext& context() const { return context_; }

 protected:
  google::protobuf::Message* reply_ = nullptr;  // in arena_

 private:
  MethodMetrics& metrics_;
  const grpc::CallbackServerContext& context_;
  Limiter::Permit permit_;
  grpc::ByteBuffer* const out_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  google::protobuf::Arena arena_;
};

template <class Request, class Response>
class TypedCall final : public Call {
 public:
  TypedCall(MethodMetrics& metrics, const grpc::CallbackServerContext& context,
            Limiter::Permit permit, grpc::ByteBuffer* out)
      : Call(metrics, context, std::move(permit), out),
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

// A limiter for each class of methods: reads run on the worker pool, writes wait for the group
// commit.
struct Limiters {
  explicit Limiters(const LimiterOptions& options) : reads(options), writes(options) {}

  Limiter reads;
  Limiter writes;
};

class CallPolicy {
 public:
  // `behind`: workers that yield to the others. All must outlive every call.
  CallPolicy(WorkerPool& workers, WorkerPool& behind, Limiters& limiters, Metrics& metrics)
      : workers_(workers), behind_(behind), limiters_(limiters), metrics_(metrics) {}

  Metrics& metrics() { return metrics_; }

  // A read: answers with `work(const Request&, Response*) -> grpc::Status`, on a worker.
  // RESOURCE_EXHAUSTED when too many are in flight or wait.
  template <class Request, class Response, class Work>
  grpc::ServerUnaryReactor* Run(MethodMetrics& metrics, grpc::CallbackServerContext* context,
                                const grpc::ByteBuffer* in, grpc::ByteBuffer* out, Work work) {
    return RunOn<Request, Response>(workers_, &limiters_.reads, metrics, context, in, out,
                                    std::move(work));
  }

  // The same for an operator's call that takes long, and would tell nothing of how long calls take:
  // it yields to all others and is not admitted among them.
  template <class Request, class Response, class Work>
  grpc::ServerUnaryReactor* RunBehind(MethodMetrics& metrics, grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                      Work work) {
    return RunOn<Request, Response>(behind_, nullptr, metrics, context, in, out, std::move(work));
  }

  // A write, whose work ends elsewhere: `start(TypedCall<Request, Response>*)` runs on the gRPC
  // thread, must not block or throw once it has handed the call on, and sees to it that the call is
  // replied to once.
  template <class Request, class Response, class Handler>
  grpc::ServerUnaryReactor* Start(MethodMetrics& metrics, grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                  Handler start) {
    return Begin<Request, Response>(&limiters_.writes, metrics, context, in, out, std::move(start));
  }

  // The same for an operator's call, which is not admitted among the writes.
  template <class Request, class Response, class Handler>
  grpc::ServerUnaryReactor* StartBehind(MethodMetrics& metrics,
                                        grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                        Handler start) {
    return Begin<Request, Response>(nullptr, metrics, context, in, out, std::move(start));
  }

 private:
  template <class Request, class Response, class Work>
  static grpc::ServerUnaryReactor* RunOn(WorkerPool& workers, Limiter* limiter,
                                         MethodMetrics& metrics,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                         Work work) {
    return Begin<Request, Response>(
        limiter, metrics, context, in, out,
        [&workers, work = std::move(work)](TypedCall<Request, Response>* call) {
          const bool taken = workers.Submit([call, work] {
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

  // A null limiter admits all.
  template <class Request, class Response, class Handler>
  static grpc::ServerUnaryReactor* Begin(Limiter* limiter, MethodMetrics& metrics,
                                         grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in, grpc::ByteBuffer* out,
                                         Handler start) {
    Limiter::Permit permit;
    grpc::Status status = Admit(limiter, *context, &permit);
    if (!status.ok()) return Refuse(metrics, *context, std::move(status));
    auto* call = new TypedCall<Request, Response>(metrics, *context, std::move(permit), out);
    status = ParseRequest(*in, &call->request());
    if (status.ok()) status = StillWanted(*context);
    if (status.ok()) {
      start(call);
    } else {
      call->Reply(std::move(status));
    }
    return call;
  }

  // A permit for the call, or why it gets none. Costs next to nothing: no message is parsed or
  // made.
  static grpc::Status Admit(Limiter* limiter, const grpc::CallbackServerContext& context,
                            Limiter::Permit* permit);
  static grpc::ServerUnaryReactor* Refuse(MethodMetrics& metrics,
                                          grpc::CallbackServerContext& context,
                                          grpc::Status status);
  static grpc::Status TooManyWaiting();

  WorkerPool& workers_;
  WorkerPool& behind_;
  Limiters& limiters_;
  Metrics& metrics_;
};

}  // namespace rapport::server
