#include "model/fold_in.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "tests/model/scene.h"

namespace rapport {
namespace {

using Dense = std::vector<std::vector<double>>;

// Gaussian elimination with partial pivoting, as in any textbook.
std::vector<double> TextbookSolve(Dense a, std::vector<double> b) {
  const size_t size = b.size();
  for (size_t column = 0; column < size; ++column) {
    size_t pivot = column;
    for (size_t row = column; row < size; ++row) {
      if (std::abs(a[row][column]) > std::abs(a[pivot][column])) pivot = row;
    }
    std::swap(a[column], a[pivot]);
    std::swap(b[column], b[pivot]);
    for (size_t row = column + 1; row < size; ++row) {
      const double factor = a[row][column] / a[column][column];
      for (size_t k = column; k < size; ++k) a[row][k] -= factor * a[column][k];
      b[row] -= factor * b[column];
    }
  }
  for (size_t row = size; row-- > 0;) {
    for (size_t k = row + 1; k < size; ++k) b[row] -= a[row][k] * b[k];
    b[row] /= a[row][row];
  }
  return b;
}

// (lambda I + alpha0 S + sum w y y^T) x = sum w y with the spectrum S, written out.
std::vector<double> TextbookFoldIn(const Taste& taste, const std::vector<uint32_t>& entries,
                                   const std::vector<double>& weights) {
  const FactorMatrix& y = taste.factors;
  const AlsOptions& options = taste.options;
  const auto f = static_cast<size_t>(y.cols());
  const double frequency =
      static_cast<double>(entries.size()) + options.alpha0 * static_cast<double>(y.rows());
  Dense a(f, std::vector<double>(f, 0.0));
  std::vector<double> b(f, 0.0);
  for (size_t row = 0; row < f; ++row) {
    a[row][row] = options.regularization * std::pow(frequency, options.nu) +
                  options.alpha0 * taste.spectrum[static_cast<Eigen::Index>(row)];
  }
  const auto add = [&](Eigen::Index item, double weight) {
    for (size_t row = 0; row < f; ++row) {
      for (size_t column = 0; column < f; ++column) {
        a[row][column] += weight * static_cast<double>(y(item, static_cast<Eigen::Index>(row))) *
                          static_cast<double>(y(item, static_cast<Eigen::Index>(column)));
      }
    }
  };
  for (size_t entry = 0; entry < entries.size(); ++entry) {
    add(entries[entry], weights[entry]);
    for (size_t row = 0; row < f; ++row) {
      b[row] +=
          weights[entry] * static_cast<double>(y(entries[entry], static_cast<Eigen::Index>(row)));
    }
  }
  return TextbookSolve(a, b);
}

class FoldInAgainstTextbook : public testing::TestWithParam<std::tuple<int, size_t, double>> {};

TEST_P(FoldInAgainstTextbook, GivesTheSameVector) {
  const auto [factors, count, nu] = GetParam();
  ModelSnapshot model = RandomModel(400, factors, 11);
  Taste& taste = model.tastes[0];
  taste.options.nu = nu;
  const Evidence evidence = RandomEvidence(400, count, 5);
  std::vector<uint32_t> entries;
  std::vector<double> weights;
  for (const Evidence::Entry& entry : evidence.entries()) {
    entries.push_back(static_cast<uint32_t>(entry.item));
    weights.push_back(evidence.Weight(entry, 60));
  }
  FoldIn fold_in(taste);
  fold_in.Solve(entries, weights);
  const std::vector<double> expected = TextbookFoldIn(taste, entries, weights);
  for (size_t factor = 0; factor < expected.size(); ++factor) {
    EXPECT_NEAR(fold_in.vector()[static_cast<Eigen::Index>(factor)], expected[factor], 1e-10);
  }
  Eigen::VectorXd b = Eigen::VectorXd::Zero(factors);
  for (size_t entry = 0; entry < entries.size(); ++entry)
    b += weights[entry] * taste.factors.row(entries[entry]).cast<double>().transpose();
  EXPECT_LT((fold_in.SolveFor(b) - fold_in.vector()).norm(), 1e-10 * fold_in.vector().norm());
}

INSTANTIATE_TEST_SUITE_P(Shapes, FoldInAgainstTextbook,
                         testing::Combine(testing::Values(1, 8, 33, 100),
                                          testing::Values(1, 7, 16, 17, 128, 129, 300),
                                          testing::Values(0.0, 1.0)));

TEST(FoldIn, AnEmptyHistoryIsTheZeroVector) {
  const ModelSnapshot model = RandomModel(20, 4, 1);
  FoldIn fold_in(model.tastes[0]);
  fold_in.Solve({}, {});
  EXPECT_EQ(fold_in.vector().norm(), 0);
}

TEST(FoldIn, AWorkspaceForgetsTheRowBefore) {
  const ModelSnapshot model = RandomModel(50, 8, 1);
  const std::vector<uint32_t> entries = {3, 9};
  const std::vector<double> weights = {1, 0.5};
  FoldIn fresh(model.tastes[0]);
  fresh.Solve(entries, weights);
  FoldIn used(model.tastes[0]);
  used.Solve(std::vector<uint32_t>{1, 2, 30}, std::vector<double>{2, 2, 2});
  used.Solve(entries, weights);
  EXPECT_EQ(fresh.vector(), used.vector());
}

}  // namespace
}  // namespace rapport
