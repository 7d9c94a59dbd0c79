// `rapport bench` against a real shop: what it counts, not how long it takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

// The sample shop.
class Bench : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new TempDir;
    // A busy machine may bring many calls at once: counts are of those that were answered.
    server_ =
        new ServerProcess(*scratch_, *scratch_ / "data",
                          {{"--server.admission", "false"}, {"--training.after_purchases", "0"}});
    ASSERT_FALSE(server_->endpoint().empty()) << server_->Log();
    ASSERT_EQ(RunCli(*server_, {"load-sample"}).exit_code, 0);
    ASSERT_EQ(RunCli(*server_, {"train"}).exit_code, 0);  // or there may be nothing to suggest yet
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(server_->Stop(), 0) << server_->Log();
    delete server_;
    delete scratch_;
  }
  static json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "bench");
    arguments.emplace_back("--json");
    const Finished finished = RunCli(*server_, arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    return json::parse(finished.out, nullptr, false);
  }
  static int64_t Failed(const json& figures) {
    int64_t failed = 0;
    for (const auto& count : figures["failed"]) failed += count.get<int64_t>();
    return failed;
  }
  static int64_t Purchases() {
    const json model = json::parse(RunCli(*server_, {"status", "--json"}).out)["model"];
    // A model's version begins with how many events it knows; a newer one may serve meanwhile.
    const auto version = model.value("version", "");
    const int64_t known = version.empty() ? 0 : std::stoll(version.substr(0, 12));
    return known + std::stoll(model["purchases_since"].get<std::string>());
  }

  static TempDir* scratch_;
  static ServerProcess* server_;
};
TempDir* Bench::scratch_ = nullptr;
ServerProcess* Bench::server_ = nullptr;

TEST_F(Bench, SendsWhatWasPlannedAndAccountsForEachCall) {
  const json found = Json({"--rate", "100", "--seconds", "1", "--warm-up", "0.2", "--deadline-ms",
                           "30000", "--mix", "suggest=6,explain=1,record=1,get-item=1,ping=1",
                           "--p99-at-most-ms", "60000", "--at-least-rate", "1000000"});
  const json& all = found["all"];
  EXPECT_EQ(all["sent"].get<int64_t>() + found["not_sent"].get<int64_t>(), 100);
  EXPECT_EQ(all["ok"].get<int64_t>() + Failed(all), all["sent"]);
  EXPECT_EQ(Failed(all), 0) << all;
  int64_t sent = 0;
  for (const char* call : {"suggest", "explain", "record", "get-item", "ping"}) {
    ASSERT_TRUE(found["calls"].contains(call));
    sent += found["calls"][call]["sent"].get<int64_t>();
    EXPECT_GE(found["calls"][call]["latency_ms"]["max"], found["calls"][call]["latency_ms"]["p50"]);
  }
  EXPECT_EQ(sent, all["sent"]);
  EXPECT_GT(found["calls"]["suggest"]["sent"], found["calls"]["ping"]["sent"]);
  EXPECT_EQ(found["load"]["loop"], "open");
  ASSERT_EQ(found["targets"].size(), 2u);
  EXPECT_EQ(found["targets"][0]["holds"], true);
  EXPECT_EQ(found["targets"][1]["holds"], false);
}

TEST_F(Bench, ClosedLoopTellsTheCapacity) {
  const json found = Json({"--closed", "--concurrency", "4", "--seconds", "0.5", "--warm-up", "0",
                           "--mix", "ping=1", "--deadline-ms", "30000"});
  EXPECT_EQ(found["load"]["loop"], "closed");
  EXPECT_GT(found["all"]["ok"], 4);
  EXPECT_EQ(Failed(found["all"]), 0);
  EXPECT_EQ(found["calls"].size(), 1u);
}

TEST_F(Bench, WritesOnlyWhenAskedTo) {
  const int64_t before = Purchases();
  Json({"--rate", "50", "--seconds", "0.5", "--warm-up", "0"});
  EXPECT_EQ(Purchases(), before);
  Json({"--rate", "50", "--seconds", "0.5", "--warm-up", "0", "--mix", "record=1", "--deadline-ms",
        "30000"});
  EXPECT_EQ(Purchases(), before + 25);
}

TEST_F(Bench, PeopleGetATable) {
  const Finished finished =
      RunCli(*server_, {"bench", "--rate", "20", "--seconds", "0.5", "--warm-up", "0",
                        "--criticality", "sheddable", "--p99-at-most-ms", "60000"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("20 calls/s"), HasSubstr("sheddable"),
                                  HasSubstr("suggest"), HasSubstr("p99.9"), HasSubstr("holds")));
}

TEST_F(Bench, AnEmptyShopIsSaidToBeOne) {
  const TempDir scratch;
  ServerProcess empty(scratch, scratch / "data");
  const Finished finished = RunCli(empty, {"bench", "--seconds", "1"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.err, HasSubstr("no customers"));
}

}  // namespace
}  // namespace rapport::e2e
