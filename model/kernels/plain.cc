// The kernels for what the whole program is compiled for: x86-64-v2 on x86-64 (SSE), plain C++
// elsewhere.
#include "model/kernels/kernels.h"
#include "model/kernels/levels.h"

namespace rapport {
namespace {
constexpr std::string_view kName = "plain";
constexpr size_t kLanes = 4;
constexpr bool kManyRegisters = false;
}  // namespace
}  // namespace rapport

#include "model/kernels/kernels.inc"

namespace rapport {

const Kernels kPlainKernels = kKernels;

}  // namespace rapport
