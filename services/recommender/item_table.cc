#include "services/recommender/item_table.h"

namespace rapport {

void Catalogue::Put(Item item) {
  const std::string id = item.item_id;
  items_[id] = std::make_shared<const Item>(std::move(item));
}

std::shared_ptr<const Item> Catalogue::Find(const std::string& item_id) const {
  const auto found = items_.find(item_id);
  return found != items_.end() ? found->second
                               : std::make_shared<const Item>(Item{.item_id = item_id});
}

ItemTable::ItemTable(const Vocabulary& items, const Catalogue& catalogue) : size_(items.size()) {
  for (size_t first = 0; first < size_; first += kChunk) {
    auto chunk = std::make_shared<Chunk>();
    for (size_t place = 0; place < kChunk && first + place < size_; ++place)
      (*chunk)[place] = catalogue.Find(items.Id(ItemIndex(first + place)));
    chunks_.push_back(std::move(chunk));
  }
}

ItemTable ItemTable::With(const std::vector<Change>& changes) const {
  ItemTable changed = *this;
  std::unordered_map<size_t, std::shared_ptr<Chunk>> own;
  for (const auto& [item, value] : changes) {
    const size_t place = Row(item) / kChunk;
    std::shared_ptr<Chunk>& chunk = own[place];
    if (chunk == nullptr) chunk = std::make_shared<Chunk>(*chunks_[place]);
    (*chunk)[Row(item) % kChunk] = value;
  }
  for (auto& [place, chunk] : own) changed.chunks_[place] = std::move(chunk);
  return changed;
}

}  // namespace rapport
