// Three real servers, each restarted in turn while clients call: no call is lost. What is tried is
// the servers' part, so the clients have retries of every kind switched off (transparent ones, too)
// and do not wait for a server to become ready: round_robin, health checking, and nothing else.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"
#include "tests/support/certificates.h"

namespace rapport::e2e {
namespace {

constexpr int kServers = 3;
constexpr int kCallers = 4;

constexpr char kServiceConfig[] = R"({
  "loadBalancingConfig": [{"round_robin": {}}],
  "healthCheckConfig": {"serviceName": "rapport.v1.PurchaseService"}
})";

// Ports of this machine that were free, each another.
std::array<std::string, kServers> FreeAddresses() {
  std::array<std::string, kServers> addresses;
  std::array<int, kServers> held{};
  for (int server = 0; server < kServers; ++server) {
    held[server] = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(held[server], reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(getsockname(held[server], reinterpret_cast<sockaddr*>(&address), &size), 0);
    addresses[server] = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  for (const int each : held) close(each);
  return addresses;
}

struct Counts {
  std::atomic<int> calls = 0;
  std::atomic<int> failed = 0;
};

class RollingRestart : public ::testing::Test {
 protected:
  void Encrypt() {
    const KeyPair server = authority_.Issue("server");
    const KeyPair client = authority_.Issue("client");
    WriteFile(scratch_ / "tls.crt", server.certificate);
    WriteFile(scratch_ / "tls.key", server.key);
    WriteFile(scratch_ / "ca.crt", authority_.certificate());
    flags_["--tls.certificate_file"] = scratch_ / "tls.crt";
    flags_["--tls.key_file"] = scratch_ / "tls.key";
    flags_["--tls.client_ca_file"] = scratch_ / "ca.crt";
    credentials_ = grpc::SslCredentials({authority_.certificate(), client.key, client.certificate});
  }

  std::shared_ptr<grpc::Channel> Connect() const {
    grpc::ChannelArguments arguments;
    arguments.SetServiceConfigJSON(kServiceConfig);
    arguments.SetSslTargetNameOverride("rapport");
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    const std::string target = "ipv4:" + addresses_[0] + "," + addresses_[1] + "," + addresses_[2];
    return grpc::CreateCustomChannel(target, credentials_, arguments);
  }

  void Start(int server) {
    servers_[server].reset();
    flags_["--server.listen"] = addresses_[server];
    servers_[server].emplace(scratch_, scratch_ / ("data-" + std::to_string(server)), flags_);
    ASSERT_EQ(servers_[server]->endpoint(), addresses_[server]) << servers_[server]->Log();
  }

  // Writes and reads, in turns, until `stop`.
  void Call(int caller, const std::atomic<bool>& stop, Counts& counts) const {
    const auto channel = Connect();
    ASSERT_TRUE(
        channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(10)));
    v1::PurchaseService::Stub purchases(channel);
    v1::RecommendationService::Stub recommendations(channel);
    const auto count = [&counts](const grpc::Status& status) {
      ++counts.calls;
      if (status.ok()) return;
      ++counts.failed;
      ADD_FAILURE() << status.error_code() << ": " << status.error_message();
    };
    const auto deadline = [] {
      return std::chrono::system_clock::now() + std::chrono::seconds(20);
    };
    for (int turn = 0; !stop; ++turn) {
      grpc::ClientContext write;
      write.set_deadline(deadline());
      v1::RecordPurchasesRequest line;
      *line.add_purchases() = MakePurchase(
          "event-" + std::to_string(caller) + "-" + std::to_string(turn), "sam", "coffee");
      v1::RecordPurchasesResponse recorded;
      count(purchases.RecordPurchases(&write, line, &recorded));
      grpc::ClientContext read;
      read.set_deadline(deadline());
      v1::SuggestForCustomerRequest question;
      question.set_customer_id("newcomer");
      v1::SuggestForCustomerResponse suggested;
      count(recommendations.SuggestForCustomer(&read, question, &suggested));
    }
  }

  // Each server is started anew in turn; the other two go on.
  void Roll(int restarts) {
    for (int server = 0; server < kServers; ++server) ASSERT_NO_FATAL_FAILURE(Start(server));
    Counts counts;
    std::atomic<bool> stop = false;
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller)
      callers.emplace_back([&, caller] { Call(caller, stop, counts); });
    for (int restart = 0; restart < restarts && !HasFailure(); ++restart) {
      const int before = counts.calls;
      const int server = restart % kServers;
      EXPECT_EQ(servers_[server]->Stop(), 0) << servers_[server]->Log();
      EXPECT_GT(counts.calls, before) << "nobody called in the meantime";
      Start(server);
    }
    stop = true;
    callers.clear();
    EXPECT_EQ(counts.failed, 0);
    RecordProperty("calls", counts.calls);
    for (auto& server : servers_) EXPECT_EQ(server->Stop(), 0) << server->Log();
  }

  const TempDir scratch_;
  const TestAuthority authority_;
  const std::array<std::string, kServers> addresses_ = FreeAddresses();
  std::map<std::string, std::string> flags_ = {{"--server.drain_delay_seconds", "1"}};
  std::shared_ptr<grpc::ChannelCredentials> credentials_ = grpc::InsecureChannelCredentials();
  std::array<std::optional<ServerProcess>, kServers> servers_;
};

TEST_F(RollingRestart, OfThreeServersTwentyTimesLosesNoCall) { Roll(20); }

TEST_F(RollingRestart, WithCertificatesOnBothSidesLosesNoCall) {
  Encrypt();
  Roll(3);
}

}  // namespace
}  // namespace rapport::e2e
