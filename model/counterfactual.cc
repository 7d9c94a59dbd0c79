#include "model/counterfactual.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "model/refold.h"

namespace rapport {

Counterfactual::Counterfactual(const ItemScan& scan, const Scorer& scorer,
                               ItemScan::Filter eligible)
    : scan_(scan), scorer_(scorer), eligible_(std::move(eligible)) {}

Counterfactual::Place Counterfactual::Of(ItemIndex item) const {
  return {.score = scorer_.Score(item), .rank = scan_.RankOf(scorer_, item, eligible_)};
}

Counterfactual::Place Counterfactual::Without(ItemIndex item,
                                              std::span<const size_t> entries) const {
  const Refold rest(scorer_, entries);
  return {.score = rest.scorer().Score(item), .rank = scan_.RankOf(rest.scorer(), item, eligible_)};
}

std::vector<Counterfactual::Place> Counterfactual::WithoutEach(
    ItemIndex item, std::span<const size_t> entries) const {
  constexpr size_t kAtOnce = 32;  // scorers, each with all of an item's neighbours
  std::vector<Place> places;
  for (size_t begin = 0; begin < entries.size(); begin += kAtOnce) {
    std::deque<Refold> rests;
    std::vector<const Scorer*> scorers;
    for (const size_t& entry : entries.subspan(begin, std::min(kAtOnce, entries.size() - begin)))
      scorers.push_back(&rests.emplace_back(scorer_, std::span(&entry, 1)).scorer());
    const std::vector<size_t> ranks = scan_.RanksOf(scorers, item, eligible_);
    for (size_t at = 0; at < ranks.size(); ++at)
      places.push_back({.score = scorers[at]->Score(item), .rank = ranks[at]});
  }
  return places;
}

}  // namespace rapport
