// Scorer: the score of any item for one customer. The only place that adds terms up; retrieval,
// serving, explanation and evaluation all read their numbers here, so that they are the same bits.
// Holds references to the model and the evidence, which must outlive it. Const methods: any thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "model/evidence.h"
#include "model/fold_in.h"
#include "model/model_snapshot.h"
#include "model/score.h"

namespace rapport {

// The features that the repeat and the popularity term are weighted sums of, for one item and one
// customer. `own`: the item's entry in `evidence`, null if it is new to the customer.
struct TermFeatures {
  std::array<double, kRepeatFeatures.size()> repeat = {};
  std::array<double, kPopularityFeatures.size()> popularity = {};

  TermFeatures(const ModelSnapshot& model, ItemIndex item, const Evidence& evidence,
               const Evidence::Entry* own);
};

// One customer folded into one taste. What comes out is beside the mean of y_i . x over the model's
// items, in units of its deviation over them: somebody with a long history does not have stronger
// tastes than a newcomer for that alone (measured on Online Retail II: a tenth more NDCG). The
// neighbours of what was bought are added in the same units. Given that scale all of it is linear
// in the evidence.
class FoldedTaste {
 public:
  // `evidence` holds items of the taste only, and is not empty. Both must outlive this.
  FoldedTaste(const Taste& taste, const Evidence& evidence);

  // ((y_i - mean y) . x + neighbour weight x sum_j w_j M_ji) / scale: how much more to the
  // customer's taste than the average item.
  double Of(ItemIndex item) const;
  // The same of many, the same bits; `of` is as long as `items`.
  void Of(std::span<const ItemIndex> items, std::span<double> of) const;
  // What each unit of weight of each entry of the evidence adds to Of(item).
  std::vector<double> ForEachWeight(ItemIndex item) const;
  // What each entry of the evidence (rows) adds to Of(item), for each item (columns).
  Eigen::MatrixXd EntryShares(std::span<const ItemIndex> items) const;
  // A^-1 y for each y (columns of `ys`, f x m), as it stands in x = A^-1 b.
  Eigen::MatrixXd Solved(const Eigen::MatrixXd& ys) const { return fold_in_.SolveFor(ys); }
  // x / scale, f long.
  const Eigen::VectorXd& vector() const { return vector_; }
  double scale() const { return scale_; }
  // The neighbours' part of Of, by item; empty if the taste has none.
  const Eigen::VectorXd& neighbourhood() const { return neighbourhood_; }
  const Taste& taste() const { return taste_; }

 private:
  const Taste& taste_;
  const Evidence& evidence_;
  FoldIn fold_in_;
  double scale_;  // > 0
  Eigen::VectorXd vector_;
  double average_;  // mean y . x / scale
  Eigen::VectorXd neighbourhood_;
};

struct WeightedTaste {
  double weight;
  std::shared_ptr<const FoldedTaste> folded;  // not null
};

class Scorer {
 public:
  // Folds the evidence in. `evidence` holds items of `model` only. `adjustments`: null for none.
  Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
         std::shared_ptr<const Adjustments> adjustments = nullptr)
      : Scorer(model, pool, evidence, std::move(adjustments), {}) {}
  // Of the same customer in another pool, without folding them in again.
  Scorer For(Pool pool) const { return {model_, pool, evidence_, adjustments_, tastes_}; }
  // With other adjustments, likewise.
  Scorer With(std::shared_ptr<const Adjustments> adjustments) const {
    return {model_, pool_, evidence_, std::move(adjustments), tastes_};
  }

  // With the evidence of a customer who bought other things, folded in anew; it must outlive what
  // comes out.
  Scorer Of(const Evidence& evidence) const { return {model_, pool_, evidence, adjustments_, {}}; }

  ScoreTerms Terms(ItemIndex item) const;
  double Score(ItemIndex item) const { return Terms(item).Sum(); }
  // Of many, the same bits, in much less time; `scores` is as long as `items`.
  void Scores(std::span<const ItemIndex> items, std::span<double> scores) const;
  // The terms beside taste as they would be if the item were new to the customer.
  ScoreTerms OtherTermsIfNew(ItemIndex item) const { return OtherTerms(item, nullptr); }

  // What the taste of the item is for the average customer, by the weights of this one; none: the
  // model does not know.
  std::optional<double> AverageTaste(ItemIndex item) const;

  // Its whole score so, if it were new to them; none likewise.
  std::optional<double> AverageScore(ItemIndex item) const;

  // Whether the customer's own evidence has any part in scores. If not, they are plain popularity.
  bool personal() const { return personal_; }
  // What each order of each entry of the evidence adds to the taste of the item: by entry, then by
  // order, oldest first.
  std::vector<std::vector<double>> Contributions(ItemIndex item) const;
  // The sums of these over the orders: entries x items. For many items at once.
  Eigen::MatrixXd EntryContributions(std::span<const ItemIndex> items) const;

  const ModelSnapshot& model() const { return model_; }
  Pool pool() const { return pool_; }
  const Evidence& evidence() const { return evidence_; }
  // Those that have a weight. None: evidence does not add up to a taste, and has no contributions.
  const std::vector<WeightedTaste>& tastes() const { return tastes_; }
  const PoolWeights& weights() const { return weights_; }
  // Null: none.
  const Adjustments* adjustments() const { return adjustments_.get(); }

 private:
  // `folded`: tastes that the evidence was folded into already.
  Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence,
         std::shared_ptr<const Adjustments> adjustments, const std::vector<WeightedTaste>& folded);
  // All but taste; `own`: the item's entry of the evidence, null if it is new.
  ScoreTerms OtherTerms(ItemIndex item, const Evidence::Entry* own) const;

  const ModelSnapshot& model_;
  const Pool pool_;
  const Evidence& evidence_;
  const bool personal_;
  const PoolWeights weights_;
  const std::shared_ptr<const Adjustments> adjustments_;
  std::vector<WeightedTaste> tastes_;
};

}  // namespace rapport
