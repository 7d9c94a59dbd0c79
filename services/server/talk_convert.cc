#include "services/server/talk_convert.h"

#include <algorithm>
#include <string>
#include <variant>

#include "services/server/feedback_convert.h"
#include "services/talk/locale_tag.h"

namespace rapport::server {
namespace {

using talk::Line;
using talk::MessageId;

constexpr int kMostItems = 3;
constexpr int kMostEventIds = 20;  // of a slot or a sentence

v1::ConfidenceLevel CodeOf(Confidence level) {
  switch (level) {
    case Confidence::kStrong:
      return v1::CONFIDENCE_LEVEL_STRONG;
    case Confidence::kFair:
      return v1::CONFIDENCE_LEVEL_FAIR;
    case Confidence::kThin:
      break;
  }
  return v1::CONFIDENCE_LEVEL_THIN;
}

v1::TalkPart CodeOf(talk::PartKind kind) {
  switch (kind) {
    case talk::PartKind::kObservation:
      return v1::TALK_PART_OBSERVATION;
    case talk::PartKind::kBridge:
      return v1::TALK_PART_BRIDGE;
    case talk::PartKind::kSuggestion:
      return v1::TALK_PART_SUGGESTION;
    case talk::PartKind::kQuestion:
      break;
  }
  return v1::TALK_PART_QUESTION;
}

v1::ClaimType ClaimOf(MessageId message) {
  switch (message) {
    case MessageId::kObservationChoice:
      return v1::CLAIM_TYPE_CHOICE;
    case MessageId::kObservationChoices:
      return v1::CLAIM_TYPE_TWO_CHOICES;
    case MessageId::kObservationOwn:
      return v1::CLAIM_TYPE_OWN_CHOICE;
    case MessageId::kObservationBasket:
      return v1::CLAIM_TYPE_BASKET;
    case MessageId::kBridgeBecauseOne:
      return v1::CLAIM_TYPE_BECAUSE_OF_ONE;
    case MessageId::kBridgeBecauseTwo:
      return v1::CLAIM_TYPE_BECAUSE_OF_TWO;
    case MessageId::kBridgeBecauseThree:
      return v1::CLAIM_TYPE_BECAUSE_OF_THREE;
    case MessageId::kBridgeBoughtTogether:
      return v1::CLAIM_TYPE_BOUGHT_TOGETHER;
    case MessageId::kBridgeSameCategory:
      return v1::CLAIM_TYPE_SAME_CATEGORY;
    case MessageId::kBridgeUsualDue:
      return v1::CLAIM_TYPE_USUAL_DUE;
    case MessageId::kBridgeSimilarTaste:
      return v1::CLAIM_TYPE_SIMILAR_TASTE;
    case MessageId::kBridgeGoesWith:
      return v1::CLAIM_TYPE_GOES_WITH;
    case MessageId::kBridgePopular:
      return v1::CLAIM_TYPE_POPULAR;
    case MessageId::kBridgeNew:
      return v1::CLAIM_TYPE_NEW;
    case MessageId::kSuggestionItem:
      return v1::CLAIM_TYPE_OFFER;
    case MessageId::kSuggestionAttribute:
      return v1::CLAIM_TYPE_OFFER_WITH_ATTRIBUTE;
    case MessageId::kSuggestionBrand:
      return v1::CLAIM_TYPE_OFFER_WITH_BRAND;
    case MessageId::kSuggestionAgain:
      return v1::CLAIM_TYPE_OFFER_AGAIN;
    default:
      return v1::CLAIM_TYPE_QUESTION;
  }
}

v1::TalkMode CodeOf(talk::Mode mode) {
  switch (mode) {
    case talk::Mode::kSuggest:
      return v1::TALK_MODE_SUGGEST;
    case talk::Mode::kAskFirst:
      return v1::TALK_MODE_ASK_FIRST;
    case talk::Mode::kListen:
      return v1::TALK_MODE_LISTEN;
    case talk::Mode::kHandOver:
      break;
  }
  return v1::TALK_MODE_HAND_OVER;
}

v1::TalkModeReason CodeOf(talk::ModeReason reason) {
  switch (reason) {
    case talk::ModeReason::kLapsed:
      return v1::TALK_MODE_REASON_LAPSED;
    case talk::ModeReason::kDrift:
      return v1::TALK_MODE_REASON_DRIFT;
    case talk::ModeReason::kNoHistory:
      return v1::TALK_MODE_REASON_NO_HISTORY;
    case talk::ModeReason::kLowConfidence:
      return v1::TALK_MODE_REASON_LOW_CONFIDENCE;
    case talk::ModeReason::kNothingSayable:
      return v1::TALK_MODE_REASON_NOTHING_SAYABLE;
    case talk::ModeReason::kNoPersonalization:
      return v1::TALK_MODE_REASON_NO_PERSONALIZATION;
    case talk::ModeReason::kNoMention:
      return v1::TALK_MODE_REASON_NO_MENTION;
    case talk::ModeReason::kModelStale:
      return v1::TALK_MODE_REASON_MODEL_STALE;
    case talk::ModeReason::kRefused:
      return v1::TALK_MODE_REASON_REFUSED;
    case talk::ModeReason::kOpenComplaint:
      return v1::TALK_MODE_REASON_OPEN_COMPLAINT;
    case talk::ModeReason::kPopularityOnly:
      break;
  }
  return v1::TALK_MODE_REASON_POPULARITY_ONLY;
}

v1::WithheldReason CodeOf(talk::WithheldBy by) {
  switch (by) {
    case talk::WithheldBy::kTact:
      return v1::WITHHELD_REASON_TACT;
    case talk::WithheldBy::kNoName:
      return v1::WITHHELD_REASON_NO_NAME;
    case talk::WithheldBy::kEnough:
      return v1::WITHHELD_REASON_ENOUGH;
    case talk::WithheldBy::kNotOnOffer:
      return v1::WITHHELD_REASON_NOT_ON_OFFER;
    case talk::WithheldBy::kAllergy:
      return v1::WITHHELD_REASON_ALLERGY;
    case talk::WithheldBy::kDeclined:
      return v1::WITHHELD_REASON_DECLINED;
    case talk::WithheldBy::kAlreadyHas:
      return v1::WITHHELD_REASON_ALREADY_HAS;
    case talk::WithheldBy::kUngrounded:
      break;
  }
  return v1::WITHHELD_REASON_UNGROUNDED;
}

// The latest ones; a guest's purchases have no ids.
void WriteEvents(const std::vector<std::string>& events,
                 google::protobuf::RepeatedPtrField<std::string>* ids) {
  for (const std::string& event : events) {
    if (ids->size() == kMostEventIds) return;
    if (!event.empty()) *ids->Add() = event;
  }
}

void Write(const Line& line, google::protobuf::RepeatedPtrField<v1::TalkSlot>* slots) {
  const auto specs = talk::SpecOf(line.message).Slots();
  for (size_t slot = 0; slot < line.slots.size(); ++slot) {
    const talk::SlotValue& value = line.slots[slot].value;
    v1::TalkSlot* proto = slots->Add();
    proto->set_name(std::string(specs[slot].name));
    WriteEvents(line.slots[slot].evidence, proto->mutable_evidence_ids());
    if (const auto* item = std::get_if<talk::NamedItem>(&value)) proto->add_item_ids(item->item_id);
    if (const auto* items = std::get_if<std::vector<talk::NamedItem>>(&value)) {
      for (const talk::NamedItem& each : *items) proto->add_item_ids(each.item_id);
    }
    if (const auto* text = std::get_if<std::string>(&value)) proto->set_value(*text);
    if (const auto* keyword = std::get_if<talk::Keyword>(&value))
      proto->set_value(std::string(keyword->word));
  }
}

// To the customer.
void WriteSayable(const Line& line, v1::SayableLine* proto) {
  proto->set_claim(ClaimOf(line.message));
  proto->set_text(line.text);
  proto->set_say_to_customer(true);
  proto->set_message_id(std::string(talk::SpecOf(line.message).key));
  Write(line, proto->mutable_slots());
}

void Write(const Line& line, v1::BriefingLine* proto) {
  proto->set_text(line.text);
  proto->set_message_id(std::string(talk::SpecOf(line.message).key));
  Write(line, proto->mutable_slots());
}

void Write(const talk::Part& part, v1::SayableLine* proto) {
  WriteSayable(part.line, proto);
  proto->set_part(CodeOf(part.kind));
  proto->set_strength(CodeOf(part.strength));
  proto->set_say_to_customer(part.say_to_customer);
  WriteEvents(part.evidence, proto->mutable_evidence_ids());
}

void Write(const talk::Briefing& briefing, v1::Briefing* proto) {
  for (const Line& line : briefing.facts) Write(line, proto->add_facts());
  Write(briefing.confidence, proto->mutable_confidence());
  for (const talk::Answer& answer : briefing.listen_for) {
    v1::ListenFor* listen_for = proto->add_listen_for();
    listen_for->set_outcome(ToProto(answer.outcome));
    Write(answer.line, listen_for->mutable_line());
  }
  for (const Line& line : briefing.avoid) Write(line, proto->add_avoid());
  Write(briefing.if_declined, proto->mutable_if_declined());
}

// An enum value that this version does not know.
template <typename Enum>
void Known(std::string_view field, Enum value, bool known, FieldChecker& check) {
  if (!known) {
    check.Fail(field, "given " + std::to_string(static_cast<int>(value)) +
                          "; expected a value of the enum");
  }
}

}  // namespace

talk::TalkQuery ReadTalk(const v1::GetTalkingPointsRequest& request, FieldChecker& check) {
  talk::TalkQuery query;
  if (request.has_token()) {
    query.token = request.token();
    check.Text("token", query.token, kMaxTokenBytes);
    if (query.token.empty())
      check.Fail("token", "given nothing; expected a suggestion list's token");
  } else {
    query.customer_id = request.customer_id();
    check.RequiredId("customer_id", query.customer_id);
  }
  check.AtMost("item_ids", request.item_ids_size(), kMostItems);
  for (int index = 0; index < request.item_ids_size() && index < kMostItems; ++index)
    check.RequiredId("item_ids[" + std::to_string(index) + "]", request.item_ids(index));
  for (int index = 1; index < request.item_ids_size() && index < kMostItems; ++index) {
    const auto before = request.item_ids().begin() + index;
    if (std::find(request.item_ids().begin(), before, *before) != before)
      check.Fail("item_ids[" + std::to_string(index) + "]", "given " + *before + " twice");
  }
  query.item_ids.assign(request.item_ids().begin(), request.item_ids().end());
  if (!request.locale().empty()) {
    const auto tag = talk::CanonicalTag(request.locale());
    if (tag.ok()) {
      query.locale = *tag;
    } else {
      check.Fail("locale", std::string(tag.status().message()));
    }
  }
  Known("formality", request.formality(), v1::Formality_IsValid(request.formality()), check);
  Known("directness", request.directness(), v1::Directness_IsValid(request.directness()), check);
  Known("channel", request.channel(), v1::TalkChannel_IsValid(request.channel()), check);
  Known("role", request.role(), v1::TalkRole_IsValid(request.role()), check);
  if (request.formality() != v1::FORMALITY_UNSPECIFIED) {
    query.formality = request.formality() == v1::FORMALITY_FORMAL ? talk::Formality::kFormal
                                                                  : talk::Formality::kInformal;
  }
  if (request.directness() != v1::DIRECTNESS_UNSPECIFIED) {
    query.directness = request.directness() == v1::DIRECTNESS_DIRECT ? talk::Directness::kDirect
                       : request.directness() == v1::DIRECTNESS_BALANCED
                           ? talk::Directness::kBalanced
                           : talk::Directness::kIndirect;
  }
  query.medium = request.channel() == v1::TALK_CHANNEL_WRITTEN ? talk::Medium::kWritten
                                                               : talk::Medium::kSpoken;
  return query;
}

void Write(const talk::Talk& talk, bool staff, v1::GetTalkingPointsResponse* proto) {
  proto->set_mode(CodeOf(talk.mode.mode));
  if (staff) {
    for (const talk::ModeReason reason : talk.mode.reasons) proto->add_reasons(CodeOf(reason));
    Write(talk.advice, proto->add_advice());
    for (const Line& line : talk.because) Write(line, proto->add_advice());
  }
  for (const Line& question : talk.questions) {
    v1::SayableLine* line = proto->add_open_questions();
    WriteSayable(question, line);
    line->set_part(v1::TALK_PART_QUESTION);
    line->set_strength(v1::CONFIDENCE_LEVEL_THIN);
  }
  for (const talk::TalkingPoint& point : talk.points) {
    v1::TalkingPoint* point_proto = proto->add_points();
    point_proto->mutable_item()->set_item_id(point.item.item_id);
    point_proto->mutable_item()->set_title(point.item.title);
    point_proto->set_confidence(CodeOf(point.level));
    for (const talk::Part& part : point.parts) Write(part, point_proto->add_sayable());
    if (staff) Write(point.briefing, point_proto->mutable_briefing());
  }
  for (const talk::Withheld& withheld : talk.withheld) {
    if (!staff) break;
    v1::WithheldPoint* withheld_proto = proto->add_withheld();
    withheld_proto->set_item_id(withheld.item_id);
    withheld_proto->set_reason(CodeOf(withheld.by));
    withheld_proto->set_title(withheld.title);
  }
  proto->set_locale(talk.locale);
  proto->set_asked_locale(talk.asked_locale);
  proto->set_reviewed(talk.reviewed);
  proto->set_formality(talk.manner.formality == talk::Formality::kFormal ? v1::FORMALITY_FORMAL
                                                                         : v1::FORMALITY_INFORMAL);
  proto->set_directness(static_cast<v1::Directness>(v1::DIRECTNESS_DIRECT +
                                                    static_cast<int>(talk.manner.directness)));
  proto->set_model_version(talk.model_version);
  *proto->mutable_as_of() = ToProto(talk.as_of);
}

}  // namespace rapport::server
