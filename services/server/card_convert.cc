#include "services/server/card_convert.h"

#include "services/server/convert.h"
#include "services/server/feedback_convert.h"

namespace rapport::server {
namespace {

using clienteling::CardItem;
using clienteling::CustomerCard;
using Events = google::protobuf::RepeatedPtrField<std::string>;

void Write(const std::vector<std::string>& events, Events* proto) {
  proto->Assign(events.begin(), events.end());
}

v1::DueState CodeOf(clienteling::Due due) {
  switch (due) {
    case clienteling::Due::kNotYet:
      return v1::DUE_STATE_NOT_YET;
    case clienteling::Due::kDue:
      return v1::DUE_STATE_DUE;
    case clienteling::Due::kLate:
      break;
  }
  return v1::DUE_STATE_LATE;
}

v1::DoNotSay::Reason CodeOf(clienteling::Unsayable why) {
  switch (why) {
    case clienteling::Unsayable::kPastPurchases:
      return v1::DoNotSay::REASON_NO_MENTION;
    case clienteling::Unsayable::kGift:
      return v1::DoNotSay::REASON_GIFT;
    case clienteling::Unsayable::kReturned:
      return v1::DoNotSay::REASON_RETURNED;
    case clienteling::Unsayable::kUnwelcome:
      return v1::DoNotSay::REASON_UNWELCOME;
    case clienteling::Unsayable::kNotToBeOffered:
      return v1::DoNotSay::REASON_NOT_TO_BE_OFFERED;
    case clienteling::Unsayable::kTooOld:
      break;
  }
  return v1::DoNotSay::REASON_TOO_OLD;
}

void Write(const clienteling::VisitContext& context, v1::VisitContext* proto) {
  if (context.daypart) {
    proto->set_daypart(
        static_cast<v1::Daypart>(v1::DAYPART_MORNING + static_cast<int>(*context.daypart)));
  }
  if (context.store) proto->set_store(*context.store);
  if (context.channel) proto->set_channel(static_cast<v1::Channel>(*context.channel));
  if (context.day_kind) {
    proto->set_day_kind(
        static_cast<v1::DayKind>(v1::DAY_KIND_WEEKDAY + static_cast<int>(*context.day_kind)));
  }
}

void Write(const CardItem& item, bool may_say, v1::CardItem* proto) {
  proto->set_item_id(item.item->item_id);
  proto->set_title(item.item->title);
  proto->set_available(item.item->available);
  proto->set_may_say(may_say);
  proto->set_not_to_be_offered(item.forbidden);
}

void Write(const clienteling::Substitute& substitute, v1::Substitute* proto) {
  proto->set_item_id(substitute.item->item_id);
  proto->set_title(substitute.item->title);
  proto->set_category(substitute.category);
  proto->mutable_shared_attributes()->insert(substitute.shared.begin(), substitute.shared.end());
  if (substitute.similarity) proto->set_similarity(*substitute.similarity);
}

void Write(const clienteling::ItemSet& set, const CustomerCard& card, v1::ItemSet* proto) {
  for (const clienteling::UsualItem& item : set.items) {
    v1::UsualItem* item_proto = proto->add_items();
    const CardItem& named = card.items.at(item.item_id);
    Write(named, named.may_say, item_proto->mutable_item());
    item_proto->set_times(item.times);
    item_proto->set_quantity(item.quantity);
    Write(item.event_ids, item_proto->mutable_event_ids());
    if (named.substitute) Write(*named.substitute, item_proto->mutable_substitute());
  }
  proto->set_times(set.times);
  proto->set_share(set.share);
  proto->set_low(set.low);
  *proto->mutable_first() = ToProto(set.first);
  *proto->mutable_last() = ToProto(set.last);
}

void Write(const clienteling::UsualOrder& order, const CustomerCard& card, v1::UsualOrder* proto) {
  Write(order.context, proto->mutable_context());
  proto->set_visits(order.visits);
  if (order.usual) {
    Write(*order.usual, card, proto->mutable_usual());
    return;
  }
  proto->set_no_usual(order.why_none == clienteling::NoUsual::kTooFewVisits
                          ? v1::NO_USUAL_TOO_FEW_VISITS
                          : v1::NO_USUAL_TOO_MIXED);
  for (const clienteling::ItemSet& set : order.closest) Write(set, card, proto->add_closest());
}

void Write(const clienteling::Rhythm& rhythm, v1::Rhythm* proto) {
  proto->set_median_days(rhythm.median_days);
  proto->set_gaps(rhythm.gaps);
  proto->set_long_days(rhythm.long_days);
  proto->set_last_date(DateText(rhythm.last_day));
  proto->set_due_date(DateText(rhythm.due_day));
  proto->set_due(CodeOf(rhythm.due));
  proto->set_days_late(rhythm.days_late);
  Write(rhythm.event_ids, proto->mutable_event_ids());
}

void Write(const clienteling::First& first, v1::Milestone* proto) {
  proto->set_category(first.category);
  *proto->mutable_at() = ToProto(first.at);
  proto->set_event_id(first.event_id);
}

void Write(const clienteling::CardLine& line, const CustomerCard& card, v1::CardLine* proto) {
  const Purchase& purchase = line.purchase;
  proto->set_event_id(purchase.event_id);
  Write(card.items.at(purchase.item_id), line.may_say, proto->mutable_item());
  *proto->mutable_purchased_at() = ToProto(purchase.purchased_at);
  proto->set_quantity(purchase.quantity);
  proto->set_kept_quantity(line.kept);
  proto->set_gift(purchase.gift);
  proto->set_channel(static_cast<v1::Channel>(purchase.channel));
  proto->set_store(purchase.store);
}

void WriteVisits(const CustomerCard& card, v1::CustomerCard* proto) {
  if (card.rhythm) Write(*card.rhythm, proto->mutable_rhythm());
  if (card.last_visit) {
    v1::LastVisit* visit = proto->mutable_last_visit();
    *visit->mutable_at() = ToProto(card.last_visit->at);
    visit->set_channel(static_cast<v1::Channel>(card.last_visit->channel));
    visit->set_store(card.last_visit->store);
    Write(card.last_visit->event_ids, visit->mutable_event_ids());
  }
  v1::Milestones* milestones = proto->mutable_milestones();
  milestones->set_orders(card.milestones.orders);
  if (card.milestones.first_order)
    Write(*card.milestones.first_order, milestones->mutable_first_order());
  for (const clienteling::First& first : card.milestones.by_category)
    Write(first, milestones->add_by_category());
}

}  // namespace

clienteling::CardQuery ReadCard(const v1::GetCustomerCardRequest& request, FieldChecker& check) {
  check.RequiredId("customer_id", request.customer_id());
  check.Text("store", request.store());
  if (!v1::Channel_IsValid(request.channel()))
    check.Fail("channel", "given " + std::to_string(request.channel()) + "; expected 0 to 4");
  clienteling::CardQuery query{.customer_id = request.customer_id(),
                               .store = request.store(),
                               .channel = static_cast<Channel>(request.channel())};
  if (request.has_at()) query.at = check.Time("at", request.at());
  return query;
}

void Write(const CustomerCard& card, const std::string& time_zone, v1::CustomerCard* proto) {
  v1::Customer customer;
  ToProto(card.customer, &customer);
  proto->set_customer_id(customer.customer_id());
  proto->set_name(customer.name());
  proto->set_form_of_address(customer.form_of_address());
  if (customer.has_consent()) *proto->mutable_consent() = customer.consent();
  proto->set_no_personalization(!card.personal);
  *proto->mutable_as_of() = ToProto(card.as_of);
  proto->set_time_zone(time_zone);
  for (const Reported& insight : card.insights) WriteInsight(insight, proto->add_insights());
  if (!card.personal) return;
  for (const clienteling::ToldItem& told : card.outcomes) Write(told, proto->add_outcomes());
  proto->set_locale(customer.locale());
  for (const clienteling::UsualOrder& order : card.usual_orders)
    Write(order, card, proto->add_usual_orders());
  WriteVisits(card, proto);
  for (const clienteling::CardLine& line : card.recent)
    Write(line, card, proto->add_recent_lines());
  for (const clienteling::DoNotSay& flag : card.do_not_say) {
    v1::DoNotSay* flag_proto = proto->add_do_not_say();
    flag_proto->set_reason(CodeOf(flag.why));
    if (!flag.item_id.empty())
      Write(card.items.at(flag.item_id), false, flag_proto->mutable_item());
    Write(flag.event_ids, flag_proto->mutable_event_ids());
    flag_proto->set_gifts(flag.gifts);
    flag_proto->set_purchases(flag.purchases);
  }
  proto->set_model_version(card.model_version);
}

}  // namespace rapport::server
