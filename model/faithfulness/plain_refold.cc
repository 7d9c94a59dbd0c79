#include "model/faithfulness/plain_refold.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace rapport {
namespace {

// Others that are tried before everything is: mostly they tell at once that the item has fallen.
constexpr size_t kRivals = 40;

}  // namespace

PlainRefold::PlainRefold(const ItemScan& scan, Pool pool, std::span<const OwnPurchase> purchases,
                         const ItemScan::Filter& eligible, ItemIndex item, size_t list_length)
    : scan_(scan),
      pool_(pool),
      purchases_(purchases),
      eligible_(eligible),
      item_(item),
      list_length_(list_length) {
  for (const OwnPurchase& purchase : purchases) items_.push_back(purchase.item);
  std::sort(items_.begin(), items_.end());
  items_.erase(std::unique(items_.begin(), items_.end()), items_.end());
  std::vector<size_t> all(size());
  std::iota(all.begin(), all.end(), 0);
  for (const Ranked& ranked : ListWith(all, list_length + kRivals)) {
    if (ranked.item != item) rivals_.push_back(ranked.item);
  }
}

Evidence PlainRefold::Only(std::span<const size_t> kept) const {
  std::vector<ItemIndex> items;
  for (const size_t index : kept) items.push_back(items_[index]);
  std::sort(items.begin(), items.end());
  std::vector<OwnPurchase> purchases;
  for (const OwnPurchase& purchase : purchases_) {
    if (std::binary_search(items.begin(), items.end(), purchase.item))
      purchases.push_back(purchase);
  }
  return Evidence(std::move(purchases));
}

PlainRefold::Standing PlainRefold::With(std::span<const size_t> kept) const {
  const Evidence only = Only(kept);
  const Scorer scorer(scan_.model(), pool_, only);
  const Ranked own{item_, scorer.Score(item_)};
  size_t better = 0;
  for (const ItemIndex rival : rivals_) {
    better += RanksBefore({rival, scorer.Score(rival)}, own) ? 1 : 0;
    if (better == list_length_) return {.score = own.score, .listed = false};
  }
  const std::vector<Ranked> list = scan_.TopK(scorer, list_length_, eligible_);
  const bool listed = list.size() < list_length_ || !RanksBefore(list.back(), own);
  return {.score = own.score, .listed = listed};
}

double PlainRefold::ScoreWith(std::span<const size_t> kept) const {
  const Evidence only = Only(kept);
  return Scorer(scan_.model(), pool_, only).Score(item_);
}

size_t PlainRefold::RankWith(std::span<const size_t> kept) const {
  const Evidence only = Only(kept);
  const Scorer scorer(scan_.model(), pool_, only);
  const Ranked own{item_, scorer.Score(item_)};
  size_t rank = 1;
  for (size_t row = 0; row < scan_.model().items.size(); ++row) {
    const ItemIndex other{static_cast<uint32_t>(row)};
    if (other != item_ && eligible_.Admits(other) &&
        RanksBefore({other, scorer.Score(other)}, own)) {
      ++rank;
    }
  }
  return rank;
}

std::vector<Ranked> PlainRefold::ListWith(std::span<const size_t> kept, size_t count) const {
  const Evidence only = Only(kept);
  return scan_.TopK(Scorer(scan_.model(), pool_, only), count, eligible_);
}

}  // namespace rapport
