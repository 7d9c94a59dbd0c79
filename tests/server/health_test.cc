// What health says from the first moment to the last, on the port of its own and on the services'.
#include "services/server/health.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "google/protobuf/wrappers.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kServing = 1;
constexpr int kNotServing = 2;
constexpr int kUnknown = 3;  // to a Watch; a Check of it is NOT_FOUND

constexpr const char* kReaders[] = {"", "rapport.v1.RecommendationService",
                                    "rapport.v1.ModelService", "rapport.v1.TalkService"};
constexpr const char* kWriters[] = {"rapport.v1.PurchaseService", "rapport.v1.CatalogService",
                                    "rapport.v1.RuleService", "rapport.v1.ClientelingService"};

// grpc.health.v1.Health/Check: a request with the service as field 1, an answer with the status as
// field 1. Nothing if nobody answers.
std::optional<int> Check(const std::shared_ptr<grpc::Channel>& channel,
                         const std::string& service) {
  grpc::TemplatedGenericStub<google::protobuf::StringValue, google::protobuf::Int32Value> stub(
      channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  google::protobuf::StringValue request;
  request.set_value(service);
  google::protobuf::Int32Value answer;
  grpc::CompletionQueue queue;
  grpc::Status status;
  auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", request, &queue);
  call->StartCall();
  call->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return kUnknown;
  return status.ok() ? std::optional<int>(answer.value()) : std::nullopt;
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// Health beside a port of services that has none.
class HealthTest : public ::testing::Test {
 protected:
  HealthTest() {
    auto health = Health::Listen("127.0.0.1:0");
    EXPECT_TRUE(health.ok()) << health.status();
    health_ = *std::move(health);
    plain_ = Connect(health_->address());
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(&nothing_else_);
    server_ = builder.BuildAndStart();
    services_ = Connect("127.0.0.1:" + std::to_string(port));
  }
  void Serve() { health_->Serve(*server_->GetHealthCheckService()); }

  std::unique_ptr<Health> health_;
  std::shared_ptr<grpc::Channel> plain_;
  grpc::CallbackGenericService nothing_else_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> services_;
};

TEST_F(HealthTest, WhileItOpensTheServerLivesAndIsNotReady) {
  EXPECT_EQ(Check(plain_, "live"), kServing);
  EXPECT_EQ(Check(plain_, "startup"), kNotServing);
  EXPECT_EQ(Check(plain_, "ready"), kNotServing);
  EXPECT_EQ(Check(plain_, ""), kNotServing);
}

TEST_F(HealthTest, WhenItServesAllDo) {
  Serve();
  for (const char* service : {"live", "startup", "ready", ""})
    EXPECT_EQ(Check(plain_, service), kServing) << service;
  for (const char* service : kReaders) EXPECT_EQ(Check(services_, service), kServing) << service;
  for (const char* service : kWriters) EXPECT_EQ(Check(services_, service), kServing) << service;
}

TEST_F(HealthTest, AStoreThatRefusesWritesStopsOnlyTheServicesThatWrite) {
  Serve();
  health_->RefuseWrites();
  for (const char* service : {"live", "startup", "ready"})
    EXPECT_EQ(Check(plain_, service), kServing) << service;
  for (const char* service : kReaders) EXPECT_EQ(Check(services_, service), kServing) << service;
  for (const char* service : kWriters) EXPECT_EQ(Check(services_, service), kNotServing) << service;
}

TEST_F(HealthTest, WritesThatAreRefusedBeforeItServesAreToldOnceItDoes) {
  health_->RefuseWrites();
  EXPECT_EQ(Check(plain_, "ready"), kNotServing);
  Serve();
  EXPECT_EQ(Check(plain_, "ready"), kServing);
  EXPECT_EQ(Check(services_, "rapport.v1.PurchaseService"), kNotServing);
}

TEST_F(HealthTest, WhileItDrainsItLivesAndIsNotReady) {
  Serve();
  health_->Drain();
  EXPECT_EQ(Check(plain_, "live"), kServing);
  EXPECT_EQ(Check(plain_, "startup"), kServing);
  EXPECT_EQ(Check(plain_, "ready"), kNotServing);
  for (const char* service : kReaders) EXPECT_EQ(Check(services_, service), kNotServing) << service;
  for (const char* service : kWriters) EXPECT_EQ(Check(services_, service), kNotServing) << service;
}

TEST_F(HealthTest, AnAddressInUseIsToldInOneLine) {
  EXPECT_THAT(std::string(Health::Listen(health_->address()).status().message()),
              AllOf(HasSubstr("health.listen: cannot listen at " + health_->address()),
                    HasSubstr("Address already in use"), HasSubstr("choose another")));
}

TEST(HealthPort, LivesUntilTheStoreIsClosedAndCallsAreTakenForTheDelay) {
  RunningServer server([](Config& config) {
    config.health.listen = "127.0.0.1:0";
    config.server.drain_delay_seconds = 2;
  });
  const auto plain = Connect(server.app().health_address());
  EXPECT_EQ(Check(plain, "ready"), kServing);
  EXPECT_THAT(server.app().Banner(), HasSubstr("health   " + server.app().health_address()));
  std::jthread stopping([&server] { server.app().Stop(); });
  while (Check(plain, "ready") == kServing) std::this_thread::yield();
  EXPECT_EQ(Check(plain, "ready"), kNotServing);
  EXPECT_EQ(Check(plain, "live"), kServing);
  EXPECT_EQ(Check(server.channel(), ""), kNotServing);
  const auto late = v1::ModelService::NewStub(Connect(server.app().grpc_address()));
  v1::Model model;
  EXPECT_TRUE(Ask(*late, &v1::ModelService::Stub::GetModel, {}, &model).ok());
  stopping.join();
  EXPECT_EQ(Check(plain, "live"), std::nullopt);
}

// A store may take minutes to open.
TEST(HealthPort, IsTakenBeforeTheStoreIsOpened) {
  RunningServer first([](Config& config) { config.health.listen = "127.0.0.1:0"; });
  const TempDir dir;
  Config second = first.config();
  second.storage.path = dir / "data";
  second.health.listen = first.app().health_address();
  EXPECT_THAT(std::string(Application::Open(second).status().message()),
              HasSubstr("health.listen: cannot listen"));
  EXPECT_FALSE(std::filesystem::exists(second.storage.path));
}

}  // namespace
}  // namespace rapport::server
