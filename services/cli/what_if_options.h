// What a question may suppose, as options of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

struct WhatIfOptions {
  std::vector<std::string> without;  // items
  std::vector<std::string> as_gift;
  std::vector<std::string> and_bought;

  bool empty() const { return without.empty() && as_gift.empty() && and_bought.empty(); }
};

// `options` must live as long as the command. `excludes`: an option that leaves no room for them;
// null: none.
void AddWhatIfOptions(CLI::App& command, WhatIfOptions& options, CLI::Option* excludes = nullptr);
v1::WhatIf WhatIfOf(const WhatIfOptions& options);

}  // namespace rapport::cli
