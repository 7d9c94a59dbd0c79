#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "services/talk/compose.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

constexpr size_t kMostLines = 3;  // of purchases

class Briefer {
 public:
  Briefer(const PointFacts& facts, const Tact& tact, const Voice& voice)
      : facts_(facts), explanation_(facts.explanation), tact_(tact), voice_(voice) {}

  void AddFacts(const std::vector<Part>& parts, std::vector<Line>* lines) const {
    if (explanation_.may_mention) {
      AddOwn(lines);
      AddPurchases(lines);
      AddRemoval(lines);
    }
    for (const Part& part : parts) AddSource(part, lines);
    const double rules = RulesShare(explanation_);
    if (rules > 0) lines->push_back(Make(MessageId::kFactRules, {{rules, {}}}));
  }

  Line Confidence() const {
    const auto& chance = explanation_.chance;
    if (!chance) return Make(MessageId::kConfidenceUnknown, {});
    static constexpr std::array<std::string_view, 3> kLevels = {"thin", "fair", "strong"};
    return Make(MessageId::kConfidenceKnown,
                {{Keyword{kLevels[static_cast<size_t>(chance->confidence)]}, {}},
                 {chance->probability, {}},
                 {chance->base_rate, {}},
                 {static_cast<int64_t>(std::llround(explanation_.window_days)), {}}});
  }

  std::vector<Answer> ListenFor(bool personal) const {
    std::vector<Answer> answers = {
        {OutcomeKind::kAccepted, Make(MessageId::kListenAccepted, {})},
        {OutcomeKind::kDeclinedNotNow, Make(MessageId::kListenNotNow, {})},
        {OutcomeKind::kDeclinedNever, Make(MessageId::kListenNever, {})},
        {OutcomeKind::kAlreadyHas, Make(MessageId::kListenHasIt, {})}};
    if (personal) {  // answers to a purchase that was spoken of
      answers.push_back({OutcomeKind::kBoughtAsGift, Make(MessageId::kListenGift, {})});
      answers.push_back({OutcomeKind::kWrongFact, Make(MessageId::kListenWrong, {})});
    }
    answers.push_back({OutcomeKind::kUncomfortable, Make(MessageId::kListenUncomfortable, {})});
    return answers;
  }

  std::vector<Line> Avoid(const std::vector<Part>& parts) const {
    const bool observed = std::ranges::any_of(
        parts, [](const Part& part) { return part.kind == PartKind::kObservation; });
    const bool caused = std::ranges::any_of(
        parts, [](const Part& part) { return SpecOf(part.line.message).causal; });
    std::vector<Line> lines;
    if (observed) {
      lines.push_back(Make(MessageId::kAvoidPrecision, {}));
      if (!caused) lines.push_back(Make(MessageId::kAvoidBecause, {}));
    } else {
      lines.push_back(Make(MessageId::kAvoidPast, {}));
    }
    if (!MayBePersonal(facts_, tact_)) lines.push_back(Make(MessageId::kAvoidPersonal, {}));
    lines.push_back(Make(MessageId::kAvoidPressure, {}));
    return lines;
  }

  Line Make(MessageId message, std::vector<Slot> slots) const {
    Line line{.message = message, .slots = std::move(slots)};
    line.text = Render(voice_.phrases, voice_.manner, message, line.slots);
    return line;
  }

 private:
  static Slot Named(const Item& item, const Mention& mention) {
    return {NamedItem{item.item_id, SpokenName(item.title)}, mention.event_ids};
  }
  static Slot Times(const Mention& mention) {
    return {static_cast<int64_t>(mention.event_ids.size()), mention.event_ids};
  }
  static Slot Last(const Mention& mention) { return {mention.last, {mention.event_ids.front()}}; }

  void AddOwn(std::vector<Line>* lines) const {
    const auto mention = MentionOf(explanation_.item, facts_.customer, tact_);
    if (!mention) return;
    lines->push_back(Make(MessageId::kFactOwn,
                          {Named(explanation_.item, *mention), Times(*mention), Last(*mention)}));
    const auto& own = explanation_.own_history;
    if (own && own->median_gap_days && own->times >= 3) {
      const auto days = std::max<int64_t>(1, std::llround(*own->median_gap_days));
      lines->push_back(Make(MessageId::kFactOwnGap, {{days, mention->event_ids}}));
    }
  }

  void AddPurchases(std::vector<Line>* lines) const {
    size_t listed = 0;
    for (const EvidenceLine& line : explanation_.evidence) {
      const auto mention = MentionOf(line, facts_, tact_);
      if (!mention || line.item.item_id == explanation_.item.item_id) continue;
      if (listed++ == kMostLines) return;
      const Slot share{line.share, {}};
      lines->push_back(
          line.kind == EvidenceKind::kBasket
              ? Make(MessageId::kFactBasket, {Named(line.item, *mention), share})
              : Make(MessageId::kFactBought,
                     {Named(line.item, *mention), Times(*mention), Last(*mention), share}));
    }
  }

  // What it would take to lose its place, where all of that may be spoken of.
  void AddRemoval(std::vector<Line>* lines) const {
    const std::vector<const EvidenceLine*> causes = Causes(facts_, tact_);
    if (!causes.empty()) {
      std::vector<NamedItem> items;
      std::vector<std::string> events;
      for (const EvidenceLine* line : causes) {
        const Mention mention = *MentionOf(*line, facts_, tact_);
        items.push_back({line->item.item_id, SpokenName(line->item.title)});
        events.insert(events.end(), mention.event_ids.begin(), mention.event_ids.end());
      }
      lines->push_back(Make(MessageId::kFactRemoval, {{std::move(items), std::move(events)}}));
      return;
    }
    for (const EvidenceLine& line : explanation_.evidence) {
      if (!SpeaksFor(line, facts_, tact_)) continue;
      if (line.rank_without > 0 && line.rank_without != explanation_.rank)
        lines->push_back(
            Make(MessageId::kFactRankWithout, {Named(line.item, *MentionOf(line, facts_, tact_)),
                                               {line.rank_without, {}},
                                               {explanation_.rank, {}}}));
      return;  // the strongest one alone
    }
  }

  // What a part of it was said from, beyond purchases.
  void AddSource(const Part& part, std::vector<Line>* lines) const {
    switch (part.line.message) {
      case MessageId::kBridgeBoughtTogether: {
        // The observation before it names the item.
        for (const EvidenceLine& line : explanation_.evidence) {
          const auto together = facts_.together.find(line.item.item_id);
          if (together == facts_.together.end() || together->second < tact_.options().crowd ||
              !SpeaksFor(line, facts_, tact_))
            continue;
          lines->push_back(
              Make(MessageId::kFactTogether, {Named(line.item, *MentionOf(line, facts_, tact_)),
                                              {AtLeast(together->second), {}}}));
          return;
        }
        return;
      }
      case MessageId::kBridgeSimilarTaste:
        return lines->push_back(Make(MessageId::kFactBuyers, {{AtLeast(facts_.buyers), {}}}));
      case MessageId::kBridgePopular:
        return lines->push_back(Make(MessageId::kFactPopular, {}));
      case MessageId::kBridgeNew:
        return lines->push_back(Make(MessageId::kFactNew, {}));
      default:
        return;
    }
  }

  const PointFacts& facts_;
  const ItemExplanation& explanation_;
  const Tact& tact_;
  const Voice& voice_;
};

}  // namespace

int64_t AtLeast(int64_t count) {
  int64_t bucket = 20;
  for (int64_t ten = 10; ten <= count; ten *= 10) {
    for (const int64_t step : {1, 2, 5}) {
      if (ten * step >= 20 && ten * step <= count) bucket = ten * step;
    }
  }
  return bucket;
}

Briefing ComposeBriefing(const PointFacts& facts, const Tact& tact, const Voice& voice,
                         const std::vector<Part>& parts) {
  const Briefer briefer(facts, tact, voice);
  const bool observed = std::ranges::any_of(
      parts, [](const Part& part) { return part.kind == PartKind::kObservation; });
  Briefing briefing;
  briefer.AddFacts(parts, &briefing.facts);
  briefing.confidence = briefer.Confidence();
  briefing.listen_for = briefer.ListenFor(observed);
  briefing.avoid = briefer.Avoid(parts);
  briefing.if_declined = briefer.Make(MessageId::kDeclinedLeaveIt, {});
  return briefing;
}

}  // namespace rapport::talk
