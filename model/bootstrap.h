// Paired bootstrap: how sure a mean difference between two methods is, customers drawn again with
// replacement (Efron 1979; Sakai, SIGIR 2006, for rankings). And of a ratio. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>

#include "model/model_snapshot.h"

namespace rapport {

inline constexpr int kResamples = 2000;

// The mean of ours[i] - theirs[i], and its 95 % percentile interval over resampled pairs. The same
// bits for the same input. No pairs: zeros. Requires: as many of both.
MeanDifference PairedBootstrap(std::span<const double> ours, std::span<const double> theirs,
                               int resamples = kResamples, uint64_t seed = 1);

// The ratio of the means of both, and its 95 % percentile interval over the same resampled pairs.
// Zeros where the denominators sum to nothing. Requires: as many of both, denominators >= 0.
MeanDifference RatioBootstrap(std::span<const double> numerators,
                              std::span<const double> denominators, int resamples = kResamples,
                              uint64_t seed = 1);

}  // namespace rapport
