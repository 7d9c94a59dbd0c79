// The scans as each source file has them; which of them may run, scan.cc decides.
#pragma once

#include "model/kernels/scan.h"

namespace rapport {

extern const ScanKernel kPlainScan;
extern const ScanKernel kV2Scan;
extern const ScanKernel kV3Scan;
extern const ScanKernel kV512Scan;

}  // namespace rapport
