#include "services/server/call_policy.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using Service = v1::CatalogService::WithRawCallbackMethod_GetItem<
    v1::CatalogService::WithRawCallbackMethod_UpsertItems<v1::CatalogService::Service>>;
using Stub = v1::CatalogService::Stub;

// GetItem that does what the test says, on a pool of one thread where one more call may wait, or as
// many as are said. One UpsertItems that ends when the test replies to it.
class CallPolicyTest : public ::testing::Test, public Service {
 protected:
  explicit CallPolicyTest(size_t waiting = 1, const LimiterOptions& limits = {})
      : limiters_(limits), workers_(1, waiting) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
    stub_ = v1::CatalogService::NewStub(
        grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
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

  using Upsert = TypedCall<v1::UpsertItemsRequest, v1::UpsertItemsResponse>;
  grpc::ServerUnaryReactor* UpsertItems(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override {
    return policy_.Start<v1::UpsertItemsRequest, v1::UpsertItemsResponse>(
        method_, context, in, out, [this](Upsert* call) { upsert_.set_value(call); });
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
  Limiters limiters_;
  WorkerPool workers_;
  WorkerPool behind_{1, 1};
  CallPolicy policy_{workers_, behind_, limiters_, metrics_};
  std::atomic<int> ran_ = 0;
  std::promise<Upsert*> upsert_;
  std::atomic<grpc::CallbackServerContext*> last_ = nullptr;  // of the last call that came
  std::function<grpc::Status(const v1::GetItemRequest&, v1::Item*)> work_ = [](const auto&, auto*) {
    return grpc::Status::OK;
  };
  std::string address_;
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

// Ten places for reads. Until `open_` is called, whoever got one stays.
class AdmissionTest : public CallPolicyTest {
 protected:
  AdmissionTest() : CallPolicyTest(100, {.min = 10, .max = 10}) {
    work_ = [gate = gate_.get_future().share()](const auto&, auto*) {
      gate.wait();
      return grpc::Status::OK;
    };
  }
  ~AdmissionTest() override { Wait(); }

  // Begins a call; Wait() ends them all.
  void Begin(const std::string& criticality) {
    Pending& pending = calls_.emplace_back();
    pending.criticality = criticality;
    if (!criticality.empty()) pending.context.AddMetadata("rapport-criticality", criticality);
    stub_->async()->GetItem(&pending.context, &request_, &pending.item,
                            [this, &pending](grpc::Status status) {
                              pending.status = std::move(status);
                              ++ended_;
                            });
  }
  void Wait() {
    if (!std::exchange(opened_, true)) gate_.set_value();
    while (ended_ < static_cast<int>(calls_.size())) std::this_thread::yield();
  }
  // Begins so many, and waits until the server has taken or refused each.
  void Offer(int count, const std::string& criticality) {
    for (int call = 0; call < count; ++call) Begin(criticality);
    offered_ += count;
    while (true) {
      const Limiter::Figures figures = limiters_.reads.figures();
      uint64_t known = static_cast<uint64_t>(figures.in_flight);
      for (const uint64_t refused : figures.refused) known += refused;
      if (known >= static_cast<uint64_t>(offered_)) return;
      std::this_thread::yield();
    }
  }
  int Served(const std::string& criticality) const {
    return static_cast<int>(std::ranges::count_if(calls_, [&](const Pending& call) {
      return call.criticality == criticality && call.status.ok();
    }));
  }

  struct Pending {
    std::string criticality;
    grpc::ClientContext context;
    v1::Item item;
    grpc::Status status;
  };
  v1::GetItemRequest request_;
  std::list<Pending> calls_;
  std::promise<void> gate_;
  bool opened_ = false;
  int offered_ = 0;
  std::atomic<int> ended_ = 0;
};

TEST_F(AdmissionTest, TooMuchIsRefusedTheSheddableFirstAndTheCriticalLast) {
  Offer(30, "sheddable");
  Offer(30, "default");
  Offer(30, "critical");
  EXPECT_THAT(limiters_.reads.figures().refused, ::testing::ElementsAre(28, 27, 25));
  Wait();
  EXPECT_EQ(Served("sheddable"), 5);
  EXPECT_EQ(Served("default"), 3);
  EXPECT_EQ(Served("critical"), 2);
  for (const Pending& call : calls_) {
    if (call.status.ok()) continue;
    EXPECT_EQ(call.status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_EQ(ReasonOf(call.status), "TOO_MANY_CALLS");
    EXPECT_TRUE(HasRetryInfo(call.status));
  }
  EXPECT_EQ(ran_, 10);
  WaitUntilInFlight(0);
  EXPECT_EQ(limiters_.reads.figures().in_flight, 0);
  EXPECT_EQ(Counted("OK"), 10);
  EXPECT_EQ(Counted("RESOURCE_EXHAUSTED"), 80);
  EXPECT_TRUE(Get().ok());
}

TEST_F(AdmissionTest, WhoDoesNotSayIsDefault) {
  Offer(9, "");
  EXPECT_THAT(limiters_.reads.figures().refused, ::testing::ElementsAre(0, 1, 0));
}

TEST_F(AdmissionTest, ARefusedCallIsNotParsedAndIsNoLatency) {
  Offer(8, "");
  grpc::GenericStub stub(grpc::CreateChannel(address_, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::Slice slice("\x0A\x7Fx");  // no message
  const grpc::ByteBuffer in(&slice, 1);
  grpc::ByteBuffer out;
  std::promise<grpc::Status> answered;
  stub.UnaryCall(&context, "/rapport.v1.CatalogService/GetItem", {}, &in, &out,
                 [&answered](grpc::Status status) { answered.set_value(std::move(status)); });
  EXPECT_EQ(answered.get_future().get().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  Wait();
  WaitUntilInFlight(0);
  for (const auto& family : metrics_.registry()->Collect()) {
    if (family.name != "rapport_grpc_request_seconds") continue;
    EXPECT_EQ(family.metric[0].histogram.sample_count, 8U);
  }
}

TEST_F(AdmissionTest, AnUnknownCriticalityIsInvalidArgumentNamingIt) {
  for (const char* wrong : {"urgent", "Critical", "", "critical,default"}) {
    grpc::ClientContext context;
    context.AddMetadata("rapport-criticality", wrong);
    const grpc::Status status = Get(&context);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << wrong;
    EXPECT_THAT(PathsOf(status), ::testing::ElementsAre("rapport-criticality"));
    EXPECT_THAT(status.error_message(), ::testing::HasSubstr("given " + std::string(wrong) + ";"));
  }
  EXPECT_EQ(ran_, 0);
}

TEST_F(AdmissionTest, WritesHaveALimitOfTheirOwn) {
  Offer(20, "critical");
  grpc::ClientContext context;
  const v1::UpsertItemsRequest request;
  v1::UpsertItemsResponse response;
  std::promise<grpc::Status> answered;
  stub_->async()->UpsertItems(&context, &request, &response, [&answered](grpc::Status status) {
    answered.set_value(std::move(status));
  });
  while (limiters_.writes.figures().in_flight < 1) std::this_thread::yield();
  EXPECT_EQ(limiters_.reads.figures().in_flight, 10);
  upsert_.get_future().get()->Reply(grpc::Status::OK);
  EXPECT_TRUE(answered.get_future().get().ok());
  EXPECT_EQ(limiters_.writes.figures().in_flight, 0);
}

}  // namespace
}  // namespace rapport::server
