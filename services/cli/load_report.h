// What a load test found: for programs, for people, and beside what it should reach. Pure
// functions.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "services/cli/load_generator.h"
#include "services/cli/targets.h"

namespace rapport::cli {

// What should be reached; none: not asked.
struct LoadTargets {
  std::optional<double> p99_at_most_ms;  // of the calls that succeeded
  std::optional<double> at_least_rate;   // that succeeded, a second
  std::optional<double> at_least_ok;     // share of 0 to 1 of the calls that were due
};

struct LoadTest {
  std::string server;
  int connections = 1;
  LoadOptions options;
  LoadTargets targets;
  LoadReport report;
};

std::vector<Target> TargetsOf(const LoadTest& test);
// {"load": what was asked, "calls": {"suggest": figures, …}, "all": figures, "late_ms", "targets"};
// figures: {"sent", "ok", "failed": {"CODE": count}, "sent_per_second", "ok_per_second",
// "latency_ms": {"p50", "p90", "p99", "p99.9", "max"}}, latency of those that succeeded.
nlohmann::ordered_json ToJson(const LoadTest& test);
void PrintTables(std::ostream& out, const LoadTest& test);

}  // namespace rapport::cli
