// Faithfulness: whether an order of importance of a customer's evidence tells what a suggestion
// rests on. Judged by taking evidence away and folding the rest in again, as it would be served:
// what matters most should be missed most. With n entries, K = the refold's list length, and cuts
// c = 0, 1, ..., 10 at which ceil(c n / 10) entries count as gone or as kept:
//
//   PN(m)  1 if without the m most important the item is not among the first K
//   PS(m)  1 if the m most important alone keep it there
//   POS    share of the cuts at which it is still there, the most important removed first: least is
//          best
//   NEG    the same, the least important removed first: most is best
//   DEL    mean over the cuts of its score, the most important removed first, as a part of the
//          score with everything: least is best
//   INS    the same, the most important alone: most is best
//   CE     how many of the most important have to go until it has left: least is best
//
// (PN, PS: Tan et al., "Counterfactual Explainable Recommendation", CIKM 2021; POS, NEG, DEL, INS:
// Barkan et al., "A Counterfactual Framework for Learning and Evaluating Explanations for
// Recommender Systems", WWW 2024.) Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/faithfulness/plain_refold.h"

namespace rapport {

enum class Measure : size_t {
  kPn1,
  kPn2,
  kPn3,
  kPn5,
  kPs1,
  kPs2,
  kPs3,
  kPs5,
  kPos,
  kNeg,
  kDel,
  kIns,
  kCe
};
inline constexpr size_t kMeasures = 13;
inline constexpr std::array<std::string_view, kMeasures> kMeasureNames = {
    "PN(1)", "PN(2)", "PN(3)", "PN(5)", "PS(1)", "PS(2)", "PS(3)",
    "PS(5)", "POS",   "NEG",   "DEL",   "INS",   "CE"};
inline constexpr std::array<size_t, 4> kDepths = {1, 2, 3, 5};  // m of PN and PS
inline constexpr size_t kCuts = 10;

// So far CE is counted; an order that needs more counts as that.
inline constexpr size_t kMostRemoved = 100;

// One value for each measure. None: DEL and INS where the score is not above zero, CE where the
// item stays though everything is gone (it is popular, and nothing of the customer's holds it).
using Measures = std::array<std::optional<double>, kMeasures>;
inline std::optional<double>& Of(Measures& measures, Measure measure) {
  return measures[static_cast<size_t>(measure)];
}
inline const std::optional<double>& Of(const Measures& measures, Measure measure) {
  return measures[static_cast<size_t>(measure)];
}

// `order`: every entry of the refold's evidence once, the most important first. Requires: not
// empty.
Measures MeasuresOf(const PlainRefold& refold, std::span<const size_t> order);

}  // namespace rapport
