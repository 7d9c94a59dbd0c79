// Other ways to the items of the greatest inner product, each on one thread. Raw numbers: their
// libraries are compiled for the processor at hand, ours for what it promises to need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rapport {

// Row-major, rows x width.
struct Vectors {
  const float* values = nullptr;
  size_t rows = 0;
  size_t width = 0;
};

// The best `count` items of each of these queries, best first: queries x count.
using FindBest = std::function<std::vector<uint32_t>(const Vectors& queries, size_t count)>;

struct ScanPeer {
  std::string name;
  size_t batch = 1;  // queries that it is given at a time
  bool exact = true;
  FindBest find;
};

// Eigen's matrix times vector and nth_element; faiss IndexFlatIP one at a time and in batches of
// 64; hnswlib (M = 16, ef_construction = 100) with several ef. `items` must outlive them.
std::vector<ScanPeer> MakeScanPeers(const Vectors& items);

}  // namespace rapport
