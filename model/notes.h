// Notes: what people told of a customer, that they want an item or items of a kind, or do not: for
// each note what to make of it. A note is a pseudo-observation in the customer's own system
// (noted_taste.h), of the pseudo-item that is the mean of its items; and what is not wanted may
// have a cap of its own, so that it falls without everything like it. Immutable; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <variant>
#include <vector>

#include "Eigen/Core"
#include "model/ids.h"
#include "model/model_snapshot.h"

namespace rapport {

// What the note leaves of the gap between target and prediction, were it the only one: (0, 1]; 1:
// all of it, no effect.
struct GapLeft {
  double rho = 1;
};
// It counts like purchases of this weight, > 0, as evidence does.
struct AsPurchases {
  double weight = 1;
};

struct Note {
  std::vector<ItemIndex> items;  // any order; none: the model knows nothing of it, no effect
  bool wanted = false;           // the target is 1; else 0
  std::variant<GapLeft, AsPurchases> strength;
  // Of an item that is not wanted: what is left of its score without rules (Cap), (0, 1]; 1: there
  // is no cap. Wanted ones have none.
  double keep = 1;
};

// An item that was declined: what is like it is wanted a hundredth less, so that all else stays
// where it is; itself keeps a tenth of its score. An attribute that is not liked: a tenth less. One
// that is liked: a tenth of the gap. Measured on Online Retail II (DECISIONS.md).
inline constexpr double kDeclinedSpill = 0.99, kDislikedSpill = 0.9, kUnwantedKeep = 0.1;
inline constexpr double kLikedGapLeft = 0.9;

Note Unwanted(std::vector<ItemIndex> items, double spill, double keep = kUnwantedKeep);
Note Declined(ItemIndex item);
Note Disliked(std::vector<ItemIndex> items);
Note Liked(std::vector<ItemIndex> items, double gap_left = kLikedGapLeft);
// Like one purchase.
Note OwnedElsewhere(ItemIndex item);

// What is left of rho or keep of a note of this age: 1 - (1 - left) 2^(-age / half life). Requires:
// age_days >= 0, half_life_days > 0.
double Faded(double left, double age_days, double half_life_days);

// The most that an item may score, its rules aside, as the strongest note that does not want it
// says.
struct Cap {
  ItemIndex item{};
  double keep = 1;
  size_t note = 0;  // index of the note; of equals the first

  // `score`: taste + repeat + popularity, without notes. What is left of it, and below that three
  // units, deviations of taste over the items: so that it falls out of sight also where few items
  // are any better, and where the score is negative: min(keep x score, score) - 3 (1 - keep).
  double Most(double score) const;
};

class Notes {
 public:
  // The notes' items are of `model`.
  Notes(const ModelSnapshot& model, std::vector<Note> notes);

  // In the order in which they were given.
  std::span<const Note> notes() const { return notes_; }
  // A pseudo-item for each note (columns), in a taste of the model (by index), f x notes. Zeros:
  // the note has no items.
  const Eigen::MatrixXd& PseudoItems(size_t taste) const { return pseudo_items_[taste]; }
  // Null: no note caps the item.
  const Cap* CapOf(ItemIndex item) const;
  // In order of item.
  std::span<const Cap> caps() const { return caps_; }
  // Whether something is wanted that the model's tastes know: then somebody without any evidence
  // has a taste. What somebody does not want says nothing of what they do.
  bool TellTaste() const { return tell_taste_; }

 private:
  std::vector<Note> notes_;
  std::vector<Eigen::MatrixXd> pseudo_items_;  // by taste
  std::vector<Cap> caps_;
  bool tell_taste_ = false;
};

}  // namespace rapport
