#include "services/server/call_policy.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using Service = v1::CatalogService::WithRawCallbackMethod_GetItem<v1::CatalogService::Service>;
using Stub = v1::CatalogService::Stub;

// GetItem that does what the test says, on a pool of one thread where one more call may wait.
class CallPolicyTest : public ::testing::Test, public Service {
 protected:
  CallPolicyTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    stub_ = v1::CatalogService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                            grpc::InsecureChannelCredentials()));
  }
  ~CallPolicyTest() override {
    server_->Shutdown();
    server_->Wait();
  }

  grpc::ServerUnaryReactor* GetItem(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override {
    last_ = context;
    return policy_.Run<v1::GetItemRequest, v1::Item>(method_, context, in, out,
                                                     [this](const auto& request, auto* response) {
                                                       ++ran_;
                                                       return work_(request, response);
                                                     });
  }

  grpc::Status Get(grpc::ClientContext* context) {
    v1::Item item;
    return stub_->GetItem(context, {}, &item);
  }
  grpc::Status Get() {
    grpc::ClientContext context;
    return Get(&context);
  }
  void WaitUntilRun(int count) const {
    while (ran_ < count) std::this_thread::yield();
  }
  void WaitUntilInFlight(double calls) {
    while (true) {
      for (const auto& family : metrics_.registry()->Collect()) {
        if (family.name != "rapport_grpc_in_flight") continue;
        if (family.metric[0].gauge.value == calls) return;
      }
      std::this_thread::yield();
    }
  }
  double Counted(const std::string& code) {
    for (const auto& family : metrics_.registry()->Collect()) {
      if (family.name != "rapport_grpc_requests_total") continue;
      for (const auto& metric : family.metric) {
        for (const auto& label : metric.label) {
          if (label.name == "code" && label.value == code) return metric.counter.value;
        }
      }
    }
    return 0;
  }

  Metrics metrics_{"test"};
  MethodMetrics& method_ = metrics_.Method("Test/GetItem");
  WorkerPool workers_{1, 1};
  CallPolicy policy_{workers_, metrics_};
  std::atomic<int> ran_ = 0;
  std::atomic<grpc::CallbackServerContext*> last_ = nullptr;  // of the last call that came
  std::function<grpc::Status(const v1::GetItemRequest&, v1::Item*)> work_ = [](const auto&, auto*) {
    return grpc::Status::OK;
  };
  std::unique_ptr<Stub> stub_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CallPolicyTest, AnExceptionOfALibraryIsInternalAndTheServerGoesOn) {
  work_ = [](const auto&, auto*) -> grpc::Status { throw std::runtime_error("out of cheese"); };
  const grpc::Status status = Get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message(), "unexpected: out of cheese");
  work_ = [](const auto&, auto*) { return grpc::Status::OK; };
  EXPECT_TRUE(Get().ok());
  EXPECT_EQ(Counted("INTERNAL"), 1);
  EXPECT_EQ(Counted("OK"), 1);
}

TEST_F(CallPolicyTest, TooManyWaitingCallsAreToldToComeBack) {
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  work_ = [open](const auto&, auto*) {
    open.wait();
    return grpc::Status::OK;
  };
  auto running = std::async(std::launch::async, [this] { return Get(); });
  WaitUntilRun(1);
  // Of these two, one waits and the other is refused: whichever comes first to its end.
  auto one = std::async(std::launch::async, [this] { return Get(); });
  auto other = std::async(std::launch::async, [this] { return Get(); });
  while (Counted("RESOURCE_EXHAUSTED") < 1) std::this_thread::yield();
  gate.set_value();
  const grpc::Status first = one.get();
  const grpc::Status second = other.get();
  EXPECT_NE(first.ok(), second.ok());
  const grpc::Status& refused = first.ok() ? second : first;
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(refused), "TOO_MANY_CALLS");
  EXPECT_TRUE(HasRetryInfo(refused));
  EXPECT_TRUE(running.get().ok());
}

TEST_F(CallPolicyTest, ACallWhoseDeadlinePassedWhileItWaitedIsNotRun) {
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  work_ = [open](const auto&, auto*) {
    open.wait();
    return grpc::Status::OK;
  };
  auto running = std::async(std::launch::async, [this] { return Get(); });
  WaitUntilRun(1);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
  auto late = std::async(std::launch::async, [this, &context] { return Get(&context); });
  WaitUntilInFlight(2);
  const auto deadline = last_.load()->deadline();  // as the server knows it
  EXPECT_EQ(late.get().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  while (std::chrono::system_clock::now() <= deadline) std::this_thread::yield();
  gate.set_value();
  EXPECT_TRUE(running.get().ok());
  WaitUntilInFlight(0);
  EXPECT_EQ(Counted("DEADLINE_EXCEEDED"), 1);
  EXPECT_EQ(ran_, 1);
}

TEST_F(CallPolicyTest, ACallThatWasCancelledWhileItWaitedIsNotRun) {
  std::promise<void> gate;
  std::shared_future<void> open = gate.get_future().share();
  work_ = [open](const auto&, auto*) {
    open.wait();
    return grpc::Status::OK;
  };
  auto running = std::async(std::launch::async, [this] { return Get(); });
  WaitUntilRun(1);
  grpc::ClientContext context;
  auto cancelled = std::async(std::launch::async, [this, &context] { return Get(&context); });
  WaitUntilInFlight(2);
  context.TryCancel();
  EXPECT_EQ(cancelled.get().error_code(), grpc::StatusCode::CANCELLED);
  while (!last_.load()->IsCancelled()) std::this_thread::yield();  // the server knows
  gate.set_value();
  EXPECT_TRUE(running.get().ok());
  WaitUntilInFlight(0);
  EXPECT_EQ(Counted("CANCELLED"), 1);
  EXPECT_EQ(ran_, 1);
}

TEST_F(CallPolicyTest, EveryCallIsCountedAndNoneStaysInFlight) {
  for (int call = 0; call < 5; ++call) EXPECT_TRUE(Get().ok());
  work_ = [](const auto&, auto*) { return grpc::Status(grpc::StatusCode::NOT_FOUND, "no"); };
  EXPECT_FALSE(Get().ok());
  EXPECT_EQ(Counted("OK"), 5);
  EXPECT_EQ(Counted("NOT_FOUND"), 1);
  for (const auto& family : metrics_.registry()->Collect()) {
    if (family.name == "rapport_grpc_in_flight") {
      EXPECT_EQ(family.metric[0].gauge.value, 0);
    }
    if (family.name == "rapport_grpc_request_seconds") {
      EXPECT_EQ(family.metric[0].histogram.sample_count, 6U);
    }
  }
}

}  // namespace
}  // namespace rapport::server
