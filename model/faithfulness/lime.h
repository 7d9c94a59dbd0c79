// LIME (Ribeiro, Singh, Guestrin, KDD 2016) for an item's score and a customer's evidence: how much
// each entry matters, from a ridge regression on what the score is without random parts of the
// evidence. The baseline that knows nothing of the model and asks it often. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace rapport {

// Sampling, kernel and ridge as the authors' program has them for texts: how many entries go is
// uniform in 1..n, which of them too; a sample z weighs exp(-d^2 / (2 width^2)), d = 1 - cos(z,
// all).
struct LimeOptions {
  size_t refits = 200;  // calls of the score; the first with everything
  double kernel_width = 0.25;
  double ridge = 1;  // the intercept is free
  uint64_t seed = 1;
};

// The coefficient of each entry. `score` is given the entries that are kept, ascending. The same
// for the same seed. Requires: refits > 0.
std::vector<double> LimeCoefficients(size_t entries,
                                     const std::function<double(std::span<const size_t>)>& score,
                                     const LimeOptions& options);

}  // namespace rapport
