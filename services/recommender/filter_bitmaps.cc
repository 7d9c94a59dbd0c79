#include "services/recommender/filter_bitmaps.h"

#include <chrono>
#include <utility>

#include "model/vocabulary.h"

namespace rapport {
namespace {

// Few are in use at a time; should there be more, all go, and those in use come again.
constexpr size_t kMostKept = 256;

}  // namespace

ItemScan::Filter FilterBitmaps::OfItems(const ItemFilter::Node& node, const ItemScan& scan,
                                        const ItemTable& items) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(node.text); kept != kept_.end()) return kept->second.bitmap;
  }
  ItemScan::Filter bitmap = scan.None();
  for (size_t item = 0; item < items.size(); ++item) {
    if (Matches(node, *items[ItemIndex(item)], nullptr)) bitmap.Admit(ItemIndex(item));
  }
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.clear();
  kept_.emplace(node.text, Kept{node, bitmap});
  return bitmap;
}

ItemScan::Filter FilterBitmaps::Of(const ItemFilter::Node& node, const ItemScan& scan,
                                   const ItemTable& items, const PastPurchases* past) const {
  using Kind = ItemFilter::Node::Kind;
  if (node.kind == Kind::kEverything) return scan.All();
  if (!node.asks_history) return OfItems(node, scan, items);
  if (node.kind == Kind::kNot) return Of(node.children[0], scan, items, past).Complement();
  if (node.kind == Kind::kBoughtIn) return past->BoughtIn(node.category) ? scan.All() : scan.None();
  if (node.kind == Kind::kBoughtWithin) {
    ItemScan::Filter bitmap = scan.None();
    for (const ItemIndex item : past->Items()) {
      if (past->BoughtWithin(items[item]->item_id, node.within)) bitmap.Admit(item);
    }
    return bitmap;
  }
  ItemScan::Filter bitmap = node.kind == Kind::kAnd ? scan.All() : scan.None();
  for (const ItemFilter::Node& child : node.children) {
    const ItemScan::Filter of_child = Of(child, scan, items, past);
    if (node.kind == Kind::kAnd) {
      bitmap &= of_child;
    } else {
      bitmap |= of_child;
    }
  }
  return bitmap;
}

std::shared_ptr<const FilterBitmaps> FilterBitmaps::With(
    const std::vector<ItemTable::Change>& changes) const {
  auto changed = std::make_shared<FilterBitmaps>();
  {
    const std::lock_guard lock(mutex_);
    changed->kept_ = kept_;
  }
  for (auto& [text, kept] : changed->kept_) {
    for (const auto& [item, value] : changes)
      kept.bitmap.Set(item, Matches(kept.node, *value, nullptr));
  }
  return changed;
}

}  // namespace rapport
