#include "services/talk/witness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "services/talk/compose.h"
#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

constexpr std::array<std::string_view, 3> kLevels = {"thin", "fair", "strong"};

absl::Status Holds(bool so, const Line& line, std::string_view what) {
  return so ? absl::OkStatus() : Untrue(line, what);
}

const NamedItem& NameIn(const Line& line, size_t slot) {
  return std::get<NamedItem>(line.slots[slot].value);
}
int64_t CountIn(const Line& line, size_t slot) { return std::get<int64_t>(line.slots[slot].value); }
std::string_view KeywordIn(const Line& line, size_t slot) {
  return std::get<Keyword>(line.slots[slot].value).word;
}
const std::string& TextIn(const Line& line, size_t slot) {
  return std::get<std::string>(line.slots[slot].value);
}

}  // namespace

absl::Status Untrue(const Line& line, std::string_view what) {
  return absl::InternalError(Cat(SpecOf(line.message).key, ": ", what));
}

absl::Status Witness::Observation(const Line& line) const {
  if (!MayBePersonal(facts_, tact_)) return Untrue(line, "nothing personal may be said");
  if (line.message == MessageId::kObservationBasket)
    return Holds(InBasket(NameIn(line, 0)), line, "that is not in the basket");
  if (line.message == MessageId::kObservationChoices) {
    const auto& items = std::get<std::vector<NamedItem>>(line.slots[0].value);
    if (items.size() != 2 || CountIn(line, 1) != 2) return Untrue(line, "does not name two");
    auto frequency = Frequency::kUsually;
    for (const NamedItem& item : items) {
      const auto mention = Spoken(item);
      if (!mention) return Untrue(line, "names what may not be spoken of");
      frequency = std::min(frequency, mention->frequency);
    }
    return Holds(KeywordIn(line, 2) == KeywordOf(frequency), line, "how often is not so");
  }
  const NamedItem& item = NameIn(line, 0);
  const bool own = line.message == MessageId::kObservationOwn;
  const auto mention = Spoken(item);
  if (!mention || own != (item.item_id == explanation_.item.item_id))
    return Untrue(line, "names what may not be spoken of");
  if (KeywordIn(line, 1) != KeywordOf(mention->frequency))
    return Untrue(line, "how often is not so");
  return Holds(std::get<When>(line.slots[2].value) ==
                   WhenWas(mention->last, facts_.customer.now, voice_.southern),
               line, "when is not so");
}

absl::Status Witness::Bridge(const Line& line, const std::vector<std::string>& observed) const {
  if (line.message == MessageId::kBridgePopular) {
    return Holds(MayBeImpersonal(facts_) && CrowdOfBuyers() &&
                     explanation_.standing == Standing::kPopular && observed.empty(),
                 line, "it is not popular with enough people");
  }
  if (line.message == MessageId::kBridgeNew) {
    return Holds(
        MayBeImpersonal(facts_) && explanation_.standing == Standing::kNew && observed.empty(),
        line, "it is not new");
  }
  if (!MayBePersonal(facts_, tact_) || observed.empty())
    return Untrue(line, "nothing personal may be said");
  return PersonalBridge(line, observed);
}

absl::Status Witness::PersonalBridge(const Line& line,
                                     const std::vector<std::string>& observed) const {
  switch (line.message) {
    case MessageId::kBridgeBecauseOne:
      return Because(line, observed, 1);
    case MessageId::kBridgeBecauseTwo:
      return Because(line, observed, 2);
    case MessageId::kBridgeBecauseThree: {
      if (!Spoken(NameIn(line, 0))) return Untrue(line, "names what may not be spoken of");
      std::vector<std::string> all = observed;
      all.push_back(NameIn(line, 0).item_id);
      return Because(line, all, 3);
    }
    case MessageId::kBridgeBoughtTogether:
      return Holds(observed.size() == 1 && OrdersWith(observed.front()), line,
                   "too few orders have both");
    case MessageId::kBridgeSameCategory: {
      const EvidenceLine* other = Find(observed.front());
      return Holds(observed.size() == 1 && other != nullptr && !other->item.category_path.empty() &&
                       other->item.category_path == explanation_.item.category_path,
                   line, "it is of another category");
    }
    case MessageId::kBridgeUsualDue:
      return Holds(UsualIsDue(facts_, tact_) &&
                       observed == std::vector<std::string>{explanation_.item.item_id},
                   line, "it is not due");
    case MessageId::kBridgeSimilarTaste:
      return Holds(CrowdOfBuyers(), line, "too few people bought it");
    case MessageId::kBridgeGoesWith: {
      const bool speaks = std::ranges::all_of(observed, [this](const std::string& id) {
        const EvidenceLine* evidence = Find(id);
        return evidence != nullptr && evidence->contribution > 0;
      });
      return Holds(CountIn(line, 0) == static_cast<int64_t>(observed.size()) && speaks, line,
                   "that does not speak for it");
    }
    default:
      return Untrue(line, "is no bridge");
  }
}

absl::Status Witness::Suggestion(const Line& line, const std::vector<std::string>& observed) const {
  const Item& item = explanation_.item;
  const NamedItem& named = NameIn(line, 0);
  if (named.item_id != item.item_id || named.name != SpokenName(item.title) || named.name.empty() ||
      tact_.IsSensitive(item))
    return Untrue(line, "names another item, or one that is not offered");
  const auto strength = std::ranges::find(kLevels, KeywordIn(line, 1)) - kLevels.begin();
  if (strength > static_cast<std::ptrdiff_t>(LevelOf(facts_)))
    return Untrue(line, "sounds surer than the model is");
  switch (line.message) {
    case MessageId::kSuggestionAttribute:
      return Holds(AttributeDiffers(TextIn(line, 2), TextIn(line, 3), observed), line,
                   "is no difference that the catalogue has");
    case MessageId::kSuggestionBrand:
      return Holds(BrandDiffers(TextIn(line, 2), observed), line,
                   "is no difference that the catalogue has");
    case MessageId::kSuggestionAgain:
      return Holds(
          MayBePersonal(facts_, tact_) && MentionOf(item, facts_.customer, tact_).has_value(), line,
          "their having it may not be spoken of");
    default:
      return absl::OkStatus();
  }
}

absl::Status Witness::Evidence(const Line& line, const std::vector<std::string>& events,
                               const std::vector<std::string>& items) const {
  std::unordered_set<std::string_view> known;
  for (const std::string& item : items) {
    const auto bought = facts_.customer.bought.find(item);
    if (bought == facts_.customer.bought.end()) continue;
    for (const Bought& visit : bought->second) known.insert(visit.event_id);
  }
  const bool all =
      std::ranges::all_of(events, [&](const std::string& event) { return known.contains(event); });
  return Holds(all, line, "rests on purchases of something else");
}

absl::Status Witness::Fact(const Line& line) const {
  switch (line.message) {
    case MessageId::kFactTogether: {
      const auto orders = OrdersWith(NameIn(line, 0).item_id);
      return Holds(MayBeNamed(NameIn(line, 0)) && orders && CountIn(line, 1) == AtLeast(*orders),
                   line, "fewer orders have both");
    }
    case MessageId::kFactBuyers:
      return Holds(CrowdOfBuyers() && CountIn(line, 0) == AtLeast(facts_.buyers), line,
                   "fewer people bought it");
    case MessageId::kFactRemoval: {
      std::vector<std::string> ids;
      for (const NamedItem& item : std::get<std::vector<NamedItem>>(line.slots[0].value)) {
        if (!MayBeNamed(item)) return Untrue(line, "names what may not be named");
        ids.push_back(item.item_id);
      }
      return Because(line, ids, ids.size());
    }
    case MessageId::kFactRankWithout: {
      const EvidenceLine* evidence = Find(NameIn(line, 0).item_id);
      return Holds(MayBeNamed(NameIn(line, 0)) && evidence != nullptr && CountIn(line, 1) > 0 &&
                       CountIn(line, 1) == evidence->rank_without &&
                       CountIn(line, 2) == explanation_.rank,
                   line, "the places are others");
    }
    case MessageId::kFactPopular:
      return Holds(explanation_.standing == Standing::kPopular, line, "it is not popular");
    case MessageId::kFactNew:
      return Holds(explanation_.standing == Standing::kNew, line, "it is not new");
    case MessageId::kFactRules:
      return Holds(std::get<double>(line.slots[0].value) == RulesShare(explanation_), line,
                   "rules are another part of it");
    default:
      return FactOfPurchases(line);
  }
}

absl::Status Witness::FactOfPurchases(const Line& line) const {
  switch (line.message) {
    case MessageId::kFactBought:
    case MessageId::kFactOwn: {
      const auto mention = Spoken(NameIn(line, 0));
      const bool own = line.message == MessageId::kFactOwn;
      return Holds(mention && CountIn(line, 1) == static_cast<int64_t>(mention->event_ids.size()) &&
                       std::get<TimePoint>(line.slots[2].value) == mention->last &&
                       (own || ShareIs(NameIn(line, 0), line.slots[3])),
                   line, "was not bought so");
    }
    case MessageId::kFactBasket:
      return Holds(InBasket(NameIn(line, 0)) && ShareIs(NameIn(line, 0), line.slots[1]), line,
                   "is not in the basket");
    case MessageId::kFactOwnGap: {
      const auto& own = explanation_.own_history;
      return Holds(
          own && own->median_gap_days &&
              CountIn(line, 0) == std::max<int64_t>(1, std::llround(*own->median_gap_days)),
          line, "is another rhythm");
    }
    default:
      return Untrue(line, "is no fact");
  }
}

absl::Status Witness::Confidence(const Line& line) const {
  const auto& chance = explanation_.chance;
  if (line.message == MessageId::kConfidenceUnknown)
    return Holds(!chance, line, "the chance is known");
  return Holds(line.message == MessageId::kConfidenceKnown && chance &&
                   KeywordIn(line, 0) == kLevels[static_cast<size_t>(chance->confidence)] &&
                   std::get<double>(line.slots[1].value) == chance->probability &&
                   std::get<double>(line.slots[2].value) == chance->base_rate &&
                   CountIn(line, 3) == std::llround(explanation_.window_days),
               line, "the chance is another");
}

absl::Status Witness::Because(const Line& line, std::vector<std::string> items,
                              size_t count) const {
  const auto listed = static_cast<int64_t>(explanation_.list_length);
  bool verified = false;
  const bool placed = (explanation_.rank_shown > 0 || explanation_.left_out.empty()) &&
                      !explanation_.pinned && explanation_.rank > 0 && explanation_.rank <= listed;
  if (items.size() == count && placed) {
    const EvidenceLine* only = count == 1 ? Find(items[0]) : nullptr;
    verified = only != nullptr && only->rank_without > listed;
    const auto& removal = explanation_.smallest_removal;
    if (removal && removal->rank_without > listed && removal->items.size() == count) {
      std::vector<std::string> smallest;
      for (const Item& item : removal->items) smallest.push_back(item.item_id);
      std::ranges::sort(smallest);
      std::ranges::sort(items);
      verified = verified || smallest == items;
    }
  }
  return Holds(verified, line, "it would stay in the list without that");
}

const EvidenceLine* Witness::Find(const std::string& item_id) const {
  const auto line = std::ranges::find_if(explanation_.evidence, [&](const EvidenceLine& each) {
    return each.item.item_id == item_id;
  });
  return line == explanation_.evidence.end() ? nullptr : &*line;
}

std::optional<Mention> Witness::Spoken(const NamedItem& named) const {
  if (!explanation_.may_mention) return std::nullopt;
  const EvidenceLine* line = Find(named.item_id);
  const bool itself = named.item_id == explanation_.item.item_id;
  const Item* item = itself ? &explanation_.item : line == nullptr ? nullptr : &line->item;
  if (item == nullptr || named.name != SpokenName(item->title)) return std::nullopt;
  return MentionOf(*item, facts_.customer, tact_);
}

bool Witness::InBasket(const NamedItem& named) const {
  const EvidenceLine* line = Find(named.item_id);
  return explanation_.may_mention && line != nullptr && line->kind == EvidenceKind::kBasket &&
         named.name == SpokenName(line->item.title) && !tact_.IsSensitive(line->item);
}

bool Witness::ShareIs(const NamedItem& named, const Slot& share) const {
  const EvidenceLine* line = Find(named.item_id);
  return line != nullptr && line->share == std::get<double>(share.value);
}

std::optional<int64_t> Witness::OrdersWith(const std::string& item_id) const {
  const auto support = facts_.together.find(item_id);
  if (support == facts_.together.end() || support->second < tact_.options().crowd)
    return std::nullopt;
  return support->second;
}

bool Witness::AttributeDiffers(const std::string& name, const std::string& value,
                               const std::vector<std::string>& observed) const {
  const auto& own = explanation_.item.attributes;
  if (!own.contains(name) || own.at(name) != value) return false;
  if (!MayBePersonal(facts_, tact_) || tact_.IsSensitive(name) || tact_.IsSensitive(value))
    return false;
  return std::ranges::any_of(explanation_.evidence, [&](const EvidenceLine& line) {
    const auto its = line.item.attributes.find(name);
    return its != line.item.attributes.end() && its->second != value &&
           std::ranges::find(observed, line.item.item_id) != observed.end();
  });
}

bool Witness::BrandDiffers(const std::string& brand,
                           const std::vector<std::string>& observed) const {
  if (brand != explanation_.item.brand || !MayBePersonal(facts_, tact_) || tact_.IsSensitive(brand))
    return false;
  return std::ranges::any_of(explanation_.evidence, [&](const EvidenceLine& line) {
    return !line.item.brand.empty() && line.item.brand != brand &&
           std::ranges::find(observed, line.item.item_id) != observed.end();
  });
}

}  // namespace rapport::talk
