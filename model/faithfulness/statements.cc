#include "model/faithfulness/statements.h"

#include <algorithm>

namespace rapport {

void Statements::Count(bool holds) {
  ++made_;
  true_ += holds ? 1 : 0;
}

void Statements::Check(const PlainRefold& refold, std::span<const size_t> removed, size_t rank) {
  Count(refold.RankWith(AllBut(refold, removed)) == rank);
}

void Statements::Check(const PlainRefold& refold, const Removal& removal) {
  Count(removal.place.rank > refold.list_length() &&
        refold.RankWith(AllBut(refold, removal.entries)) == removal.place.rank);
  const std::vector<Ranked> list =
      refold.ListWith(AllBut(refold, removal.entries), refold.list_length());
  Count(removal.takes_place && !list.empty() && list.back().item == *removal.takes_place);
}

std::vector<size_t> AllBut(const PlainRefold& refold, std::span<const size_t> removed) {
  std::vector<size_t> kept;
  for (size_t entry = 0; entry < refold.size(); ++entry) {
    if (!std::ranges::binary_search(removed, entry)) kept.push_back(entry);
  }
  return kept;
}

}  // namespace rapport
