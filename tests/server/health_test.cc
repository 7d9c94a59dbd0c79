// What health says from the first moment to the last, on the port of its own and on the services'.
#include "services/server/health.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
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

// Far above what it takes, and below the 20 s after which gRPC gives up on an idle connection.
constexpr std::chrono::seconds kPatience{15};

// Who asked to be told of changes, until HangUp.
class Watcher {
 public:
  explicit Watcher(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {
    call_ = stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch", &queue_);
    call_->StartCall(nullptr);
    Wait();
    grpc::Slice whole("");
    call_->Write(grpc::ByteBuffer(&whole, 1), nullptr);
    Wait();
    grpc::ByteBuffer told;
    call_->Read(&told, nullptr);
    EXPECT_TRUE(Wait());
  }
  void HangUp() { context_.TryCancel(); }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    return ok;
  }
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

// A connection that was taken and says nothing.
class IdleConnection {
 public:
  explicit IdleConnection(const std::string& address) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
    char first = 0;  // of the server's settings
    EXPECT_EQ(recv(socket_, &first, 1, 0), 1);
  }
  ~IdleConnection() { close(socket_); }

 private:
  const int socket_;
};

TEST_F(HealthTest, AWatcherDoesNotKeepItFromEnding) {
  Watcher watcher(plain_);
  auto ended = std::async(std::launch::async, [this] { health_.reset(); });
  EXPECT_EQ(ended.wait_for(kPatience), std::future_status::ready);
  watcher.HangUp();
}

TEST_F(HealthTest, AnIdleConnectionDoesNotKeepItFromEnding) {
  const IdleConnection idle(health_->address());
  auto ended = std::async(std::launch::async, [this] { health_.reset(); });
  EXPECT_EQ(ended.wait_for(kPatience), std::future_status::ready);
}

TEST(HealthPort, AWatcherDoesNotKeepTheProcess) {
  RunningServer server([](Config& config) { config.health.listen = "127.0.0.1:0"; });
  Watcher watcher(Connect(server.app().health_address()));
  auto ended = std::async(std::launch::async, [&server] { server.app().Stop(); });
  EXPECT_EQ(ended.wait_for(kPatience), std::future_status::ready);
  watcher.HangUp();
}

// Even where running calls may take an hour.
TEST(ServicesPort, AnIdleConnectionDoesNotKeepTheProcess) {
  RunningServer server([](Config& config) { config.server.drain_seconds = 3'600; });
  const IdleConnection idle(server.app().grpc_address());
  auto ended = std::async(std::launch::async, [&server] { server.app().Stop(); });
  EXPECT_EQ(ended.wait_for(kPatience), std::future_status::ready);
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
