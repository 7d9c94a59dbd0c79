// Where an explained item stands, and what would have to be otherwise: ranks without each line of
// evidence, the smallest removal, the contrast with the next item, better items without a place.
// For one call.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "model/counterfactual.h"
#include "model/explanation.h"
#include "model/scorer.h"
#include "services/recommender/evidence_lines.h"
#include "services/recommender/explained_list.h"
#include "services/recommender/item_explanation.h"
#include "services/recommender/list_request.h"

namespace rapport {

class ExplanationPlaces {
 public:
  // `exact` is of `item` by `scorer`; all must outlive this.
  ExplanationPlaces(const ExplainedList& list, const ListRequest& request, const Scorer& scorer,
                    ItemIndex item, const Explanation& exact);

  // Which of exact.contributions are in the smallest removal, ascending.
  std::vector<size_t> RemovedLines() const;
  // Fills in all that says of which place something is. `listed`: the places of
  // explanation->evidence in exact.contributions.
  void Add(std::span<const size_t> listed, const NameOf& name_of,
           ItemExplanation* explanation) const;

 private:
  size_t EntryOf(size_t line) const;
  void AddRanksWithout(std::span<const size_t> listed, ItemExplanation* explanation) const;
  void AddRemoval(const NameOf& name_of, ItemExplanation* explanation) const;
  void AddNext(const NameOf& name_of, ItemExplanation* explanation) const;
  void AddIneligible(const NameOf& name_of, ItemExplanation* explanation) const;
  void AddSilenced(const NameOf& name_of, ItemExplanation* explanation) const;
  std::optional<Ranked> LastByScore() const;
  void AddLimited(const NameOf& name_of, ItemExplanation* explanation) const;

  const ExplainedList& list_;
  const ListRequest& request_;
  const Scorer& scorer_;
  const ItemIndex item_;
  const Explanation& exact_;
  const Counterfactual counterfactual_;
  const size_t rank_;
  std::optional<Removal> removal_;
};

// Of two explanations by the same scorer; `lines` differences at most are listed.
Contrast ContrastOf(const Scorer& scorer, const Explanation& one, ItemIndex other,
                    const Explanation& of_other, size_t lines, const NameOf& name_of);

}  // namespace rapport
