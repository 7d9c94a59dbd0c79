#include "model/baselines/ease.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "Eigen/Cholesky"
#include "model/baselines/recency.h"
#include "model/parallel.h"

namespace rapport {
namespace {

constexpr size_t kMostItems = 6000;
constexpr Eigen::Index kBlockColumns = 128;

size_t Blocks(Eigen::Index columns) {
  return static_cast<size_t>((columns + kBlockColumns - 1) / kBlockColumns);
}

// The candidates with the most buyers, in order of index.
std::vector<uint32_t> ItemsThatTakePart(const HeldOut& held_out) {
  std::vector<uint32_t> items;
  for (uint32_t item = 0; item < held_out.candidate.size(); ++item) {
    if (held_out.candidate[item]) items.push_back(item);
  }
  std::stable_sort(items.begin(), items.end(),
                   [&](uint32_t a, uint32_t b) { return held_out.buyers[a] > held_out.buyers[b]; });
  items.resize(std::min(items.size(), kMostItems));
  std::sort(items.begin(), items.end());
  return items;
}

// X'X of the items that take part, lower triangle and upper.
Eigen::MatrixXf ItemGramian(const RecencyMatrix& matrix, const std::vector<uint32_t>& items,
                            int threads) {
  std::vector<Eigen::Index> place_of(matrix.by_item.rows(), -1);
  for (size_t place = 0; place < items.size(); ++place)
    place_of[items[place]] = static_cast<Eigen::Index>(place);
  const auto size = static_cast<Eigen::Index>(items.size());
  Eigen::MatrixXf gramian = Eigen::MatrixXf::Zero(size, size);
  ParallelFor(threads, items.size(), [&](size_t column, int) {
    const auto customers = matrix.by_item.ColumnsOf(items[column]);
    const auto weights = matrix.by_item.WeightsOf(items[column]);
    for (size_t place = 0; place < customers.size(); ++place) {
      const auto others = matrix.by_customer.ColumnsOf(customers[place]);
      const auto other_weights = matrix.by_customer.WeightsOf(customers[place]);
      for (size_t other = 0; other < others.size(); ++other) {
        gramian(place_of[others[other]], static_cast<Eigen::Index>(column)) +=
            static_cast<float>(weights[place] * other_weights[other]);
      }
    }
  });
  return gramian;
}

// Columns [begin, begin + count) of (L L')^-1.
Eigen::MatrixXf InverseColumns(const Eigen::MatrixXf& lower, Eigen::Index begin,
                               Eigen::Index count) {
  Eigen::MatrixXf columns = Eigen::MatrixXf::Zero(lower.rows(), count);
  columns.middleRows(begin, count).setIdentity();
  const Eigen::Index below = lower.rows() - begin;  // rows above stay zero going forward
  lower.bottomRightCorner(below, below)
      .triangularView<Eigen::Lower>()
      .solveInPlace(columns.bottomRows(below));
  lower.triangularView<Eigen::Lower>().transpose().solveInPlace(columns);
  return columns;
}

}  // namespace

Eigen::MatrixXf EaseWeights(Eigen::MatrixXf gramian, float lambda, int threads) {
  gramian.diagonal().array() += lambda;
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXf>> cholesky(gramian);  // in place
  Eigen::MatrixXf weights(gramian.rows(), gramian.cols());
  ParallelFor(threads, Blocks(gramian.cols()), [&](size_t block, int) {
    const Eigen::Index begin = static_cast<Eigen::Index>(block) * kBlockColumns;
    const Eigen::Index count = std::min(kBlockColumns, gramian.cols() - begin);
    Eigen::MatrixXf inverse = InverseColumns(gramian, begin, count);
    for (Eigen::Index column = 0; column < count; ++column) {
      inverse.col(column) /= -inverse(begin + column, column);
      inverse(begin + column, column) = 0;
    }
    weights.middleCols(begin, count) = inverse;
  });
  return weights;
}

Ranker EaseRanker(const PurchaseLog& log, const HeldOut& held_out, double half_life_days,
                  double lambda, int threads) {
  std::vector<uint32_t> items = ItemsThatTakePart(held_out);
  std::vector<bool> kept(held_out.candidate.size(), false);
  for (const uint32_t item : items) kept[item] = true;
  Eigen::MatrixXf weights =
      EaseWeights(ItemGramian(RecencyAt(log, held_out.cut, half_life_days, kept), items, threads),
                  static_cast<float>(lambda), threads);
  weights.transposeInPlace();  // what an item speaks for lies side by side
  return [&held_out, half_life_days, items = std::move(items),
          weights = std::make_shared<const Eigen::MatrixXf>(std::move(weights)),
          popularity = RecentBuyers(log, held_out.cut, kPopularityHalfLifeDays)](
             const HeldOutCustomer& customer, Pool pool) {
    const std::vector<double> own = RecencyRow(held_out, customer, half_life_days);
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(weights->rows());
    for (size_t place = 0; place < items.size(); ++place) {
      const auto weight = static_cast<float>(own[items[place]]);
      if (weight > 0) sum += weight * weights->col(static_cast<Eigen::Index>(place));
    }
    std::vector<double> scores(own.size(), 0.0);
    for (size_t place = 0; place < items.size(); ++place)
      scores[items[place]] = static_cast<double>(sum[static_cast<Eigen::Index>(place)]);
    return BestOfPool(held_out, customer, pool, scores, popularity);
  };
}

}  // namespace rapport
