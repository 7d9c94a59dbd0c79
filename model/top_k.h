// Exact retrieval: the best items of all, by score and then by item index (a total order).
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "model/scorer.h"

namespace rapport {

struct Ranked {
  ItemIndex item{};
  double score = 0;
};

inline bool RanksBefore(const Ranked& a, const Ranked& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

// Offers items best first to `take(ranked)` until it returns false or there are no more. Every item
// of the model is scored and none is left out beforehand: a filter in `take` sees only as many as
// it needs to fill a list.
template <typename Take>
void BestFirst(const Scorer& scorer, const Take& take) {
  std::vector<Ranked> heap(scorer.model().items.size());
  for (size_t item = 0; item < heap.size(); ++item) {
    heap[item] = {.item = ItemIndex(item), .score = scorer.Score(ItemIndex(item))};
  }
  const auto after = [](const Ranked& a, const Ranked& b) { return RanksBefore(b, a); };
  std::make_heap(heap.begin(), heap.end(), after);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), after);
    if (!take(heap.back())) return;
    heap.pop_back();
  }
}

// The best `count` of the items for which eligible(item) holds.
template <typename Eligible>
std::vector<Ranked> TopK(const Scorer& scorer, size_t count, const Eligible& eligible) {
  std::vector<Ranked> top;
  if (count == 0) return top;
  BestFirst(scorer, [&](const Ranked& ranked) {
    if (eligible(ranked.item)) top.push_back(ranked);
    return top.size() < count;
  });
  return top;
}

}  // namespace rapport
