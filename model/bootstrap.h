// Paired bootstrap: how sure a mean difference between two methods is, customers drawn again with
// replacement (Efron 1979; Sakai, SIGIR 2006, for rankings). Pure; any thread.
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

}  // namespace rapport
