#include "model/top_k.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "model/scan_query.h"

namespace rapport {
namespace {

// The least of a heap's greatest `count`, or of fewer nothing.
class Threshold {
 public:
  explicit Threshold(size_t count) : count_(count) {}
  void Add(float value) {
    if (!(value > least())) return;
    if (heap_.size() == count_) {
      std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
      heap_.pop_back();
    }
    heap_.push_back(value);
    std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  }
  float least() const { return heap_.size() < count_ ? -kInfinity : heap_.front(); }

 private:
  const size_t count_;
  std::vector<float> heap_;
};

}  // namespace

ItemScan::ItemScan(const ModelSnapshot& model, const ScanKernel& kernel)
    : model_(model),
      kernel_(kernel),
      items_(model.items.size()),
      blocks_((items_ + kScanItems - 1) / kScanItems) {
  LayOut();
  AddPopularity();
}

void ItemScan::LayOut() {
  size_t columns = 0;
  std::vector<double> squares(items_, 0.0);
  for (const Taste& taste : model_.tastes) {
    columns += static_cast<size_t>(taste.factors.cols());
    std::vector<double> of_taste(items_, 0.0);
    for (size_t item = 0; item < items_; ++item) {
      of_taste[item] =
          (taste.factors.row(static_cast<Eigen::Index>(item)).cast<double>().transpose() -
           taste.mean)
              .squaredNorm();
    }
    const double whole = std::accumulate(of_taste.begin(), of_taste.end(), 0.0);
    const double unit = std::sqrt(whole / static_cast<double>(std::max<size_t>(1, items_)));
    units_.push_back(unit > 0 && std::isfinite(unit) ? unit : 1);
    for (size_t item = 0; item < items_; ++item)
      squares[item] += of_taste[item] / (units_.back() * units_.back());
  }
  width_ = (columns + kScanColumns - 1) / kScanColumns * kScanColumns;

  order_.resize(items_);
  for (size_t item = 0; item < items_; ++item) order_[item] = ItemIndex(item);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](ItemIndex a, ItemIndex b) { return squares[Row(a)] > squares[Row(b)]; });
  positions_.resize(items_);
  for (size_t position = 0; position < items_; ++position)
    positions_[Row(order_[position])] = static_cast<uint32_t>(position);

  const size_t places = blocks_ * kScanItems;
  bytes_ = Aligned<uint8_t>(places * width_);
  scales_ = Aligned<float>(places);
  errors_ = Aligned<float>(places);
  norms_ = Aligned<float>(places);
  Eigen::VectorXd row(static_cast<Eigen::Index>(columns));
  for (size_t position = 0; position < items_; ++position) {
    const auto item = static_cast<Eigen::Index>(Row(order_[position]));
    Eigen::Index column = 0;
    for (size_t taste = 0; taste < model_.tastes.size(); ++taste) {
      const Taste& of = model_.tastes[taste];
      row.segment(column, of.factors.cols()) =
          (of.factors.row(item).cast<double>().transpose() - of.mean) / units_[taste];
      column += of.factors.cols();
    }
    const float scale = columns == 0 ? 0 : static_cast<float>(row.cwiseAbs().maxCoeff() / 127);
    uint8_t* block = bytes_.data() + position / kScanItems * kScanItems * width_;
    double error = 0;
    for (size_t at = 0; at < columns && scale > 0; ++at) {
      const double value = row[static_cast<Eigen::Index>(at)];
      const double level = std::clamp(std::nearbyint(value / scale), -127.0, 127.0);
      block[(at / kScanColumns * kScanItems + position % kScanItems) * kScanColumns +
            at % kScanColumns] = static_cast<uint8_t>(level + 128);
      error += (value - level * scale) * (value - level * scale);
    }
    scales_[position] = scale;
    norms_[position] = AtLeast(row.norm() * (1 + kRounding));
    errors_[position] = scale > 0 ? AtLeast(std::sqrt(error) * (1 + kRounding)) : norms_[position];
  }
}

double ItemScan::PopularityOf(ItemIndex item, size_t kind) const {
  const auto& weights = kind < kPoolCount ? model_.weights[kind].popularity : kPlainPopularity;
  const Eigen::Map<const Eigen::VectorXd> by_feature(weights.data(),
                                                     static_cast<Eigen::Index>(weights.size()));
  return model_.popularity.row(static_cast<Eigen::Index>(Row(item))).dot(by_feature);
}

void ItemScan::Added::Put(size_t position, double value) {
  of_items[position] = AtLeast(value + kRounding * std::abs(value) + fuzz);
  float& greatest = most[position / kScanItems];
  greatest = std::max(greatest, of_items[position]);
}

void ItemScan::AddPopularity() {
  const double greatest = items_ == 0 ? 0 : model_.popularity.cwiseAbs().maxCoeff();
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const auto& weights = kind < kPoolCount ? model_.weights[kind].popularity : kPlainPopularity;
    double of_weights = 0;
    for (const double weight : weights) of_weights += std::abs(weight);
    Added& added = added_[kind];
    added.fuzz = kDoubleRounding * greatest * of_weights;
    added.of_items = Aligned<float>(blocks_ * kScanItems);
    added.most.assign(blocks_, -kInfinity);
    for (size_t position = 0; position < items_; ++position)
      added.Put(position, PopularityOf(order_[position], kind));
  }
}

ItemScan::Filter ItemScan::All() const {
  Filter all(*this);
  for (size_t block = 0; block < blocks_; ++block) all.words_[block] = ~uint64_t{0};
  if (items_ % kScanItems != 0) all.words_.back() = (uint64_t{1} << items_ % kScanItems) - 1;
  return all;
}

ItemScan::Filter& ItemScan::Filter::operator&=(const Filter& other) {
  for (size_t block = 0; block < words_.size(); ++block) words_[block] &= other.words_[block];
  return *this;
}

ItemScan::Filter& ItemScan::Filter::operator|=(const Filter& other) {
  for (size_t block = 0; block < words_.size(); ++block) words_[block] |= other.words_[block];
  return *this;
}

ItemScan::Filter ItemScan::Filter::Complement() const {
  Filter complement = scan_->All();
  for (size_t block = 0; block < words_.size(); ++block) complement.words_[block] &= ~words_[block];
  return complement;
}

size_t ItemScan::Filter::Count() const {
  size_t count = 0;
  for (const uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
  return count;
}

// With the neighbours of what the customer bought, and what the shop's rules add.
ItemScan::Added ItemScan::WithOwn(const Scorer& scorer, size_t kind) const {
  const Adjustments* adjustments = scorer.adjustments();
  double greatest = 0;
  for (const WeightedTaste& taste : scorer.tastes()) {
    const Eigen::VectorXd& of_items = taste.folded->neighbourhood();
    if (of_items.size() > 0) greatest += std::abs(taste.weight) * of_items.cwiseAbs().maxCoeff();
  }
  for (size_t item = 0; adjustments != nullptr && item < items_; ++item)
    greatest = std::max(greatest, std::abs((*adjustments)[item]));
  Added added = added_[kind];
  added.fuzz += 2 * kDoubleRounding * greatest;
  const auto put = [&](size_t item) {
    double own = adjustments != nullptr ? (*adjustments)[item] : 0;
    for (const WeightedTaste& taste : scorer.tastes()) {
      const Eigen::VectorXd& of_items = taste.folded->neighbourhood();
      if (of_items.size() > 0) own += taste.weight * of_items[static_cast<Eigen::Index>(item)];
    }
    added.Put(positions_[item], PopularityOf(ItemIndex(item), kind) + own);
  };
  for (size_t item = 0; adjustments != nullptr && item < items_; ++item) {
    if ((*adjustments)[item] != 0) put(item);
  }
  for (const WeightedTaste& taste : scorer.tastes()) {
    if (taste.folded->neighbourhood().size() == 0) continue;
    for (const Evidence::Entry& entry : scorer.evidence().entries()) {
      for (const uint32_t item : taste.folded->taste().neighbours.ColumnsOf(Row(entry.item)))
        put(item);
    }
  }
  return added;
}

const ItemScan::Added& ItemScan::AddedFor(const Scorer& scorer, Added& own) const {
  const size_t kind = scorer.personal() ? static_cast<size_t>(scorer.pool()) : kPoolCount;
  const bool has_own = scorer.adjustments() != nullptr ||
                       std::ranges::any_of(scorer.tastes(), [](const WeightedTaste& taste) {
                         return taste.folded->neighbourhood().size() > 0;
                       });
  if (!has_own) return added_[kind];
  own = WithOwn(scorer, kind);
  return own;
}

ScanBlock ItemScan::BlockAt(size_t block) const {
  const size_t first = block * kScanItems;
  return {.bytes = bytes_.data() + first * width_,
          .scales = scales_.data() + first,
          .errors = errors_.data() + first,
          .norms = norms_.data() + first};
}

std::vector<ItemScan::Candidate> ItemScan::Candidates(const Query& query, const Added& added,
                                                      size_t count, const Filter& filter,
                                                      const std::vector<float>& known) const {
  Threshold threshold(count);
  for (const float score : known) threshold.Add(score);
  std::vector<Candidate> candidates;
  alignas(kScanAlignment) float upper[kScanItems];
  for (size_t block = 0; block < blocks_; ++block) {
    const size_t first = block * kScanItems;
    if (filter.words_[block] == 0) continue;
    if (query.norm * norms_[first] + added.most[block] < threshold.least()) continue;
    ScanBlock of_block = BlockAt(block);
    of_block.added = added.of_items.data() + first;
    uint64_t left =
        kernel_.bounds(of_block, query.of_kernel, threshold.least(), upper) & filter.words_[block];
    for (; left != 0; left &= left - 1) {
      const auto bit = static_cast<size_t>(__builtin_ctzll(left));
      const size_t position = first + bit;
      candidates.push_back({order_[position], upper[bit]});
      if ((query.Capped(block) >> bit & 1) != 0) continue;  // nothing is known of how low it is
      const double slack = static_cast<double>(query.of_kernel.length) * errors_[position] +
                           static_cast<double>(query.of_kernel.error) * norms_[position] +
                           2 * kRounding * std::abs(static_cast<double>(added.of_items[position])) +
                           added.fuzz;
      threshold.Add(AtMost(upper[bit] - 2 * slack));
    }
  }
  std::erase_if(candidates,
                [&](const Candidate& candidate) { return candidate.upper < threshold.least(); });
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.upper > b.upper; });
  return candidates;
}

std::vector<Ranked> ItemScan::TopK(const Scorer& scorer, size_t count, Filter filter) const {
  std::vector<Ranked> top;
  if (count == 0 || items_ == 0) return top;
  // Worst first, of the best so far.
  const auto add = [&](const Ranked& ranked) {
    if (top.size() == count) {
      if (!RanksBefore(ranked, top.front())) return;
      std::pop_heap(top.begin(), top.end(), RanksBefore);
      top.pop_back();
    }
    top.push_back(ranked);
    std::push_heap(top.begin(), top.end(), RanksBefore);
  };
  // What the customer has bought is scored by other terms than what is new: all of it, exactly.
  if (scorer.personal()) {
    std::vector<ItemIndex> own;
    for (const Evidence::Entry& entry : scorer.evidence().entries()) {
      if (!filter.Admits(entry.item)) continue;
      filter.Drop(entry.item);
      own.push_back(entry.item);
    }
    std::vector<double> scores(own.size());
    scorer.Scores(own, scores);
    for (size_t at = 0; at < own.size(); ++at) add({own[at], scores[at]});
  }
  std::vector<float> known;
  for (const Ranked& ranked : top) known.push_back(AtMost(ranked.score));
  Added own;
  const Added& added = AddedFor(scorer, own);
  for (const Candidate& candidate : Candidates(Query(*this, scorer), added, count, filter, known)) {
    if (top.size() == count && candidate.upper < top.front().score) break;
    add({candidate.item, scorer.Score(candidate.item)});
  }
  std::sort_heap(top.begin(), top.end(), RanksBefore);
  return top;
}

ItemScan::Filter OfPool(const ItemScan::Filter& filter, Pool pool, const Evidence& evidence) {
  ItemScan::Filter left = pool == Pool::kBoughtBefore ? filter.Emptied() : filter;
  for (const Evidence::Entry& entry : evidence.entries()) {
    if (pool == Pool::kNewToCustomer) left.Drop(entry.item);
    if (pool == Pool::kBoughtBefore && filter.Admits(entry.item)) left.Admit(entry.item);
  }
  return left;
}

}  // namespace rapport
