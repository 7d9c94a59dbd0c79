// What a tuning found: as JSON for programs, as tables for people, as config for the server. Main
// thread only.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "model/tune.h"
#include "services/cli/targets.h"

namespace rapport::cli {

struct TuneReport {
  std::vector<std::string> files;  // names without directories
  Instant until{};                 // purchases before it counted; of no meaning for pairs
  bool pairs = false;
  double window_days = 0;
  double budget_seconds = 0;
  double seconds = 0;  // that it took
  uint64_t seed = 0;
  bool started_from_defaults = true;  // false: options were given
  Instant now{};
  Tuned tuned;
};

// "Defaults within 5 % of tuned", if it was the defaults that were to be beaten and they were
// judged.
std::vector<Target> TargetsOf(const TuneReport& report);

// default, tuned (options, score, new, all), gain, candidates[], targets[], and the circumstances.
nlohmann::ordered_json ToJson(const TuneReport& report);
void PrintTables(std::ostream& out, const TuneReport& report);

// The [model] section of a file for `rapport-server --config`, with a comment that tells where it
// comes from. Options that nothing better was found for stay open: 0, what suits the data.
std::string ToToml(const TuneReport& report);

}  // namespace rapport::cli
