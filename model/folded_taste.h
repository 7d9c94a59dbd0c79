// FoldedTaste: one customer folded into one taste, in the units in which tastes are added up.
// Immutable; any thread.
#pragma once

#include <span>
#include <vector>

#include "Eigen/Core"
#include "model/evidence.h"
#include "model/fold_in.h"
#include "model/ids.h"
#include "model/taste.h"

namespace rapport {

// The deviation of y_i . x over all items, from their spectrum and mean; 1 if all are alike.
double DeviationOver(const Taste& taste, const Eigen::VectorXd& x);

// y_i . x of each of these items, in double; `dots` is as long as `items`. The same bits for one as
// for many.
void DotsWith(const Taste& taste, std::span<const ItemIndex> items, const Eigen::VectorXd& x,
              std::span<double> dots);
double DotWith(const Taste& taste, ItemIndex item, const Eigen::VectorXd& x);

// One customer folded into one taste. What comes out is beside the mean of y_i . x over the model's
// items, in units of its deviation over them: somebody with a long history does not have stronger
// tastes than a newcomer for that alone (measured on Online Retail II: a tenth more NDCG). The
// neighbours of what was bought are added in the same units. Given that scale all of it is linear
// in the evidence.
class FoldedTaste {
 public:
  // `evidence` holds items of the taste only; none: x is zero, the scale 1. Both must outlive this.
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
  // Whether there is no evidence.
  bool empty() const { return evidence_.empty(); }
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

}  // namespace rapport
