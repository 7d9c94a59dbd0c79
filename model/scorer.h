// Scorer: the score of any item for one customer. The only place that adds terms up; retrieval,
// serving, explanation and evaluation all read their numbers here, so that they are the same bits.
// Holds references to the model and the evidence, which must outlive it. Const methods: any thread.
#pragma once

#include <array>

#include "Eigen/Core"
#include "model/evidence.h"
#include "model/fold_in.h"
#include "model/model_snapshot.h"
#include "model/score.h"

namespace rapport {

// Features of the repeat term, for one item of evidence.
std::array<double, kRepeatFeatures.size()> RepeatFeatures(const Evidence::Entry& entry);

class Scorer {
 public:
  // Folds the evidence in. `evidence` holds items of `model` only.
  Scorer(const ModelSnapshot& model, Pool pool, const Evidence& evidence);

  // The unweighted taste, y_i . x; 0 for a model without factors. Requires: item in the model, here
  // and below.
  double RawTaste(ItemIndex item) const;
  // x, f long: the customer as folded in; zeros if nothing is personal.
  const Eigen::VectorXd& vector() const { return fold_in_.vector(); }
  ScoreTerms Terms(ItemIndex item) const;
  double Score(ItemIndex item) const { return Terms(item).Sum(); }

  // Whether the customer's own evidence has any part in scores. If not, they are plain popularity.
  bool personal() const { return personal_; }
  // What each unit of weight of evidence j adds to the score of item i is weight x (influence .
  // y_j): this is b_taste x A^-1 y_i, f long.
  Eigen::VectorXd Influence(ItemIndex item) const;

  const ModelSnapshot& model() const { return model_; }
  const Evidence& evidence() const { return evidence_; }
  const PoolWeights& weights() const { return weights_; }

 private:
  const ModelSnapshot& model_;
  const Evidence& evidence_;
  const bool personal_;
  const PoolWeights weights_;
  FoldIn fold_in_;
};

}  // namespace rapport
