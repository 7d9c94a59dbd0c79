// ItemCosines: how alike items are to those who buy them: the cosine of their factors, each taste's
// less the mean item's and in units of its typical length, side by side. Immutable; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "model/ids.h"
#include "model/model_snapshot.h"
#include "model/top_k.h"

namespace rapport {

class ItemCosines {
 public:
  // `model` must outlive this, and stay as it is.
  explicit ItemCosines(const ModelSnapshot& model);

  // In [-1, 1]; 0 for an item without factors.
  double Of(ItemIndex a, ItemIndex b) const;
  // The `count` items most like `item`, itself left out, of those that the filter admits, in the
  // order of RanksBefore.
  std::vector<Ranked> MostLike(ItemIndex item, size_t count, const ItemScan::Filter& filter) const;

 private:
  const ModelSnapshot& model_;
  std::vector<double> scales_;   // by taste: what its factors are multiplied with
  std::vector<double> inverse_;  // by item: 1 / length of its row; 0: it has none
};

}  // namespace rapport
