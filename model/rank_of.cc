// The place of one item. A block of the scan whose greatest bound is below the item's score has
// nothing before it; of the others the kernel's two bounds tell most items apart from it, and only
// those whose bounds enclose the item's score are scored in double.
#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "model/scan_query.h"
#include "model/top_k.h"

namespace rapport {

// An item among a scorer's.
class ItemScan::Placing {
 public:
  // `enough`: how many that rank before the item need be counted.
  Placing(const ItemScan& scan, const Scorer& scorer, ItemIndex item, size_t enough)
      : scan_(scan),
        scorer_(scorer),
        item_{item, scorer.Score(item)},
        enough_(enough),
        query_(scan, scorer),
        added_(scan.AddedFor(scorer, own_)),
        least_(AtMost(item_.score)),
        most_(AtLeast(item_.score)),
        fuzz_(AtLeast(added_.fuzz)) {}

  void Score(std::span<const ItemIndex> others) {
    std::array<double, kScoredAtOnce> scores;
    for (size_t begin = 0; begin < others.size() && !Enough(); begin += kScoredAtOnce) {
      const auto some = others.subspan(begin, std::min(kScoredAtOnce, others.size() - begin));
      scorer_.Scores(some, std::span(scores).first(some.size()));
      for (size_t at = 0; at < some.size(); ++at)
        before_ += RanksBefore({some[at], scores[at]}, item_) ? 1 : 0;
    }
  }

  // Those of a block whose bits are set in `items`; none has evidence, nor is the item itself.
  void Scan(size_t block, const ScanBlock& of_block, uint64_t items) {
    const size_t first = block * kScanItems;
    if (items == 0 || Enough()) return;
    if (query_.norm * scan_.norms_[first] + added_.most[block] < least_) return;
    ScanBlock with_added = of_block;
    with_added.added = added_.of_items.data() + first;
    const ScanPlaces places = scan_.kernel_.places(with_added, query_.of_kernel, least_, most_,
                                                   static_cast<float>(kRounding), fuzz_);
    const uint64_t capped = query_.Capped(block);
    before_ += static_cast<size_t>(__builtin_popcountll(places.above & items & ~capped));
    for (uint64_t left = (places.near | (places.above & capped)) & items; left != 0;
         left &= left - 1)
      near_.push_back(scan_.order_[first + static_cast<size_t>(__builtin_ctzll(left))]);
  }

  // After all blocks. At least 1 + enough if that many rank before the item.
  size_t Rank() {
    Score(near_);
    near_.clear();
    return before_ + 1;
  }

 private:
  static constexpr size_t kScoredAtOnce = 64;
  bool Enough() const { return before_ >= enough_; }

  const ItemScan& scan_;
  const Scorer& scorer_;
  const Ranked item_;
  const size_t enough_;
  const Query query_;
  Added own_;
  const Added& added_;
  const float least_, most_;  // the item's score lies between
  const float fuzz_;
  size_t before_ = 0;
  std::vector<ItemIndex> near_;
};

std::vector<size_t> ItemScan::PlacesOf(std::span<const Scorer* const> scorers, ItemIndex item,
                                       Filter filter, size_t enough) const {
  std::deque<Placing> placings;  // which do not move
  for (const Scorer* scorer : scorers) placings.emplace_back(*this, *scorer, item, enough);
  // Somebody's own items have other terms than the bounds know: all of them exactly, for all.
  filter.Drop(item);
  std::vector<ItemIndex> own;
  for (const Scorer* scorer : scorers) {
    if (!scorer->personal()) continue;
    for (const Evidence::Entry& entry : scorer->evidence().entries()) {
      if (!filter.Admits(entry.item)) continue;
      filter.Drop(entry.item);
      own.push_back(entry.item);
    }
  }
  for (Placing& placing : placings) placing.Score(own);
  for (size_t block = 0; block < blocks_; ++block) {
    const ScanBlock of_block = BlockAt(block);
    for (Placing& placing : placings) placing.Scan(block, of_block, filter.words_[block]);
  }
  std::vector<size_t> ranks;
  for (Placing& placing : placings) ranks.push_back(placing.Rank());
  return ranks;
}

std::vector<size_t> ItemScan::RanksOf(std::span<const Scorer* const> scorers, ItemIndex item,
                                      const Filter& filter) const {
  return PlacesOf(scorers, item, filter, items_);
}

size_t ItemScan::RankOf(const Scorer& scorer, ItemIndex item, const Filter& filter) const {
  const Scorer* const one = &scorer;
  return RanksOf(std::span(&one, 1), item, filter).front();
}

std::vector<bool> ItemScan::AreAmong(size_t length, std::span<const Scorer* const> scorers,
                                     ItemIndex item, const Filter& filter) const {
  std::vector<bool> among;
  for (const size_t rank : PlacesOf(scorers, item, filter, length)) among.push_back(rank <= length);
  return among;
}

}  // namespace rapport
