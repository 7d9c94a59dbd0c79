#include "services/recommender/explanation_places.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/counterfactual.h"

namespace rapport {
namespace {

constexpr size_t kMostHeldBack = 5;
constexpr size_t kContrastLines = 3;  // with the next item
constexpr size_t kMostRanked = 50;    // lines, each folded in anew

size_t IndexOf(const Scorer& scorer, const Evidence::Entry* entry) {
  return static_cast<size_t>(entry - scorer.evidence().entries().data());
}

// By entry of the evidence.
std::vector<double> ByEntry(const Scorer& scorer, const Explanation& exact) {
  std::vector<double> by_entry(scorer.evidence().entries().size(), 0.0);
  for (const Contribution& line : exact.contributions)
    by_entry[IndexOf(scorer, line.entry)] = line.contribution;
  return by_entry;
}

// Those with a better score that have no place, and by what.
void AddHeldBack(const ListRequest& request, const Scorer& scorer, ItemIndex item,
                 const NameOf& name_of, ItemExplanation* explanation) {
  const ItemScan& scan = request.serving().scan();
  const Eligibility& eligible = request.eligible();
  for (size_t step = 0; step < eligible.removed().size(); ++step) {
    ItemScan::Filter removed = eligible.removed()[step];
    removed.Drop(item);
    const size_t better = scan.RankOf(scorer, item, removed) - 1;
    if (better == 0) continue;
    LeftOut left_out = eligible.left_out()[step];
    left_out.items = static_cast<int64_t>(better);
    explanation->better_left_out.push_back(left_out);
    // Not a word of what the customer has, or not yet, where the list is of the other.
    if (left_out.by == LeftOutBy::kPool || left_out.by == LeftOutBy::kBasket) continue;
    for (const Ranked& ranked :
         scan.TopK(scorer, std::min(better, kMostHeldBack), std::move(removed)))
      explanation->held_back.push_back({name_of(ranked.item), ranked.score, left_out});
  }
  std::ranges::stable_sort(explanation->held_back, std::greater<>(), &HeldBack::score);
  if (explanation->held_back.size() > kMostHeldBack) explanation->held_back.resize(kMostHeldBack);
  for (HeldBack& each : explanation->held_back) each.left_out.items = 1;
}

SmallestRemoval RemovalOf(const Counterfactual& counterfactual, const Scorer& scorer,
                          ItemIndex item, int list_length, const NameOf& name_of) {
  const Removal found = FindSmallestRemoval(counterfactual, item, static_cast<size_t>(list_length));
  SmallestRemoval removal{.rank_without = static_cast<int64_t>(found.place.rank),
                          .proven = found.proven};
  for (const size_t entry : found.entries)
    removal.items.push_back(name_of(scorer.evidence().entries()[entry].item));
  if (found.takes_place) removal.takes_place = name_of(*found.takes_place);
  return removal;
}

}  // namespace

Contrast ContrastOf(const Scorer& scorer, const Explanation& one, ItemIndex other,
                    const Explanation& of_other, size_t lines, const NameOf& name_of) {
  Contrast contrast{.item = name_of(other),
                    .score = of_other.terms.Sum(),
                    .terms = {.taste = one.terms.taste - of_other.terms.taste,
                              .repeat = one.terms.repeat - of_other.terms.repeat,
                              .popularity = one.terms.popularity - of_other.terms.popularity,
                              .rules = one.terms.rules - of_other.terms.rules}};
  const std::vector<double> ours = ByEntry(scorer, one), theirs = ByEntry(scorer, of_other);
  std::vector<std::pair<double, size_t>> differences;
  for (size_t entry = 0; entry < ours.size(); ++entry)
    differences.emplace_back(ours[entry] - theirs[entry], entry);
  std::ranges::stable_sort(differences, [](const auto& a, const auto& b) {
    return std::abs(a.first) > std::abs(b.first);
  });
  double sum = 0;
  for (const auto& [difference, entry] : differences) {
    if (contrast.lines.size() < lines) {
      contrast.lines.push_back({name_of(scorer.evidence().entries()[entry].item), difference});
      sum += difference;
    } else {
      contrast.other_difference += difference;
      ++contrast.other_count;
    }
  }
  contrast.residual = (sum + contrast.other_difference + contrast.terms.repeat +
                       contrast.terms.popularity + contrast.terms.rules) -
                      (one.terms.Sum() - contrast.score);
  return contrast;
}

void AddPlaces(const ListRequest& request, const Scorer& scorer, ItemIndex item,
               const Explanation& exact, const NameOf& name_of, ItemExplanation* explanation) {
  const ItemScan& scan = request.serving().scan();
  const Counterfactual counterfactual(scan, scorer, request.eligible().items());
  const size_t rank = counterfactual.Of(item).rank;
  explanation->rank = static_cast<int64_t>(rank);
  AddHeldBack(request, scorer, item, name_of, explanation);

  ItemScan::Filter others = request.eligible().items();
  others.Drop(item);
  if (rank <= kLongestList && others.Count() >= rank) {
    const ItemIndex next = scan.TopK(scorer, rank, std::move(others)).back().item;
    explanation->next =
        ContrastOf(scorer, exact, next, Explain(scorer, next), kContrastLines, name_of);
    explanation->next->rank = static_cast<int64_t>(rank) + 1;
  }

  if (!scorer.personal()) return;
  std::vector<size_t> entries;
  for (size_t line = 0; line < std::min(explanation->evidence.size(), kMostRanked); ++line)
    entries.push_back(IndexOf(scorer, exact.contributions[line].entry));
  const auto places = counterfactual.WithoutEach(item, entries);
  for (size_t line = 0; line < places.size(); ++line) {
    explanation->evidence[line].rank_without = static_cast<int64_t>(places[line].rank);
    explanation->evidence[line].score_without = places[line].score;
  }
  if (rank <= static_cast<size_t>(explanation->list_length))
    explanation->smallest_removal =
        RemovalOf(counterfactual, scorer, item, explanation->list_length, name_of);
}

}  // namespace rapport
