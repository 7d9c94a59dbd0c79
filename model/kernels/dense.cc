#include "model/kernels/dense.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "model/kernels/dense_levels.h"

namespace rapport {
namespace {

std::vector<const DenseKernel*> FindRunnable() {
  std::vector<const DenseKernel*> found = {&kPlainDense};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    found.push_back(&kV3Dense);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512cd")) {
      found.push_back(&kV512Dense);
    }
  }
#endif
  return found;
}

}  // namespace

std::span<const DenseKernel* const> RunnableDenseKernels() {
  static const std::vector<const DenseKernel*> runnable = FindRunnable();
  return runnable;
}

const DenseKernel& ChosenDenseKernel() {
  static const char* const wish = std::getenv("RAPPORT_KERNELS");
  static const auto named = std::ranges::find(
      RunnableDenseKernels(), std::string_view(wish == nullptr ? "" : wish), &DenseKernel::name);
  return named == RunnableDenseKernels().end() ? *RunnableDenseKernels().back() : **named;
}

}  // namespace rapport
