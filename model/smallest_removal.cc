// The simple way: every set that is looked at is folded in anew and ranked.
#include <algorithm>
#include <utility>

#include "model/counterfactual.h"

namespace rapport {
namespace {

constexpr size_t kFewEntries = 25;    // of which every set is tried
constexpr size_t kExhaustedSize = 3;  // up to this size

class Search {
 public:
  Search(const Counterfactual& counterfactual, ItemIndex item, size_t list_length)
      : counterfactual_(counterfactual),
        item_(item),
        list_length_(list_length),
        others_(counterfactual.eligible()) {
    others_.Drop(item);
  }

  bool PossibleAtAll() const { return others_.Count() >= list_length_; }

  bool Drops(std::span<const size_t> entries) const {
    return counterfactual_.Without(item_, entries).rank > list_length_;
  }

  // The first set of the size that does; empty: none.
  std::vector<size_t> TryAll(size_t size) const {
    std::vector<size_t> set;
    return TryFrom(0, size, set) ? set : std::vector<size_t>();
  }

  // Empty: no `most` do.
  std::vector<size_t> Greedy(size_t most) const {
    std::vector<size_t> removed;
    while (removed.size() < most && removed.size() < EntryCount()) {
      Add(BestToAdd(removed), removed);
      if (!Drops(removed)) continue;
      PutBackUnneeded(removed);
      return removed;
    }
    return {};
  }

  Removal Report(std::vector<size_t> entries, bool proven) const {
    Removal removal{
        .entries = std::move(entries), .place = {}, .takes_place = {}, .proven = proven};
    removal.place = counterfactual_.Without(item_, removal.entries);
    if (removal.entries.empty()) return removal;
    const Evidence rest = counterfactual_.scorer().evidence().Without(removal.entries);
    removal.takes_place = counterfactual_.scan()
                              .TopK(counterfactual_.scorer().Of(rest), list_length_, others_)
                              .back()
                              .item;
    return removal;
  }

 private:
  size_t EntryCount() const { return counterfactual_.scorer().evidence().entries().size(); }

  static void Add(size_t entry, std::vector<size_t>& set) {
    set.insert(std::upper_bound(set.begin(), set.end(), entry), entry);
  }

  bool TryFrom(size_t first, size_t size, std::vector<size_t>& set) const {
    if (set.size() == size) return Drops(set);
    for (size_t entry = first; entry < EntryCount(); ++entry) {
      set.push_back(entry);
      if (TryFrom(entry + 1, size, set)) return true;
      set.pop_back();
    }
    return false;
  }

  // How far the last of the list is above the item.
  double Margin(std::span<const size_t> entries) const {
    const Evidence rest = counterfactual_.scorer().evidence().Without(entries);
    const Scorer scorer = counterfactual_.scorer().Of(rest);
    return counterfactual_.scan().TopK(scorer, list_length_, others_).back().score -
           scorer.Score(item_);
  }

  size_t BestToAdd(const std::vector<size_t>& removed) const {
    size_t best = EntryCount();
    double greatest = 0;
    for (size_t entry = 0; entry < EntryCount(); ++entry) {
      if (std::ranges::binary_search(removed, entry)) continue;
      std::vector<size_t> more = removed;
      Add(entry, more);
      const double margin = Margin(more);
      if (best < EntryCount() && margin <= greatest) continue;
      best = entry;
      greatest = margin;
    }
    return best;
  }

  // Until every one that is left is needed.
  void PutBackUnneeded(std::vector<size_t>& removed) const {
    for (size_t at = 0; at < removed.size() && removed.size() > 1;) {
      std::vector<size_t> fewer = removed;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
      if (!Drops(fewer)) {
        ++at;
        continue;
      }
      removed = std::move(fewer);
      at = 0;
    }
  }

  const Counterfactual& counterfactual_;
  const ItemIndex item_;
  const size_t list_length_;
  ItemScan::Filter others_;
};

}  // namespace

Removal FindSmallestRemoval(const Counterfactual& counterfactual, ItemIndex item,
                            size_t list_length, size_t most) {
  const Search search(counterfactual, item, list_length);
  const Scorer& scorer = counterfactual.scorer();
  if (!search.PossibleAtAll() || !scorer.personal() || counterfactual.Of(item).rank > list_length) {
    return search.Report({}, true);
  }
  const size_t entries = scorer.evidence().entries().size();
  const size_t tried =
      entries <= kFewEntries ? std::min({kExhaustedSize, most, entries}) : size_t{0};
  for (size_t size = 1; size <= tried; ++size) {
    auto set = search.TryAll(size);
    if (!set.empty()) return search.Report(std::move(set), true);
  }
  if (tried == std::min(most, entries)) return search.Report({}, true);
  auto set = search.Greedy(most);
  const bool proven = !set.empty() && set.size() <= tried + 1;
  return search.Report(std::move(set), proven);
}

}  // namespace rapport
