// What there is to say of lists beside how often they were right: how much of the shop they show,
// how far they are from what everybody buys, and whom and which items the quality comes from. Pure;
// any thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/evaluation.h"
#include "model/history_depth.h"

namespace rapport {

struct ListStatistics {
  double coverage = 0;      // share of the candidates that stand in anybody's list
  double novelty_bits = 0;  // mean over all places of -log2(share of customers who had the item)
  double popular_overlap =
      0;  // mean share of a list that the customer's list by popularity has too
};

// `popular`: everybody's lists by popularity, of the same pool. Zeros if every list is empty.
ListStatistics StatisticsOf(const HeldOut& held_out, const Judgement& judgement,
                            std::span<const std::vector<ItemIndex>> popular);

// Share of the customers who came in the window that would have been served mere popularity, for
// want of a history or of a taste in the model. Requires: held_out of everybody, no sample.
double PopularFallbackShare(const HeldOut& held_out, const ModelSnapshot& model);

// The judgement's `each`, by how much was known of the customer.
using QualityByDepth = std::array<std::vector<RankingQuality>, kHistoryDepths>;
QualityByDepth ByHistoryDepth(const HeldOut& held_out, const Judgement& judgement);

// Items by the time from their first sale to anybody to the cut.
inline constexpr size_t kItemAges = 3;
inline constexpr std::array<std::string_view, kItemAges> kItemAgeNames = {
    "under 28 days", "28 to 90 days", "longer ago"};
struct Found {
  int64_t relevant = 0;  // (customer, item) pairs
  int64_t hits = 0;      // of them in the customer's list
  double recall() const {
    return relevant == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(relevant);
  }
};
using FoundByAge = std::array<Found, kItemAges>;
FoundByAge ByItemAge(const PurchaseLog& log, const HeldOut& held_out, const Judgement& judgement);

}  // namespace rapport
