// Evaluation on pairs without times: the protocol of the recommender literature (He et al.,
// "LightGCN", SIGIR 2020, and those it compares with). A customer's training items are their
// history; every other item is ranked; Recall@20 = hits / test items, NDCG@20 is binary with the
// ideal list cut at 20; means over customers with test items. Folded in and scored as served.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "absl/status/statusor.h"
#include "model/evaluation.h"
#include "model/interactions.h"
#include "model/model_snapshot.h"

namespace rapport {

// Customers and items as the files number them.
struct PairsOfCustomer {
  uint32_t customer = 0;
  std::span<const uint32_t> items;
};

struct PairsSplit {
  Interactions train;  // weights are 1; every customer and item of either part has a row
  std::vector<std::vector<ItemIndex>> test;  // by customer, ascending

  size_t customers() const { return train.by_customer.rows(); }
  size_t items() const { return train.by_item.rows(); }
  size_t train_pairs() const { return train.by_customer.columns.size(); }
  size_t test_pairs() const;
};

// Rows and columns are in order of the numbers. A pair that stands twice counts once.
// INVALID_ARGUMENT if a customer stands twice in a part, or a pair in both: it could not be found,
// and would spoil the figures in silence.
absl::StatusOr<PairsSplit> MakePairsSplit(std::span<const PairsOfCustomer> train,
                                          std::span<const PairsOfCustomer> test);

// The training items of a customer, all bought at one time.
std::vector<OwnPurchase> PurchasesOf(const PairsSplit& split, size_t customer);

// A model of the split whose score is taste alone. Errors are those of TrainAls.
absl::StatusOr<ModelSnapshot> TrainOnPairs(const PairsSplit& split, const AlsOptions& options,
                                           int threads, const std::function<void(double)>& progress,
                                           const std::stop_token& stop = {});

// Of each customer with test items, in order, by the lists that serving would make (new to the
// customer). Fast, and exact: scores of blocks of customers in single precision find every item
// that can be among the best 20 (their rounding error is bounded), which are then scored as served.
// Requires: a model of TrainOnPairs, of this split.
// `progress` gets the fraction done, 0 to 1, from one thread at a time; may be empty.
std::vector<RankingQuality> EvaluatePairs(const PairsSplit& split, const ModelSnapshot& model,
                                          int threads, const std::function<void(double)>& progress);
// Of the same customers, by lists in order of training customers.
std::vector<RankingQuality> EvaluatePairsByPopularity(const PairsSplit& split);

}  // namespace rapport
