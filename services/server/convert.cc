#include "services/server/convert.h"

#include <string>

namespace rapport::server {
namespace {

void ToProto(const Money& money, v1::Money* proto) {
  proto->set_currency_code(money.currency_code);
  proto->set_units(money.units);
  proto->set_nanos(money.nanos);
}

std::string Indexed(std::string_view field, int index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

}  // namespace

Purchase FromProto(const v1::Purchase& proto, TimePoint now, FieldChecker& check) {
  check.RequiredId("event_id", proto.event_id());
  check.OptionalId("customer_id", proto.customer_id());
  check.RequiredId("item_id", proto.item_id());
  check.OptionalId("order_id", proto.order_id());
  check.Pieces("quantity", proto.quantity());
  check.OptionalId("staff_id", proto.staff_id());
  check.Text("store", proto.store());
  if (!v1::Channel_IsValid(proto.channel())) {
    check.Fail("channel", "given " + std::to_string(proto.channel()) + "; expected 0 to 4");
  }
  Purchase purchase;
  purchase.event_id = proto.event_id();
  purchase.customer_id = proto.customer_id();
  purchase.item_id = proto.item_id();
  purchase.order_id = proto.order_id();
  purchase.purchased_at =
      check.PastTime("purchased_at", proto.has_purchased_at(), proto.purchased_at(), now);
  purchase.quantity = proto.quantity();
  if (proto.has_unit_price()) purchase.unit_price = check.Price("unit_price", proto.unit_price());
  purchase.channel = static_cast<Channel>(proto.channel());
  purchase.staff_id = proto.staff_id();
  purchase.gift = proto.gift();
  purchase.store = proto.store();
  return purchase;
}

Return FromProto(const v1::Return& proto, TimePoint now, FieldChecker& check) {
  check.RequiredId("event_id", proto.event_id());
  check.OptionalId("customer_id", proto.customer_id());
  check.RequiredId("purchase_event_id", proto.purchase_event_id());
  check.OptionalId("staff_id", proto.staff_id());
  Return returned;
  returned.event_id = proto.event_id();
  returned.customer_id = proto.customer_id();
  returned.purchase_event_id = proto.purchase_event_id();
  if (proto.has_quantity()) {
    check.Pieces("quantity", proto.quantity());
    returned.quantity = proto.quantity();
  }
  returned.returned_at =
      check.PastTime("returned_at", proto.has_returned_at(), proto.returned_at(), now);
  returned.staff_id = proto.staff_id();
  return returned;
}

Item FromProto(const v1::Item& proto, FieldChecker& check) {
  check.RequiredId("item_id", proto.item_id());
  check.Text("title", proto.title(), kMaxNameBytes);
  check.Text("brand", proto.brand());
  check.AtMost("category_path", proto.category_path_size(), kMaxCategories);
  for (int index = 0; index < proto.category_path_size(); ++index) {
    check.Text(Indexed("category_path", index), proto.category_path(index));
  }
  check.AtMost("tags", proto.tags_size(), kMaxEntries);
  for (int index = 0; index < proto.tags_size(); ++index) {
    check.Text(Indexed("tags", index), proto.tags(index));
  }
  check.AtMost("attributes", static_cast<int>(proto.attributes_size()), kMaxEntries);
  Item item;
  item.item_id = proto.item_id();
  item.title = proto.title();
  item.category_path.assign(proto.category_path().begin(), proto.category_path().end());
  item.brand = proto.brand();
  if (proto.has_price()) item.price = check.Price("price", proto.price());
  item.attributes.insert(proto.attributes().begin(), proto.attributes().end());
  for (const auto& [key, value] :
       item.attributes) {  // in order of the keys, unlike the proto's map
    if (key.size() > kMaxTextBytes) {
      check.Text("attributes", key);
    } else {
      check.Text("attributes[\"" + key + "\"]", value);
    }
  }
  item.available = proto.has_available() ? proto.available() : true;
  item.tags.assign(proto.tags().begin(), proto.tags().end());
  return item;
}

Pool FromProto(v1::Pool proto, std::string_view field, FieldChecker& check) {
  switch (proto) {
    case v1::POOL_UNSPECIFIED:
    case v1::POOL_NEW_TO_CUSTOMER:
      return Pool::kNewToCustomer;
    case v1::POOL_BOUGHT_BEFORE:
      return Pool::kBoughtBefore;
    case v1::POOL_ANY:
      return Pool::kAny;
    default:
      check.Fail(field, "given " + std::to_string(proto) + "; expected 0 to 3");
      return Pool::kNewToCustomer;
  }
}

void ToProto(const Purchase& purchase, v1::Purchase* proto) {
  proto->set_event_id(purchase.event_id);
  proto->set_customer_id(purchase.customer_id);
  proto->set_item_id(purchase.item_id);
  proto->set_order_id(purchase.order_id);
  *proto->mutable_purchased_at() = ToProto(purchase.purchased_at);
  proto->set_quantity(purchase.quantity);
  if (purchase.unit_price) ToProto(*purchase.unit_price, proto->mutable_unit_price());
  proto->set_channel(static_cast<v1::Channel>(purchase.channel));
  proto->set_staff_id(purchase.staff_id);
  proto->set_gift(purchase.gift);
  proto->set_store(purchase.store);
}

void ToProto(const Return& returned, v1::Return* proto) {
  proto->set_event_id(returned.event_id);
  proto->set_customer_id(returned.customer_id);
  proto->set_purchase_event_id(returned.purchase_event_id);
  if (returned.quantity) proto->set_quantity(*returned.quantity);
  *proto->mutable_returned_at() = ToProto(returned.returned_at);
  proto->set_staff_id(returned.staff_id);
}

void ToProto(const HistoryLine& line, v1::RecordedPurchase* proto) {
  ToProto(line.purchase, proto->mutable_purchase());
  for (const Return& returned : line.returns) ToProto(returned, proto->add_returns());
  proto->set_kept_quantity(line.KeptQuantity());
  proto->set_sequence(line.receipt.sequence);
  *proto->mutable_recorded_at() = ToProto(line.receipt.recorded_at);
}

void ToProto(const Item& item, v1::Item* proto) {
  proto->set_item_id(item.item_id);
  proto->set_title(item.title);
  for (const std::string& category : item.category_path) proto->add_category_path(category);
  proto->set_brand(item.brand);
  if (item.price) ToProto(*item.price, proto->mutable_price());
  for (const auto& [key, value] : item.attributes) (*proto->mutable_attributes())[key] = value;
  proto->set_available(item.available);
  for (const std::string& tag : item.tags) proto->add_tags(tag);
}

void ToProto(const Moment& moment, v1::Moment* proto) {
  proto->set_moment_id(moment.Id());
  proto->set_kind(static_cast<v1::Moment::Kind>(moment.kind));  // the same numbers
  proto->set_customer_id(moment.customer_id);
  proto->set_category(moment.category);
  proto->set_order_number(moment.order_number);
  proto->set_event_id(moment.subject.event_id);
  proto->set_order_id(moment.subject.order_id);
  proto->set_item_id(moment.subject.item_id);
  *proto->mutable_purchased_at() = ToProto(moment.subject.purchased_at);
  proto->set_position(moment.position);
  proto->set_moved_from_event_id(moment.moved_from_event_id);
}

void ToProto(const ScoreTerms& terms, v1::ScoreTerms* proto) {
  proto->set_taste(terms.taste);
  proto->set_repeat(terms.repeat);
  proto->set_popularity(terms.popularity);
  proto->set_rules(terms.rules);
  proto->set_notes(terms.notes);
}

v1::Pool ToProto(Pool pool) {
  switch (pool) {
    case Pool::kNewToCustomer:
      return v1::POOL_NEW_TO_CUSTOMER;
    case Pool::kBoughtBefore:
      return v1::POOL_BOUGHT_BEFORE;
    case Pool::kAny:
      return v1::POOL_ANY;
  }
  return v1::POOL_UNSPECIFIED;
}

v1::Source SourceOf(bool personal) { return personal ? v1::SOURCE_PERSONAL : v1::SOURCE_POPULAR; }

}  // namespace rapport::server
