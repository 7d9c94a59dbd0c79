#include "services/server/config.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

struct Outcome {
  CommandLine result;
  std::string out;
  std::string err;
};

Outcome Execute(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "rapport-server");
  std::ostringstream out;
  std::ostringstream err;
  CommandLine result =
      ReadCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, err);
  return {std::move(result), out.str(), err.str()};
}

std::string Complaint(std::string_view toml) {
  Config config;
  const absl::Status status = ApplyToml(toml, "rapport.toml", config);
  EXPECT_FALSE(status.ok());
  return std::string(status.message());
}

TEST(Config, PrintedDefaultsAreTheDocumentedOnesAndReadBackAsTheyWere) {
  const std::string printed = PrintToml(Config{});
  const std::regex line("; default (.*)\\.\n[a-z0-9_]+ = (.*)\n");
  size_t settings = 0;
  for (std::sregex_iterator at(printed.begin(), printed.end(), line), end; at != end; ++at) {
    EXPECT_EQ((*at)[1], (*at)[2]);
    ++settings;
  }
  Config config;
  EXPECT_EQ(settings, Options(config).size());
  config.model.keep = 99;  // to be overwritten by what was printed
  ASSERT_TRUE(ApplyToml(printed, "printed", config).ok());
  EXPECT_EQ(PrintToml(config), printed);
}

TEST(Config, EveryDefaultLiesInItsRange) {
  Config config;
  EXPECT_TRUE(ApplyToml(PrintToml(Config{}), "defaults", config).ok());
}

TEST(Config, UnknownKeyIsRefusedWithFileLineAndTheNearestKey) {
  EXPECT_THAT(Complaint("[server]\nreflection = true\n[storage]\npth = 'x'\n"),
              AllOf(HasSubstr("rapport.toml:4"), HasSubstr("storage.pth"),
                    HasSubstr("the nearest is storage.path")));
  EXPECT_THAT(Complaint("[strage]\npath = 'x'\n"), HasSubstr("rapport.toml:1: strage"));
}

TEST(Config, WrongTypeIsRefusedWithWhatIsAllowed) {
  EXPECT_THAT(Complaint("[model]\nkeep = 'five'\n"),
              AllOf(HasSubstr("rapport.toml:2: model.keep"), HasSubstr("'five'"),
                    HasSubstr("a whole number, 1 to 100")));
  EXPECT_THAT(Complaint("[server]\nreflection = 1\n"), HasSubstr("true or false"));
  EXPECT_THAT(Complaint("[model]\nkeep = 2.5\n"), HasSubstr("a whole number"));
  EXPECT_THAT(Complaint("storage = 3\n"), HasSubstr("rapport.toml:1: storage"));
}

TEST(Config, OutOfRangeIsRefusedWithTheRange) {
  EXPECT_THAT(Complaint("[model]\nfactors = 2000\n"), HasSubstr("0 to 1024"));
  EXPECT_THAT(Complaint("[model]\nalpha0 = nan\n"), HasSubstr("0 to 1000"));
  EXPECT_THAT(Complaint("[server]\nlisten = 'here'\n"), HasSubstr("HOST:PORT"));
  EXPECT_THAT(Complaint("[server]\nlisten = 'here:99999'\n"), HasSubstr("HOST:PORT"));
  EXPECT_THAT(Complaint("[log]\nlevel = 'loud'\n"), HasSubstr("debug, info, warn, error or off"));
}

TEST(Config, ANeighbourWeightIsMinusOneOrNotNegative) {
  EXPECT_THAT(Complaint("[model]\nneighbour_weight = -0.5\n"), HasSubstr("-1, or 0 to 1000"));
  Config config;
  for (const char* given : {"-1", "0", "0.5", "1000"}) {
    const std::string toml = "[model]\nneighbour_weight = " + std::string(given) + "\n";
    EXPECT_TRUE(ApplyToml(toml, "rapport.toml", config).ok()) << given;
  }
}

TEST(Config, MilestonesAreNumbersOfOrders) {
  EXPECT_EQ(ReadMilestones("10, 50,100"), (std::vector<int>{10, 50, 100}));
  EXPECT_EQ(ReadMilestones(""), std::vector<int>());
  for (const char* given : {"1", "101", "ten", "10,", ",10", "10,,20", " ", "10 20", "-5", "2.5"}) {
    EXPECT_EQ(ReadMilestones(given), std::nullopt) << given;
  }
  EXPECT_THAT(Complaint("[moments]\nmilestones = '1'\n"),
              AllOf(HasSubstr("moments.milestones"), HasSubstr("whole numbers from 2 to 100")));
}

TEST(Config, WhatIsNotTomlIsRefusedWithItsLine) {
  EXPECT_THAT(Complaint("[server]\nlisten = \n"), HasSubstr("rapport.toml:2"));
}

TEST(Config, ARefusedFileChangesNothing) {
  Config config;
  EXPECT_FALSE(ApplyToml("[model]\nkeep = 7\nfactors = 2000\n", "bad", config).ok());
  EXPECT_EQ(config.model.keep, 5);
}

// What Check says of a config that may serve without TLS but for `change`.
template <class Change>
std::string Checked(Change change) {
  Config config;
  config.tls.insecure = true;
  change(config);
  return std::string(Check(config).message());
}

TEST(Check, TwoPortsThatAreOneAreRefusedWithBothSettings) {
  const auto ports = [](const char* server, const char* metrics, const char* health) {
    return Checked([=](Config& config) {
      config.server.listen = server;
      config.metrics.listen = metrics;
      config.health.listen = health;
    });
  };
  EXPECT_EQ(ports("127.0.0.1:7411", "127.0.0.1:7411", ""),
            "metrics.listen: given 127.0.0.1:7411, the port of server.listen, 127.0.0.1:7411; "
            "expected a port of its own for each");
  EXPECT_THAT(ports("0.0.0.0:7411", "", "127.0.0.1:7411"),
              AllOf(HasSubstr("health.listen: "), HasSubstr("server.listen, 0.0.0.0:7411")));
  EXPECT_THAT(ports("shop:7411", "shop:7412", "[::]:7412"),
              AllOf(HasSubstr("health.listen: "), HasSubstr("metrics.listen, shop:7412")));
  EXPECT_EQ(ports("127.0.0.1:7411", "127.0.0.1:7412", "127.0.0.1:7413"), "");
  EXPECT_EQ(ports("0.0.0.0:0", "0.0.0.0:0", "127.0.0.1:0"), "");  // each gets another
  EXPECT_EQ(ports("127.0.0.1:7411", "127.0.0.2:7411", "[::1]:7411"), "");
  EXPECT_EQ(ports("127.0.0.1:7411", "", ""), "");
}

std::string Backups(const std::string& path, const std::string& storage,
                    const std::string& models = "") {
  return Checked([&](Config& config) {
    config.backup.path = path;
    config.storage.path = storage;
    config.model.path = models;
  });
}

TEST(Check, BackupsInADirectoryOfOtherDataOrAroundItAreRefusedWithBothSettings) {
  EXPECT_EQ(Backups("/srv/data", "/srv/data"),
            "backup.path: given /srv/data, which is storage.path, /srv/data; give backups a "
            "directory of their own, outside of it and best on another disk");
  EXPECT_THAT(Backups("/srv/data/backups", "/srv/data"),
              HasSubstr("given /srv/data/backups, which lies in storage.path, /srv/data; give"));
  EXPECT_THAT(Backups("/srv", "/srv/data"), HasSubstr("which holds storage.path, /srv/data"));
  EXPECT_THAT(Backups("/", "/srv/data"), HasSubstr("which holds storage.path"));
  EXPECT_THAT(Backups("/srv/models/backups", "/srv/data", "/srv/models"),
              HasSubstr("which lies in model.path, /srv/models"));
  EXPECT_EQ(Backups("/srv/data-backups", "/srv/data"), "");
  EXPECT_EQ(Backups("/srv/backups", "/srv/data", "/srv/models"), "");
  EXPECT_EQ(Backups("backups", "data"), "");
  EXPECT_EQ(Backups("", "/srv/data", "/srv/data/models"), "");
}

TEST(Check, BackupPathsAreComparedHoweverTheyAreWritten) {
  EXPECT_THAT(Backups("/srv/data/", "/srv/data"), HasSubstr("which is storage.path"));
  EXPECT_THAT(Backups("/srv/data", "/srv/data//"), HasSubstr("which is storage.path"));
  EXPECT_THAT(Backups("data/backups", "./data/"), HasSubstr("which lies in storage.path"));
  EXPECT_THAT(Backups("data", std::filesystem::absolute("data").string()),
              HasSubstr("which is storage.path"));
  EXPECT_THAT(Backups("/srv/backups/../data/x", "/srv/data"),
              HasSubstr("given /srv/backups/../data/x (that is /srv/data/x), which lies in"));
  EXPECT_EQ(Backups("/srv/data/../backups", "/srv/data"), "");
  const TempDir dir;
  std::filesystem::create_directory(dir / "data");
  std::filesystem::create_symlink(dir / "data", dir / "link");
  EXPECT_THAT(Backups(dir / "link/backups", dir / "data"), HasSubstr("lies in storage.path"));
  EXPECT_THAT(Backups(dir / "data", dir / "link"), HasSubstr("which is storage.path"));
}

TEST(Check, ModelsWhereTheStoreIsAreRefused) {
  for (const char* models : {"/srv/data", "/srv", "/srv/data/db", "/srv/data/db/models"}) {
    EXPECT_THAT(Backups("", "/srv/data", models),
                HasSubstr(std::string("model.path: given ") + models));
  }
  for (const char* models : {"", "/srv/data/models", "/srv/models", "/srv/data/db-models"})
    EXPECT_EQ(Backups("", "/srv/data", models), "");
}

TEST(Check, WhatDoesNotGoTogetherIsToldBeforeAnythingIsMade) {
  const TempDir dir;
  Config config;
  config.tls.insecure = true;
  config.storage.path = dir / "data";
  config.health.listen = config.server.listen;
  EXPECT_THAT(std::string(Application::Open(config).status().message()),
              HasSubstr("health.listen: given"));
  EXPECT_FALSE(std::filesystem::exists(config.storage.path));
}

TEST(CommandLine, PathsLoseTheSlashAtTheirEnd) {
  const Outcome outcome =
      Execute({"--storage.path", "data/", "--model.path", "models//", "--backup.path", "/"});
  ASSERT_TRUE(std::holds_alternative<Config>(outcome.result)) << outcome.err;
  const Config& config = std::get<Config>(outcome.result);
  EXPECT_EQ(config.storage.path, "data");
  EXPECT_EQ(config.model.path, "models");
  EXPECT_EQ(config.backup.path, "/");
}

TEST(CommandLine, FlagsOverrideTheFile) {
  const TempDir dir;
  const std::string file = dir.path() + "/rapport.toml";
  std::ofstream(file) << "[model]\nkeep = 7\nalpha0 = 0.5\n";
  const Outcome outcome = Execute({"--config", file.c_str(), "--model.keep", "9", "--storage.path",
                                   "/a \"quoted\" path", "--server.reflection", "false"});
  ASSERT_TRUE(std::holds_alternative<Config>(outcome.result)) << outcome.err;
  const Config& config = std::get<Config>(outcome.result);
  EXPECT_EQ(config.model.keep, 9);
  EXPECT_EQ(config.model.alpha0, 0.5);
  EXPECT_EQ(config.storage.path, "/a \"quoted\" path");
  EXPECT_FALSE(config.server.reflection);
}

TEST(CommandLine, ABadFlagEndsWithTwoAndOneLine) {
  const Outcome range = Execute({"--model.keep", "0"});
  EXPECT_EQ(std::get<int>(range.result), 2);
  EXPECT_EQ(range.err,
            "rapport-server: --model.keep: given 0; expected a whole number, 1 to 100\n");
  const Outcome unknown = Execute({"--model.kep", "3"});
  EXPECT_EQ(std::get<int>(unknown.result), 2);
  EXPECT_EQ(unknown.err,
            "rapport-server: --model.kep: no such flag; the nearest is --model.keep\n");
}

TEST(CommandLine, ABadFileEndsWithOneAndSaysWhere) {
  const Outcome missing = Execute({"--config", "/nowhere/rapport.toml"});
  EXPECT_EQ(std::get<int>(missing.result), 1);
  EXPECT_THAT(missing.err, HasSubstr("/nowhere/rapport.toml: cannot be read"));
}

TEST(CommandLine, HelpVersionAndPrintConfigEndWithZero) {
  const Outcome help = Execute({"--help"});
  EXPECT_EQ(std::get<int>(help.result), 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--storage.path"), HasSubstr("training:")));
  EXPECT_THAT(Execute({"--version"}).out, HasSubstr("rapport-server "));
  const Outcome print = Execute({"--print-config", "--model.keep", "3"});
  EXPECT_EQ(std::get<int>(print.result), 0);
  EXPECT_THAT(print.out, HasSubstr("default 5.\nkeep = 3\n"));
}

}  // namespace
}  // namespace rapport::server
