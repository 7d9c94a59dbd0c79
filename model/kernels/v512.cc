// The kernels for x86-64-v4: AVX-512.
#include "model/kernels/kernels.h"
#include "model/kernels/levels.h"

namespace rapport {
namespace {
constexpr std::string_view kName = "v512";
constexpr size_t kLanes = 16;
constexpr bool kManyRegisters = true;
}  // namespace
}  // namespace rapport

#include "model/kernels/kernels.inc"

namespace rapport {

const Kernels kV512Kernels = kKernels;

}  // namespace rapport
