#include "services/server/moments_convert.h"

#include <algorithm>
#include <array>

#include "services/server/convert.h"

namespace rapport::server {
namespace {

using clienteling::CustomerMoment;
using clienteling::ListedMoment;
using clienteling::SuppressedBy;
using clienteling::SuppressedMoment;

constexpr int kMostCapacity = 1'000;
constexpr size_t kMostSuppressed = 1'000;

void Write(const Customer& customer, v1::CustomerMoment* proto) {
  proto->set_customer_id(customer.customer_id);
  proto->set_name(customer.name);
  proto->set_form_of_address(customer.form_of_address);
}

void Write(const CustomerMoment& moment, const Customer& customer, v1::CustomerMoment* proto) {
  Write(customer, proto);
  WriteMoment(moment, proto);
  for (const std::string& event_id : moment.event_ids) proto->add_event_ids(event_id);
}

void Write(const ListedMoment& listed, const talk::MomentWords& words, v1::ListedMoment* proto) {
  Write(listed.moment, *listed.customer, proto->mutable_moment());
  proto->set_opener(words.opener.text);
  proto->set_question(words.question.text);
  proto->set_neutral(words.neutral);
  proto->set_locale(words.locale);
  proto->set_reviewed(words.reviewed);
  for (const ContactChannel channel : listed.channels) proto->add_channels(ToProto(channel));
  if (listed.claim) *proto->mutable_claimed_until() = ToProto(listed.claim->until);
}

void Write(const SuppressedMoment& suppressed, v1::SuppressedMoment* proto) {
  proto->set_by(CodeOf(suppressed.by));
  proto->set_held_by_staff_id(suppressed.held_by);
  if (suppressed.moment) {
    Write(*suppressed.moment, *suppressed.customer, proto->mutable_moment());
  } else {
    Write(*suppressed.customer, proto->mutable_moment());
  }
}

}  // namespace

void WriteMoment(const CustomerMoment& moment, v1::CustomerMoment* proto) {
  proto->set_moment_id(moment.id);
  proto->set_occasion(static_cast<v1::Occasion>(moment.occasion));  // the same numbers
  if (moment.item != nullptr) {
    v1::CardItem* item = proto->mutable_item();
    item->set_item_id(moment.item->item_id);
    item->set_title(moment.item->title);
    item->set_available(moment.item->available);
    item->set_may_say(moment.may_mention);
  }
  proto->set_category(moment.category);
  proto->set_number(moment.number);
  proto->set_since(DateText(moment.since));
  proto->set_until(DateText(moment.until));
  proto->set_chance(moment.chance);
  proto->set_worth(moment.Worth());
  proto->set_owner_staff_id(moment.owner);
}

v1::Suppression CodeOf(SuppressedBy by) {
  return static_cast<v1::Suppression>(v1::SUPPRESSION_OPTED_OUT + static_cast<int>(by));
}

clienteling::MomentQuery ReadMoments(const v1::ListMomentsRequest& request, FieldChecker& check) {
  clienteling::MomentQuery query;
  check.Text("store", request.store());
  check.OptionalId("staff_id", request.staff_id());
  query.store = request.store();
  query.staff_id = request.staff_id();
  if (!request.date().empty()) query.date = check.Date("date", request.date());
  if (request.has_capacity()) query.capacity = request.capacity();
  if (query.capacity < 0 || query.capacity > kMostCapacity)
    check.Fail("capacity", "given " + std::to_string(query.capacity) + "; expected 0 to 1,000");
  check.AtMost("occasions", request.occasions_size(), kMaxEntries);
  for (int index = 0; index < request.occasions_size(); ++index) {
    const int occasion = request.occasions(index);
    if (occasion < 1 || occasion > kOccasions) {
      check.Fail("occasions[" + std::to_string(index) + "]",
                 "given " + std::to_string(occasion) + "; expected 1 to 10");
    }
    query.occasions.push_back(static_cast<Occasion>(occasion));
  }
  query.channel = ChannelFromProto(request.channel(), "channel", check);
  return query;
}

EndOfMoment ReadEnd(const v1::CompleteMomentRequest& request, FieldChecker& check) {
  if (request.fate() < 1 || request.fate() > kMomentFates) {
    check.Fail("fate", "given " + std::to_string(request.fate()) + "; expected 1 to 4");
    return {};
  }
  const EndOfMoment end{static_cast<MomentFate>(request.fate()),  // the same numbers
                        ChannelFromProto(request.channel(), "channel", check)};
  if (end.channel && end.fate != MomentFate::kContacted)
    check.Fail("channel", "given, and the customer was not contacted; expected none");
  // Without it no contact would be recorded, and the caps would not know of it.
  if (!end.channel && end.fate == MomentFate::kContacted && request.channel() == 0)
    check.Fail("channel", "not given; expected how the customer was contacted");
  return end;
}

void Write(const clienteling::DayOfMoments& day, const std::vector<talk::MomentWords>& words,
           bool include_suppressed, v1::ListMomentsResponse* proto) {
  for (size_t each = 0; each < day.list.listed.size(); ++each)
    Write(day.list.listed[each], words[each], proto->add_moments());
  std::array<int64_t, clienteling::kSuppressions> counts{};
  for (const SuppressedMoment& suppressed : day.list.suppressed)
    ++counts[static_cast<size_t>(suppressed.by)];
  for (size_t by = 0; by < counts.size(); ++by) {
    if (counts[by] == 0) continue;
    v1::SuppressionCount* count = proto->add_suppression_counts();
    count->set_by(CodeOf(static_cast<SuppressedBy>(by)));
    count->set_moments(counts[by]);
  }
  const size_t told =
      include_suppressed ? std::min(kMostSuppressed, day.list.suppressed.size()) : 0;
  for (size_t each = 0; each < told; ++each)
    Write(day.list.suppressed[each], proto->add_suppressed());
  proto->set_date(DateText(day.date));
  *proto->mutable_as_of() = ToProto(day.as_of);
  proto->set_customers(day.customers);
  proto->set_model_version(day.model_version);
}

void Write(const MomentClaim& claim, v1::MomentClaim* proto) {
  proto->set_customer_id(claim.customer_id);
  proto->set_moment_id(claim.moment_id);
  proto->set_occasion(static_cast<v1::Occasion>(claim.occasion));
  proto->set_staff_id(claim.staff_id);
  if (claim.channel) proto->set_channel(ToProto(*claim.channel));
  if (claim.fate) {
    proto->set_fate(static_cast<v1::MomentFate>(*claim.fate));
    *proto->mutable_done_at() = ToProto(claim.done_at);
  } else {
    *proto->mutable_until() = ToProto(claim.until);
  }
}

}  // namespace rapport::server
