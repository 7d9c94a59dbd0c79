// KnownItems: the ids of all items, each with its broadest category, in memory: what a write has to
// know of the catalogue without reading it. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rapport {

class KnownItems {
 public:
  bool Contains(const std::string& item_id) const { return categories_.contains(item_id); }
  // Empty: it has none, or the item is not known.
  std::string_view CategoryOf(const std::string& item_id) const {
    const auto item = categories_.find(item_id);
    return item != categories_.end() ? std::string_view(names_[item->second]) : "";
  }
  // An empty category: none.
  void Set(const std::string& item_id, const std::string& category) {
    const auto [name, added] = by_name_.try_emplace(category, static_cast<uint32_t>(names_.size()));
    if (added) names_.push_back(category);
    categories_[item_id] = name->second;
  }

 private:
  std::unordered_map<std::string, uint32_t> categories_;  // by item: which of names_
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> by_name_;
};

}  // namespace rapport
