// The referee of the sweep: a Cholesky in double for every row, and nothing clever.
#pragma once

#include <cstddef>

#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Every row solved for its entries, which are rows of `others`.
FactorMatrix PlainHalfSweep(const CompressedRows& rows, const FactorMatrix& others,
                            const AlsOptions& options, int threads);

}  // namespace rapport
