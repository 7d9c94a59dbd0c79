#include "model/kernels/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "Eigen/LU"
#include "model/kernels/aligned.h"
#include "tests/model/random_interactions.h"
#include "tests/model/scene.h"

namespace rapport {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Aligned<float> AlignedCopy(const FactorMatrix& matrix) {
  Aligned<float> values(static_cast<size_t>(matrix.size()));
  std::copy_n(matrix.data(), matrix.size(), values.data());
  return values;
}

FactorMatrix Unaligned(const Aligned<float>& values, size_t rows, size_t width) {
  return Eigen::Map<const FactorMatrix>(values.data(), static_cast<Eigen::Index>(rows),
                                        static_cast<Eigen::Index>(width));
}

class EachKernel : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& kernels() const { return *GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Kernels, EachKernel,
                         testing::ValuesIn(RunnableKernels().begin(), RunnableKernels().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(EachKernel, AddsTheGramianOfTheRowsToTheSum) {
  for (const size_t width : {16u, 32u, 48u, 80u, 272u}) {
    for (const size_t count : {1u, 7u, 128u}) {
      const FactorMatrix rows = RandomFactors(count, width, 1, width + count);
      Aligned<float> scratch(GramianScratch(width));
      Matrix sum = Matrix::Constant(rows.cols(), rows.cols(), 3);
      kernels().add_gramian(AlignedCopy(rows).data(), count, width, scratch.data(), sum.data());
      const Matrix expected = (rows.cast<double>().transpose() * rows.cast<double>()).array() + 3;
      const Matrix off = (sum - expected).triangularView<Eigen::Upper>();
      EXPECT_LT(off.cwiseAbs().maxCoeff(), 1e-4) << width << " " << count;
    }
  }
}

TEST_P(EachKernel, MultipliesAndARowGetsTheSameBitsInWhateverCompany) {
  for (const size_t width : {16u, 32u, 48u, 80u, 272u}) {
    const FactorMatrix rows = RandomFactors(21, width, 1, width);
    const FactorMatrix matrix = RandomFactors(width, width, 1, 5);
    Aligned<float> packed(width * width);
    Aligned<float> product(21 * width);
    kernels().pack(AlignedCopy(matrix).data(), width, packed.data());
    const Aligned<float> aligned = AlignedCopy(rows);
    kernels().multiply(aligned.data(), 21, width, packed.data(), product.data());
    const FactorMatrix together = Unaligned(product, 21, width);
    const Matrix expected = rows.cast<double>() * matrix.cast<double>();
    EXPECT_LT((together.cast<double>() - expected).cwiseAbs().maxCoeff(), 1e-3) << width;
    for (size_t row = 0; row < 21; ++row) {
      kernels().multiply(aligned.data() + row * width, 1, width, packed.data(),
                         product.data() + row * width);
    }
    EXPECT_EQ(together, Unaligned(product, 21, width)) << width;
  }
}

// A row's system with random numbers in all its parts, and its solution in double.
struct Scene {
  Scene(size_t count, size_t width)
      : others(RandomFactors(500, width, 0.3, 1)),
        rows(RandomRows({count}, 500, count, [](auto& random) { return 4 * Uniform(random); })),
        aligned(AlignedCopy(others)),
        spectrum(width),
        space(SolveWorkspace(width)),
        x(width) {
    std::mt19937_64 random(3);
    for (size_t at = 0; at < width; ++at)
      spectrum.data()[at] = static_cast<float>(0.1 + Uniform(random));
    const auto size = static_cast<Eigen::Index>(width);
    matrix = Matrix::Zero(size, size);
    Eigen::VectorXd b = Eigen::VectorXd::Zero(size);
    for (Eigen::Index at = 0; at < size; ++at) matrix(at, at) = 0.2 + spectrum.data()[at];
    for (size_t entry = 0; entry < count; ++entry) {
      const Eigen::VectorXd y = others.row(rows.columns[entry]).cast<double>();
      matrix += rows.weights[entry] * y * y.transpose();
      b += rows.weights[entry] * y;
    }
    exact = matrix.fullPivLu().solve(b);
  }

  RowSystem system() const {
    return {.others = aligned.data(),
            .width = x.size(),
            .entries = rows.columns.data(),
            .weights = rows.weights.data(),
            .count = rows.columns.size(),
            .spectrum = spectrum.data(),
            .lambda = 0.2f};
  }
  // |x - exact|_A / |exact|_A
  double Error() const {
    const Eigen::VectorXd off =
        Eigen::Map<const Eigen::VectorXf>(x.data(), exact.size()).cast<double>() - exact;
    return std::sqrt(off.dot(matrix * off) / exact.dot(matrix * exact));
  }

  FactorMatrix others;
  CompressedRows rows;
  Aligned<float> aligned, spectrum, space, x;
  Matrix matrix;
  Eigen::VectorXd exact;
};

TEST_P(EachKernel, SolvesShortRowsExactly) {
  for (const size_t width : {16u, 48u, 128u}) {
    for (size_t count = 1; count <= kMostShort; ++count) {
      Scene scene(count, width);
      ASSERT_TRUE(kernels().solve_short(scene.system(), scene.space.data(), scene.x.data()));
      EXPECT_LT(scene.Error(), 1e-5) << width << " " << count;
    }
  }
}

TEST_P(EachKernel, SolvesLongRowsToTheTolerance) {
  for (const size_t width : {16u, 48u, 272u}) {
    for (const size_t count : {1u, 2u, 9u, 33u, 257u, 500u}) {
      for (const float tolerance : {0.1f, 0.02f}) {
        Scene scene(count, width);
        ASSERT_TRUE(
            kernels().solve_long(scene.system(), tolerance, scene.space.data(), scene.x.data()))
            << width << " " << count << " " << tolerance;
        EXPECT_LT(scene.Error(), 1.01 * tolerance) << width << " " << count << " " << tolerance;
      }
    }
  }
}

TEST_P(EachKernel, SaysSoWhereSinglePrecisionIsNotEnough) {
  Scene scene(20, 48);
  std::fill_n(scene.spectrum.data(), 48, 0.0f);
  RowSystem system = scene.system();
  system.lambda = 1e-7f;
  EXPECT_FALSE(kernels().solve_short(system, scene.space.data(), scene.x.data()));
  EXPECT_FALSE(kernels().solve_long(system, 0.01f, scene.space.data(), scene.x.data()));
}

TEST(Kernels, AreThoseAskedForIfTheyCanRunAndElseTheFastest) {
  for (const Kernels* kernels : RunnableKernels()) EXPECT_EQ(&KernelsNamed(kernels->name), kernels);
  EXPECT_EQ(KernelsNamed("plain").name, "plain");
  EXPECT_EQ(&KernelsNamed(""), RunnableKernels().back());
  EXPECT_EQ(&KernelsNamed("of a processor to come"), RunnableKernels().back());
}

}  // namespace
}  // namespace rapport
