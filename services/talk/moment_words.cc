#include "services/talk/moment_words.h"

#include <utility>

#include "services/talk/compose.h"
#include "services/talk/locale_tag.h"
#include "services/talk/text.h"
#include "services/talk/verify.h"
#include "services/talk/witness.h"

namespace rapport::talk {
namespace {

using clienteling::CustomerMoment;

MessageId OpenerOf(Occasion occasion) {
  return static_cast<MessageId>(static_cast<int>(MessageId::kMomentFirstOrder) +
                                static_cast<int>(occasion) - 1);
}
MessageId QuestionOf(Occasion occasion) {
  return static_cast<MessageId>(static_cast<int>(MessageId::kMomentAskFirstOrder) +
                                static_cast<int>(occasion) - 1);
}

Line Worded(MessageId message, const CustomerMoment& moment, const Voice& voice) {
  Line line{.message = message, .slots = {}, .text = {}};
  if (!SpecOf(message).Slots().empty() && moment.item != nullptr) {
    line.slots.push_back(
        {NamedItem{moment.item->item_id, SpokenName(moment.item->title)}, moment.event_ids});
  }
  if (SlotsFit(message, line.slots))
    line.text = Render(voice.phrases, voice.manner, message, line.slots);
  return line;
}

}  // namespace

absl::Status VerifyMoment(const Line& line, const CustomerMoment& moment, const Tact& tact,
                          const Voice& voice) {
  if (line.slots.empty()) return VerifyGeneral(line, voice);
  if (!moment.may_mention) return Untrue(line, "speaks of what is not to be spoken of");
  if (!SlotsFit(line.message, line.slots)) return Untrue(line, "has other slots");
  const auto& named = std::get<NamedItem>(line.slots.front().value);
  if (moment.item == nullptr || named.item_id != moment.item->item_id || named.name.empty() ||
      named.name != SpokenName(moment.item->title) || tact.IsSensitive(*moment.item))
    return Untrue(line, "names what the moment is not about");
  if (line.slots.front().evidence != moment.event_ids)
    return Untrue(line, "rests on something else");
  if (Render(voice.phrases, voice.manner, line.message, line.slots) != line.text)
    return Untrue(line, "is not what its message says");
  const absl::Status sayable = CheckSayable(line, voice);
  return sayable.ok() ? sayable : Untrue(line, std::string(sayable.message()));
}

MomentSpeaker::MomentSpeaker(const Phrasebook& phrasebook, const Tact& tact,
                             std::string default_locale,
                             std::function<void(const absl::Status&)> on_ungrounded)
    : phrasebook_(phrasebook),
      tact_(tact),
      default_locale_(std::move(default_locale)),
      on_ungrounded_(std::move(on_ungrounded)) {}

MomentWords MomentSpeaker::WordsFor(const CustomerMoment& moment, const Customer& customer,
                                    Medium medium) const {
  const auto own = CanonicalTag(customer.locale);
  const std::string tag = own.ok() && !customer.locale.empty() ? *own : default_locale_;
  const Phrases& phrases = phrasebook_.For(tag);
  const Manners& manners = phrases.manners();
  const Voice voice{.phrases = phrases,
                    .manner = {manners.formality, manners.directness, medium},
                    .southern = IsSouthern(tag)};
  MomentWords words{.locale = phrases.locale(), .reviewed = phrases.reviewed()};
  const auto say = [&](MessageId opener, MessageId question) {
    words.opener = Worded(opener, moment, voice);
    words.question = Worded(question, moment, voice);
  };
  const bool about_item = !SpecOf(OpenerOf(moment.occasion)).Slots().empty();
  const bool can_name = moment.item != nullptr && !SpokenName(moment.item->title).empty() &&
                        !tact_.IsSensitive(*moment.item);
  words.neutral = !moment.may_mention || (about_item && !can_name);
  if (!words.neutral) {
    say(OpenerOf(moment.occasion), QuestionOf(moment.occasion));
    words.neutral = !CheckSayable(words.opener, voice).ok();  // a long name
  }
  if (words.neutral) say(MessageId::kMomentNeutral, MessageId::kMomentAskNeutral);
  for (Line* line : {&words.opener, &words.question}) {
    const absl::Status so = VerifyMoment(*line, moment, tact_, voice);
    if (so.ok()) continue;
    if (on_ungrounded_) on_ungrounded_(so);
    line->text.clear();
  }
  return words;
}

}  // namespace rapport::talk
