#include "model/sweep.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "Eigen/Cholesky"
#include "Eigen/Eigenvalues"
#include "model/flush_denormals.h"
#include "model/fold_in.h"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr size_t kBlockRows = 32;
constexpr size_t kGramianBlocks = 16;  // fixed, so that sums have one order
constexpr double kProgressSteps = 200;

size_t Padded(size_t factors) { return (factors + kPadding - 1) / kPadding * kPadding; }

// Up to so many entries the dual system costs less than conjugate gradients (measured).
size_t MostShort(size_t width) { return std::clamp(width / 16, size_t{8}, kMostShort); }

size_t BlocksOf(size_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }

// By Cholesky in double. Rounding aside it cannot fail; where numbers are beyond all reason, so
// that it does, the row becomes zero.
void SolveExactly(const RowSystem& system, Eigen::MatrixXd& matrix, Eigen::VectorXd& solution,
                  float* x) {
  const Eigen::Index factors = matrix.rows();
  matrix.setZero();
  for (Eigen::Index at = 0; at < factors; ++at)
    matrix(at, at) = static_cast<double>(system.spectrum[at]) + system.lambda;
  solution.setZero();
  for (size_t entry = 0; entry < system.count; ++entry) {
    const double weight = system.weights[entry];
    const float* other = system.others + size_t{system.entries[entry]} * system.width;
    for (Eigen::Index column = 0; column < factors; ++column) {
      const double scaled = weight * other[column];
      solution[column] += scaled;
      for (Eigen::Index row = column; row < factors; ++row)
        matrix(row, column) += scaled * other[row];
    }
  }
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>> cholesky(matrix);
  cholesky.solveInPlace(solution);
  if (cholesky.info() != Eigen::Success || !solution.cast<float>().allFinite()) solution.setZero();
  Eigen::Map<Eigen::VectorXf>(x, factors) = solution.cast<float>();
}

}  // namespace

TurnedFactors::TurnedFactors(size_t rows, size_t factors)
    : rows_(rows),
      width_(Padded(factors)),
      values_(rows * width_),
      basis_(Eigen::MatrixXd::Identity(static_cast<Eigen::Index>(factors),
                                       static_cast<Eigen::Index>(factors))) {}

TurnedFactors::TurnedFactors(const FactorMatrix& factors)
    : TurnedFactors(static_cast<size_t>(factors.rows()), static_cast<size_t>(factors.cols())) {
  for (size_t at = 0; at < rows_; ++at) {
    const auto values = factors.row(static_cast<Eigen::Index>(at));
    std::copy(values.begin(), values.end(), row(at));
  }
}

FactorMatrix TurnedFactors::ToMatrix() const {
  const Eigen::MatrixXf back = basis_.transpose().cast<float>();
  FactorMatrix factors(static_cast<Eigen::Index>(rows_), basis_.cols());
  for (size_t at = 0; at < rows_; ++at) {
    const Eigen::Map<const Eigen::RowVectorXf> values(row(at), basis_.cols());
    factors.row(static_cast<Eigen::Index>(at)).noalias() = values * back;
  }
  return factors;
}

// What a thread needs for itself.
struct Sweep::Worker {
  Worker(size_t factors, size_t width)
      : space(std::max(SolveWorkspace(width), GramianScratch(width))),
        before(kBlockRows * width),
        turned(kBlockRows * width),
        system(factors, factors),
        solution(factors) {}

  Aligned<float> space;   // of the kernels
  Aligned<float> before;  // kBlockRows x width
  Aligned<float> turned;  // kBlockRows x width
  Eigen::MatrixXd system;
  Eigen::VectorXd solution;
};

// One half of a sweep.
struct Sweep::Half {
  const CompressedRows& rows;
  const TurnedFactors& others;
  TurnedFactors& target;
  bool warm;
};

Sweep::Sweep(const AlsOptions& options, int threads, const Kernels& kernels)
    : options_(options),
      threads_(threads),
      kernels_(kernels),
      width_(Padded(static_cast<size_t>(options.factors))),
      sums_(kGramianBlocks, SquareMatrix::Zero(static_cast<Eigen::Index>(width_),
                                               static_cast<Eigen::Index>(width_))),
      spectrum_(width_),
      turn_(width_ * width_) {
  for (int worker = 0; worker < threads; ++worker) {
    workers_.push_back(std::make_unique<Worker>(static_cast<size_t>(options.factors), width_));
  }
}

Sweep::~Sweep() = default;

// Rows in single precision, a few at a time; sums of them in double, block after block.
Eigen::MatrixXd Sweep::GramianOf(const TurnedFactors& factors) {
  const size_t parts = (factors.rows() + kGramianRows - 1) / kGramianRows;
  const size_t blocks = std::clamp(parts, size_t{1}, kGramianBlocks);
  ParallelFor(threads_, blocks, [&](size_t block, int worker) {
    const FlushDenormals flush;
    sums_[block].setZero();
    const size_t end = (block + 1) * parts / blocks;
    for (size_t part = block * parts / blocks; part < end; ++part) {
      const size_t row = part * kGramianRows;
      kernels_.add_gramian(factors.row(row), std::min(kGramianRows, factors.rows() - row), width_,
                           workers_[static_cast<size_t>(worker)]->space.data(),
                           sums_[block].data());
    }
  });
  for (size_t block = 1; block < blocks; ++block) sums_[0] += sums_[block];
  const auto inner = sums_[0].topLeftCorner(options_.factors, options_.factors);
  return inner.selfadjointView<Eigen::Upper>();
}

void Sweep::SetTurn(const Eigen::MatrixXd& turn) {
  Aligned<float> padded(width_ * width_);
  for (Eigen::Index row = 0; row < turn.rows(); ++row) {
    for (Eigen::Index column = 0; column < turn.cols(); ++column) {
      padded.data()[static_cast<size_t>(row) * width_ + static_cast<size_t>(column)] =
          static_cast<float>(turn(row, column));
    }
  }
  kernels_.pack(padded.data(), width_, turn_.data());
}

// Turns the factors into the eigenvectors of their Gramian.
void Sweep::Diagonalize(TurnedFactors* factors, const std::stop_token& stop) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(GramianOf(*factors));
  std::fill_n(spectrum_.data(), width_, 1.0f);
  for (Eigen::Index at = 0; at < options_.factors; ++at) {
    spectrum_.data()[at] =
        static_cast<float>(options_.alpha0 * std::max(0.0, eigen.eigenvalues()[at]));
  }
  SetTurn(eigen.eigenvectors());
  ParallelFor(threads_, BlocksOf(factors->rows()), [&](size_t block, int worker) {
    if (stop.stop_requested()) return;
    const FlushDenormals flush;
    float* before = workers_[static_cast<size_t>(worker)]->before.data();
    const size_t begin = block * kBlockRows;
    const size_t count = std::min(kBlockRows, factors->rows() - begin);
    std::copy_n(factors->row(begin), count * width_, before);
    kernels_.multiply(before, count, width_, turn_.data(), factors->row(begin));
  });
  factors->set_basis(factors->basis() * eigen.eigenvectors());
}

void Sweep::Solve(const CompressedRows& rows, bool warm, TurnedFactors* others,
                  TurnedFactors* target, const std::function<void(double)>& progress,
                  const std::stop_token& stop) {
  Diagonalize(others, stop);
  if (warm) SetTurn(target->basis().transpose() * others->basis());
  target->set_basis(others->basis());

  const Half half{rows, *others, *target, warm};
  const size_t blocks = BlocksOf(rows.rows());
  std::atomic<size_t> done{0};
  double told = 0;
  ParallelFor(threads_, blocks, [&](size_t block, int worker) {
    if (stop.stop_requested()) return;
    const FlushDenormals flush;
    SolveBlock(half, block, *workers_[static_cast<size_t>(worker)]);
    const double fraction = static_cast<double>(++done) / static_cast<double>(blocks);
    if (worker == 0 && progress && fraction >= told + 1 / kProgressSteps) {
      told = fraction;
      progress(fraction);
    }
  });
  if (progress && !stop.stop_requested()) progress(1);
}

void Sweep::SolveBlock(const Half& half, size_t block, Worker& worker) const {
  const size_t most_short = MostShort(width_);
  const size_t begin = block * kBlockRows;
  const size_t end = std::min(half.rows.rows(), begin + kBlockRows);
  const auto is_long = [&](size_t row) { return half.rows.ColumnsOf(row).size() > most_short; };

  // Long rows begin where they ended last, turned together.
  size_t count = 0;
  for (size_t row = begin; row < end; ++row) {
    if (is_long(row))
      std::copy_n(half.target.row(row), width_, worker.before.data() + width_ * count++);
  }
  if (half.warm) {
    kernels_.multiply(worker.before.data(), count, width_, turn_.data(), worker.turned.data());
  } else {
    std::fill_n(worker.turned.data(), count * width_, 0.0f);
  }

  float* start = worker.turned.data();
  for (size_t row = begin; row < end; ++row) {
    const auto entries = half.rows.ColumnsOf(row);
    float* x = half.target.row(row);
    if (entries.empty()) {
      std::fill_n(x, width_, 0.0f);
      continue;
    }
    const double lambda = Regularization(options_, entries.size(), half.others.rows());
    const RowSystem system = {
        .others = half.others.row(0),
        .width = width_,
        .entries = entries.data(),
        .weights = half.rows.WeightsOf(row).data(),
        .count = entries.size(),
        .following = half.rows.columns.size() - half.rows.offsets[row + 1],
        .spectrum = spectrum_.data(),
        .lambda = std::max(static_cast<float>(lambda), std::numeric_limits<float>::min())};
    bool solved = false;
    if (is_long(row)) {
      solved = kernels_.solve_long(system, kSweepTolerance, worker.space.data(), start);
      std::copy_n(start, width_, x);
      start += width_;
    } else {
      solved = kernels_.solve_short(system, worker.space.data(), x);
    }
    if (!solved) SolveExactly(system, worker.system, worker.solution, x);
  }
}

}  // namespace rapport
