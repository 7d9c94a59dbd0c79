// The kernels as each source file has them; which of them may run, dense.cc decides.
#pragma once

#include "model/kernels/dense.h"

namespace rapport {

extern const DenseKernel kPlainDense;
extern const DenseKernel kV3Dense;
extern const DenseKernel kV512Dense;

}  // namespace rapport
