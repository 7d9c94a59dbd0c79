// The kernels as each source file has them; which of them may run, kernels.cc decides.
#pragma once

#include "model/kernels/kernels.h"

namespace rapport {

extern const Kernels kPlainKernels;
extern const Kernels kV3Kernels;
extern const Kernels kV512Kernels;

}  // namespace rapport
