#include "model/item_kinds.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"

namespace rapport {
namespace {

constexpr size_t kShortestWord = 3;

// Upper case; other bytes than ASCII letters part words.
std::vector<std::string> WordsOf(const std::string& title) {
  std::vector<std::string> words(1);
  for (const char letter : title) {
    if (absl::ascii_isalpha(static_cast<unsigned char>(letter))) {
      words.back() += absl::ascii_toupper(static_cast<unsigned char>(letter));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  std::erase_if(words, [](const std::string& word) { return word.size() < kShortestWord; });
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace

std::optional<CategoryIndex> BroadestOf(const Categories& categories, ItemIndex item) {
  std::optional<CategoryIndex> broadest = categories.Of(item);
  while (broadest) {
    const std::optional<CategoryIndex> parent = categories.ParentOf(*broadest);
    if (!parent) break;
    broadest = parent;
  }
  return broadest;
}

std::vector<ItemKind> KindsByCategory(const Categories& categories, size_t items) {
  std::map<CategoryIndex, ItemKind> by_category;
  for (size_t row = 0; row < items; ++row) {
    if (const auto category = BroadestOf(categories, ItemIndex(row)))
      by_category[*category].push_back(ItemIndex(row));
  }
  std::vector<ItemKind> kinds;
  for (auto& [category, of_category] : by_category) kinds.push_back(std::move(of_category));
  return kinds;
}

std::vector<ItemKind> KindsByTitle(std::span<const std::string> titles, size_t least, size_t most) {
  std::map<std::string, ItemKind> by_word;
  for (size_t row = 0; row < titles.size(); ++row) {
    for (const std::string& word : WordsOf(titles[row])) by_word[word].push_back(ItemIndex(row));
  }
  std::vector<ItemKind> kinds;
  for (auto& [word, items] : by_word) {
    if (items.size() >= std::max<size_t>(1, least) && items.size() <= most)
      kinds.push_back(std::move(items));
  }
  return kinds;
}

}  // namespace rapport
