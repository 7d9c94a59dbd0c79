// SIGTERM: the server finishes what it has begun, and ends with 0.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

TEST(Shutdown, EndsWellWhileCallsRunAndKeepsWhatItAcknowledged) {
  const TempDir scratch;
  std::atomic<int> acknowledged = 0;
  {
    ServerProcess server(scratch, scratch / "data");
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    std::atomic<bool> stop = false;
    std::atomic<int> next = 0;
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&] {
        const Client client(server.endpoint());
        while (!stop) {
          v1::RecordPurchasesRequest request;
          *request.add_purchases() =
              MakePurchase("event-" + std::to_string(++next), "sam", "coffee");
          v1::RecordPurchasesResponse recorded;
          if (!client.Record(request, &recorded).ok()) return;
          ++acknowledged;
          v1::SuggestForCustomerResponse suggested;
          if (!client.Suggest("sam", &suggested).ok()) return;
        }
      });
    }
    while (acknowledged < 50) std::this_thread::yield();
    EXPECT_EQ(server.Stop(), 0) << server.Log();
    stop = true;
  }
  ServerProcess server(scratch, scratch / "data");
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  EXPECT_GE(Client(server.endpoint()).Purchases("sam").size(), static_cast<size_t>(acknowledged));
}

TEST(Shutdown, EndsWellWhileItTrains) {
  const TempDir scratch;
  ServerProcess server(scratch, scratch / "data");
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  ASSERT_EQ(RunCli(server, {"load-sample"}).exit_code, 0);
  ASSERT_EQ(RunCli(server, {"train", "--no-wait"}).exit_code, 0);
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

}  // namespace
}  // namespace rapport::e2e
