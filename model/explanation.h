// Explanation: what each purchase adds to the score of an item. Exact: the contributions and the
// other terms sum to the score (Hu, Koren, Volinsky 2008, section 5: taste(i) = sum_j w_j y_i^T
// A^-1 y_j).
#pragma once

#include <cstddef>
#include <vector>

#include "model/scorer.h"

namespace rapport {

struct Contribution {
  const Evidence::Entry* entry = nullptr;  // of the scorer's evidence
  double contribution = 0;                 // signed, in units of the score: the sum over its orders
  std::vector<double> orders;              // of each order of the entry, oldest first
};

struct Explanation {
  ScoreTerms terms;           // as the scorer gives them
  std::vector<double> notes;  // what each of the scorer's notes adds, in their order
  std::vector<Contribution>
      contributions;  // every entry of the evidence; largest |contribution| first, then by item
};

// How far (sum of contributions + repeat + popularity + rules + notes) may be from the score,
// relative to max(1, |score|). Whoever shows an explanation checks it, every time.
inline constexpr double kResidualLimit = 1e-9;

// Explains `item` as `scorer` scores it.
Explanation Explain(const Scorer& scorer, ItemIndex item);

// Whether the item's score for this customer is no higher than its average over customers to whom
// it is new: then it is suggested because it is popular. Where the model does not know
// the average, only what has nothing personal at all.
bool PopularityDriven(const Scorer& scorer, ItemIndex item);

}  // namespace rapport
