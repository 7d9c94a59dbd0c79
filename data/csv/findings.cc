#include "data/csv/findings.h"

#include <algorithm>

namespace rapport::csv {
namespace {

constexpr size_t kFirstLines = 5;

template <typename Counts>
void Count(Counts& counts, std::string_view text) {
  if (text.empty()) return;
  const auto found = counts.find(text);
  if (found != counts.end()) {
    ++found->second;
  } else {
    counts.emplace(text, 1);
  }
}

// None: nothing was counted.
template <typename Counts>
const typename Counts::key_type* MostUsed(const Counts& counts) {
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? nullptr : &most->first;
}

}  // namespace

void ItemNotes::Add(std::string_view item_id, const ItemNote& note) {
  auto found = items_.find(item_id);
  if (found == items_.end()) found = items_.emplace(item_id, Said()).first;
  Said& said = found->second;
  Count(said.titles, note.title);
  Count(said.categories, note.category);
  Count(said.brands, note.brand);
  if (note.price != nullptr) ++said.prices[*note.price];
}

std::vector<Item> ItemNotes::Items() const {
  std::vector<Item> items;
  items.reserve(items_.size());
  for (const auto& [item_id, said] : items_) {
    Item item;
    item.item_id = item_id;
    if (const std::string* title = MostUsed(said.titles)) item.title = *title;
    if (const std::string* path = MostUsed(said.categories))
      item.category_path = SplitCategory(*path);
    if (const std::string* brand = MostUsed(said.brands)) item.brand = *brand;
    if (const Money* price = MostUsed(said.prices)) item.price = *price;
    items.push_back(std::move(item));
  }
  std::sort(items.begin(), items.end(),
            [](const Item& a, const Item& b) { return a.item_id < b.item_id; });
  return items;
}

void Findings::Skip(std::string_view reason, int64_t line) {
  Skipped& skipped = report.skipped[std::string(reason)];
  ++skipped.rows;
  if (skipped.first_lines.size() < kFirstLines) skipped.first_lines.push_back(line);
}

std::vector<std::string> SplitCategory(std::string_view path) {
  constexpr std::string_view kBetween = " > ";
  std::vector<std::string> levels;
  if (path.empty()) return levels;
  while (true) {
    const size_t at = path.find(kBetween);
    levels.emplace_back(path.substr(0, at));
    if (at == std::string_view::npos) return levels;
    path.remove_prefix(at + kBetween.size());
  }
}

}  // namespace rapport::csv
