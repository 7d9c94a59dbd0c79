// Refold: a customer without some of their evidence, folded in anew. `whole` must outlive it.
#pragma once

#include <cstddef>
#include <span>

#include "model/scorer.h"

namespace rapport {

class Refold {
 public:
  Refold(const Scorer& whole, std::span<const size_t> without)
      : evidence_(whole.evidence().Without(without)), scorer_(whole.Of(evidence_)) {}
  Refold(const Refold&) = delete;  // the scorer knows where the evidence is
  Refold& operator=(const Refold&) = delete;

  const Scorer& scorer() const { return scorer_; }

 private:
  const Evidence evidence_;
  const Scorer scorer_;
};

}  // namespace rapport
