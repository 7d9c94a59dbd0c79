// A server that dies while it learns: what served before serves on, and it learns again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/server_process.h"

namespace rapport::e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// A training that takes minutes.
const std::map<std::string, std::string> kLong = {{"--model.factors", "128"},
                                                  {"--model.iterations", "1000"}};

json Json(const ServerProcess& server, std::vector<std::string> arguments) {
  arguments.emplace_back("--json");
  const Finished finished = RunCli(server, arguments);
  EXPECT_EQ(finished.exit_code, 0) << arguments.front() << ": " << finished.err;
  return json::parse(finished.out, nullptr, false);
}

// The latest training, once its state or stage is the one that is waited for.
json TrainingIn(const ServerProcess& server, const std::string& state) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  json training;
  do {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    training = Json(server, {"status"})["training"];
  } while (std::chrono::steady_clock::now() < deadline &&
           !(training.is_object() && (training["state"] == state || training["stage"] == state)));
  return training;
}

// A shop with a model: its version.
std::string OpenAndTrain(const ServerProcess& server) {
  EXPECT_EQ(RunCli(server, {"load-sample"}).exit_code, 0);
  EXPECT_EQ(RunCli(server, {"train"}).exit_code, 0);
  return Json(server, {"models"})["models"][0]["version"];
}

TEST(Training, AKillInTheMiddleLeavesNoHalfModelAndTheTrainingIsDueAgain) {
  const TempDir scratch;
  const std::string storage = scratch / "data";
  std::string served;
  {
    ServerProcess server(scratch, storage);
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    served = OpenAndTrain(server);
    ASSERT_EQ(server.Stop(), 0) << server.Log();
  }
  for (int kill = 0; kill < 2; ++kill) {
    ServerProcess server(scratch, storage, kLong);
    ASSERT_FALSE(server.endpoint().empty()) << server.Log();
    if (kill == 0) {  // the second time it begins by itself
      ASSERT_EQ(RunCli(server, {"train", "--no-wait"}).exit_code, 0);
    }
    EXPECT_EQ(TrainingIn(server, "STAGE_FITTING_WEIGHTS")["state"], "STATE_RUNNING");
    const json models = Json(server, {"models"})["models"];
    ASSERT_EQ(models.size(), 1u) << models.dump(1);
    EXPECT_EQ(models[0]["version"], served);
    EXPECT_EQ(models[0]["state"], "STATE_SERVING");
    server.Kill();
  }
  ServerProcess server(scratch, storage);
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  EXPECT_THAT(server.Log(), HasSubstr("a training was cut off, 2 in a row"));
  const json training = TrainingIn(server, "STATE_SUCCEEDED");
  EXPECT_EQ(training["state"], "STATE_SUCCEEDED") << training.dump(1);
  const json models = Json(server, {"models"})["models"];
  ASSERT_EQ(models.size(), 2u) << models.dump(1);
  EXPECT_EQ(models[0]["version"], training["model_version"]);
  EXPECT_EQ(models[1]["version"], served);
  for (const auto& entry : std::filesystem::directory_iterator(storage + "/models"))
    EXPECT_NE(entry.path().extension(), ".tmp");
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

TEST(Training, IsCancelledFromTheCommandLine) {
  const TempDir scratch;
  ServerProcess server(scratch, scratch / "data", kLong);
  ASSERT_FALSE(server.endpoint().empty()) << server.Log();
  ASSERT_EQ(RunCli(server, {"load-sample"}).exit_code, 0);
  ASSERT_EQ(RunCli(server, {"train", "--no-wait"}).exit_code, 0);
  const json running = TrainingIn(server, "STAGE_FITTING_WEIGHTS");
  EXPECT_EQ(running["state"], "STATE_RUNNING");
  EXPECT_THAT(RunCli(server, {"train", "--cancel"}).out, HasSubstr("is cancelled"));
  EXPECT_EQ(TrainingIn(server, "STATE_CANCELLED")["training_id"], running["training_id"]);
  EXPECT_EQ(RunCli(server, {"train", "--cancel"}).exit_code, 1) << "there is none any more";
  EXPECT_THAT(RunCli(server, {"models"}).out, HasSubstr("No models yet"));
  EXPECT_EQ(server.Stop(), 0) << server.Log();
}

}  // namespace
}  // namespace rapport::e2e
