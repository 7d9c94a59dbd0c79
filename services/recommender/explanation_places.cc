#include "services/recommender/explanation_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace rapport {
namespace {

constexpr size_t kMostHeldBack = 5;
constexpr size_t kContrastLines = 3;  // with the next item
constexpr size_t kMostRanked = 50;    // lines, each folded in anew
// What varies a list, in the order in which it does.
constexpr std::array kLimits = {LeftOutBy::kMinConfidence, LeftOutBy::kLimit,
                                LeftOutBy::kDiversity};

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

// What the customer has, or not yet, where the list is of the other, and what was not asked for:
// nobody held it back.
bool IsOfTheQuestion(LeftOutBy by) {
  return by == LeftOutBy::kPool || by == LeftOutBy::kBasket || by == LeftOutBy::kNotAmongOnly;
}

}  // namespace

Contrast ContrastOf(const Scorer& scorer, const Explanation& one, ItemIndex other,
                    const Explanation& of_other, size_t lines, const NameOf& name_of) {
  Contrast contrast{.item = name_of(other),
                    .score = of_other.terms.Sum(),
                    .terms = {.taste = one.terms.taste - of_other.terms.taste,
                              .repeat = one.terms.repeat - of_other.terms.repeat,
                              .popularity = one.terms.popularity - of_other.terms.popularity,
                              .rules = one.terms.rules - of_other.terms.rules,
                              .notes = one.terms.notes - of_other.terms.notes}};
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
                       contrast.terms.popularity + contrast.terms.rules + contrast.terms.notes) -
                      (one.terms.Sum() - contrast.score);
  return contrast;
}

ExplanationPlaces::ExplanationPlaces(const ExplainedList& list, const ListRequest& request,
                                     const Scorer& scorer, ItemIndex item, const Explanation& exact)
    : list_(list),
      request_(request),
      scorer_(scorer),
      item_(item),
      exact_(exact),
      counterfactual_(request.serving().scan(), scorer, request.eligible().items()),
      rank_(counterfactual_.Of(item).rank) {
  const auto length = static_cast<size_t>(list.Length());
  // What limits keep out, or a rule has placed, does not leave the list with evidence.
  const bool in_list =
      list.by_token ? list.PlaceOf(item) > 0 : request.eligible().items().Admits(item);
  if (scorer.personal() && in_list && !PlaceGivenTo(list, request, item).pinned && rank_ <= length)
    removal_ = FindSmallestRemoval(counterfactual_, item, length);
}

size_t ExplanationPlaces::EntryOf(size_t line) const {
  return IndexOf(scorer_, exact_.contributions[line].entry);
}

std::vector<size_t> ExplanationPlaces::RemovedLines() const {
  std::vector<size_t> lines;
  if (!removal_ || removal_->entries.empty()) return lines;
  for (size_t line = 0; line < exact_.contributions.size(); ++line) {
    if (std::ranges::binary_search(removal_->entries, EntryOf(line))) lines.push_back(line);
  }
  return lines;
}

void ExplanationPlaces::AddRanksWithout(std::span<const size_t> listed,
                                        ItemExplanation* explanation) const {
  if (!scorer_.personal()) return;
  std::vector<size_t> entries;
  for (const size_t line : listed.first(std::min(listed.size(), kMostRanked)))
    entries.push_back(EntryOf(line));
  const auto places = counterfactual_.WithoutEach(item_, entries);
  for (size_t line = 0; line < places.size(); ++line) {
    explanation->evidence[line].rank_without = static_cast<int64_t>(places[line].rank);
    explanation->evidence[line].score_without = places[line].score;
  }
}

void ExplanationPlaces::AddRemoval(const NameOf& name_of, ItemExplanation* explanation) const {
  if (!removal_) return;
  SmallestRemoval& removal = explanation->smallest_removal.emplace();
  removal.rank_without = static_cast<int64_t>(removal_->place.rank);
  removal.proven = removal_->proven;
  for (const size_t line : RemovedLines())
    removal.items.push_back(name_of(exact_.contributions[line].entry->item));
  if (removal_->takes_place) removal.takes_place = name_of(*removal_->takes_place);
}

void ExplanationPlaces::AddNext(const NameOf& name_of, ItemExplanation* explanation) const {
  ItemScan::Filter others = request_.eligible().items();
  others.Drop(item_);
  if (rank_ > kLongestList || others.Count() < rank_) return;
  const ItemIndex next =
      request_.serving().scan().TopK(scorer_, rank_, std::move(others)).back().item;
  explanation->next =
      ContrastOf(scorer_, exact_, next, Explain(scorer_, next), kContrastLines, name_of);
  explanation->next->rank = static_cast<int64_t>(rank_) + 1;
}

// Items with a better score that the list may not hold.
void ExplanationPlaces::AddIneligible(const NameOf& name_of, ItemExplanation* explanation) const {
  const ItemScan& scan = request_.serving().scan();
  const Eligibility& eligible = request_.eligible();
  for (size_t step = 0; step < eligible.removed().size(); ++step) {
    ItemScan::Filter removed = eligible.removed()[step];
    removed.Drop(item_);
    const size_t better = scan.RankOf(scorer_, item_, removed) - 1;
    if (better == 0) continue;
    LeftOut left_out = eligible.left_out()[step];
    left_out.items = static_cast<int64_t>(better);
    explanation->better_left_out.push_back(left_out);
    if (IsOfTheQuestion(left_out.by)) continue;
    left_out.items = 1;
    for (const Ranked& ranked :
         scan.TopK(scorer_, std::min(better, kMostHeldBack), std::move(removed)))
      explanation->held_back.push_back({name_of(ranked.item), ranked.score, left_out});
  }
}

// Items that boosts would have lifted above this one, had they not been declined lately; with the
// score that they would have.
void ExplanationPlaces::AddSilenced(const NameOf& name_of, ItemExplanation* explanation) const {
  struct Lost {
    double amount = 0;
    std::string rule_id;  // the first
  };
  std::map<ItemIndex, Lost> boosts;
  for (const RulesNow::Silenced& silenced : request_.rules().silenced()) {
    if (silenced.rule->effect != RuleEffect::kBoost) continue;
    Lost& lost = boosts[silenced.item];
    lost.amount += silenced.rule->amount;
    if (lost.rule_id.empty()) lost.rule_id = silenced.rule->rule_id;
  }
  const Ranked ours{item_, scorer_.Score(item_)};
  for (const auto& [item, lost] : boosts) {
    if (item == item_ || !request_.eligible().items().Admits(item) || list_.PlaceOf(item) > 0)
      continue;
    const double score = scorer_.Score(item);
    if (RanksBefore({item, score}, ours) || !RanksBefore({item, score + lost.amount}, ours))
      continue;
    const LeftOut left_out{.by = LeftOutBy::kDeclinedLately, .rule_id = lost.rule_id, .items = 1};
    explanation->held_back.push_back({name_of(item), score + lost.amount, left_out});
    explanation->better_left_out.push_back(left_out);
  }
}

// Of the served ones that their score placed, the one with the least; none: there is none, or there
// were places left.
std::optional<Ranked> ExplanationPlaces::LastByScore() const {
  std::optional<Ranked> last;
  if (std::ssize(list_.served) < list_.asked.count) return last;
  for (const RuledItem& served : list_.served) {
    const Ranked ranked{served.item, scorer_.Score(served.item)};
    if (!served.pinned && (!last || RanksBefore(*last, ranked))) last = ranked;
  }
  return last;
}

// Items with a better score that the list of the token might have held and did not, because it was
// varied; of the best kLongestList. What is outscored by all that have a place is not held back.
void ExplanationPlaces::AddLimited(const NameOf& name_of, ItemExplanation* explanation) const {
  if (!list_.by_token) return;
  const std::vector<Shown> places = list_.Places();
  std::array<int64_t, kLimits.size()> counts = {};
  const ItemScan& scan = request_.serving().scan();
  ItemScan::Filter others = request_.eligible().items();
  others.Drop(item_);
  for (const Shown& shown : places) others.Drop(shown.item);
  const size_t better = std::min(scan.RankOf(scorer_, item_, others) - 1, kLongestList);
  if (better == 0) return;
  const std::optional<Ranked> last = LastByScore();
  for (const Ranked& ranked : scan.TopK(scorer_, better, std::move(others))) {
    const auto limit = request_.LimitOn(ranked.item, places);
    if (!limit) continue;  // rules or the catalogue have changed since
    if (limit != LeftOutBy::kMinConfidence && last && RanksBefore(*last, ranked)) continue;
    ++counts[static_cast<size_t>(std::ranges::find(kLimits, *limit) - kLimits.begin())];
    explanation->held_back.push_back(
        {name_of(ranked.item), ranked.score, {.by = *limit, .rule_id = "", .items = 1}});
  }
  for (size_t limit = 0; limit < kLimits.size(); ++limit) {
    if (counts[limit] > 0)
      explanation->better_left_out.push_back(
          {.by = kLimits[limit], .rule_id = "", .items = counts[limit]});
  }
}

void ExplanationPlaces::Add(std::span<const size_t> listed, const NameOf& name_of,
                            ItemExplanation* explanation) const {
  explanation->rank = static_cast<int64_t>(rank_);
  AddRanksWithout(listed, explanation);
  AddRemoval(name_of, explanation);
  AddNext(name_of, explanation);
  AddIneligible(name_of, explanation);
  AddLimited(name_of, explanation);
  AddSilenced(name_of, explanation);
  std::vector<HeldBack>& held_back = explanation->held_back;
  std::ranges::stable_sort(held_back, std::greater<>(), &HeldBack::score);
  if (held_back.size() > kMostHeldBack) held_back.resize(kMostHeldBack);
}

}  // namespace rapport
