#include "model/vocabulary.h"

#include <algorithm>
#include <utility>

namespace rapport {

Vocabulary::Vocabulary(std::vector<std::string> ids) : ids_(std::move(ids)) {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::optional<ItemIndex> Vocabulary::Find(std::string_view id) const {
  const auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (found == ids_.end() || *found != id) return std::nullopt;
  return static_cast<ItemIndex>(found - ids_.begin());
}

}  // namespace rapport
