#include "model/baselines/item_knn.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <tuple>

#include "model/parallel.h"

namespace rapport {
namespace {

constexpr size_t kNeighbours = 50;
constexpr double kShrinkage = 10;
constexpr size_t kBlockItems = 64;

std::vector<double> ColumnNorms(const RecencyMatrix& matrix) {
  std::vector<double> norms(matrix.by_item.rows());
  for (size_t item = 0; item < norms.size(); ++item) {
    double squares = 0;
    for (const double weight : matrix.by_item.WeightsOf(item)) squares += weight * weight;
    norms[item] = std::sqrt(squares);
  }
  return norms;
}

// Adds x_item . x_j to products[j] for every j, and the j that it touched to `touched`.
void AddProducts(const RecencyMatrix& matrix, size_t item, std::vector<double>& products,
                 std::vector<uint32_t>& touched) {
  const auto customers = matrix.by_item.ColumnsOf(item);
  const auto weights = matrix.by_item.WeightsOf(item);
  for (size_t place = 0; place < customers.size(); ++place) {
    const auto others = matrix.by_customer.ColumnsOf(customers[place]);
    const auto other_weights = matrix.by_customer.WeightsOf(customers[place]);
    for (size_t other = 0; other < others.size(); ++other) {
      double& product = products[others[other]];
      if (product == 0) touched.push_back(others[other]);
      product += weights[place] * other_weights[other];
    }
  }
}

void KeepNearest(std::vector<Neighbour>& neighbours, size_t count) {
  const size_t length = std::min(count, neighbours.size());
  std::partial_sort(neighbours.begin(), neighbours.begin() + static_cast<ptrdiff_t>(length),
                    neighbours.end(), [](const Neighbour& a, const Neighbour& b) {
                      return std::tie(b.similarity, a.item) < std::tie(a.similarity, b.item);
                    });
  neighbours.resize(length);
  neighbours.shrink_to_fit();
}

}  // namespace

std::vector<std::vector<Neighbour>> NearestItems(const RecencyMatrix& matrix, size_t count,
                                                 double shrinkage, int threads) {
  const size_t items = matrix.by_item.rows();
  const std::vector<double> norms = ColumnNorms(matrix);
  std::vector<std::vector<Neighbour>> nearest(items);
  std::vector<std::vector<double>> products(static_cast<size_t>(threads),
                                            std::vector<double>(items, 0.0));
  ParallelFor(threads, (items + kBlockItems - 1) / kBlockItems, [&](size_t block, int worker) {
    std::vector<double>& product = products[static_cast<size_t>(worker)];
    std::vector<uint32_t> touched;
    for (size_t item = block * kBlockItems; item < std::min(items, (block + 1) * kBlockItems);
         ++item) {
      touched.clear();
      AddProducts(matrix, item, product, touched);
      for (const uint32_t other : touched) {
        if (other != item && product[other] > 0) {
          nearest[item].push_back(
              {other, product[other] / (norms[item] * norms[other] + shrinkage)});
        }
        product[other] = 0;
      }
      KeepNearest(nearest[item], count);
    }
  });
  return nearest;
}

Ranker ItemKnnRanker(const PurchaseLog& log, const HeldOut& held_out, double half_life_days,
                     int threads) {
  const RecencyMatrix matrix = RecencyAt(log, held_out.cut, half_life_days, held_out.candidate);
  auto nearest = std::make_shared<const std::vector<std::vector<Neighbour>>>(
      NearestItems(matrix, kNeighbours, kShrinkage, threads));
  return [&held_out, half_life_days, nearest,
          popularity = RecentBuyers(log, held_out.cut, kPopularityHalfLifeDays)](
             const HeldOutCustomer& customer, Pool pool) {
    const std::vector<double> own = RecencyRow(held_out, customer, half_life_days);
    std::vector<double> scores(own.size(), 0.0);
    for (size_t item = 0; item < scores.size(); ++item) {
      for (const Neighbour& neighbour : (*nearest)[item])
        scores[item] += neighbour.similarity * own[neighbour.item];
    }
    return BestOfPool(held_out, customer, pool, scores, popularity);
  };
}

}  // namespace rapport
