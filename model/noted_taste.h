// NotedTaste: what notes add to a customer's taste, exactly. With V the pseudo-items of the notes
// (f x m), p their targets, A and x the customer's system and vector by evidence alone, and w the
// weight of each note:
//
//   u = (diag(1/w) + V^T A^-1 V)^-1 (p - V^T x)      x' = x + A^-1 V u
//
// as if every note were an observation more (Sherman, Morrison, Woodbury). A note that is to leave
// rho of its gap has w = (1/rho - 1) / (v^T A^-1 v): alone it scales p - v.x by rho. Given the
// scale everything is linear, so that each note has a line of its own. Immutable; any thread.
#pragma once

#include <span>

#include "Eigen/Core"
#include "model/folded_taste.h"
#include "model/notes.h"

namespace rapport {

class NotedTaste {
 public:
  // `pseudo_items`: of the notes, in the taste of `folded` (Notes::PseudoItems). A note has no
  // effect where it does not want what is no more to the customer's taste than the average item
  // anyway, or wants what reaches the target. Only `folded`'s taste must outlive this.
  NotedTaste(const FoldedTaste& folded, std::span<const Note> notes,
             const Eigen::MatrixXd& pseudo_items);

  // (y_i - mean y) . (x' - x) / scale: what the notes add to FoldedTaste::Of, in its scale; in that
  // of x' where x is zero.
  double Of(ItemIndex item) const;
  // The same of many, the same bits; `of` is as long as `items`.
  void Of(std::span<const ItemIndex> items, std::span<double> of) const;
  // What each note adds to Of(item).
  Eigen::VectorXd NoteShares(ItemIndex item) const;
  // (x' - x) / scale, f long.
  const Eigen::VectorXd& vector() const { return vector_; }

 private:
  const Taste& taste_;
  Eigen::MatrixXd shares_;  // f x notes: A^-1 v u / scale
  Eigen::VectorXd vector_;  // the sum of its columns
  double average_;          // mean y . vector_
};

}  // namespace rapport
