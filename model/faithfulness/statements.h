// Statements: counts what is said of ranks, and what of it a refold confirms. A value.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/counterfactual.h"
#include "model/faithfulness/plain_refold.h"

namespace rapport {

class Statements {
 public:
  // Without these entries of the evidence, ascending, the refold's item has this rank.
  void Check(const PlainRefold& refold, std::span<const size_t> removed, size_t rank);
  // Without its entries the item has the removal's rank, which is outside of the list, and the item
  // that it names is the last of the list. Requires: it has entries.
  void Check(const PlainRefold& refold, const Removal& removal);

  size_t made() const { return made_; }
  size_t true_ones() const { return true_; }

 private:
  void Count(bool holds);
  size_t made_ = 0, true_ = 0;
};

// All entries of a refold's evidence but these, ascending.
std::vector<size_t> AllBut(const PlainRefold& refold, std::span<const size_t> removed);

}  // namespace rapport
