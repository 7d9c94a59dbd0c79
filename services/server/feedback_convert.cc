#include "services/server/feedback_convert.h"

#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/filter/item_filter.h"
#include "services/recommender/told.h"
#include "services/server/convert.h"
#include "services/server/recommendation_parts.h"

namespace rapport::server {
namespace {

constexpr std::array<std::pair<v1::Outcome, OutcomeKind>, kOutcomeKinds> kOutcomes = {{
    {v1::OUTCOME_NOT_RELAYED, OutcomeKind::kNotRelayed},
    {v1::OUTCOME_RELAYED, OutcomeKind::kRelayed},
    {v1::OUTCOME_ACCEPTED, OutcomeKind::kAccepted},
    {v1::OUTCOME_DECLINED_NOT_NOW, OutcomeKind::kDeclinedNotNow},
    {v1::OUTCOME_DECLINED_NEVER, OutcomeKind::kDeclinedNever},
    {v1::OUTCOME_ALREADY_HAS, OutcomeKind::kAlreadyHas},
    {v1::OUTCOME_BOUGHT_AS_GIFT, OutcomeKind::kBoughtAsGift},
    {v1::OUTCOME_NOT_REPRESENTATIVE, OutcomeKind::kNotRepresentative},
    {v1::OUTCOME_WRONG_FACT, OutcomeKind::kWrongFact},
    {v1::OUTCOME_UNCOMFORTABLE, OutcomeKind::kUncomfortable},
}};

OutcomeKind ReadKind(v1::Outcome proto, FieldChecker& check) {
  for (const auto& [code, kind] : kOutcomes) {
    if (code == proto) return kind;
  }
  check.Fail("outcome", proto == v1::OUTCOME_UNSPECIFIED
                            ? "not given; expected what became of the suggestion"
                            : "given " + std::to_string(proto) + "; expected an Outcome");
  return OutcomeKind::kNotRelayed;
}

// The two enums have the same numbers.
InsightKind ReadKind(v1::InsightKind proto, FieldChecker& check) {
  const int kind = proto;
  if (kind >= 1 && kind <= kInsightKinds) return static_cast<InsightKind>(kind);
  check.Fail("kind", kind == 0 ? "not given; expected what was learnt"
                               : "given " + std::to_string(kind) + "; expected an InsightKind");
  return InsightKind::kNote;
}

Subject ReadSubject(const v1::Subject& proto, FieldChecker& check) {
  Subject subject;
  bool good = true;
  const auto text = [&](std::string_view field, const std::string& given) {
    std::string trimmed(absl::StripAsciiWhitespace(given));
    check.Text(field, trimmed);
    if (trimmed.empty()) {
      check.Fail(field,
                 given.empty() ? "not given; expected a text" : "given blanks; expected a text");
      good = false;
    }
    return trimmed;
  };
  const auto take = [&](SubjectKind kind, std::string_view field, const std::string& given) {
    subject.kind = kind;
    subject.value = text(field, given);
  };
  switch (proto.about_case()) {
    case v1::Subject::kItemId:
      subject = {SubjectKind::kItem, "", proto.item_id()};
      check.RequiredId("subject.item_id", proto.item_id());
      break;
    case v1::Subject::kCategory:
      take(SubjectKind::kCategory, "subject.category", proto.category());
      break;
    case v1::Subject::kBrand:
      take(SubjectKind::kBrand, "subject.brand", proto.brand());
      break;
    case v1::Subject::kTag:
      take(SubjectKind::kTag, "subject.tag", proto.tag());
      break;
    case v1::Subject::kAttribute:
      take(SubjectKind::kAttribute, "subject.attribute.value", proto.attribute().value());
      subject.name = text("subject.attribute.name", proto.attribute().name());
      break;
    case v1::Subject::kWord:
      take(SubjectKind::kWord, "subject.word", proto.word());
      break;
    case v1::Subject::ABOUT_NOT_SET:
      return subject;
  }
  // Its columns are of a text that the caller never wrote.
  if (good && !ItemFilter::Parse(FilterTextOf(subject)).ok())
    check.Fail("subject", "expected a name that an item's texts can have");
  return subject;
}

// What a kind of insight goes with: the subject must, may or must not be given; likewise the text.
enum class Given { kMust, kMay, kNot };
struct Shape {
  Given subject, text;
};

Shape ShapeOf(InsightKind kind) {
  switch (kind) {
    case InsightKind::kSize:
      return {Given::kMay, Given::kMust};
    case InsightKind::kNote:
    case InsightKind::kComplaint:
      return {Given::kNot, Given::kMust};
    default:
      return {Given::kMust, Given::kMay};
  }
}

void CheckGiven(Given wanted, bool given, std::string_view field, FieldChecker& check) {
  if (wanted == Given::kMust && !given) check.Fail(field, "not given; this kind needs one");
  if (wanted == Given::kNot && given) check.Fail(field, "given; this kind has none");
}

StatedConfidence ReadConfidence(v1::ConfidenceLevel level, FieldChecker& check) {
  if (!v1::ConfidenceLevel_IsValid(level)) {
    check.Fail("confidence", "given " + std::to_string(level) + "; expected a ConfidenceLevel");
    return StatedConfidence::kNone;
  }
  return static_cast<StatedConfidence>(level);  // the same numbers
}

template <typename Proto>
void WriteUndone(const Reported& reported, Proto* proto) {
  *proto->mutable_recorded_at() = ToProto(reported.receipt.recorded_at);
  if (!reported.retracted) return;
  *proto->mutable_undone_at() = ToProto(reported.retracted->at);
  proto->set_undone_by(reported.retracted->staff_id);
}

}  // namespace

Outcome ReadOutcome(const v1::RecordOutcomeRequest& request, TimePoint now, FieldChecker& check) {
  Outcome outcome{.event_id = request.outcome_id(),
                  .customer_id = request.customer_id(),
                  .kind = ReadKind(request.outcome(), check),
                  .item_id = request.item_id(),
                  .at = now,
                  .staff_id = request.staff_id(),
                  .claim = request.claim(),
                  .confidence = ReadConfidence(request.confidence(), check),
                  .remark = request.remark()};
  check.RequiredId("outcome_id", request.outcome_id());
  check.RequiredId("customer_id", request.customer_id());
  check.RequiredId("item_id", request.item_id());
  check.OptionalId("staff_id", request.staff_id());
  check.Text("claim", request.claim());
  check.Text("remark", request.remark());
  const auto& lines = request.purchase_event_ids();
  check.AtMost("purchase_event_ids", lines.size(), kMaxEntries);
  for (int index = 0; index < lines.size() && index < kMaxEntries; ++index)
    check.RequiredId("purchase_event_ids[" + std::to_string(index) + "]", lines[index]);
  outcome.purchase_event_ids = {lines.begin(), lines.end()};
  const bool of_lines = outcome.kind == OutcomeKind::kBoughtAsGift ||
                        outcome.kind == OutcomeKind::kNotRepresentative ||
                        outcome.kind == OutcomeKind::kWrongFact;
  if (!of_lines && !lines.empty())
    check.Fail("purchase_event_ids",
               "given; only BOUGHT_AS_GIFT, NOT_REPRESENTATIVE and WRONG_FACT are about purchases");
  if (request.has_at()) outcome.at = check.PastTime("at", true, request.at(), now);
  return outcome;
}

Insight ReadInsight(const v1::RecordInsightRequest& request, TimePoint now, FieldChecker& check) {
  Insight insight{.event_id = request.insight_id(),
                  .customer_id = request.customer_id(),
                  .kind = ReadKind(request.kind(), check),
                  .subject = ReadSubject(request.subject(), check),
                  .text = request.text(),
                  .at = now,
                  .staff_id = request.staff_id()};
  check.RequiredId("insight_id", request.insight_id());
  check.RequiredId("customer_id", request.customer_id());
  check.OptionalId("staff_id", request.staff_id());
  check.Text("text", request.text());
  const Shape shape = ShapeOf(insight.kind);
  CheckGiven(shape.subject, insight.subject.kind != SubjectKind::kNone, "subject", check);
  CheckGiven(shape.text, !insight.text.empty(), "text", check);
  if (insight.kind == InsightKind::kOwnsElsewhere && insight.subject.kind != SubjectKind::kItem)
    check.Fail("subject", "expected an item_id: what is owned elsewhere is an item");
  if (request.has_at()) insight.at = check.PastTime("at", true, request.at(), now);
  if (request.has_expires_at()) insight.expires_at = check.Time("expires_at", request.expires_at());
  return insight;
}

clienteling::EffectQuery ReadEffect(const v1::EffectOptions& options, FieldChecker& check) {
  check.Text("effect.store", options.store());
  return {.count = check.Count("effect.count", options.count(), 10, kMostSuggestions),
          .pool = FromProto(options.pool(), "effect.pool", check),
          .store = options.store()};
}

v1::Outcome ToProto(OutcomeKind kind) {
  for (const auto& [code, each] : kOutcomes) {
    if (each == kind) return code;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

v1::InsightKind ToProto(InsightKind kind) { return static_cast<v1::InsightKind>(kind); }

void ToProto(const Subject& subject, v1::Subject* proto) {
  switch (subject.kind) {
    case SubjectKind::kItem:
      return proto->set_item_id(subject.value);
    case SubjectKind::kCategory:
      return proto->set_category(subject.value);
    case SubjectKind::kBrand:
      return proto->set_brand(subject.value);
    case SubjectKind::kTag:
      return proto->set_tag(subject.value);
    case SubjectKind::kAttribute:
      proto->mutable_attribute()->set_name(subject.name);
      return proto->mutable_attribute()->set_value(subject.value);
    case SubjectKind::kWord:
      return proto->set_word(subject.value);
    case SubjectKind::kNone:
      return;
  }
}

void WriteOutcome(const Reported& reported, v1::RecordedOutcome* proto) {
  const Outcome& outcome = std::get<Outcome>(reported.report);
  proto->set_outcome_id(outcome.event_id);
  proto->set_customer_id(outcome.customer_id);
  proto->set_outcome(ToProto(outcome.kind));
  proto->set_item_id(outcome.item_id);
  for (const std::string& id : outcome.purchase_event_ids) proto->add_purchase_event_ids(id);
  *proto->mutable_at() = ToProto(outcome.at);
  proto->set_staff_id(outcome.staff_id);
  proto->set_claim(outcome.claim);
  proto->set_confidence(static_cast<v1::ConfidenceLevel>(outcome.confidence));
  proto->set_remark(outcome.remark);
  WriteUndone(reported, proto);
}

void WriteInsight(const Reported& reported, v1::RecordedInsight* proto) {
  const Insight& insight = std::get<Insight>(reported.report);
  proto->set_insight_id(insight.event_id);
  proto->set_customer_id(insight.customer_id);
  proto->set_kind(ToProto(insight.kind));
  if (insight.subject.kind != SubjectKind::kNone)
    ToProto(insight.subject, proto->mutable_subject());
  proto->set_text(insight.text);
  *proto->mutable_at() = ToProto(insight.at);
  proto->set_staff_id(insight.staff_id);
  if (insight.expires_at) *proto->mutable_expires_at() = ToProto(*insight.expires_at);
  WriteUndone(reported, proto);
}

void Write(const clienteling::ToldItem& told, v1::ToldItem* proto) {
  WriteName(told.item, proto->mutable_item());
  proto->set_outcome(ToProto(told.outcome.kind));
  *proto->mutable_at() = ToProto(told.outcome.at);
  proto->set_staff_id(told.outcome.staff_id);
  proto->set_remark(told.outcome.remark);
}

void Write(const clienteling::Effect& effect, const clienteling::EffectQuery& query,
           v1::Effect* proto) {
  for (const ListChange& change : effect.changes) WriteChange(change, proto->add_changes());
  proto->set_lines_set_aside(effect.lines_set_aside);
  proto->set_count(query.count);
  proto->set_pool(ToProto(query.pool));
  proto->set_model_version(effect.model_version);
}

}  // namespace rapport::server
