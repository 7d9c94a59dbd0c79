#include "model/vocabulary.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace rapport {
namespace {

constexpr uint32_t kEmpty = std::numeric_limits<uint32_t>::max();

size_t HashOf(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> ids) : ids_(std::move(ids)) {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  places_.assign(std::bit_ceil(2 * ids_.size() + 1), kEmpty);
  for (size_t row = 0; row < ids_.size(); ++row) {
    size_t place = HashOf(ids_[row]) & (places_.size() - 1);
    while (places_[place] != kEmpty) place = (place + 1) & (places_.size() - 1);
    places_[place] = static_cast<uint32_t>(row);
  }
}

std::optional<ItemIndex> Vocabulary::Find(std::string_view id) const {
  if (ids_.empty()) return std::nullopt;
  size_t place = HashOf(id) & (places_.size() - 1);
  for (; places_[place] != kEmpty; place = (place + 1) & (places_.size() - 1)) {
    if (ids_[places_[place]] == id) return static_cast<ItemIndex>(places_[place]);
  }
  return std::nullopt;
}

}  // namespace rapport
