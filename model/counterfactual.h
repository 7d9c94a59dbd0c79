// Counterfactual: what the score and the place of an item would be without some of a customer's
// evidence, exactly: the rest is folded in anew and everything is scored again, so that every rank
// that is stated is true. What is taken away counts as bought for somebody else: it is no evidence,
// and stays as new or as little new to the customer as it was. Holds references to all it is made
// from. Const methods: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/scorer.h"
#include "model/top_k.h"

namespace rapport {

class Counterfactual {
 public:
  // `eligible`: what the list may hold; an item that is asked about is ranked among these, whether
  // it is one of them or not. `scorer` is of the model of `scan`, its evidence whole.
  Counterfactual(const ItemScan& scan, const Scorer& scorer, ItemScan::Filter eligible);

  struct Place {
    double score = 0;
    size_t rank = 0;  // from 1, in the order of RanksBefore
  };
  // With all of the evidence.
  Place Of(ItemIndex item) const;
  // Without these entries of scorer.evidence().entries(), by index, ascending.
  Place Without(ItemIndex item, std::span<const size_t> entries) const;
  // Without each of them alone: in their order.
  std::vector<Place> WithoutEach(ItemIndex item, std::span<const size_t> entries) const;

  const ItemScan& scan() const { return scan_; }
  const Scorer& scorer() const { return scorer_; }
  const ItemScan::Filter& eligible() const { return eligible_; }

 private:
  const ItemScan& scan_;
  const Scorer& scorer_;
  const ItemScan::Filter eligible_;
};

// The fewest entries without which the item is not among the first `list_length`.
struct Removal {
  std::vector<size_t> entries;           // ascending; empty: no `most` of them or fewer do
  Counterfactual::Place place;           // of the item, without them
  std::optional<ItemIndex> takes_place;  // then the last of the list
  // Every smaller set was tried; if there is no set, every one of `most` and fewer.
  bool proven = false;
};
// Up to 25 entries: every set up to three is tried. Else, and beyond three: step by step the entry
// whose removal leaves the greatest margin between the last of the list and the item, then what
// turns out not to be needed is put back: each of the entries is needed, though another set may be
// smaller. An item that is not among the first `list_length` needs no removal: no entries, and
// place.rank says so. Requires: list_length >= 1. In smallest_removal.cc.
Removal FindSmallestRemoval(const Counterfactual& counterfactual, ItemIndex item,
                            size_t list_length, size_t most = 5);

}  // namespace rapport
