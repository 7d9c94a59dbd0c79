// Firsts, moments and claims <-> their records; a part of the codec.
#include <utility>

#include "data/codec.h"
#include "data/codec_parts.h"
#include "data/keys.h"
#include "rapport/store/v1/records.pb.h"

namespace rapport::codec {
namespace {

namespace v1 = store::v1;

void Put(const MomentSubject& subject, v1::SubjectRecord* record) {
  record->set_purchased_at_us(Micros(subject.purchased_at));
  record->set_event_id(subject.event_id);
  record->set_order_id(subject.order_id);
  record->set_item_id(subject.item_id);
}

MomentSubject Get(const v1::SubjectRecord& record) {
  return {Time(record.purchased_at_us()), record.event_id(), record.order_id(), record.item_id()};
}

}  // namespace

std::string EncodeFirsts(const CustomerFirsts& firsts) {
  thread_local v1::FirstsRecord record;
  record.Clear();
  for (const MomentSubject& first_line : firsts.orders) Put(first_line, record.add_orders());
  for (const auto& [category, first] : firsts.categories) {
    v1::CategoryFirstRecord* entry = record.add_categories();
    entry->set_category(category);
    Put(first.subject, entry->mutable_first());
    entry->set_position(first.told.position);
    entry->set_moved_from_event_id(first.told.moved_from_event_id);
  }
  for (const auto& [number, told] : firsts.order_moments) {
    v1::OrderMomentRecord* entry = record.add_order_moments();
    entry->set_number(static_cast<uint32_t>(number));
    entry->set_position(told.position);
    entry->set_moved_from_event_id(told.moved_from_event_id);
  }
  return record.SerializeAsString();
}

absl::StatusOr<CustomerFirsts> DecodeFirsts(std::string_view bytes) {
  thread_local v1::FirstsRecord record;
  if (!Parse(bytes, &record)) return Broken("customer's firsts");
  CustomerFirsts firsts;
  firsts.orders.reserve(static_cast<size_t>(record.orders_size()));
  for (const auto& order : record.orders()) firsts.orders.push_back(Get(order));
  for (const auto& entry : record.categories()) {
    firsts.categories[entry.category()] = {Get(entry.first()),
                                           {entry.position(), entry.moved_from_event_id()}};
  }
  for (const auto& entry : record.order_moments()) {
    if (entry.number() < 1 || entry.number() > firsts.orders.size())
      return Broken("customer's firsts");
    firsts.order_moments[static_cast<int32_t>(entry.number())] = {entry.position(),
                                                                  entry.moved_from_event_id()};
  }
  return firsts;
}

std::string EncodeMoment(const Moment& moment) {
  v1::MomentRecord record;
  record.set_kind(static_cast<uint32_t>(moment.kind));
  record.set_customer_id(moment.customer_id);
  record.set_category(moment.category);
  record.set_order_number(static_cast<uint32_t>(moment.order_number));
  Put(moment.subject, record.mutable_subject());
  record.set_moved_from_event_id(moment.moved_from_event_id);
  return record.SerializeAsString();
}

absl::StatusOr<Moment> DecodeMoment(uint64_t position, std::string_view bytes) {
  v1::MomentRecord record;
  if (!Parse(bytes, &record) || record.kind() < 1 || record.kind() > 3) return Broken("moment");
  Moment moment;
  moment.position = position;
  moment.kind = static_cast<MomentKind>(record.kind());
  moment.customer_id = record.customer_id();
  moment.category = record.category();
  moment.order_number = static_cast<int32_t>(record.order_number());
  moment.subject = Get(record.subject());
  moment.moved_from_event_id = record.moved_from_event_id();
  return moment;
}

std::string EncodeClaim(const MomentClaim& claim) {
  v1::ClaimRecord record;
  record.set_occasion(static_cast<uint32_t>(claim.occasion));
  record.set_staff_id(claim.staff_id);
  record.set_until_us(Micros(claim.until));
  if (claim.fate) {
    record.set_fate(static_cast<uint32_t>(*claim.fate));
    record.set_done_at_us(Micros(claim.done_at));
  }
  if (claim.channel) record.set_channel(static_cast<uint32_t>(*claim.channel));
  return record.SerializeAsString();
}

absl::StatusOr<MomentClaim> DecodeClaimAt(std::string_view key, std::string_view bytes) {
  v1::ClaimRecord record;
  auto id = keys::ParseEventKey(key);
  if (!id || !Parse(bytes, &record) || record.occasion() < 1 || record.occasion() > kOccasions ||
      record.fate() > kMomentFates || record.channel() > kContactChannels)
    return Broken("claim");
  MomentClaim claim;
  claim.customer_id = std::move(id->customer_id);
  claim.moment_id = std::move(id->event_id);
  claim.occasion = static_cast<Occasion>(record.occasion());
  claim.staff_id = record.staff_id();
  claim.until = Time(record.until_us());
  if (record.fate() > 0) {
    claim.fate = static_cast<MomentFate>(record.fate());
    claim.done_at = Time(record.done_at_us());
  }
  if (record.channel() > 0) claim.channel = static_cast<ContactChannel>(record.channel());
  return claim;
}

}  // namespace rapport::codec
