// What shapes a list of suggestions, whoever it is for, as options of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "rapport/v1/recommendation_service.pb.h"

namespace rapport::cli {

struct ListOptions {
  int count = 10;
  std::string pool = "new";
  std::vector<std::string> exclude;
  std::vector<std::string> only;
  std::string filter;
  std::string store;
  int max_per_category = 0;
  double diversity = 0;
  double min_confidence = 0;
  int promoted_slots = -1;  // any number
  std::string as_of;
};

// Gives the option of `count`, for what excludes it. `options` must live as long as the command.
CLI::Option* AddListOptions(CLI::App& command, ListOptions& options);
v1::SuggestForCustomerRequest RequestOf(const ListOptions& options);

}  // namespace rapport::cli
