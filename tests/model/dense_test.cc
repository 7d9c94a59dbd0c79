// The dense kernels of each instruction set: right, and the same bits.
#include "model/kernels/dense.h"

#include <gtest/gtest.h>

#include <random>

#include "Eigen/Cholesky"
#include "Eigen/Core"

namespace rapport {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::MatrixXd Random(size_t length, size_t columns, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(length), static_cast<Eigen::Index>(columns));
  for (double& value : matrix.reshaped()) value = normal(random);
  return matrix;
}

size_t Size(Eigen::Index count) { return static_cast<size_t>(count); }

Eigen::MatrixXd Products(const DenseKernel& kernel, const Eigen::MatrixXd& a,
                         const Eigen::MatrixXd& b) {
  Eigen::MatrixXd out(a.cols(), b.cols());
  kernel.products(a.data(), Size(a.cols()), b.data(), Size(b.cols()), Size(a.rows()), out.data());
  return out;
}

Eigen::MatrixXd LowerOuter(const DenseKernel& kernel, const Eigen::MatrixXd& a,
                           const Eigen::MatrixXd& to) {
  Eigen::MatrixXd out = to;
  kernel.add_outer(a.data(), Size(a.cols()), Size(a.rows()), out.data());
  return out.triangularView<Eigen::Lower>();
}

Eigen::MatrixXd LowerGramian(const DenseKernel& kernel, const Eigen::MatrixXd& a) {
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(a.cols(), a.cols());
  kernel.gramian(a.data(), Size(a.cols()), Size(a.rows()), out.data());
  return out.triangularView<Eigen::Lower>();
}

TEST(DenseKernel, ProductsAreWhatEigenSaysAndTheSameBitsEverywhere) {
  for (const size_t length : {1, 2, 7, 8, 9, 16, 31, 64, 100, 128}) {
    for (const size_t columns : {1, 2, 3, 4, 5, 7, 12, 13, 40}) {
      const Eigen::MatrixXd a = Random(length, columns, length + columns);
      const Eigen::MatrixXd b = Random(length, columns / 2 + 1, columns);
      const Eigen::MatrixXd products = a.transpose() * b;
      const Eigen::MatrixXd gramian = (a.transpose() * a).triangularView<Eigen::Lower>();
      const DenseKernel& plain = *RunnableDenseKernels().front();
      for (const DenseKernel* kernel : RunnableDenseKernels()) {
        SCOPED_TRACE(::testing::Message() << kernel->name << " " << length << " x " << columns);
        EXPECT_TRUE(Products(*kernel, a, b).isApprox(products, 1e-13));
        EXPECT_TRUE(LowerGramian(*kernel, a).isApprox(gramian, 1e-13));
        EXPECT_EQ(Products(*kernel, a, b), Products(plain, a, b));
        EXPECT_EQ(LowerGramian(*kernel, a), LowerGramian(plain, a));
        const Eigen::MatrixXd to = Random(length, length, 5);
        const Eigen::MatrixXd outer = (to + a * a.transpose()).triangularView<Eigen::Lower>();
        EXPECT_TRUE(LowerOuter(*kernel, a, to).isApprox(outer, 1e-13));
        EXPECT_EQ(LowerOuter(*kernel, a, to), LowerOuter(plain, a, to));
        // Some columns first and then the others is all at once.
        EXPECT_EQ(LowerOuter(*kernel, a.rightCols(a.cols() / 2),
                             LowerOuter(*kernel, a.leftCols(a.cols() - a.cols() / 2), to)),
                  LowerOuter(plain, a, to));
        // A column's products do not depend on what stands beside it.
        EXPECT_EQ(Products(*kernel, a.leftCols(1), b), Products(plain, a, b).topRows(1));
      }
    }
  }
}

TEST(DenseKernel, SystemsAreSolvedAsEigenDoesAndToTheSameBitsEverywhere) {
  for (const size_t size : {1, 2, 3, 4, 7, 8, 9, 16, 17, 40, 63, 130}) {
    const Eigen::MatrixXd a = Random(size + 5, size, size);
    const Eigen::MatrixXd system =
        a.transpose() * a + Eigen::MatrixXd::Identity(a.cols(), a.cols());
    const Eigen::MatrixXd right = Random(size, 5, 3);
    const Eigen::MatrixXd expected = system.llt().solve(right);
    RowMajor of_plain;
    for (const DenseKernel* kernel : RunnableDenseKernels()) {
      SCOPED_TRACE(::testing::Message() << kernel->name << " " << size);
      Eigen::MatrixXd factor = system;
      RowMajor solved = right;
      kernel->factorize(factor.data(), size);
      kernel->solve(factor.data(), size, solved.data(), 5);
      EXPECT_TRUE(solved.isApprox(expected, 1e-11));
      if (of_plain.size() == 0) of_plain = solved;
      EXPECT_EQ(solved, of_plain);
      // A column's solution does not depend on what stands beside it.
      RowMajor alone = right.col(2);
      kernel->solve(factor.data(), size, alone.data(), 1);
      EXPECT_EQ(alone, solved.col(2));
    }
  }
}

}  // namespace
}  // namespace rapport
