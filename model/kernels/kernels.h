// The hot loops of training, in single precision, compiled once for each instruction set from one
// text (kernels.inc) and chosen once, when first asked for. Everything here is raw pointers: what
// is compiled for a newer processor must not share an inline function with the rest of the program.
//
// Matrices are row-major and every row is `width` floats long, a multiple of kPadding, 64-byte
// aligned. Results do not depend on what lies next to a row: the same row, the same bits. They may
// differ between instruction sets by rounding. All functions may run in many threads at once, each
// with a workspace of its own; none of them allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rapport {

constexpr size_t kPadding = 16;        // floats: 64 bytes
constexpr size_t kGramianRows = 256;   // rows that are summed in single precision
constexpr size_t kMostShort = 64;      // entries that SolveShort takes at most
constexpr size_t kGathered = 1 << 17;  // floats of a row's entries that are copied together

// The ridge system of one row in a basis in which the Gramian of `others` is diagonal:
//   A = diag(ridge) + sum_j w_j y_j y_j^T,   ridge = spectrum + lambda;   b = sum_j w_j y_j
struct RowSystem {
  const float* others = nullptr;  // n x width; y_j is its row entries[j]
  size_t width = 0;
  const uint32_t* entries = nullptr;
  const float* weights = nullptr;   // >= 0
  size_t count = 0;                 // of entries, > 0
  size_t following = 0;             // entries after those, of systems to come: they are read ahead
  const float* spectrum = nullptr;  // width long, >= 0
  float lambda = 0;                 // > 0
};

struct Kernels {
  std::string_view name;

  // sum += rows^T rows. `sum`: width x width, of which the upper triangle counts.
  // Requires: count <= kGramianRows; `scratch` holds GramianScratch(width) floats.
  void (*add_gramian)(const float* rows, size_t count, size_t width, float* scratch, double* sum);

  // Lays a width x width matrix out for `multiply`: as many floats again, in another order.
  void (*pack)(const float* matrix, size_t width, float* packed);
  // product = rows * matrix. Requires: `product` does not overlap `rows`.
  void (*multiply)(const float* rows, size_t count, size_t width, const float* packed,
                   float* product);

  // x = A^-1 b by a Cholesky of the dual, count x count system (exact but for rounding). False if
  // rounding may have spoiled it; x is then undefined.
  // Requires: count <= kMostShort; `workspace` holds SolveWorkspace(width) floats.
  bool (*solve_short)(const RowSystem& system, float* workspace, float* x);

  // x = A^-1 b by conjugate gradients, preconditioned with the ridge, from the given x until
  //   |x - A^-1 b|_A <= tolerance |A^-1 b|_A,   |v|_A^2 = v^T A v.
  // False if that takes too many steps or rounding may spoil it; x is then undefined.
  // Requires: `workspace` holds SolveWorkspace(width) floats.
  bool (*solve_long)(const RowSystem& system, float tolerance, float* workspace, float* x);
};

constexpr size_t GramianScratch(size_t width) { return kGramianRows * (width + kPadding); }
constexpr size_t SolveWorkspace(size_t width) {
  return 12 * width + kGathered + kMostShort * (width + kMostShort + 4);
}

// Those that this processor can run, slowest first; never empty.
std::span<const Kernels* const> RunnableKernels();

// The one of that name (plain: what the whole program is compiled for, x86-64-v2 or another
// processor; v3: AVX2; v512: AVX-512) if it can run here; else the fastest that can.
const Kernels& KernelsNamed(std::string_view name);

// The one that the environment variable RAPPORT_KERNELS names; the same for as long as we run.
const Kernels& ChosenKernels();

}  // namespace rapport
