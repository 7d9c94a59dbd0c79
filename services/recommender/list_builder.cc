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
      : ranked_(ranked),
        pins_(std::move(pins)),
        wishes_(wishes),
        relations_(relations),
        alike_(ranked.size(), wishes.diversity > 0 ? -1.0 : 0.0) {
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
  void Take(ItemIndex item, bool promoted) {
    taken_.insert(item);
    if (promoted) ++promoted_;
    if (wishes_.max_per_category > 0) ++of_category_[relations_.category(item)];
    if (wishes_.diversity == 0) return;
    for (size_t place = 0; place < ranked_.size(); ++place)
      alike_[place] = std::max(alike_[place], relations_.similarity(ranked_[place].item, item));
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

  bool Fits(const Candidate& candidate) const {
    if (taken_.contains(candidate.item) || (candidate.promoted && !MayPromote())) return false;
    if (wishes_.max_per_category == 0) return true;
    const std::string category = relations_.category(candidate.item);
    const auto held = of_category_.find(category);
    return category.empty() || held == of_category_.end() ||
           held->second < wishes_.max_per_category;
  }

  // The best that fits, by (1 - lambda) score - lambda similarity to what stands above; of equals
  // the first.
  std::optional<Chosen> NextByScore() const {
    const Candidate* best = nullptr;
    double most = 0;
    for (size_t place = 0; place < ranked_.size(); ++place) {
      if (!Fits(ranked_[place])) continue;
      if (wishes_.diversity == 0) return Chosen{.candidate = ranked_[place]};
      const double worth = (1 - wishes_.diversity) * Scaled(ranked_[place].score) -
                           wishes_.diversity * alike_[place];
      if (best == nullptr || worth > most) {
        best = &ranked_[place];
        most = worth;
      }
    }
    if (best == nullptr) return std::nullopt;
    return Chosen{.candidate = *best};
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
  std::vector<double> alike_;  // by place: the greatest similarity to what was taken
  std::unordered_set<ItemIndex> taken_;
  std::unordered_map<std::string, size_t> of_category_;
  size_t promoted_ = 0;
  size_t next_pin_ = 0;
};

}  // namespace

std::vector<Chosen> BuildList(const std::vector<Candidate>& ranked, std::vector<Pin> pins,
                              const ListWishes& wishes, const ItemRelations& relations) {
  return ListBuilder(ranked, std::move(pins), wishes, relations).Build();
}

}  // namespace rapport
