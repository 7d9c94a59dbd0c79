// The kernels for x86-64-v3: AVX2 and fused multiply-add.
#include "model/kernels/kernels.h"
#include "model/kernels/levels.h"

namespace rapport {
namespace {
constexpr std::string_view kName = "v3";
constexpr size_t kLanes = 8;
constexpr bool kManyRegisters = false;
}  // namespace
}  // namespace rapport

#include "model/kernels/kernels.inc"

namespace rapport {

const Kernels kV3Kernels = kKernels;

}  // namespace rapport
