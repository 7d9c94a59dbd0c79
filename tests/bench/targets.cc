#include "tests/bench/targets.h"

#include <cstdio>

namespace rapport {

nlohmann::json ToJson(std::span<const Target> targets) {
  nlohmann::json json = nlohmann::json::array();
  for (const Target& target : targets) {
    json.push_back({{"name", target.name},
                    {"value", target.value},
                    {"target", target.target},
                    {"holds", target.holds()}});
  }
  return json;
}

void Print(std::span<const Target> targets) {
  std::printf("\n");
  for (const Target& target : targets) {
    std::printf("%s: %.4g, asked for %s %.4g: %s\n", target.name.c_str(), target.value,
                target.at_most ? "at most" : "at least", target.target,
                target.holds() ? "holds" : "does not hold");
  }
}

}  // namespace rapport
