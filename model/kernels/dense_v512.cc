// Small dense systems for x86-64-v4: AVX-512.
#include "model/kernels/dense.h"
#include "model/kernels/dense_levels.h"

namespace rapport {
namespace {
constexpr size_t kLanes = 8;
constexpr size_t kRows = 4;
constexpr size_t kColumns = 4;
constexpr size_t kOuterVectors = 3;
constexpr size_t kOuterColumns = 6;
}  // namespace
}  // namespace rapport

#include "model/kernels/dense.inc"

namespace rapport {

const DenseKernel kV512Dense{.name = "v512",
                             .products = Products,
                             .gramian = Gramian,
                             .add_outer = AddOuterProducts,
                             .factorize = Factorize,
                             .solve = Solve};

}  // namespace rapport
