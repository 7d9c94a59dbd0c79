#include "services/cli/model_options.h"

#include <gtest/gtest.h>

#include "services/server/config.h"

namespace rapport::cli {
namespace {

bool CommandTakes(const std::string& flag, const std::string& value) {
  CLI::App app;
  ModelOptions options;
  AddModelOptions(app, options);
  try {
    app.parse(flag + " " + value);
    return true;
  } catch (const CLI::ParseError&) {
    return false;
  }
}

bool ServerTakes(const std::string& key, const std::string& value) {
  server::Config config;
  return server::ApplyToml("[model]\n" + key + " = " + value, "test", config).ok();
}

TEST(ModelOptions, HaveTheRangesOfTheServersConfig) {
  const std::vector<std::pair<std::string, std::string>> options = {
      {"--factors", "factors"},
      {"--alpha0", "alpha0"},
      {"--regularization", "regularization"},
      {"--nu", "nu"},
      {"--iterations", "iterations"},
      {"--neighbour-weight", "neighbour_weight"},
      {"--half-life", "half_life_days"},
      {"--long-half-life", "long_half_life_days"}};
  for (const auto& [flag, key] : options) {
    int taken = 0;
    for (const char* value :
         {"-2",  "-1",  "-0.5", "0",    "0.005", "0.01", "0.5",    "1",      "1.5", "2",   "3",
          "100", "101", "1000", "1001", "1024",  "1025", "100000", "100001", "1e9", "nan", "inf"}) {
      EXPECT_EQ(CommandTakes(flag, value), ServerTakes(key, value)) << flag << " " << value;
      taken += ServerTakes(key, value) ? 1 : 0;
    }
    EXPECT_GT(taken, 2) << flag;
  }
}

}  // namespace
}  // namespace rapport::cli
