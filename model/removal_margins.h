// RemovalMargins: about how far the last of a list would be above an item without some of the
// evidence, in closed form: for choosing what to try, never for what is told. With z_j = A^-1 y_j,
// K_ij = y_i . z_j and the entries S removed
//
//   x' = x - Z_S d        d = (W_S^-1 - K_SS)^-1 (1 - Y_S^T x)
//
// (Sherman, Morrison, Woodbury), and the deviation that a score is divided by follows from x'
// alike. What is not exact: lambda and the ages of what is left, where these change, enter in first
// order; the repeat term keeps its ages and notes
// what they add; only some other items are looked at. Const methods: any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "Eigen/Core"
#include "model/scorer.h"

namespace rapport {

class RemovalMargins {
 public:
  // `others`: that the item competes with; among them the `list_length` best of whatever list.
  // `removable`: the entries that may be asked about. Requires: others.size() >= list_length >= 1;
  // the scorer's evidence is not empty.
  RemovalMargins(const Scorer& scorer, ItemIndex item, std::span<const ItemIndex> others,
                 std::span<const size_t> removable, size_t list_length);

  // The score of the list's last less that of the item without removable[at] for each `at` of
  // `removed`, in any order.
  double Without(std::span<const size_t> removed) const;

 private:
  // Columns: z_j of each removable entry; A^-1 x, which x gains for each unit that lambda loses;
  // A^-1 (A - sum_j w_j y_j y_j^T) x, which it gains where all that is left counts more; x.
  struct OfTaste {
    double weight = 0;
    double half_life_days = 0;
    double lambda_step = 0;      // for each entry
    Eigen::VectorXd of_entries;  // their weights
    Eigen::MatrixXd by_item;     // (y_i - mean) . column, for each item
    Eigen::MatrixXd by_entry;    // y_j . column, for each removable entry
    Eigen::MatrixXd squares;     // column . Gramian . column / items
    Eigen::VectorXd means;       // mean . column
    Eigen::MatrixXd neighbours;  // neighbours' part by item of each removable entry, and of all
  };

  void Add(const WeightedTaste& weighted);
  // By how much the latest of the rest is earlier.
  double DaysLess(std::span<const size_t> removed) const;
  void AddTaste(const OfTaste& of, std::span<const size_t> removed, double days_less,
                Eigen::VectorXd& scores) const;

  const Scorer& scorer_;
  const size_t list_length_;
  std::vector<ItemIndex> items_;  // the one asked about, then the others
  std::vector<size_t> removable_;
  Eigen::VectorXd beside_;             // of each item what its score has beside taste
  std::vector<double> beside_if_new_;  // of each removable entry's item
  std::vector<size_t> place_;    // of each removable entry's item in items_; else items_.size()
  std::vector<Instant> latest_;  // of the removable entries
  Instant latest_of_rest_ = Instant::min();  // of all others
  std::vector<OfTaste> tastes_;
};

}  // namespace rapport
