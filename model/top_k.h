// Exact retrieval: the best items for a customer, exactly, without scoring them all. Each item's
// vectors lie as one-byte numbers with the length of what that leaves out, so that the scan knows
// an upper bound of the whole score
//
//   score <= u_b . c_b + |u_b| |c - c_b| + |u - u_b| |c| + what the score has beside tastes
//
// (u: the customer's vectors, c: the item's less the mean item's, over all tastes side by side, b:
// in bytes), and scores in double, as scorer.h does, only what may still come into the list. Items
// lie by |c|, so that most blocks of a large shop cannot hold anything better than what was found.
// Immutable; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/ids.h"
#include "model/kernels/aligned.h"
#include "model/kernels/scan.h"
#include "model/model_snapshot.h"
#include "model/scorer.h"

namespace rapport {

struct Ranked {
  ItemIndex item{};
  double score = 0;
};

// A total order: by score, the greatest first, then by index.
inline bool RanksBefore(const Ranked& a, const Ranked& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

class ItemScan {
 public:
  // `model` must outlive this, and stay as it is.
  explicit ItemScan(const ModelSnapshot& model, const ScanKernel& kernel = ChosenScanKernel());
  ItemScan(const ItemScan&) = delete;
  ItemScan& operator=(const ItemScan&) = delete;

  // Which items may come into a list. A value, of one scan, which must outlive it.
  class Filter {
   public:
    bool Admits(ItemIndex item) const { return (Word(item) >> Bit(item) & 1) != 0; }
    void Admit(ItemIndex item) { Word(item) |= uint64_t{1} << Bit(item); }
    void Drop(ItemIndex item) { Word(item) &= ~(uint64_t{1} << Bit(item)); }
    void Set(ItemIndex item, bool admitted) { admitted ? Admit(item) : Drop(item); }

    // Nothing, of the same scan.
    Filter Emptied() const { return Filter(*scan_); }
    // Of filters of the same scan: what both admit, what one of them admits, what this does not.
    Filter& operator&=(const Filter& other);
    Filter& operator|=(const Filter& other);
    Filter Complement() const;
    // How many items it admits.
    size_t Count() const;
    bool operator==(const Filter& other) const { return words_ == other.words_; }

   private:
    friend class ItemScan;
    explicit Filter(const ItemScan& scan) : scan_(&scan), words_(scan.blocks_, 0) {}
    size_t Bit(ItemIndex item) const { return scan_->positions_[Row(item)] % kScanItems; }
    uint64_t& Word(ItemIndex item) { return words_[scan_->positions_[Row(item)] / kScanItems]; }
    const uint64_t& Word(ItemIndex item) const {
      return words_[scan_->positions_[Row(item)] / kScanItems];
    }

    const ItemScan* scan_;
    std::vector<uint64_t> words_;  // by block
  };
  Filter All() const;
  Filter None() const { return Filter(*this); }

  // The best `count` of the items that the filter admits, in the order of RanksBefore: the same
  // items and scores as sorting all of them gives, whatever the kernel. Requires: a scorer of this
  // model, a filter of this scan.
  std::vector<Ranked> TopK(const Scorer& scorer, size_t count, Filter filter) const;

  // The place of `item` in the list of all that the filter admits, from 1: one more than how many
  // of these rank before it. The item is ranked whether it is admitted or not. As exact as TopK.
  size_t RankOf(const Scorer& scorer, ItemIndex item, const Filter& filter) const;
  // For each of these scorers. Together they cost less: the scan's bytes are read once.
  std::vector<size_t> RanksOf(std::span<const Scorer* const> scorers, ItemIndex item,
                              const Filter& filter) const;
  // Whether the place is at most `length`, for each of these scorers: sooner known than it.
  std::vector<bool> AreAmong(size_t length, std::span<const Scorer* const> scorers, ItemIndex item,
                             const Filter& filter) const;

  const ModelSnapshot& model() const { return model_; }

 private:
  // Beside tastes, of items new to the customer: by Pool, and last for who is not known.
  static constexpr size_t kKinds = kPoolCount + 1;
  struct Added {
    Aligned<float> of_items;  // upper bounds, by position
    std::vector<float> most;  // of a block
    double fuzz = 0;          // the rounding of such a sum in double precision
    void Put(size_t position, double value);
  };
  struct Query;
  class Placing;
  struct Candidate {
    ItemIndex item;
    float upper;
  };

  void LayOut();
  void AddPopularity();
  double PopularityOf(ItemIndex item, size_t kind) const;
  // For this scorer: one of added_, or `own`, which it fills.
  const Added& AddedFor(const Scorer& scorer, Added& own) const;
  Added WithOwn(const Scorer& scorer, size_t kind) const;
  ScanBlock BlockAt(size_t block) const;  // without `added`
  // As RanksOf; a rank beyond `enough` may be told as a smaller one beyond it.
  std::vector<size_t> PlacesOf(std::span<const Scorer* const> scorers, ItemIndex item,
                               Filter filter, size_t enough) const;
  // All items that may be among the best `count`, and others, the greatest bound first. `known`:
  // scores of items beside them.
  std::vector<Candidate> Candidates(const Query& query, const Added& added, size_t count,
                                    const Filter& filter, const std::vector<float>& known) const;

  const ModelSnapshot& model_;
  const ScanKernel& kernel_;
  size_t items_;
  size_t blocks_;
  size_t width_;                  // of a row: all tastes' factors, and zeros
  std::vector<double> units_;     // by taste: the length of a typical row, by which it is divided
  std::vector<ItemIndex> order_;  // by position
  std::vector<uint32_t> positions_;  // by item
  Aligned<uint8_t> bytes_;
  Aligned<float> scales_, errors_, norms_;
  std::array<Added, kKinds> added_;
};

// What of a filter a list of the pool may hold for somebody with this evidence.
ItemScan::Filter OfPool(const ItemScan::Filter& filter, Pool pool, const Evidence& evidence);

}  // namespace rapport
