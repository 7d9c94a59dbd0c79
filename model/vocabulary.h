// Vocabulary: external item id <-> dense index. Immutable once built; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.h"

namespace rapport {

class Vocabulary {
 public:
  Vocabulary() = default;
  // Sorts `ids` and drops repeats: indices follow the order of the ids, so that the same items get
  // the same indices.
  explicit Vocabulary(std::vector<std::string> ids);

  size_t size() const { return ids_.size(); }
  std::optional<ItemIndex> Find(std::string_view id) const;
  // Requires: item < size().
  const std::string& Id(ItemIndex item) const { return ids_[Row(item)]; }
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::vector<std::string> ids_;  // sorted
  // Rows of ids_ by hash, open addressing: a power of two of places, at least half of them empty.
  std::vector<uint32_t> places_;
};

}  // namespace rapport
