// Kinds of items, as somebody may like them: those of one of the broadest categories, or, in a shop
// that has no categories, those whose titles share a word. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/categories.h"
#include "model/ids.h"

namespace rapport {

using ItemKind = std::vector<ItemIndex>;  // ascending, not empty

// The broadest category that an item is in; none: it has no category.
std::optional<CategoryIndex> BroadestOf(const Categories& categories, ItemIndex item);

// In order of category; of items 0 to `items`, less one.
std::vector<ItemKind> KindsByCategory(const Categories& categories, size_t items);

// In order of word. `titles`: by item. A word is three letters or more, upper and lower case alike;
// one that fewer than `least` items or more than `most` share is no kind: the first says nothing of
// others, the second ("set", "pack") nothing of what it is on.
std::vector<ItemKind> KindsByTitle(std::span<const std::string> titles, size_t least, size_t most);

}  // namespace rapport
