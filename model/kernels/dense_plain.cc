// Small dense systems for what the whole program is compiled for.
#include "model/kernels/dense.h"
#include "model/kernels/dense_levels.h"

namespace rapport {
namespace {
constexpr size_t kLanes = 2;
constexpr size_t kRows = 2;
constexpr size_t kColumns = 1;
constexpr size_t kOuterVectors = 2;
constexpr size_t kOuterColumns = 5;
}  // namespace
}  // namespace rapport

#include "model/kernels/dense.inc"

namespace rapport {

const DenseKernel kPlainDense{.name = "plain",
                              .products = Products,
                              .gramian = Gramian,
                              .add_outer = AddOuterProducts,
                              .factorize = Factorize,
                              .solve = Solve};

}  // namespace rapport
