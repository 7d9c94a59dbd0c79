#include "model/kernels/scan.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "model/kernels/scan_levels.h"

namespace rapport {
namespace {

std::vector<const ScanKernel*> FindRunnable() {
  std::vector<const ScanKernel*> found = {&kPlainScan};
#ifdef __x86_64__
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool v512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512vnni");
  found.push_back(&kV2Scan);
  if (v3) found.push_back(&kV3Scan);
  if (v3 && v512) found.push_back(&kV512Scan);
#endif
  return found;
}

}  // namespace

std::span<const ScanKernel* const> RunnableScanKernels() {
  static const std::vector<const ScanKernel*> runnable = FindRunnable();
  return runnable;
}

const ScanKernel& ChosenScanKernel() {
  static const char* const wish = std::getenv("RAPPORT_KERNELS");
  static const auto named = std::ranges::find(
      RunnableScanKernels(), std::string_view(wish == nullptr ? "" : wish), &ScanKernel::name);
  return named == RunnableScanKernels().end() ? *RunnableScanKernels().back() : **named;
}

}  // namespace rapport
