#include "services/cli/targets.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

// What four decimals would show as nothing: "1e-09".
std::string Shown(double value) {
  constexpr double kLeastShown = 5e-5;
  if (value == 0 || std::abs(value) >= kLeastShown) return FormatFixed(value, 4);
  char text[32];
  std::snprintf(text, sizeof(text), "%.0e", value);
  return text;
}

}  // namespace

Target AtLeast(std::string name, double value, double target) {
  return {.name = std::move(name), .value = value, .target = target, .holds = value >= target};
}

Target AtMost(std::string name, double value, double target) {
  return {.name = std::move(name),
          .value = value,
          .target = target,
          .holds = value <= target,
          .at_most = true};
}

Target Above(std::string name, double value, double target) {
  return {.name = std::move(name), .value = value, .target = target, .holds = value > target};
}

nlohmann::json ToJson(std::span<const Target> targets) {
  nlohmann::json json = nlohmann::json::array();
  for (const Target& target : targets) {
    json.push_back({{"name", target.name},
                    {"value", target.value},
                    {"target", target.target},
                    {"holds", target.holds}});
  }
  return json;
}

nlohmann::ordered_json EndingWith(std::span<const Target> targets, const nlohmann::json& json) {
  nlohmann::ordered_json whole = json;
  whole["targets"] = ToJson(targets);
  return whole;
}

void PrintTargets(std::ostream& out, std::span<const Target> targets) {
  if (targets.empty()) return;
  Table table({{.title = ""},
               {.title = "target"},
               {.title = "reached", .right = true},
               {.title = "needed", .right = true}});
  for (const Target& target : targets) {
    table.AddRow({target.holds ? "holds" : "misses", target.name, Shown(target.value),
                  (target.at_most ? "at most " : "") + Shown(target.target)});
  }
  out << "\n";
  table.Print(out, OutputWidth());
}

}  // namespace rapport::cli
