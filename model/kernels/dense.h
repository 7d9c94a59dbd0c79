// Small dense systems in double: what folding a customer in spends its time on. Compiled once for
// each instruction set from one text (dense.inc) and chosen once, when first asked for. Sums are
// added in the same order everywhere, and a multiply and an add are never made one: the same bits
// on every processor, so that an explanation can be made again on another.
//
// Matrices are column-major: columns of `length` doubles, one after the other. All functions may
// run in many threads at once; none of them allocates.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace rapport {

struct DenseKernel {
  std::string_view name;

  // out = A^T B, a_count x b_count.
  void (*products)(const double* a, size_t a_count, const double* b, size_t b_count, size_t length,
                   double* out);
  // The lower triangle of out = A^T A, count x count; what stands above it is undefined.
  void (*gramian)(const double* a, size_t count, size_t length, double* out);
  // The lower triangle of out += A A^T, length x length, the columns of A in their order; what
  // stands above it is undefined.
  void (*add_outer)(const double* a, size_t count, size_t length, double* out);
  // Cholesky: the lower triangle of a, size x size, becomes L with a = L L^T. Requires: a is
  // positive definite.
  void (*factorize)(double* a, size_t size);
  // b = (L L^T)^-1 b; l as `factorize` leaves it; b is row-major, size x columns.
  void (*solve)(const double* l, size_t size, double* b, size_t columns);
};

// Those that this processor can run, slowest first; never empty. Names as in kernels.h.
std::span<const DenseKernel* const> RunnableDenseKernels();

// The one that the environment variable RAPPORT_KERNELS names, if it can run here, else the fastest
// that can; the same for as long as we run.
const DenseKernel& ChosenDenseKernel();

}  // namespace rapport
