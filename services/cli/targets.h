// Targets: what a benchmark or an evaluation should reach, and whether it does: the end of its
// JSON, and of its table in words. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <span>
#include <string>

namespace rapport::cli {

struct Target {
  std::string name;  // in words, with the measure: "items new to the customer, recall@20"
  double value = 0;
  double target = 0;
  bool holds = false;
  bool at_most = false;  // else at least
};

Target AtLeast(std::string name, double value, double target);
Target AtMost(std::string name, double value, double target);
// Of a bound or a difference that must not touch the target.
Target Above(std::string name, double value, double target);

// [{"name", "value", "target", "holds"}]
nlohmann::json ToJson(std::span<const Target> targets);
// `json` with "targets", such a list, as its end.
nlohmann::ordered_json EndingWith(std::span<const Target> targets, const nlohmann::json& json);
// A table: "holds" or "misses", the name, the value beside the target. Nothing if there are none.
void PrintTargets(std::ostream& out, std::span<const Target> targets);

}  // namespace rapport::cli
