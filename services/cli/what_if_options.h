// What a question may suppose, as options of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

struct WhatIfOptions {
  // Items, or single purchases as "event:ID".
  std::vector<std::string> without;
  std::vector<std::string> gift;
  std::vector<std::string> add;  // items

  bool empty() const { return without.empty() && gift.empty() && add.empty(); }
};

// `options` must live as long as the command. `excludes`: an option that leaves no room for them;
// null: none.
void AddWhatIfOptions(CLI::App& command, WhatIfOptions& options, CLI::Option* excludes = nullptr);
v1::WhatIf WhatIfOf(const WhatIfOptions& options);

}  // namespace rapport::cli
