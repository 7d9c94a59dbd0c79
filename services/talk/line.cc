#include "services/talk/line.h"

#include <array>
#include <utility>

#include "services/talk/text.h"

namespace rapport::talk {
namespace {

std::vector<Argument> Empty(size_t slots) { return std::vector<Argument>(slots); }

std::string Words(const Phrases& phrases, Register manner, MessageId message,
                  const std::vector<Argument>& arguments) {
  return phrases.Find(message, manner).Render(arguments, [&](int64_t number) {
    return phrases.Number(number);
  });
}

// A name as it stands in a line: in quotes where customers read it.
class Namer {
 public:
  Namer(const Phrases& phrases, Register manner, Audience audience, Names names)
      : phrases_(phrases), manner_(manner), audience_(audience), names_(names) {}

  std::string operator()(const NamedItem& item) const {
    std::string name = names_ == Names::kLeftOut ? std::string(kNamePlace) : Isolated(item.name);
    if (audience_ == Audience::kStaff) return name;
    std::vector<Argument> arguments = Empty(1);
    arguments[0].text = std::move(name);
    return Words(phrases_, manner_, MessageId::kName, arguments);
  }

 private:
  const Phrases& phrases_;
  const Register manner_;
  const Audience audience_;
  const Names names_;
};

Argument ArgumentOf(const Phrases& phrases, Register manner, const Namer& namer,
                    const SlotValue& value) {
  Argument argument;
  if (const auto* item = std::get_if<NamedItem>(&value)) {
    argument.text = namer(*item);
  } else if (const auto* items = std::get_if<std::vector<NamedItem>>(&value)) {
    std::vector<std::string> names;
    for (const NamedItem& each : *items) names.push_back(namer(each));
    argument.text = phrases.List(names);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    argument.text = Isolated(*text);
  } else if (const auto* keyword = std::get_if<Keyword>(&value)) {
    argument.keyword = keyword->word;
  } else if (const auto* when = std::get_if<When>(&value)) {
    argument.text = WordsOf(phrases, manner, *when);
  } else if (const auto* count = std::get_if<int64_t>(&value)) {
    argument.number = *count;
    argument.text = phrases.Number(*count);
    argument.category = phrases.PluralClass(*count);
  } else if (const auto* day = std::get_if<TimePoint>(&value)) {
    argument.text = phrases.Day(*day);
  } else {
    argument.text = phrases.Share(std::get<double>(value));
  }
  return argument;
}

// Which alternative of SlotValue a kind of slot holds.
size_t AlternativeOf(SlotKind kind) {
  switch (kind) {
    case SlotKind::kName:
      return 0;
    case SlotKind::kNames:
      return 1;
    case SlotKind::kText:
      return 2;
    case SlotKind::kFrequency:
    case SlotKind::kStrength:
    case SlotKind::kSeason:
      return 3;
    case SlotKind::kWhen:
      return 4;
    case SlotKind::kCount:
      return 5;
    case SlotKind::kDay:
      return 6;
    case SlotKind::kShare:
      break;
  }
  return 7;
}

}  // namespace

std::string WordsOf(const Phrases& phrases, Register manner, const When& when) {
  const auto season = [&](MessageId message) {
    std::vector<Argument> arguments = Empty(1);
    arguments[0].keyword = KeywordOf(when.season);
    return Words(phrases, manner, message, arguments);
  };
  switch (when.kind) {
    case When::Kind::kLately:
      return Words(phrases, manner, MessageId::kWhenLately, {});
    case When::Kind::kLastWeek:
      return phrases.Last(Phrases::Unit::kWeek);
    case When::Kind::kWeeks:
      return Words(phrases, manner, MessageId::kWhenWeeks, {});
    case When::Kind::kLastMonth:
      return phrases.Last(Phrases::Unit::kMonth);
    case When::Kind::kThisSeason:
      return season(MessageId::kWhenThisSeason);
    case When::Kind::kLastSeason:
      return season(MessageId::kWhenLastSeason);
    case When::Kind::kLastYear:
      return phrases.Last(Phrases::Unit::kYear);
    case When::Kind::kLongAgo:
      break;
  }
  return Words(phrases, manner, MessageId::kWhenLongAgo, {});
}

std::string Render(const Phrases& phrases, Register manner, MessageId message,
                   const std::vector<Slot>& slots, Names names) {
  const Namer namer(phrases, manner, SpecOf(message).audience, names);
  std::vector<Argument> arguments;
  arguments.reserve(slots.size());
  for (const Slot& slot : slots)
    arguments.push_back(ArgumentOf(phrases, manner, namer, slot.value));
  return Words(phrases, manner, message, arguments);
}

bool SlotsFit(MessageId message, const std::vector<Slot>& slots) {
  const auto specs = SpecOf(message).Slots();
  if (specs.size() != slots.size()) return false;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].value.index() != AlternativeOf(specs[slot].kind)) return false;
  }
  return true;
}

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

}  // namespace rapport::talk
