#include "services/talk/claims.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "services/talk/text.h"

namespace rapport::talk {
namespace {

constexpr size_t kMostCauses = 3;
constexpr double kLongestText = 3;  // words of an attribute or brand, as SpokenLength counts
constexpr double kDueFrom = 0.8, kDueUntil = 3;
constexpr int kLeastForRhythm = 3;

NamedItem Named(const Item& item) { return {item.item_id, SpokenName(item.title)}; }

std::string_view KeywordOf(Confidence level) {
  switch (level) {
    case Confidence::kStrong:
      return "strong";
    case Confidence::kFair:
      return "fair";
    case Confidence::kThin:
      break;
  }
  return "thin";
}

class Planner {
 public:
  Planner(const PointFacts& facts, const Tact& tact, bool southern, bool attributes)
      : facts_(facts),
        tact_(tact),
        item_(facts.explanation.item),
        southern_(southern),
        attributes_(attributes),
        level_(LevelOf(facts)) {}

  ClaimPlan Plan() {
    ClaimPlan plan;
    const bool own = MayBePersonal(facts_, tact_) && MentionOf(item_, facts_.customer, tact_);
    if (own) {
      AddOwn(&plan);
    } else if (MayBePersonal(facts_, tact_)) {
      AddPersonal(&plan);
    }
    AddImpersonal(&plan);
    plan.reasons.emplace_back();
    AddSuggestions(own, &plan);
    plan.question =
        Make(own ? MessageId::kQuestionAgain : MessageId::kQuestionItem, Confidence::kThin, {});
    return plan;
  }

 private:
  // No part is surer than the model.
  Claim Make(MessageId message, Confidence strength, std::vector<Slot> slots,
             std::vector<std::string> evidence = {}) const {
    return {message, std::min(strength, level_), std::move(slots), std::move(evidence)};
  }

  // Words of the catalogue that can stand in a sentence: short, one thing and no list, without
  // digits, not sensitive.
  bool CanStand(const std::string& text) const {
    return !text.empty() && SpokenName(text) == text && !HasDigit(text) &&
           text.find(',') == std::string::npos && SpokenLength(text) <= kLongestText &&
           !tact_.IsSensitive(text);
  }

  std::vector<std::string> EventsOf(const EvidenceLine& line) const {
    return line.kind == EvidenceKind::kBasket
               ? std::vector<std::string>()
               : MentionOf(line.item, facts_.customer, tact_)->event_ids;
  }

  Claim Observed(MessageId message, const Item& item) const {
    const Mention mention = *MentionOf(item, facts_.customer, tact_);
    const Slot when{WhenWas(mention.last, facts_.customer.now, southern_),
                    {mention.event_ids.front()}};
    return Make(message, Confidence::kStrong,
                {{Named(item), mention.event_ids},
                 {Keyword{talk::KeywordOf(mention.frequency)}, mention.event_ids},
                 when},
                mention.event_ids);
  }

  Claim ObservedLine(const EvidenceLine& line) const {
    if (line.kind == EvidenceKind::kBasket)
      return Make(MessageId::kObservationBasket, Confidence::kStrong, {{Named(line.item), {}}});
    return Observed(MessageId::kObservationChoice, line.item);
  }

  // Of the two, the rarer frequency holds for both.
  Claim ObservedBoth(const EvidenceLine& one, const EvidenceLine& other) const {
    const Mention first = *MentionOf(one.item, facts_.customer, tact_);
    const Mention second = *MentionOf(other.item, facts_.customer, tact_);
    std::vector<std::string> events = first.event_ids;
    events.insert(events.end(), second.event_ids.begin(), second.event_ids.end());
    const Frequency frequency = std::min(first.frequency, second.frequency);
    return Make(MessageId::kObservationChoices, Confidence::kStrong,
                {{std::vector<NamedItem>{Named(one.item), Named(other.item)}, events},
                 {int64_t{2}, {}},
                 {Keyword{talk::KeywordOf(frequency)}, events}},
                events);
  }

  void AddOwn(ClaimPlan* plan) const {
    std::vector<Claim> reason = {Observed(MessageId::kObservationOwn, item_)};
    if (UsualIsDue(facts_, tact_)) {
      reason.push_back(Make(MessageId::kBridgeUsualDue, Confidence::kFair, {}, reason[0].evidence));
      plan->reasons.push_back(reason);
      reason.pop_back();
    }
    plan->reasons.push_back(std::move(reason));
  }

  void AddCauses(ClaimPlan* plan) const {
    const std::vector<const EvidenceLine*> causes = Causes(facts_, tact_);
    if (causes.empty()) return;
    if (causes.size() == 1) {
      plan->reasons.push_back(
          {ObservedLine(*causes[0]),
           Make(MessageId::kBridgeBecauseOne, Confidence::kStrong, {}, EventsOf(*causes[0]))});
      return;
    }
    // In a basket is not chosen before: sets are spoken of only where all were.
    if (std::ranges::any_of(
            causes, [](const EvidenceLine* line) { return line->kind == EvidenceKind::kBasket; }))
      return;
    std::vector<Claim> reason = {ObservedBoth(*causes[0], *causes[1])};
    if (causes.size() == 2) {
      reason.push_back(
          Make(MessageId::kBridgeBecauseTwo, Confidence::kStrong, {}, reason[0].evidence));
    } else {
      const std::vector<std::string> third = EventsOf(*causes[2]);
      std::vector<std::string> events = reason[0].evidence;
      events.insert(events.end(), third.begin(), third.end());
      reason.push_back(Make(MessageId::kBridgeBecauseThree, Confidence::kStrong,
                            {{Named(causes[2]->item), third}}, std::move(events)));
    }
    plan->reasons.push_back(std::move(reason));
  }

  void AddPersonal(ClaimPlan* plan) const {
    AddCauses(plan);
    std::vector<const EvidenceLine*> lines;
    for (const EvidenceLine& line : facts_.explanation.evidence) {
      if (SpeaksFor(line, facts_, tact_)) lines.push_back(&line);
    }
    const auto add = [&](const EvidenceLine* line, MessageId bridge, Confidence strength,
                         std::vector<Slot> slots = {}) {
      plan->reasons.push_back(
          {ObservedLine(*line), Make(bridge, strength, std::move(slots), EventsOf(*line))});
    };
    for (const EvidenceLine* line : lines) {
      const auto together = facts_.together.find(line->item.item_id);
      if (together != facts_.together.end() && together->second >= tact_.options().crowd)
        add(line, MessageId::kBridgeBoughtTogether, Confidence::kFair);
    }
    for (const EvidenceLine* line : lines) {
      if (SameCategory(item_, line->item))
        add(line, MessageId::kBridgeSameCategory, Confidence::kThin);
    }
    if (lines.empty()) return;
    if (facts_.buyers >= tact_.options().crowd)
      add(lines[0], MessageId::kBridgeSimilarTaste, Confidence::kThin);
    if (lines.size() > 1 && lines[0]->kind != EvidenceKind::kBasket &&
        lines[1]->kind != EvidenceKind::kBasket) {
      Claim both = ObservedBoth(*lines[0], *lines[1]);
      Claim bridge =
          Make(MessageId::kBridgeGoesWith, Confidence::kThin, {{int64_t{2}, {}}}, both.evidence);
      plan->reasons.push_back({std::move(both), std::move(bridge)});
    }
    add(lines[0], MessageId::kBridgeGoesWith, Confidence::kThin, {{int64_t{1}, {}}});
  }

  void AddImpersonal(ClaimPlan* plan) const {
    if (!MayBeImpersonal(facts_)) return;
    if (facts_.explanation.standing == Standing::kPopular && facts_.buyers >= tact_.options().crowd)
      plan->reasons.push_back({Make(MessageId::kBridgePopular, Confidence::kFair, {})});
    if (facts_.explanation.standing == Standing::kNew)
      plan->reasons.push_back({Make(MessageId::kBridgeNew, Confidence::kFair, {})});
  }

  // What the item has otherwise than another that is spoken of.
  void AddDifferences(const Item& beside, const Slot& item, const Slot& strength,
                      ClaimPlan* plan) const {
    const auto add = [&](MessageId message, std::vector<Slot> slots) {
      plan->suggestions.push_back(Make(message, level_, std::move(slots)));
      plan->suggestions.back().beside = beside.item_id;
    };
    if (attributes_) {
      for (const auto& [name, value] : item_.attributes) {
        const auto other = beside.attributes.find(name);
        if (other == beside.attributes.end() || other->second == value) continue;
        if (!CanStand(name) || !CanStand(value)) continue;
        add(MessageId::kSuggestionAttribute, {item, strength, {name, {}}, {value, {}}});
      }
    }
    // Many a title says the brand.
    if (!beside.brand.empty() && beside.brand != item_.brand && CanStand(item_.brand) &&
        item_.title.find(item_.brand) == std::string::npos)
      add(MessageId::kSuggestionBrand, {item, strength, {item_.brand, {}}});
  }

  void AddSuggestions(bool own, ClaimPlan* plan) const {
    const Slot item{Named(item_), {}};
    const Slot strength{Keyword{KeywordOf(level_)}, {}};
    if (own) {
      plan->suggestions.push_back(Make(MessageId::kSuggestionAgain, level_, {item, strength}));
      return;
    }
    if (MayBePersonal(facts_, tact_)) {
      for (const EvidenceLine& line : facts_.explanation.evidence) {
        if (SpeaksFor(line, facts_, tact_)) AddDifferences(line.item, item, strength, plan);
      }
    }
    plan->suggestions.push_back(Make(MessageId::kSuggestionItem, level_, {item, strength}));
  }

  const PointFacts& facts_;
  const Tact& tact_;
  const Item& item_;
  const bool southern_;
  const bool attributes_;
  const Confidence level_;
};

}  // namespace

ClaimPlan PlanOf(const PointFacts& facts, const Tact& tact, bool southern,
                 bool attributes_can_be_said) {
  return Planner(facts, tact, southern, attributes_can_be_said).Plan();
}

PartKind PartOf(MessageId message) {
  if (message <= MessageId::kObservationBasket) return PartKind::kObservation;
  if (message <= MessageId::kBridgeNew) return PartKind::kBridge;
  if (message <= MessageId::kSuggestionAgain) return PartKind::kSuggestion;
  return PartKind::kQuestion;
}

bool SameCategory(const Item& item, const Item& other) {
  return !item.category_path.empty() && item.category_path == other.category_path;
}

bool MayBeInList(const ItemExplanation& explanation) {
  const bool has_a_place = explanation.rank_shown > 0 || explanation.left_out.empty();
  return has_a_place && !explanation.pinned && explanation.rank > 0 &&
         explanation.rank <= explanation.list_length;
}

std::vector<const EvidenceLine*> Causes(const PointFacts& facts, const Tact& tact) {
  const ItemExplanation& explanation = facts.explanation;
  if (!MayBeInList(explanation)) return {};
  const auto& removal = explanation.smallest_removal;
  if (removal && !removal->items.empty() && removal->items.size() <= kMostCauses &&
      removal->rank_without > explanation.list_length) {
    std::vector<const EvidenceLine*> causes;
    for (const Item& item : removal->items) {
      const auto line = std::ranges::find_if(explanation.evidence, [&](const EvidenceLine& each) {
        return each.item.item_id == item.item_id;
      });
      if (line == explanation.evidence.end() || !SpeaksFor(*line, facts, tact)) break;
      causes.push_back(&*line);
    }
    if (causes.size() == removal->items.size()) return causes;
  }
  for (const EvidenceLine& line : explanation.evidence) {
    if (line.rank_without > explanation.list_length && SpeaksFor(line, facts, tact)) return {&line};
  }
  return {};
}

bool UsualIsDue(const PointFacts& facts, const Tact& tact) {
  const Item& item = facts.explanation.item;
  if (!MentionOf(item, facts.customer, tact)) return false;
  const std::vector<Bought>& visits = facts.customer.bought.at(item.item_id);
  if (static_cast<int>(visits.size()) < kLeastForRhythm) return false;
  std::vector<double> gaps;
  const auto days = [](TimePoint from, TimePoint to) {
    return std::chrono::duration<double, std::ratio<86'400>>(to - from).count();
  };
  for (size_t visit = 1; visit < visits.size(); ++visit)
    gaps.push_back(days(visits[visit].at, visits[visit - 1].at));
  std::ranges::sort(gaps);
  const size_t middle = gaps.size() / 2;
  const double gap = gaps.size() % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
  const double since = days(visits.front().at, facts.customer.now);
  return gap > 0 && since >= kDueFrom * gap && since <= kDueUntil * gap;
}

}  // namespace rapport::talk
