#include "tests/bench/scan_peers.h"

#include <faiss/IndexFlat.h>
#include <hnswlib/hnswlib.h>
#include <omp.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "Eigen/Core"

namespace rapport {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

ScanPeer EigenPeer(const Vectors& items) {
  const auto find = [items](const Vectors& queries, size_t count) {
    const Eigen::Map<const Matrix> all(items.values, static_cast<Eigen::Index>(items.rows),
                                       static_cast<Eigen::Index>(items.width));
    std::vector<uint32_t> best;
    std::vector<uint32_t> order(items.rows);
    for (size_t query = 0; query < queries.rows; ++query) {
      const Eigen::Map<const Eigen::VectorXf> vector(queries.values + query * queries.width,
                                                     static_cast<Eigen::Index>(queries.width));
      const Eigen::VectorXf scores = all * vector;
      std::iota(order.begin(), order.end(), 0U);
      const auto greater = [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; };
      const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
      std::nth_element(order.begin(), end, order.end(), greater);
      std::sort(order.begin(), end, greater);
      best.insert(best.end(), order.begin(), end);
    }
    return best;
  };
  return {.name = "Eigen GEMV + nth_element", .find = find};
}

ScanPeer FaissPeer(const std::shared_ptr<const faiss::IndexFlatIP>& index, size_t batch) {
  const auto find = [index](const Vectors& queries, size_t count) {
    std::vector<float> scores(queries.rows * count);
    std::vector<faiss::Index::idx_t> labels(queries.rows * count);
    index->search(static_cast<faiss::Index::idx_t>(queries.rows), queries.values,
                  static_cast<faiss::Index::idx_t>(count), scores.data(), labels.data());
    return std::vector<uint32_t>(labels.begin(), labels.end());
  };
  return {.name = "faiss IndexFlatIP, " + std::to_string(batch) + " at a time",
          .batch = batch,
          .find = find};
}

// Long vectors first, as they are what most queries end at.
struct Graph {
  explicit Graph(const Vectors& items) : space(items.width), index(&space, items.rows, 16, 100) {
    std::vector<uint32_t> order(items.rows);
    std::vector<float> lengths(items.rows);
    for (size_t row = 0; row < items.rows; ++row) {
      const float* values = items.values + row * items.width;
      lengths[row] = std::inner_product(values, values + items.width, values, 0.0F);
    }
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](uint32_t a, uint32_t b) { return lengths[a] > lengths[b]; });
    for (const uint32_t row : order) index.addPoint(items.values + row * items.width, row);
  }
  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> index;
};

ScanPeer GraphPeer(const std::shared_ptr<Graph>& graph, size_t ef) {
  const auto find = [graph, ef](const Vectors& queries, size_t count) {
    graph->index.setEf(ef);
    std::vector<uint32_t> best(queries.rows * count);
    for (size_t query = 0; query < queries.rows; ++query) {
      auto found = graph->index.searchKnn(queries.values + query * queries.width, count);
      for (size_t place = found.size(); place > 0; --place, found.pop())
        best[query * count + place - 1] = static_cast<uint32_t>(found.top().second);
    }
    return best;
  };
  return {.name = "hnswlib, ef = " + std::to_string(ef), .exact = false, .find = find};
}

}  // namespace

std::vector<ScanPeer> MakeScanPeers(const Vectors& items) {
  omp_set_num_threads(1);
  auto flat = std::make_shared<faiss::IndexFlatIP>(static_cast<faiss::Index::idx_t>(items.width));
  flat->add(static_cast<faiss::Index::idx_t>(items.rows), items.values);
  std::vector<ScanPeer> peers = {EigenPeer(items), FaissPeer(flat, 1), FaissPeer(flat, 64)};
  const auto graph = std::make_shared<Graph>(items);
  for (const size_t ef : {32, 64, 128, 256, 512}) peers.push_back(GraphPeer(graph, ef));
  return peers;
}

}  // namespace rapport
