// Small dense systems for x86-64-v3: AVX2.
#include "model/kernels/dense.h"
#include "model/kernels/dense_levels.h"

namespace rapport {
namespace {
constexpr size_t kLanes = 4;
constexpr size_t kRows = 3;
constexpr size_t kColumns = 2;
constexpr size_t kOuterVectors = 2;
constexpr size_t kOuterColumns = 6;
}  // namespace
}  // namespace rapport

#include "model/kernels/dense.inc"

namespace rapport {

const DenseKernel kV3Dense{.name = "v3",
                           .products = Products,
                           .gramian = Gramian,
                           .add_outer = AddOuterProducts,
                           .factorize = Factorize,
                           .solve = Solve};

}  // namespace rapport
