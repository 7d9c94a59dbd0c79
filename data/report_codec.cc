#include "data/report_codec.h"

#include <string>

#include "data/codec_parts.h"

namespace rapport::codec {
namespace {

namespace v1 = store::v1;

bool IsOneOf(uint32_t value, int count) {
  return value >= 1 && value <= static_cast<uint32_t>(count);
}

// Whose it is, which the key says.
template <typename Report>
Report Named(std::string_view customer_id, std::string_view event_id) {
  Report report;
  report.customer_id = customer_id;
  report.event_id = event_id;
  return report;
}

}  // namespace

void Put(const Outcome& outcome, v1::OutcomeRecord* record) {
  record->set_kind(static_cast<uint32_t>(outcome.kind));
  record->set_item_id(outcome.item_id);
  for (const std::string& id : outcome.purchase_event_ids) record->add_purchase_event_ids(id);
  record->set_at_us(Micros(outcome.at));
  record->set_staff_id(outcome.staff_id);
  record->set_claim(outcome.claim);
  record->set_confidence(static_cast<uint32_t>(outcome.confidence));
  record->set_remark(outcome.remark);
}

std::optional<Outcome> Get(const v1::OutcomeRecord& record, std::string_view customer_id,
                           std::string_view event_id) {
  if (!IsOneOf(record.kind(), kOutcomeKinds)) return std::nullopt;
  auto outcome = Named<Outcome>(customer_id, event_id);
  outcome.kind = static_cast<OutcomeKind>(record.kind());
  outcome.item_id = record.item_id();
  outcome.purchase_event_ids = {record.purchase_event_ids().begin(),
                                record.purchase_event_ids().end()};
  outcome.at = Time(record.at_us());
  outcome.staff_id = record.staff_id();
  outcome.claim = record.claim();
  if (record.confidence() <= static_cast<uint32_t>(StatedConfidence::kStrong))
    outcome.confidence = static_cast<StatedConfidence>(record.confidence());
  outcome.remark = record.remark();
  return outcome;
}

void Put(const Insight& insight, v1::InsightRecord* record) {
  record->set_kind(static_cast<uint32_t>(insight.kind));
  record->set_subject_kind(static_cast<uint32_t>(insight.subject.kind));
  record->set_subject_name(insight.subject.name);
  record->set_subject_value(insight.subject.value);
  record->set_text(insight.text);
  record->set_at_us(Micros(insight.at));
  record->set_staff_id(insight.staff_id);
  if (insight.expires_at) record->set_expires_at_us(Micros(*insight.expires_at));
}

std::optional<Insight> Get(const v1::InsightRecord& record, std::string_view customer_id,
                           std::string_view event_id) {
  if (!IsOneOf(record.kind(), kInsightKinds) ||
      record.subject_kind() > static_cast<uint32_t>(SubjectKind::kWord))
    return std::nullopt;
  auto insight = Named<Insight>(customer_id, event_id);
  insight.kind = static_cast<InsightKind>(record.kind());
  insight.subject = {static_cast<SubjectKind>(record.subject_kind()), record.subject_name(),
                     record.subject_value()};
  insight.text = record.text();
  insight.at = Time(record.at_us());
  insight.staff_id = record.staff_id();
  if (record.has_expires_at_us()) insight.expires_at = Time(record.expires_at_us());
  return insight;
}

void Put(const Contact& contact, v1::ContactRecord* record) {
  record->set_channel(static_cast<uint32_t>(contact.channel));
  record->set_at_us(Micros(contact.at));
  record->set_staff_id(contact.staff_id);
  record->set_moment_id(contact.moment_id);
}

std::optional<Contact> Get(const v1::ContactRecord& record, std::string_view customer_id,
                           std::string_view event_id) {
  if (!IsOneOf(record.channel(), kContactChannels)) return std::nullopt;
  auto contact = Named<Contact>(customer_id, event_id);
  contact.channel = static_cast<ContactChannel>(record.channel());
  contact.at = Time(record.at_us());
  contact.staff_id = record.staff_id();
  contact.moment_id = record.moment_id();
  return contact;
}

void Put(const Retraction& retraction, v1::RetractionRecord* record) {
  record->set_retracted_event_id(retraction.retracted_event_id);
  record->set_at_us(Micros(retraction.at));
  record->set_staff_id(retraction.staff_id);
}

std::optional<Retraction> Get(const v1::RetractionRecord& record, std::string_view customer_id,
                              std::string_view event_id) {
  auto retraction = Named<Retraction>(customer_id, event_id);
  retraction.retracted_event_id = record.retracted_event_id();
  retraction.at = Time(record.at_us());
  retraction.staff_id = record.staff_id();
  return retraction;
}

}  // namespace rapport::codec
