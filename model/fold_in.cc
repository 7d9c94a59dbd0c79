#include "model/fold_in.h"

#include <algorithm>
#include <cmath>

#include "model/kernels/dense.h"

namespace rapport {
namespace {

constexpr size_t kChunk = 128;  // entries added to an f x f system at a time

constexpr Eigen::Index kAhead = 4;  // entries whose factors are asked for before

// Rows are read in no order, so the processor cannot guess the next.
void Prefetch(const float* row, Eigen::Index width) {
  constexpr Eigen::Index kCacheLine = 16;
  for (Eigen::Index at = 0; at < width; at += kCacheLine) __builtin_prefetch(row + at);
}

size_t Size(Eigen::Index count) { return static_cast<size_t>(count); }

}  // namespace

double Regularization(const AlsOptions& options, size_t entries, size_t rows) {
  const double frequency =
      static_cast<double>(entries) + options.alpha0 * static_cast<double>(rows);
  return options.regularization * std::pow(frequency, options.nu);
}

void FoldIn::Solve(std::span<const uint32_t> entries, std::span<const double> weights) {
  entries_.assign(entries.begin(), entries.end());
  weights_ =
      Eigen::Map<const Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size()));
  const double lambda =
      Regularization(taste_.options, entries.size(), static_cast<size_t>(taste_.factors.rows()));
  whitening_ = (taste_.options.alpha0 * taste_.spectrum.array() + lambda).rsqrt();
  // Eigen does not take a system of no entries.
  dual_ = !entries.empty() && 4 * entries.size() <= 3 * static_cast<size_t>(taste_.factors.cols());
  if (dual_) {
    SolveDual(entries, weights);
  } else {
    SolvePrimal(entries, weights);
  }
}

void FoldIn::Whiten(std::span<const uint32_t> entries, std::span<const double> weights) {
  whitened_.resize(taste_.factors.cols(), static_cast<Eigen::Index>(entries.size()));
  roots_ =
      Eigen::Map<const Eigen::VectorXd>(weights.data(), static_cast<Eigen::Index>(weights.size()))
          .cwiseSqrt();
  const auto row_of = [&](Eigen::Index column) {
    return taste_.factors.data() + entries[static_cast<size_t>(column)] * taste_.factors.cols();
  };
  for (Eigen::Index column = 0; column < whitened_.cols(); ++column) {
    if (column + kAhead < whitened_.cols())
      Prefetch(row_of(column + kAhead), taste_.factors.cols());
    const auto factors =
        taste_.factors.row(entries[static_cast<size_t>(column)]).cast<double>().transpose();
    whitened_.col(column) = roots_[column] * whitening_.cwiseProduct(factors);
  }
}

// x = R^-1/2 U (I + U^T U)^-1 sqrt(w): the same by b = Z sqrt(w), and nothing cancels.
void FoldIn::SolveDual(std::span<const uint32_t> entries, std::span<const double> weights) {
  Whiten(entries, weights);
  system_.resize(whitened_.cols(), whitened_.cols());
  ChosenDenseKernel().gramian(whitened_.data(), Size(whitened_.cols()), Size(whitened_.rows()),
                              system_.data());
  system_.diagonal().array() += 1;
  ChosenDenseKernel().factorize(system_.data(), Size(system_.cols()));
  Eigen::VectorXd solved = roots_;
  ChosenDenseKernel().solve(system_.data(), Size(system_.cols()), solved.data(), 1);
  x_ = whitening_.cwiseProduct(whitened_ * solved);
}

void FoldIn::SolvePrimal(std::span<const uint32_t> entries, std::span<const double> weights) {
  system_.setIdentity(taste_.factors.cols(), taste_.factors.cols());
  x_.setZero(taste_.factors.cols());
  for (size_t begin = 0; begin < entries.size(); begin += kChunk) {
    const size_t count = std::min(kChunk, entries.size() - begin);
    Whiten(entries.subspan(begin, count), weights.subspan(begin, count));
    ChosenDenseKernel().add_outer(whitened_.data(), count, Size(whitened_.rows()), system_.data());
    x_ += whitened_ * roots_;
  }
  ChosenDenseKernel().factorize(system_.data(), Size(system_.cols()));
  ChosenDenseKernel().solve(system_.data(), Size(system_.cols()), x_.data(), 1);
  x_.array() *= whitening_.array();
}

// ((I + U^T U)^-1 U^T white)^T
Eigen::MatrixXd FoldIn::SolvedDual(const Eigen::MatrixXd& white) const {
  const DenseKernel& kernel = ChosenDenseKernel();
  const size_t entries = entries_.size(), columns = Size(white.cols());
  Eigen::MatrixXd solved(white.cols(), whitened_.cols());
  kernel.products(white.data(), columns, whitened_.data(), entries, Size(white.rows()),
                  solved.data());
  kernel.solve(system_.data(), entries, solved.data(), columns);
  return solved;
}

Eigen::MatrixXd FoldIn::SolvedPrimal(const Eigen::MatrixXd& white) const {
  // A row for each of the kernel's.
  Eigen::MatrixXd rows = white.transpose();
  ChosenDenseKernel().solve(system_.data(), Size(white.rows()), rows.data(), Size(white.cols()));
  return rows.transpose();
}

Eigen::VectorXd FoldIn::SolveFor(const Eigen::VectorXd& y) const {
  const Eigen::VectorXd white = whitening_.cwiseProduct(y);
  if (!dual_) return whitening_.cwiseProduct(SolvedPrimal(white));
  return whitening_.cwiseProduct(white - whitened_ * SolvedDual(white).transpose());
}

// With U^T (I + U U^T)^-1 = (I + U^T U)^-1 U^T the dual needs no way back to f.
Eigen::MatrixXd FoldIn::EntryShares(const Eigen::MatrixXd& ys) const {
  const auto count = static_cast<Eigen::Index>(entries_.size());
  // Eigen does not take products of nothing.
  if (count == 0 || ys.cols() == 0) return Eigen::MatrixXd::Zero(count, ys.cols());
  const Eigen::MatrixXd white = whitening_.asDiagonal() * ys;
  if (dual_) return roots_.asDiagonal() * SolvedDual(white).transpose();
  Eigen::MatrixXd rows(taste_.factors.cols(), count);
  for (Eigen::Index entry = 0; entry < count; ++entry) {
    rows.col(entry) =
        taste_.factors.row(entries_[static_cast<size_t>(entry)]).cast<double>().transpose();
  }
  const Eigen::MatrixXd solved = whitening_.asDiagonal() * SolvedPrimal(white);
  return weights_.asDiagonal() * (rows.transpose() * solved);
}

}  // namespace rapport
