#include "model/kernels/kernels.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "model/kernels/levels.h"

namespace rapport {
namespace {

std::vector<const Kernels*> FindRunnable() {
  std::vector<const Kernels*> found = {&kPlainKernels};
#ifdef __x86_64__
  const bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512cd");
  if (v3) found.push_back(&kV3Kernels);
  if (v3 && v512) found.push_back(&kV512Kernels);
#endif
  return found;
}

}  // namespace

std::span<const Kernels* const> RunnableKernels() {
  static const std::vector<const Kernels*> runnable = FindRunnable();
  return runnable;
}

const Kernels& KernelsNamed(std::string_view name) {
  const auto runnable = RunnableKernels();
  const auto named = std::ranges::find(runnable, name, &Kernels::name);
  return named == runnable.end() ? *runnable.back() : **named;
}

const Kernels& ChosenKernels() {
  static const char* const wish = std::getenv("RAPPORT_KERNELS");
  static const Kernels& chosen = KernelsNamed(wish == nullptr ? "" : wish);
  return chosen;
}

}  // namespace rapport
