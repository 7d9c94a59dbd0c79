// Targets: what a benchmark should reach, and whether it does: the end of its JSON, and of its
// table in words. Pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace rapport {

struct Target {
  std::string name;
  double value = 0;
  double target = 0;
  bool at_most = false;
  bool holds() const { return at_most ? value <= target : value >= target; }
};

// [{"name", "value", "target", "holds"}]
nlohmann::json ToJson(std::span<const Target> targets);
// To stdout, a line for each.
void Print(std::span<const Target> targets);

}  // namespace rapport
