// Categories: the catalogue's tree, and where each item stands in it. Immutable once built; any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/ids.h"

namespace rapport {

enum class CategoryIndex : uint32_t {};
constexpr size_t Row(CategoryIndex category) { return static_cast<size_t>(category); }

// Levels of a category, the broadest first.
using CategoryPath = std::vector<std::string>;

class Categories {
 public:
  Categories() = default;
  // `paths`: by item; an empty one: the item has none. Indices follow the order of the paths, so
  // that the same catalogue gets the same indices, and a parent stands before its children.
  explicit Categories(std::span<const CategoryPath> paths);

  // With those that only have narrower ones.
  size_t size() const { return parents_.size(); }
  // The item's narrowest.
  std::optional<CategoryIndex> Of(ItemIndex item) const;
  // The next broader one; none for the broadest.
  std::optional<CategoryIndex> ParentOf(CategoryIndex category) const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static std::optional<CategoryIndex> Present(uint32_t index);

  std::vector<uint32_t> of_items_;  // empty: no item has one
  std::vector<uint32_t> parents_;
};

}  // namespace rapport
