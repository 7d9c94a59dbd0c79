// The drill: a shop is loaded, backed up while it sells, destroyed, restored, and says the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/client.h"
#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

using ::testing::HasSubstr;

// All that the API tells of the shop's records, and a list with its reasons.
std::string Told(const ServerProcess& server) {
  std::string all;
  for (const std::vector<std::string>& asked : {std::vector<std::string>{"items", "--json"},
                                                {"customers", "--json"},
                                                {"purchases", "c-amara-okafor", "--json"},
                                                {"purchases", "c-lena-vogt", "--json"},
                                                {"insight", "c-amara-okafor", "--list", "--json"},
                                                {"models", "--json"},
                                                {"suggest", "c-amara-okafor", "--json"}}) {
    const Finished finished = RunCli(server, asked);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    auto json = nlohmann::json::parse(finished.out);
    if (asked[0] == "suggest") json = json["suggestions"];  // the rest says when it was asked
    if (asked[0] == "models") json["models"][0].erase("purchases_since");  // it sold on
    all += json.dump() + "\n";
  }
  return all;
}

TEST(Backup, ADestroyedShopComesBackWhole) {
  const TempDir scratch;
  const std::map<std::string, std::string> flags = {{"--backup.path", scratch / "backups"},
                                                    {"--backup.interval", "0"}};
  std::string before;
  std::atomic<int> acknowledged = 0;
  {
    ServerProcess server(scratch, scratch / "data", flags);
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    ASSERT_EQ(RunCli(server, {"load-sample"}).exit_code, 0);
    ASSERT_EQ(RunCli(server, {"train"}).exit_code, 0);
    ASSERT_EQ(RunCli(server, {"insight", "c-amara-okafor", "--likes", "category=Tea"}).exit_code,
              0);
    before = Told(server);
    // It sells on while the backup is made.
    std::atomic<bool> stop = false;
    std::jthread till([&] {
      const Client client(server.endpoint());
      while (!stop) {
        v1::RecordPurchasesRequest request;
        *request.add_purchases() =
            MakePurchase("e" + std::to_string(acknowledged), "sam", "drink-v60");
        v1::RecordPurchasesResponse recorded;
        if (client.Record(request, &recorded).ok()) ++acknowledged;
      }
    });
    while (acknowledged < 20) std::this_thread::yield();
    const int sold = acknowledged;
    const Finished made = RunCli(server, {"backup", "--verify", "--json"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    stop = true;
    till.join();
    acknowledged = sold;
    server.Kill();
  }
  std::filesystem::remove_all(scratch / "data");

  const Finished restored =
      e2e::Run({RAPPORT_BINARY, "restore", "--backup.path", scratch / "backups", "--storage.path",
                scratch / "data", "--id", "1"});
  ASSERT_EQ(restored.exit_code, 0) << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("Restored backup 1"));
  ServerProcess server(scratch, scratch / "data", flags);
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  EXPECT_TRUE(Told(server) == before);  // megabytes: not to be printed
  EXPECT_GE(Client(server.endpoint()).Purchases("sam").size(), static_cast<size_t>(acknowledged));
  // The running server's data cannot be written over.
  const Finished refused =
      e2e::Run({RAPPORT_BINARY, "restore", "--backup.path", scratch / "backups", "--storage.path",
                scratch / "data", "--id", "1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("stop the server"));
}

// Killed after any time, a restore leaves a shop that opens: that of before, or that of the backup;
// and what was there is never gone. The next one ends it.
TEST(Backup, ARestoreThatIsKilledLosesNothing) {
  const TempDir scratch;
  const std::map<std::string, std::string> flags = {{"--backup.path", scratch / "backups"},
                                                    {"--backup.interval", "0"}};
  const std::vector<std::string> restore = {
      RAPPORT_BINARY,   "restore",        "--backup.path", scratch / "backups",
      "--storage.path", scratch / "data", "--id",          "1"};
  {
    ServerProcess server(scratch, scratch / "data", flags);
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    ASSERT_EQ(RunCli(server, {"record", "ann", "drink-v60"}).exit_code, 0);
    ASSERT_EQ(RunCli(server, {"backup"}).exit_code, 0);
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = MakePurchase("after", "sam", "drink-v60");
    v1::RecordPurchasesResponse recorded;
    ASSERT_TRUE(Client(server.endpoint()).Record(request, &recorded).ok());
    ASSERT_EQ(server.Stop(), 0);
  }
  // Where the sale after the backup is.
  const auto count = [&](const std::string& storage) {
    ServerProcess server(scratch, storage, {});
    EXPECT_FALSE(server.endpoint().empty()) << server.Log();
    const size_t sold = Client(server.endpoint()).Purchases("sam").size();
    EXPECT_EQ(server.Stop(), 0);
    return sold;
  };
  std::filesystem::copy(scratch / "data", scratch / "before",
                        std::filesystem::copy_options::recursive);
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(e2e::Run(restore).exit_code, 0);
  const auto whole = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(count(scratch / "data"), 0u);
  constexpr int kKills = 12;
  int cut = 0;
  for (int kill = 1; kill <= kKills; ++kill) {
    std::filesystem::remove_all(scratch / "data");
    std::filesystem::copy(scratch / "before", scratch / "data",
                          std::filesystem::copy_options::recursive);
    {
      Process process(restore, scratch / "restore.out", scratch / "restore.err");
      std::this_thread::sleep_for(whole * kill / (kKills - 2));
      process.Signal(SIGKILL);
      cut += process.Wait() == 128 + SIGKILL;
    }
    std::string aside;
    for (const auto& entry : std::filesystem::directory_iterator(scratch / "data"))
      if (entry.path().string().find("/db.before-restore-") != std::string::npos)
        aside = entry.path();
    if (aside.empty()) {
      EXPECT_EQ(count(scratch / "data"), 1u) << "killed after " << kill;
    } else {
      const bool exchanged = count(scratch / "data") == 0;
      std::filesystem::create_directories(scratch / "aside");
      std::filesystem::rename(aside, scratch / "aside/db");
      EXPECT_EQ(count(scratch / "aside"), exchanged ? 1u : 0u) << "killed after " << kill;
      std::filesystem::remove_all(scratch / "aside");
    }
    ASSERT_EQ(e2e::Run(restore).exit_code, 0) << "killed after " << kill;
  }
  EXPECT_GE(cut, 1);
}

TEST(Backup, IsMadeByItselfAndGivenUpWhenTheServerStops) {
  const TempDir scratch;
  ServerProcess server(scratch, scratch / "data",
                       {{"--backup.path", scratch / "backups"}, {"--backup.mib_per_second", "1"}});
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  while (server.Log().find("backup 1: up to event 0") == std::string::npos)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

}  // namespace
}  // namespace rapport::e2e
