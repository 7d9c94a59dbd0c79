#include "model/categories.h"

#include <map>
#include <utility>

namespace rapport {

Categories::Categories(std::span<const CategoryPath> paths) {
  std::map<CategoryPath, uint32_t> index;  // a path stands after every beginning of it
  for (const CategoryPath& path : paths) {
    CategoryPath part = path;
    while (!part.empty() && index.emplace(part, kNone).second) part.pop_back();
  }
  for (auto& [path, place] : index) {
    place = static_cast<uint32_t>(parents_.size());
    CategoryPath parent = path;
    parent.pop_back();
    parents_.push_back(parent.empty() ? kNone : index.at(parent));
  }
  if (index.empty()) return;
  of_items_.reserve(paths.size());
  for (const CategoryPath& path : paths) of_items_.push_back(path.empty() ? kNone : index.at(path));
}

std::optional<CategoryIndex> Categories::Of(ItemIndex item) const {
  return of_items_.empty() ? std::nullopt : Present(of_items_[Row(item)]);
}

std::optional<CategoryIndex> Categories::ParentOf(CategoryIndex category) const {
  return Present(parents_[Row(category)]);
}

std::optional<CategoryIndex> Categories::Present(uint32_t index) {
  return index == kNone ? std::nullopt : std::optional(CategoryIndex(index));
}

}  // namespace rapport
