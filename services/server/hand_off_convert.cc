#include "services/server/hand_off_convert.h"

#include <algorithm>
#include <string>
#include <vector>

#include "services/server/convert.h"
#include "services/server/feedback_convert.h"
#include "services/server/moments_convert.h"
#include "services/server/recommendation_parts.h"

namespace rapport::server {
namespace {

using clienteling::HandOff;
using clienteling::NotSuited;

constexpr int kMostCustomers = 10'000;
constexpr int kMostSuited = 100;

v1::SuggestCustomersForItemResponse::LeftOut::Reason CodeOf(NotSuited reason) {
  using LeftOut = v1::SuggestCustomersForItemResponse::LeftOut;
  switch (reason) {
    case NotSuited::kNoPersonalization:
      return LeftOut::REASON_NO_PERSONALIZATION;
    case NotSuited::kNoContact:
      return LeftOut::REASON_NO_CONTACT;
    case NotSuited::kHasIt:
      return LeftOut::REASON_HAS_IT;
    case NotSuited::kNotBought:
      return LeftOut::REASON_NOT_BOUGHT;
    case NotSuited::kDeclined:
      return LeftOut::REASON_DECLINED;
    case NotSuited::kAllergic:
      return LeftOut::REASON_ALLERGIC;
    case NotSuited::kNotOnOffer:
      return LeftOut::REASON_NOT_ON_OFFER;
    case NotSuited::kNoHistory:
      return LeftOut::REASON_NO_HISTORY;
    case NotSuited::kBeyondLimit:
      return LeftOut::REASON_BEYOND_LIMIT;
  }
  return LeftOut::REASON_UNSPECIFIED;
}

// All of the packet but what may be left out, and what fits of that.
void WriteWhatMustStand(const HandOff& packet, v1::HandOff* proto) {
  proto->set_customer_id(packet.customer.customer_id);
  proto->set_name(packet.customer.name);
  proto->set_form_of_address(packet.customer.form_of_address);
  *proto->mutable_since() = ToProto(packet.since);
  *proto->mutable_as_of() = ToProto(packet.as_of);
  for (const Reported& insight : packet.forbidden) WriteInsight(insight, proto->add_avoid());
  for (const auto& item : packet.usual) WriteName(*item, proto->add_usual());
  for (const clienteling::MomentNow& each : packet.moments) {
    auto* moment = proto->add_moments();
    WriteMoment(each.moment, moment->mutable_moment());
    if (each.suppressed) moment->set_suppressed(server::CodeOf(*each.suppressed));
  }
  if (packet.last_visit) *proto->mutable_last_visit() = ToProto(*packet.last_visit);
  proto->set_do_not_mention_purchases(!packet.may_mention);
  proto->set_no_personalization(!packet.personal);
  proto->set_do_not_contact(!packet.may_contact);
  proto->set_open_complaint(packet.complaint);
}

}  // namespace

clienteling::HandOffQuery ReadHandOff(const v1::GetHandOffRequest& request, FieldChecker& check) {
  check.RequiredId("customer_id", request.customer_id());
  check.Text("store", request.store());
  clienteling::HandOffQuery query{.customer_id = request.customer_id(), .store = request.store()};
  if (request.has_since()) query.since = check.Time("since", request.since());
  return query;
}

void Write(const HandOff& packet, v1::HandOff* proto) {
  WriteWhatMustStand(packet, proto);
  int left_out = 0;
  proto->set_left_out(INT32_MAX);  // as large as it can become
  // Adds one, unless it would not fit.
  const auto add = [&](auto* entries, const auto& write) {
    write(entries->Add());
    if (proto->ByteSizeLong() <= kMostHandOffBytes) return;
    entries->RemoveLast();
    ++left_out;
  };
  for (const clienteling::ToldItem& refused : packet.refused)
    add(proto->mutable_do_not_repeat(), [&](v1::ToldItem* entry) { Write(refused, entry); });
  // In turns, each the latest first.
  for (size_t each = 0; each < std::max(packet.told.size(), packet.insights.size()); ++each) {
    if (each < packet.insights.size()) {
      add(proto->mutable_insights(),
          [&](v1::RecordedInsight* entry) { WriteInsight(packet.insights[each], entry); });
    }
    if (each < packet.told.size())
      add(proto->mutable_told(), [&](v1::ToldItem* entry) { Write(packet.told[each], entry); });
  }
  proto->set_left_out(left_out);
}

clienteling::ReverseQuery ReadReverse(const v1::SuggestCustomersForItemRequest& request,
                                      FieldChecker& check) {
  using Request = v1::SuggestCustomersForItemRequest;
  clienteling::ReverseQuery query{.item_id = request.item_id(), .to_contact = request.to_contact()};
  check.RequiredId("item_id", request.item_id());
  query.limit = static_cast<size_t>(check.Count("limit", request.limit(), 10, kMostSuited));
  query.pool = FromProto(request.pool(), "pool", check);
  if (query.pool == Pool::kAny)
    check.Fail("pool", "given ANY; expected NEW_TO_CUSTOMER or BOUGHT_BEFORE");
  switch (request.among_case()) {
    case Request::kStore:
      check.Text("store", request.store());
      if (request.store().empty()) check.Fail("store", "not given; expected a store");
      query.among = [store = request.store()](const Customer&, const std::string& of) {
        return of == store;
      };
      break;
    case Request::kStaffId:
      check.RequiredId("staff_id", request.staff_id());
      query.among = [staff = request.staff_id()](const Customer& customer, const std::string&) {
        return customer.staff_id == staff;
      };
      break;
    case Request::kCustomers: {
      const auto& ids = request.customers().customer_ids();
      if (ids.empty()) check.Fail("customers.customer_ids", "given none; expected 1 to 10,000");
      check.AtMost("customers.customer_ids", ids.size(), kMostCustomers);
      for (int index = 0; index < ids.size() && index < kMostCustomers; ++index)
        check.RequiredId("customers.customer_ids[" + std::to_string(index) + "]", ids[index]);
      query.customer_ids = {ids.begin(), ids.end()};
      std::ranges::sort(query.customer_ids);
      const auto twice = std::ranges::unique(query.customer_ids);
      query.customer_ids.erase(twice.begin(), twice.end());
      break;
    }
    case Request::kEverybody:
      break;
    case Request::AMONG_NOT_SET:
      check.Fail("among", "not given; expected store, staff_id, customers or everybody");
      break;
  }
  return query;
}

void Write(const clienteling::SuitedCustomers& found, Pool pool,
           v1::SuggestCustomersForItemResponse* proto) {
  WriteName(*found.item, proto->mutable_item());
  int rank = 0;
  for (const clienteling::SuitedCustomer& suited : found.customers) {
    auto* entry = proto->add_customers();
    entry->set_customer_id(suited.customer.customer_id);
    entry->set_name(suited.customer.name);
    entry->set_rank(++rank);
    entry->set_score(suited.score);
    if (suited.chance) WriteChance(*suited.chance, found.window_days, entry->mutable_chance());
    entry->set_rank_for_customer(suited.rank_for_customer);
    for (const auto& item : suited.because_of) WriteName(*item, entry->add_because_of());
    if (suited.because_of_insight)
      WriteInsight(*suited.because_of_insight, entry->mutable_because_of_insight());
    entry->set_popularity_driven(suited.popularity_driven);
  }
  for (const auto& [reason, customers] : found.left_out) {
    auto* left_out = proto->add_left_out();
    left_out->set_reason(CodeOf(reason));
    left_out->set_customers(customers);
  }
  proto->set_model_version(found.model_version);
  *proto->mutable_as_of() = ToProto(found.as_of);
  proto->set_pool(ToProto(pool));
}

}  // namespace rapport::server
