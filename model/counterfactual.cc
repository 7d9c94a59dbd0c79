#include "model/counterfactual.h"

#include <utility>

namespace rapport {

Counterfactual::Counterfactual(const ItemScan& scan, const Scorer& scorer,
                               ItemScan::Filter eligible)
    : scan_(scan), scorer_(scorer), eligible_(std::move(eligible)) {}

Counterfactual::Place Counterfactual::Of(ItemIndex item) const {
  return {.score = scorer_.Score(item), .rank = scan_.RankOf(scorer_, item, eligible_)};
}

Counterfactual::Place Counterfactual::Without(ItemIndex item,
                                              std::span<const size_t> entries) const {
  const Evidence rest = scorer_.evidence().Without(entries);
  const Scorer scorer = scorer_.Of(rest);
  return {.score = scorer.Score(item), .rank = scan_.RankOf(scorer, item, eligible_)};
}

std::vector<Counterfactual::Place> Counterfactual::WithoutEach(
    ItemIndex item, std::span<const size_t> entries) const {
  std::vector<Place> places;
  for (const size_t entry : entries) places.push_back(Without(item, std::span(&entry, 1)));
  return places;
}

}  // namespace rapport
