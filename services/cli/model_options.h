// The options of a model, as flags that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "model/learn.h"

namespace rapport::cli {

struct ModelOptions {
  AlsOptions als = kOpenOptions;
  double long_half_life_days = kLongHalfLifeDays;

  std::vector<AlsOptions> Tastes() const { return TastesOf(als, long_half_life_days); }
};

// --factors, --alpha0, --regularization, --nu, --iterations, --neighbour-weight, --half-life,
// --long-half-life, in the ranges of option_ranges.h.
// `options` must outlive the command.
void AddModelOptions(CLI::App& command, ModelOptions& options);
// Half lives mean nothing to data without times: a usage error together with that option.
// Requires: AddModelOptions.
void RefuseHalfLivesWith(CLI::App& command, CLI::Option* without_times);

}  // namespace rapport::cli
