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

// --factors, --alpha0, --regularization, --nu, --iterations, --half-life, --long-half-life.
// `options` must outlive the command.
void AddModelOptions(CLI::App& command, ModelOptions& options);

}  // namespace rapport::cli
