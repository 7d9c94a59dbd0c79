// ItemTable: what the catalogue says of each item of one model, by index. Immutable: a changed copy
// shares all but what changed, 256 items at a time. Any thread.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/records.h"
#include "model/ids.h"
#include "model/vocabulary.h"

namespace rapport {

// All that the shop has described. For the one thread that keeps it; what it points to is shared.
class Catalogue {
 public:
  void Put(Item item);
  // Just the id of an item that nobody described. Never null.
  std::shared_ptr<const Item> Find(const std::string& item_id) const;

 private:
  std::unordered_map<std::string, std::shared_ptr<const Item>> items_;
};

class ItemTable {
 public:
  using Change = std::pair<ItemIndex, std::shared_ptr<const Item>>;

  ItemTable(const Vocabulary& items, const Catalogue& catalogue);
  // A copy with these in the places of what stood there.
  ItemTable With(const std::vector<Change>& changes) const;

  // Never null. Requires: an index of the model.
  const std::shared_ptr<const Item>& operator[](ItemIndex item) const {
    return (*chunks_[Row(item) / kChunk])[Row(item) % kChunk];
  }
  size_t size() const { return size_; }

 private:
  static constexpr size_t kChunk = 256;
  using Chunk = std::array<std::shared_ptr<const Item>, kChunk>;
  size_t size_;
  std::vector<std::shared_ptr<const Chunk>> chunks_;
};

}  // namespace rapport
