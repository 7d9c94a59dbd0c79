#include "services/recommender/filter_bitmaps.h"

#include <algorithm>
#include <utility>

#include "data/store.h"

namespace rapport {
namespace {

// All that the shop's rules may have, and those of requests; beyond it the one that was not used
// for longest goes.
constexpr size_t kMostKept = kMostRules + 500;

}  // namespace

ItemScan::Filter FilterBitmaps::OfItems(const ItemFilter::Node& node, const ItemScan& scan,
                                        const ItemTable& items) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto kept = kept_.find(node.text); kept != kept_.end()) {
      kept->second.used = ++uses_;
      return *kept->second.bitmap;
    }
  }
  ItemScan::Filter bitmap = scan.None();
  for (size_t item = 0; item < items.size(); ++item) {
    if (Matches(node, *items[ItemIndex(item)], nullptr)) bitmap.Admit(ItemIndex(item));
  }
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) {
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& kept) { return kept.second.used; }));
  }
  kept_.emplace(node.text, Kept{.node = std::make_shared<const ItemFilter::Node>(node),
                                .bitmap = std::make_shared<const ItemScan::Filter>(bitmap),
                                .used = ++uses_});
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
    changed->uses_ = uses_;
  }
  for (auto& [text, kept] : changed->kept_) {
    std::shared_ptr<ItemScan::Filter> other;  // few changes let an item in or out
    for (const auto& [item, value] : changes) {
      const bool matches = Matches(*kept.node, *value, nullptr);
      if (matches == kept.bitmap->Admits(item)) continue;
      if (other == nullptr) other = std::make_shared<ItemScan::Filter>(*kept.bitmap);
      other->Set(item, matches);
    }
    if (other != nullptr) kept.bitmap = std::move(other);
  }
  return changed;
}

}  // namespace rapport
