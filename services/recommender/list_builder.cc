#include "services/recommender/list_builder.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace rapport {
namespace {

class ListBuilder {
 public:
  ListBuilder(const std::vector<Candidate>& ranked, std::vector<Pin> pins, const ListWishes& wishes,
              const ItemRelations& relations)
      : ranked_(ranked), pins_(std::move(pins)), wishes_(wishes), relations_(relations) {
    if (wishes.max_per_category > 0) {
      for (const Candidate& candidate : ranked) categories_.push_back(CategoryOf(candidate.item));
    }
    if (wishes.diversity > 0) alike_.resize(ranked.size());
    for (const Shown& shown : wishes.shown) Take(shown.item, shown.promoted);
  }

  std::vector<Chosen> Build() && {
    std::vector<Chosen> list;
    while (list.size() < wishes_.count) {
      auto chosen = NextPinned(taken_.size() + 1);
      if (!chosen) chosen = NextByScore();
      if (!chosen) chosen = NextPinned(std::numeric_limits<size_t>::max());
      if (!chosen) break;
      Take(chosen->candidate.item, chosen->candidate.promoted);
      list.push_back(*std::move(chosen));
    }
    return list;
  }

 private:
  // How alike a candidate is, at most, to the first so many of what was taken.
  struct Alike {
    size_t to = 0;
    double most = -1;
  };

  // From 1; 0: none.
  size_t CategoryOf(ItemIndex item) {
    const std::string category = relations_.category(item);
    if (category.empty()) return 0;
    return numbers_.try_emplace(category, numbers_.size() + 1).first->second;
  }

  void Take(ItemIndex item, bool promoted) {
    taken_.insert(item);
    order_.push_back(item);
    if (promoted) ++promoted_;
    if (wishes_.max_per_category > 0) ++of_category_[CategoryOf(item)];
  }

  bool MayPromote() const { return !wishes_.promoted_slots || promoted_ < *wishes_.promoted_slots; }

  // A pin's at `position` or before that was not given its place yet.
  std::optional<Chosen> NextPinned(size_t position) {
    while (next_pin_ < pins_.size() && pins_[next_pin_].position <= position) {
      const Pin& pin = pins_[next_pin_++];
      if (pin.commercial && !MayPromote()) continue;
      for (const Candidate& candidate : pin.items) {
        if (taken_.contains(candidate.item)) continue;
        Chosen chosen{.candidate = candidate, .pinned_by = pin.rule_id};
        chosen.candidate.promoted = candidate.promoted || pin.commercial;
        return chosen;
      }
    }
    return std::nullopt;
  }

  // What does not fit never will: items stay taken, categories and slots full.
  bool Fits(size_t place) const {
    const Candidate& candidate = ranked_[place];
    if (taken_.contains(candidate.item) || (candidate.promoted && !MayPromote())) return false;
    if (wishes_.max_per_category == 0 || categories_[place] == 0) return true;
    const auto held = of_category_.find(categories_[place]);
    return held == of_category_.end() || held->second < wishes_.max_per_category;
  }

  // The best that fits, by (1 - lambda) score - lambda similarity to what stands above; of equals
  // the first.
  std::optional<Chosen> NextByScore() {
    while (first_ < ranked_.size() && !Fits(first_)) ++first_;
    if (first_ == ranked_.size()) return std::nullopt;
    if (wishes_.diversity == 0) return Chosen{.candidate = ranked_[first_]};
    size_t best = first_;
    double most = -std::numeric_limits<double>::infinity();
    size_t looked_at = 0;
    for (size_t place = first_; place < ranked_.size() && looked_at < kDiversityPool; ++place) {
      if (!Fits(place)) continue;
      ++looked_at;
      const double worth = (1 - wishes_.diversity) * Scaled(ranked_[place].score) -
                           wishes_.diversity * AlikeOf(place);
      if (worth > most) {
        best = place;
        most = worth;
      }
    }
    return Chosen{.candidate = ranked_[best]};
  }

  double AlikeOf(size_t place) {
    Alike& alike = alike_[place];
    for (; alike.to < order_.size(); ++alike.to) {
      alike.most =
          std::max(alike.most, relations_.similarity(ranked_[place].item, order_[alike.to]));
    }
    return alike.most;
  }

  double Scaled(double score) const {
    const double top = ranked_.front().score;
    const double span = top - ranked_[std::min(ranked_.size(), kDiversityPool) - 1].score;
    return span > 0 ? 1 - (top - score) / span : 1;
  }

  const std::vector<Candidate>& ranked_;
  const std::vector<Pin> pins_;
  const ListWishes& wishes_;
  const ItemRelations& relations_;
  std::unordered_map<std::string, size_t> numbers_;  // of categories
  std::vector<size_t> categories_;                   // by place
  std::vector<Alike> alike_;                         // by place
  std::unordered_set<ItemIndex> taken_;
  std::vector<ItemIndex> order_;  // in which they were taken
  std::unordered_map<size_t, size_t> of_category_;
  size_t promoted_ = 0;
  size_t next_pin_ = 0;
  size_t first_ = 0;  // the first place that may fit
};

}  // namespace

std::vector<Chosen> BuildList(const std::vector<Candidate>& ranked, std::vector<Pin> pins,
                              const ListWishes& wishes, const ItemRelations& relations) {
  return ListBuilder(ranked, std::move(pins), wishes, relations).Build();
}

}  // namespace rapport
