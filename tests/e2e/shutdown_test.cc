// SIGTERM: the server finishes what it has begun, and ends with 0.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

// A pipe that nobody writes to is the slowest of files.
TEST(Shutdown, EndsWellWhileItOpens) {
  const TempDir scratch;
  const std::string pipe = scratch / "certificate";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const std::string log = scratch / "log";
  Process server({RAPPORT_SERVER_BINARY, "--storage.path", scratch / "data", "--server.listen",
                  "127.0.0.1:0", "--metrics.listen", "127.0.0.1:0", "--health.listen",
                  "127.0.0.1:0", "--tls.certificate_file", pipe, "--tls.key_file", pipe},
                 log, log);
  const int reading = open(pipe.c_str(), O_WRONLY);  // returns once the server has it open
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0) << ReadFile(log);
  EXPECT_NE(ReadFile(log).find("stopped before it was open"), std::string::npos);
  close(reading);
}

}  // namespace
}  // namespace rapport::e2e
