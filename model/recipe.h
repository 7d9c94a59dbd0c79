// Recipe: how a model is learned, as people set it. A value.
#pragma once

#include <vector>

#include "model/learn.h"

namespace rapport {

struct Recipe {
  AlsOptions als = kOpenOptions;
  double long_half_life_days = kLongHalfLifeDays;  // of a second taste; 0: one taste only

  std::vector<AlsOptions> Tastes() const { return TastesOf(als, long_half_life_days); }
  bool operator==(const Recipe&) const = default;
};

}  // namespace rapport
