#include "model/pairs_evaluation.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>

#include "model/als.h"
#include "model/fold_in.h"
#include "model/parallel.h"
#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {
namespace {

constexpr size_t kBlockCustomers = 64;
constexpr size_t kMostScores = size_t{4} << 20;  // of a block, in memory for each thread
constexpr Instant kWhenever{};                   // pairs have no time: all weigh 1

using Numbers = std::vector<uint32_t>;  // of customers or items, ascending, once each

void SortAndDropRepeats(std::vector<uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

uint32_t PlaceOf(const Numbers& numbers, uint32_t number) {
  return static_cast<uint32_t>(std::lower_bound(numbers.begin(), numbers.end(), number) -
                               numbers.begin());
}

// For each customer of `customers` the places of their items in `items`, ascending.
absl::StatusOr<std::vector<Numbers>> RowsOf(std::span<const PairsOfCustomer> pairs,
                                            const Numbers& customers, const Numbers& items) {
  std::vector<Numbers> rows(customers.size());
  std::vector<bool> seen(customers.size(), false);
  for (const PairsOfCustomer& one : pairs) {
    const uint32_t place = PlaceOf(customers, one.customer);
    if (seen[place]) {
      return absl::InvalidArgumentError("customer " + std::to_string(one.customer) +
                                        " stands on two lines");
    }
    seen[place] = true;
    for (const uint32_t item : one.items) rows[place].push_back(PlaceOf(items, item));
    SortAndDropRepeats(rows[place]);
  }
  return rows;
}

Interactions InteractionsOf(const std::vector<Numbers>& rows, size_t items) {
  Interactions interactions;
  CompressedRows& by_customer = interactions.by_customer;
  for (const Numbers& row : rows) {
    by_customer.columns.insert(by_customer.columns.end(), row.begin(), row.end());
    by_customer.offsets.push_back(by_customer.columns.size());
  }
  by_customer.weights.assign(by_customer.columns.size(), 1);
  interactions.by_item = Transpose(by_customer, items);
  return interactions;
}

// The greatest kListLength-th of the scores; the least possible if there are fewer.
float ThresholdOf(std::span<const float> scores) {
  std::vector<float> best;  // a heap, the least in front
  for (const float score : scores) {
    if (best.size() == kListLength) {
      if (score <= best.front()) continue;
      std::pop_heap(best.begin(), best.end(), std::greater<>());
      best.pop_back();
    }
    best.push_back(score);
    std::push_heap(best.begin(), best.end(), std::greater<>());
  }
  return best.size() < kListLength ? -std::numeric_limits<float>::infinity() : best.front();
}

// How far a single-precision y . x can be from the exact one: each of f products and f - 1 sums, in
// any order, and x itself are rounded (Higham, "Accuracy and Stability of Numerical Algorithms",
// section 3.1), each by at most half an epsilon; so are what neighbours add, and the sum. Twice
// that leaves room for their products.
double RoundingBound(Eigen::Index factors, double norms) {
  return static_cast<double>(factors + 1) *
         static_cast<double>(std::numeric_limits<float>::epsilon()) * norms;
}

class PairsRanker {
 public:
  PairsRanker(const PairsSplit& split, const ModelSnapshot& model)
      : split_(split),
        model_(model),
        factors_(model.tastes.front().factors),
        greatest_norm_(
            factors_.rows() == 0 ? 0 : static_cast<double>(factors_.rowwise().norm().maxCoeff())) {}

  // The lists of these customers.
  std::vector<std::vector<ItemIndex>> ListsOf(std::span<const size_t> customers) const {
    std::vector<Evidence> evidence;
    for (const size_t customer : customers) evidence.emplace_back(PurchasesOf(split_, customer));
    std::vector<std::unique_ptr<Scorer>> scorers;
    FactorMatrix vectors(static_cast<Eigen::Index>(customers.size()), factors_.cols());
    for (size_t row = 0; row < customers.size(); ++row) {
      scorers.push_back(std::make_unique<Scorer>(model_, Pool::kNewToCustomer, evidence[row]));
      vectors.row(static_cast<Eigen::Index>(row)) = VectorOf(*scorers.back()).cast<float>();
    }
    FactorMatrix scores = vectors * factors_.transpose();
    std::vector<std::vector<ItemIndex>> lists;
    for (size_t row = 0; row < customers.size(); ++row) {
      AddNeighbours(*scorers[row], scores.row(static_cast<Eigen::Index>(row)));
      float* row_scores = scores.row(static_cast<Eigen::Index>(row)).data();
      for (const uint32_t own : split_.train.by_customer.ColumnsOf(customers[row]))
        row_scores[own] = -std::numeric_limits<float>::infinity();
      lists.push_back(BestOf({row_scores, split_.items()}, *scorers[row]));
    }
    return lists;
  }

 private:
  // Zeros for a customer without training items.
  Eigen::VectorXd VectorOf(const Scorer& scorer) const {
    if (scorer.tastes().empty()) return Eigen::VectorXd::Zero(factors_.cols());
    return scorer.tastes().front().folded->vector();
  }

  static void AddNeighbours(const Scorer& scorer, Eigen::Ref<Eigen::RowVectorXf> scores) {
    if (scorer.tastes().empty()) return;
    const Eigen::VectorXd& neighbourhood = scorer.tastes().front().folded->neighbourhood();
    if (neighbourhood.size() > 0) scores += neighbourhood.transpose().cast<float>();
  }

  static double GreatestNeighbourhood(const Scorer& scorer) {
    if (scorer.tastes().empty()) return 0;
    const Eigen::VectorXd& neighbourhood = scorer.tastes().front().folded->neighbourhood();
    return neighbourhood.size() == 0 ? 0 : neighbourhood.cwiseAbs().maxCoeff();
  }

  std::vector<ItemIndex> BestOf(std::span<const float> scores, const Scorer& scorer) const {
    const double bound = RoundingBound(
        factors_.cols(), VectorOf(scorer).norm() * greatest_norm_ + GreatestNeighbourhood(scorer));
    // Whatever is in the exact list scores, exactly, at least as much as the threshold less the
    // bound; so in single precision at least that less the bound once more.
    const double least = static_cast<double>(ThresholdOf(scores)) - 2 * bound;
    std::vector<Ranked> ranked;
    for (size_t item = 0; item < scores.size(); ++item) {
      const bool own = scores[item] == -std::numeric_limits<float>::infinity();
      if (!own && static_cast<double>(scores[item]) >= least)
        ranked.push_back({ItemIndex(item), scorer.Score(ItemIndex(item))});
    }
    const size_t length = std::min(kListLength, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<ptrdiff_t>(length), ranked.end(),
                      RanksBefore);
    std::vector<ItemIndex> list;
    for (size_t place = 0; place < length; ++place) list.push_back(ranked[place].item);
    return list;
  }

  const PairsSplit& split_;
  const ModelSnapshot& model_;
  const FactorMatrix& factors_;
  const double greatest_norm_;  // of an item's factors
};

std::vector<size_t> CustomersWithTest(const PairsSplit& split) {
  std::vector<size_t> customers;
  for (size_t customer = 0; customer < split.customers(); ++customer) {
    if (!split.test[customer].empty()) customers.push_back(customer);
  }
  return customers;
}

}  // namespace

size_t PairsSplit::test_pairs() const {
  size_t pairs = 0;
  for (const std::vector<ItemIndex>& items : test) pairs += items.size();
  return pairs;
}

absl::StatusOr<PairsSplit> MakePairsSplit(std::span<const PairsOfCustomer> train,
                                          std::span<const PairsOfCustomer> test) {
  Numbers customers;
  Numbers items;
  for (const auto part : {train, test}) {
    for (const PairsOfCustomer& one : part) {
      customers.push_back(one.customer);
      items.insert(items.end(), one.items.begin(), one.items.end());
    }
  }
  SortAndDropRepeats(customers);
  SortAndDropRepeats(items);
  const auto train_rows = RowsOf(train, customers, items);
  if (!train_rows.ok()) return train_rows.status();
  const auto test_rows = RowsOf(test, customers, items);
  if (!test_rows.ok()) return test_rows.status();

  PairsSplit split{.train = InteractionsOf(*train_rows, items.size()), .test = {}};
  split.test.resize(customers.size());
  for (size_t customer = 0; customer < customers.size(); ++customer) {
    const Numbers& own = (*train_rows)[customer];
    for (const uint32_t item : (*test_rows)[customer]) {
      if (std::binary_search(own.begin(), own.end(), item)) {
        return absl::InvalidArgumentError("customer " + std::to_string(customers[customer]) +
                                          " has item " + std::to_string(items[item]) +
                                          " in training and in test");
      }
      split.test[customer].push_back(ItemIndex(item));
    }
  }
  return split;
}

std::vector<OwnPurchase> PurchasesOf(const PairsSplit& split, size_t customer) {
  std::vector<OwnPurchase> purchases;
  for (const uint32_t item : split.train.by_customer.ColumnsOf(customer))
    purchases.push_back({.item = ItemIndex(item), .order = 0, .at = kWhenever});
  return purchases;
}

absl::StatusOr<ModelSnapshot> TrainOnPairs(const PairsSplit& split, const AlsOptions& options,
                                           int threads, const std::function<void(double)>& progress,
                                           const std::stop_token& stop) {
  auto taste = LearnTaste(split.train, options, threads, progress, stop);
  if (!taste.ok()) return taste.status();
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.popularity.setZero(taste->factors.rows(), kPopularityFeatures.size());
  model.weights.fill(PoolWeights{.tastes = {1}});
  model.tastes.push_back(*std::move(taste));
  return model;
}

std::vector<RankingQuality> EvaluatePairs(const PairsSplit& split, const ModelSnapshot& model,
                                          int threads,
                                          const std::function<void(double)>& progress) {
  const PairsRanker ranker(split, model);
  const std::vector<size_t> customers = CustomersWithTest(split);
  const size_t block_customers =
      std::clamp<size_t>(kMostScores / std::max<size_t>(split.items(), 1), 1, kBlockCustomers);
  const size_t blocks = (customers.size() + block_customers - 1) / block_customers;
  std::vector<RankingQuality> each(customers.size());
  std::mutex mutex;
  size_t done = 0;
  ParallelFor(threads, blocks, [&](size_t block, int) {
    const size_t begin = block * block_customers;
    const auto own =
        std::span(customers).subspan(begin, std::min(block_customers, customers.size() - begin));
    const std::vector<std::vector<ItemIndex>> lists = ranker.ListsOf(own);
    for (size_t row = 0; row < own.size(); ++row)
      each[begin + row] = QualityOf(lists[row], split.test[own[row]]);
    const std::lock_guard lock(mutex);
    if (progress) progress(static_cast<double>(++done) / static_cast<double>(blocks));
  });
  return each;
}

std::vector<RankingQuality> EvaluatePairsByPopularity(const PairsSplit& split) {
  const CompressedRows& by_item = split.train.by_item;
  std::vector<uint32_t> popular(split.items());
  std::iota(popular.begin(), popular.end(), 0);
  std::stable_sort(popular.begin(), popular.end(), [&](uint32_t a, uint32_t b) {
    return by_item.ColumnsOf(a).size() > by_item.ColumnsOf(b).size();
  });
  std::vector<RankingQuality> each;
  for (const size_t customer : CustomersWithTest(split)) {
    const auto own = split.train.by_customer.ColumnsOf(customer);
    std::vector<ItemIndex> list;
    for (size_t place = 0; place < popular.size() && list.size() < kListLength; ++place) {
      if (!std::binary_search(own.begin(), own.end(), popular[place]))
        list.push_back(ItemIndex(popular[place]));
    }
    each.push_back(QualityOf(list, split.test[customer]));
  }
  return each;
}

}  // namespace rapport
