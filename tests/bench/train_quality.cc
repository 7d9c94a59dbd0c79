#include "tests/bench/train_quality.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "model/als.h"
#include "model/fold_in.h"
#include "model/parallel.h"
#include "tests/model/plain_sweep.h"

namespace rapport {
namespace {

constexpr size_t kBlockRows = 64;

// The best of a row of scores, best first; ties by item.
std::vector<ItemIndex> Best(const Eigen::RowVectorXf& scores) {
  std::vector<uint32_t> order(static_cast<size_t>(scores.size()));
  for (uint32_t item = 0; item < order.size(); ++item) order[item] = item;
  const size_t length = std::min(kListLength, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(length), order.end(),
                    [&](uint32_t a, uint32_t b) {
                      return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
                    });
  std::vector<ItemIndex> best;
  for (size_t at = 0; at < length; ++at) best.push_back(ItemIndex(order[at]));
  return best;
}

}  // namespace

FactorMatrix TrainPlainly(const Interactions& train, const AlsOptions& options, int threads) {
  AlsOptions start = options;
  start.iterations = 0;
  FactorMatrix items = *TrainAls(train, start, threads, nullptr, {});
  for (int iteration = 0; iteration < options.iterations; ++iteration) {
    const FactorMatrix customers = PlainHalfSweep(train.by_customer, items, options, threads);
    items = PlainHalfSweep(train.by_item, customers, options, threads);
  }
  return items;
}

RankingQuality QualityOnPairs(const FactorMatrix& items, const AlsOptions& options,
                              const CompressedRows& train, const CompressedRows& test,
                              int threads) {
  const FactorMatrix customers = PlainHalfSweep(train, items, options, threads);  // folded in
  const size_t rows = std::min(train.rows(), test.rows());
  std::vector<RankingQuality> each(rows);
  std::vector<Eigen::MatrixXf> scores(static_cast<size_t>(threads));
  ParallelFor(threads, (rows + kBlockRows - 1) / kBlockRows, [&](size_t block, int worker) {
    const size_t begin = block * kBlockRows;
    const size_t end = std::min(rows, begin + kBlockRows);
    Eigen::MatrixXf& block_scores = scores[static_cast<size_t>(worker)];
    block_scores.noalias() = items * customers
                                         .middleRows(static_cast<Eigen::Index>(begin),
                                                     static_cast<Eigen::Index>(end - begin))
                                         .transpose();
    for (size_t row = begin; row < end; ++row) {
      if (test.ColumnsOf(row).empty()) continue;
      Eigen::RowVectorXf own = block_scores.col(static_cast<Eigen::Index>(row - begin)).transpose();
      for (const uint32_t item : train.ColumnsOf(row)) {
        own[item] = -std::numeric_limits<float>::infinity();
      }
      std::vector<ItemIndex> relevant;
      for (const uint32_t item : test.ColumnsOf(row)) relevant.push_back(ItemIndex(item));
      each[row] = QualityOf(Best(own), relevant);
    }
  });
  RankingQuality mean;
  double count = 0;
  for (size_t row = 0; row < rows; ++row) {
    if (test.ColumnsOf(row).empty()) continue;
    mean.recall += each[row].recall;
    mean.ndcg += each[row].ndcg;
    mean.hit += each[row].hit;
    ++count;
  }
  mean.recall /= count;
  mean.ndcg /= count;
  mean.hit /= count;
  return mean;
}

}  // namespace rapport
