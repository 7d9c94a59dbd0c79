// The search for the fewest entries without which an item leaves a list. Closed forms say what to
// try first (removal_margins.h); whether a set suffices is always seen on the rest folded in anew.
#include <algorithm>
#include <deque>
#include <numeric>
#include <utility>

#include "model/counterfactual.h"
#include "model/refold.h"
#include "model/removal_margins.h"

namespace rapport {
namespace {

using Set = std::vector<size_t>;  // of entries, ascending

constexpr size_t kFewEntries = 25;       // of which every set is tried
constexpr size_t kExhaustedSize = 3;     // up to this size
constexpr size_t kPromisingForEach = 8;  // that may be removed: of more, looked at in closed form
constexpr size_t kBeyondList = 20;       // items after the list's last that may come up
constexpr size_t kSetsAtOnce = 32;       // ranked in one scan
constexpr size_t kRivals = 4;  // items about the list's last, to tell what is promising by
// How far closed forms are trusted to say that an item is still in the list, in units of the score.
constexpr double kDoubt = 0.02;

void Insert(size_t entry, Set& set) {
  set.insert(std::upper_bound(set.begin(), set.end(), entry), entry);
}

// Sets of `size` of `count` entries, in order.
std::vector<Set> AllSets(size_t count, size_t size) {
  std::vector<Set> sets;
  Set set(size);
  std::iota(set.begin(), set.end(), size_t{0});
  while (size <= count) {
    sets.push_back(set);
    size_t at = size;
    while (at > 0 && set[at - 1] == count - size + at - 1) --at;
    if (at == 0) break;
    for (++set[at - 1]; at < size; ++at) set[at] = set[at - 1] + 1;
  }
  return sets;
}

class Search {
 public:
  // Requires: others.Count() >= list_length, as many entries as `most` >= 1.
  Search(const ItemScan& scan, const Scorer& scorer, const ItemScan::Filter& others, ItemIndex item,
         size_t list_length, size_t most)
      : scan_(scan),
        scorer_(scorer),
        others_(others),
        item_(item),
        list_length_(list_length),
        most_(most),
        rivals_(RivalsOf()),
        promising_(PromisingOf()),
        margins_(scorer, item, rivals_, promising_, list_length) {}

  // Of this size, in the order in which they seem to suffice: the first that does; empty: none.
  Set FirstOfAll(size_t size) const {
    std::vector<Set> sets = AllSets(promising_.size(), size);
    std::vector<double> margins;
    for (const Set& set : sets) margins.push_back(margins_.Without(set));
    std::vector<size_t> order(sets.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return margins[a] > margins[b]; });
    size_t at_once = 1;
    for (size_t begin = 0; begin < order.size(); begin += std::exchange(at_once, kSetsAtOnce)) {
      std::vector<Set> some;
      for (size_t at = begin; at < std::min(order.size(), begin + at_once); ++at)
        some.push_back(EntriesOf(sets[order[at]]));
      const size_t first = FirstThatSuffices(some);
      if (first < some.size()) return some[first];
    }
    return {};
  }

  // Step by step; empty: no such set was found.
  Set StepByStep() const {
    Set chosen;  // of promising_
    while (chosen.size() < most_) {
      const double margin = AddBest(chosen);
      const bool last = chosen.size() == most_;
      if (margin < -kDoubt && !last) continue;
      if (FirstThatSuffices({EntriesOf(chosen)}) == 0) return WithoutNeedless(chosen);
    }
    return {};
  }

 private:
  std::vector<ItemIndex> RivalsOf() const {
    std::vector<ItemIndex> rivals;
    for (const Ranked& ranked : scan_.TopK(scorer_, list_length_ + kBeyondList, others_))
      rivals.push_back(ranked.item);
    return rivals;
  }

  // All entries, or those that do most for the item and least for those about the list's last.
  Set PromisingOf() const {
    const size_t count = scorer_.evidence().entries().size();
    Set promising(count);
    std::iota(promising.begin(), promising.end(), size_t{0});
    const size_t looked_at = std::max(kFewEntries, kPromisingForEach * most_);
    if (count <= looked_at) return promising;
    std::vector<ItemIndex> items = {item_};
    for (size_t place = list_length_ - 1;
         place < std::min(rivals_.size(), list_length_ - 1 + kRivals); ++place) {
      items.push_back(rivals_[place]);
    }
    const Eigen::MatrixXd shares = scorer_.EntryContributions(items);
    Eigen::VectorXd for_item = shares.col(0) - shares.rightCols(shares.cols() - 1).rowwise().mean();
    if (const Evidence::Entry* own = scorer_.evidence().Find(item_))
      for_item[own - scorer_.evidence().entries().data()] += scorer_.Terms(item_).repeat;
    std::stable_sort(promising.begin(), promising.end(), [&](size_t a, size_t b) {
      return for_item[static_cast<Eigen::Index>(a)] > for_item[static_cast<Eigen::Index>(b)];
    });
    promising.resize(looked_at);
    std::sort(promising.begin(), promising.end());
    return promising;
  }

  Set EntriesOf(const Set& of_promising) const {
    Set entries;
    for (const size_t place : of_promising) entries.push_back(promising_[place]);
    return entries;
  }

  // The first without which the item is not in the list; sets.size(): none.
  size_t FirstThatSuffices(const std::vector<Set>& sets) const {
    std::deque<Refold> rests;
    std::vector<const Scorer*> scorers;
    for (const Set& set : sets) {
      scorers.push_back(&rests.emplace_back(scorer_, set).scorer());
    }
    const std::vector<bool> among = scan_.AreAmong(list_length_, scorers, item_, others_);
    return static_cast<size_t>(std::ranges::find(among, false) - among.begin());
  }

  // Adds the one with the greatest margin, which it gives.
  double AddBest(Set& chosen) const {
    size_t best = promising_.size();
    double greatest = 0;
    for (size_t entry = 0; entry < promising_.size(); ++entry) {
      if (std::ranges::binary_search(chosen, entry)) continue;
      Set more = chosen;
      Insert(entry, more);
      const double margin = margins_.Without(more);
      if (best < promising_.size() && !(margin > greatest)) continue;
      best = entry;
      greatest = margin;
    }
    Insert(best, chosen);
    return greatest;
  }

  // Puts back, until every one that is left is needed.
  Set WithoutNeedless(Set chosen) const {
    while (chosen.size() > 1) {
      std::vector<Set> fewer, entries;
      for (const size_t entry : chosen) {
        std::erase(fewer.emplace_back(chosen), entry);
        entries.push_back(EntriesOf(fewer.back()));
      }
      const size_t first = FirstThatSuffices(entries);
      if (first == fewer.size()) break;
      chosen = fewer[first];
    }
    return EntriesOf(chosen);
  }

  const ItemScan& scan_;
  const Scorer& scorer_;
  const ItemScan::Filter& others_;
  const ItemIndex item_;
  const size_t list_length_;
  const size_t most_;  // that may be removed; no more than there are
  const std::vector<ItemIndex> rivals_;
  const Set promising_;
  const RemovalMargins margins_;
};

}  // namespace

Removal FindSmallestRemoval(const Counterfactual& counterfactual, ItemIndex item,
                            size_t list_length, size_t most) {
  const Scorer& scorer = counterfactual.scorer();
  ItemScan::Filter others = counterfactual.eligible();
  others.Drop(item);
  Removal removal{
      .entries = {}, .place = counterfactual.Of(item), .takes_place = {}, .proven = true};
  const size_t entries = scorer.evidence().entries().size();
  if (!scorer.personal() || entries == 0 || removal.place.rank > list_length ||
      others.Count() < list_length)
    return removal;
  most = std::min(most, entries);
  const Search search(counterfactual.scan(), scorer, others, item, list_length, most);
  const size_t tried = entries <= kFewEntries ? std::min(kExhaustedSize, most) : 0;
  for (size_t size = 1; size <= tried && removal.entries.empty(); ++size)
    removal.entries = search.FirstOfAll(size);
  if (removal.entries.empty() && tried < most) {
    removal.entries = search.StepByStep();
    removal.proven = !removal.entries.empty() && removal.entries.size() <= tried + 1;
  }
  if (removal.entries.empty()) return removal;
  const Refold rest(scorer, removal.entries);
  removal.place = {.score = rest.scorer().Score(item),
                   .rank = counterfactual.scan().RankOf(rest.scorer(), item, others)};
  removal.takes_place = counterfactual.scan().TopK(rest.scorer(), list_length, others).back().item;
  return removal;
}

}  // namespace rapport
