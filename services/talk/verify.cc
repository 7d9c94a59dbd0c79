#include "services/talk/verify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_set>

#include "services/talk/compose.h"
#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

absl::Status Untrue(const Line& line, std::string_view what) {
  return absl::InternalError(Cat(SpecOf(line.message).key, ": ", what));
}

absl::Status Holds(bool so, const Line& line, std::string_view what) {
  return so ? absl::OkStatus() : Untrue(line, what);
}

// The first that is not OK.
absl::Status All(std::initializer_list<absl::Status> statuses) {
  for (const absl::Status& status : statuses) {
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status SaysWhatItsSlotsSay(const Line& line, Audience audience, const Voice& voice) {
  if (SpecOf(line.message).audience != audience) return Untrue(line, "is for other eyes and ears");
  if (!SlotsFit(line.message, line.slots)) return Untrue(line, "has other slots");
  if (Render(voice.phrases, voice.manner, line.message, line.slots) != line.text)
    return Untrue(line, "is not what its message says");
  if (audience == Audience::kStaff) return absl::OkStatus();
  const absl::Status sayable = CheckSayable(line, voice);
  return Holds(sayable.ok(), line, std::string(sayable.message()));
}

// Looks facts up for one point.
class Witness {
 public:
  Witness(const PointFacts& facts, const Tact& tact, const Voice& voice)
      : facts_(facts), explanation_(facts.explanation), tact_(tact), voice_(voice) {}

  absl::Status Observation(const Part& part) const {
    const Line& line = part.line;
    if (!MayBePersonal(facts_, tact_)) return Untrue(line, "nothing personal may be said");
    switch (line.message) {
      case MessageId::kObservationBasket:
        return Holds(InBasket(NameIn(line.slots[0])), line, "that is not in the basket");
      case MessageId::kObservationChoices: {
        const auto& items = std::get<std::vector<NamedItem>>(line.slots[0].value);
        if (items.size() != 2 || std::get<int64_t>(line.slots[1].value) != 2)
          return Untrue(line, "does not name two");
        auto frequency = Frequency::kUsually;
        for (const NamedItem& item : items) {
          const auto mention = Spoken(item);
          if (!mention) return Untrue(line, "names what may not be spoken of");
          frequency = std::min(frequency, mention->frequency);
        }
        return Holds(std::get<Keyword>(line.slots[2].value).word == KeywordOf(frequency), line,
                     "how often is not so");
      }
      default: {
        const NamedItem& item = NameIn(line.slots[0]);
        const bool own = line.message == MessageId::kObservationOwn;
        const auto mention = Spoken(item);
        if (!mention || own != (item.item_id == explanation_.item.item_id))
          return Untrue(line, "names what may not be spoken of");
        return All(
            {Holds(std::get<Keyword>(line.slots[1].value).word == KeywordOf(mention->frequency),
                   line, "how often is not so"),
             Holds(std::get<When>(line.slots[2].value) ==
                       WhenWas(mention->last, facts_.customer.now, voice_.southern),
                   line, "when is not so")});
      }
    }
  }

  // `observed`: the items that the sentence before names.
  absl::Status Bridge(const Part& part, const std::vector<std::string>& observed) const {
    const Line& line = part.line;
    const bool crowd = facts_.buyers >= tact_.options().crowd;
    if (line.message == MessageId::kBridgePopular)
      return Holds(crowd && explanation_.standing == Standing::kPopular && observed.empty(), line,
                   "it is not popular with enough people");
    if (line.message == MessageId::kBridgeNew)
      return Holds(explanation_.standing == Standing::kNew && observed.empty(), line,
                   "it is not new");
    if (!MayBePersonal(facts_, tact_) || observed.empty())
      return Untrue(line, "nothing personal may be said");
    switch (line.message) {
      case MessageId::kBridgeBecauseOne:
        return Because(line, observed, 1);
      case MessageId::kBridgeBecauseTwo:
        return Because(line, observed, 2);
      case MessageId::kBridgeBecauseThree: {
        std::vector<std::string> all = observed;
        const NamedItem& third = NameIn(line.slots[0]);
        if (!Spoken(third)) return Untrue(line, "names what may not be spoken of");
        all.push_back(third.item_id);
        return Because(line, all, 3);
      }
      case MessageId::kBridgeBoughtTogether: {
        const auto support = facts_.together.find(observed.front());
        return Holds(observed.size() == 1 && support != facts_.together.end() &&
                         support->second >= tact_.options().crowd,
                     line, "too few orders have both");
      }
      case MessageId::kBridgeSameCategory: {
        const Item* item = EvidenceItem(observed.front());
        return Holds(observed.size() == 1 && item != nullptr && !item->category_path.empty() &&
                         item->category_path == explanation_.item.category_path,
                     line, "it is of another category");
      }
      case MessageId::kBridgeUsualDue:
        return Holds(UsualIsDue(facts_, tact_) &&
                         observed == std::vector<std::string>{explanation_.item.item_id},
                     line, "it is not due");
      case MessageId::kBridgeSimilarTaste:
        return Holds(crowd, line, "too few people bought it");
      case MessageId::kBridgeGoesWith:
        return Holds(
            std::get<int64_t>(line.slots[0].value) == static_cast<int64_t>(observed.size()) &&
                std::ranges::all_of(observed,
                                    [this](const std::string& id) { return Contribution(id) > 0; }),
            line, "that does not speak for it");
      default:
        return Untrue(line, "is no bridge");
    }
  }

  absl::Status Suggestion(const Part& part) const {
    const Line& line = part.line;
    const Item& item = explanation_.item;
    const NamedItem& named = NameIn(line.slots[0]);
    if (named.item_id != item.item_id || named.name != SpokenName(item.title) ||
        named.name.empty() || tact_.IsSensitive(item))
      return Untrue(line, "names another item, or one that is not offered");
    static constexpr std::array<std::string_view, 3> kLevels = {"thin", "fair", "strong"};
    const auto strength = std::ranges::find(kLevels, std::get<Keyword>(line.slots[1].value).word);
    if (strength - kLevels.begin() > static_cast<std::ptrdiff_t>(LevelOf(facts_)))
      return Untrue(line, "sounds surer than the model is");
    switch (line.message) {
      case MessageId::kSuggestionAttribute: {
        const auto& name = std::get<std::string>(line.slots[2].value);
        const auto& value = std::get<std::string>(line.slots[3].value);
        const auto own = item.attributes.find(name);
        return Holds(own != item.attributes.end() && own->second == value &&
                         !tact_.IsSensitive(name) && !tact_.IsSensitive(value) &&
                         Differs([&](const Item& other) {
                           const auto its = other.attributes.find(name);
                           return its != other.attributes.end() && its->second != value;
                         }),
                     line, "is no difference that the catalogue has");
      }
      case MessageId::kSuggestionBrand: {
        const auto& brand = std::get<std::string>(line.slots[2].value);
        return Holds(
            brand == item.brand && !tact_.IsSensitive(brand) && Differs([&](const Item& other) {
              return !other.brand.empty() && other.brand != brand;
            }),
            line, "is no difference that the catalogue has");
      }
      case MessageId::kSuggestionAgain:
        return Holds(
            MayBePersonal(facts_, tact_) && MentionOf(item, facts_.customer, tact_).has_value(),
            line, "their having it may not be spoken of");
      default:
        return absl::OkStatus();
    }
  }

  // Every event is of one of these items' visits.
  absl::Status Evidence(const Line& line, const std::vector<std::string>& events,
                        const std::vector<std::string>& items) const {
    std::unordered_set<std::string_view> known;
    for (const std::string& item : items) {
      const auto bought = facts_.customer.bought.find(item);
      if (bought == facts_.customer.bought.end()) continue;
      for (const Bought& visit : bought->second) known.insert(visit.event_id);
    }
    return Holds(std::ranges::all_of(
                     events, [&](const std::string& event) { return known.contains(event); }),
                 line, "rests on purchases of something else");
  }

  // One of the staff's facts.
  absl::Status Fact(const Line& line) const {
    const auto count = [&](size_t slot) { return std::get<int64_t>(line.slots[slot].value); };
    switch (line.message) {
      case MessageId::kFactBought:
      case MessageId::kFactOwn: {
        const auto mention = Spoken(NameIn(line.slots[0]));
        const bool own = line.message == MessageId::kFactOwn;
        return Holds(mention && count(1) == static_cast<int64_t>(mention->event_ids.size()) &&
                         std::get<TimePoint>(line.slots[2].value) == mention->last &&
                         (own || ShareIsTold(line.slots[0], line.slots[3])),
                     line, "was not bought so");
      }
      case MessageId::kFactBasket:
        return Holds(InBasket(NameIn(line.slots[0])) && ShareIsTold(line.slots[0], line.slots[1]),
                     line, "is not in the basket");
      case MessageId::kFactOwnGap:
        return Holds(
            explanation_.own_history && explanation_.own_history->median_gap_days &&
                count(0) ==
                    std::max<int64_t>(1, std::llround(*explanation_.own_history->median_gap_days)),
            line, "is another rhythm");
      case MessageId::kFactTogether: {
        const NamedItem& item = NameIn(line.slots[0]);
        const auto support = facts_.together.find(item.item_id);
        return Holds((Spoken(item) || InBasket(item)) && support != facts_.together.end() &&
                         support->second >= tact_.options().crowd &&
                         count(1) == AtLeast(support->second),
                     line, "fewer orders have both");
      }
      case MessageId::kFactBuyers:
        return Holds(facts_.buyers >= tact_.options().crowd && count(0) == AtLeast(facts_.buyers),
                     line, "fewer people bought it");
      case MessageId::kFactRemoval: {
        std::vector<std::string> ids;
        for (const NamedItem& item : std::get<std::vector<NamedItem>>(line.slots[0].value)) {
          if (!Spoken(item) && !InBasket(item)) return Untrue(line, "names what may not be named");
          ids.push_back(item.item_id);
        }
        return Because(line, ids, ids.size());
      }
      case MessageId::kFactRankWithout: {
        const NamedItem& item = NameIn(line.slots[0]);
        return Holds((Spoken(item) || InBasket(item)) && count(1) > 0 &&
                         count(1) == RankWithout(item.item_id),
                     line, "the place without it is another");
      }
      case MessageId::kFactPopular:
        return Holds(explanation_.standing == Standing::kPopular, line, "it is not popular");
      case MessageId::kFactNew:
        return Holds(explanation_.standing == Standing::kNew, line, "it is not new");
      case MessageId::kFactRules:
        return Holds(std::get<double>(line.slots[0].value) == RulesShare(explanation_), line,
                     "rules are another part of it");
      default:
        return Untrue(line, "is no fact");
    }
  }

  absl::Status Confidence(const Line& line) const {
    const auto& chance = explanation_.chance;
    if (line.message == MessageId::kConfidenceUnknown)
      return Holds(!chance, line, "the chance is known");
    static constexpr std::array<std::string_view, 3> kLevels = {"thin", "fair", "strong"};
    return Holds(
        line.message == MessageId::kConfidenceKnown && chance &&
            std::get<Keyword>(line.slots[0].value).word ==
                kLevels[static_cast<size_t>(chance->confidence)] &&
            std::get<double>(line.slots[1].value) == chance->probability &&
            std::get<double>(line.slots[2].value) == chance->base_rate &&
            std::get<int64_t>(line.slots[3].value) == std::llround(explanation_.window_days),
        line, "the chance is another");
  }

 private:
  static const NamedItem& NameIn(const Slot& slot) { return std::get<NamedItem>(slot.value); }

  const EvidenceLine* Find(const std::string& item_id) const {
    const auto line = std::ranges::find_if(explanation_.evidence, [&](const EvidenceLine& each) {
      return each.item.item_id == item_id;
    });
    return line == explanation_.evidence.end() ? nullptr : &*line;
  }
  const Item* EvidenceItem(const std::string& item_id) const {
    const EvidenceLine* line = Find(item_id);
    return line == nullptr ? nullptr : &line->item;
  }
  double Contribution(const std::string& item_id) const {
    const EvidenceLine* line = Find(item_id);
    return line == nullptr ? 0 : line->contribution;
  }
  int64_t RankWithout(const std::string& item_id) const {
    const EvidenceLine* line = Find(item_id);
    return line == nullptr ? 0 : line->rank_without;
  }
  bool ShareIsTold(const Slot& name, const Slot& share) const {
    const EvidenceLine* line = Find(NameIn(name).item_id);
    return line != nullptr && line->share == std::get<double>(share.value);
  }

  // How a purchase of the item may be spoken of, by the name that it is given; none: it may not.
  std::optional<Mention> Spoken(const NamedItem& named) const {
    if (!explanation_.may_mention) return std::nullopt;
    const bool itself = named.item_id == explanation_.item.item_id;
    const Item* item = itself ? &explanation_.item : EvidenceItem(named.item_id);
    if (item == nullptr || named.name != SpokenName(item->title)) return std::nullopt;
    return MentionOf(*item, facts_.customer, tact_);
  }

  bool InBasket(const NamedItem& named) const {
    const EvidenceLine* line = Find(named.item_id);
    return explanation_.may_mention && line != nullptr && line->kind == EvidenceKind::kBasket &&
           named.name == SpokenName(line->item.title) && !tact_.IsSensitive(line->item);
  }

  template <typename Differing>
  bool Differs(const Differing& differing) const {
    if (!MayBePersonal(facts_, tact_)) return false;
    return std::ranges::any_of(explanation_.evidence, [&](const EvidenceLine& line) {
      return SpeaksFor(line, facts_, tact_) && differing(line.item);
    });
  }

  // That without exactly these the item would leave the list is what the explanation says.
  absl::Status Because(const Line& line, std::vector<std::string> items, size_t count) const {
    const auto listed = static_cast<int64_t>(explanation_.list_length);
    bool verified = false;
    if (items.size() == count && explanation_.rank > 0 && explanation_.rank <= listed) {
      if (count == 1) verified = RankWithout(items[0]) > listed;
      if (const auto& removal = explanation_.smallest_removal;
          removal && removal->rank_without > listed && removal->items.size() == count) {
        std::vector<std::string> smallest;
        for (const Item& item : removal->items) smallest.push_back(item.item_id);
        std::ranges::sort(smallest);
        std::ranges::sort(items);
        verified = verified || smallest == items;
      }
    }
    return Holds(verified, line, "it would stay in the list without that");
  }

  const PointFacts& facts_;
  const ItemExplanation& explanation_;
  const Tact& tact_;
  const Voice& voice_;
};

std::vector<std::string> ItemsNamed(const Line& line) {
  std::vector<std::string> ids;
  for (const Slot& slot : line.slots) {
    if (const auto* item = std::get_if<NamedItem>(&slot.value)) ids.push_back(item->item_id);
    if (const auto* items = std::get_if<std::vector<NamedItem>>(&slot.value)) {
      for (const NamedItem& each : *items) ids.push_back(each.item_id);
    }
  }
  return ids;
}

}  // namespace

absl::Status VerifyParts(const std::vector<Part>& parts, const PointFacts& facts, const Tact& tact,
                         const Voice& voice) {
  const Witness witness(facts, tact, voice);
  std::vector<std::string> observed;  // then also what a bridge adds
  int last_kind = -1, questions = 0;
  for (const Part& part : parts) {
    const Line& line = part.line;
    absl::Status status = SaysWhatItsSlotsSay(line, Audience::kCustomer, voice);
    if (!status.ok()) return status;
    if (part.kind != PartOf(line.message) || static_cast<int>(part.kind) <= last_kind)
      return Untrue(line, "stands in the wrong place");
    last_kind = static_cast<int>(part.kind);
    if (part.strength > LevelOf(facts)) return Untrue(line, "is surer than the model is");
    switch (part.kind) {
      case PartKind::kObservation:
        status = witness.Observation(part);
        observed = ItemsNamed(line);
        break;
      case PartKind::kBridge: {
        status = witness.Bridge(part, observed);
        const auto more = ItemsNamed(line);
        observed.insert(observed.end(), more.begin(), more.end());
        break;
      }
      case PartKind::kSuggestion:
        status = witness.Suggestion(part);
        break;
      case PartKind::kQuestion:
        ++questions;
        break;
    }
    if (status.ok()) status = witness.Evidence(line, part.evidence, observed);
    for (const Slot& slot : line.slots) {
      if (status.ok()) status = witness.Evidence(line, slot.evidence, observed);
    }
    if (!status.ok()) return status;
  }
  if (questions != 1 || parts.back().kind != PartKind::kQuestion)
    return absl::InternalError("a point does not end with its one question");
  return absl::OkStatus();
}

absl::Status VerifyBriefing(const Briefing& briefing, const PointFacts& facts, const Tact& tact,
                            const Voice& voice) {
  const Witness witness(facts, tact, voice);
  for (const Line& line : briefing.facts) {
    absl::Status status = SaysWhatItsSlotsSay(line, Audience::kStaff, voice);
    if (status.ok()) status = witness.Fact(line);
    if (!status.ok()) return status;
  }
  absl::Status status = SaysWhatItsSlotsSay(briefing.confidence, Audience::kStaff, voice);
  if (status.ok()) status = witness.Confidence(briefing.confidence);
  for (const Answer& answer : briefing.listen_for) {
    if (status.ok()) status = VerifyGeneral(answer.line, voice);
  }
  for (const Line& line : briefing.avoid) {
    if (status.ok()) status = VerifyGeneral(line, voice);
  }
  if (status.ok()) status = VerifyGeneral(briefing.if_declined, voice);
  return status;
}

absl::Status VerifyGeneral(const Line& line, const Voice& voice) {
  if (!line.slots.empty()) return Untrue(line, "names something");
  return SaysWhatItsSlotsSay(line, SpecOf(line.message).audience, voice);
}

}  // namespace rapport::talk
