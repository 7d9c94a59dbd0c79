#include "model/fold_in.h"

#include <algorithm>
#include <cmath>

namespace rapport {
namespace {

constexpr size_t kChunk = 128;  // entries added to an f x f system at a time

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
  dual_ = !entries.empty() && 2 * entries.size() <= static_cast<size_t>(taste_.factors.cols());
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
  for (Eigen::Index column = 0; column < whitened_.cols(); ++column) {
    const auto factors =
        taste_.factors.row(entries[static_cast<size_t>(column)]).cast<double>().transpose();
    whitened_.col(column) = roots_[column] * whitening_.cwiseProduct(factors);
  }
}

// x = R^-1/2 U (I + U^T U)^-1 sqrt(w): the same by b = Z sqrt(w), and nothing cancels.
void FoldIn::SolveDual(std::span<const uint32_t> entries, std::span<const double> weights) {
  Whiten(entries, weights);
  system_.setIdentity(whitened_.cols(), whitened_.cols());
  system_.selfadjointView<Eigen::Lower>().rankUpdate(whitened_.transpose());
  cholesky_.compute(system_);
  x_ = whitening_.cwiseProduct(whitened_ * cholesky_.solve(roots_));
}

void FoldIn::SolvePrimal(std::span<const uint32_t> entries, std::span<const double> weights) {
  system_.setIdentity(taste_.factors.cols(), taste_.factors.cols());
  x_.setZero(taste_.factors.cols());
  for (size_t begin = 0; begin < entries.size(); begin += kChunk) {
    const size_t count = std::min(kChunk, entries.size() - begin);
    Whiten(entries.subspan(begin, count), weights.subspan(begin, count));
    system_.selfadjointView<Eigen::Lower>().rankUpdate(whitened_);
    x_ += whitened_ * roots_;
  }
  cholesky_.compute(system_);
  cholesky_.solveInPlace(x_);
  x_.array() *= whitening_.array();
}

Eigen::VectorXd FoldIn::SolveFor(const Eigen::VectorXd& y) const {
  const Eigen::VectorXd white = whitening_.cwiseProduct(y);
  if (!dual_) return whitening_.cwiseProduct(cholesky_.solve(white));
  return whitening_.cwiseProduct(white -
                                 whitened_ * cholesky_.solve(whitened_.transpose() * white));
}

// With U^T (I + U U^T)^-1 = (I + U^T U)^-1 U^T the dual needs no way back to f.
Eigen::MatrixXd FoldIn::EntryShares(const Eigen::MatrixXd& ys) const {
  const auto count = static_cast<Eigen::Index>(entries_.size());
  // Eigen does not take products of nothing.
  if (count == 0 || ys.cols() == 0) return Eigen::MatrixXd::Zero(count, ys.cols());
  const Eigen::MatrixXd white = whitening_.asDiagonal() * ys;
  if (dual_) return roots_.asDiagonal() * cholesky_.solve(whitened_.transpose() * white);
  Eigen::MatrixXd rows(taste_.factors.cols(), count);
  for (Eigen::Index entry = 0; entry < count; ++entry) {
    rows.col(entry) =
        taste_.factors.row(entries_[static_cast<size_t>(entry)]).cast<double>().transpose();
  }
  const Eigen::MatrixXd solved = whitening_.asDiagonal() * cholesky_.solve(white);
  return weights_.asDiagonal() * (rows.transpose() * solved);
}

}  // namespace rapport
