// Interactions at random, for what must hold of any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Rows with these numbers of entries, each in columns drawn at random, weighing what `weight` says.
CompressedRows RandomRows(const std::vector<size_t>& counts, size_t columns, uint64_t seed,
                          const std::function<double(std::mt19937_64&)>& weight);

// Normal with this deviation.
FactorMatrix RandomFactors(size_t rows, size_t factors, double deviation, uint64_t seed);

}  // namespace rapport
