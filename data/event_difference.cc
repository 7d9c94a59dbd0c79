#include "data/event_difference.h"

#include <variant>

namespace rapport {
namespace {

std::string FieldOf(const Purchase& a, const Purchase& b) {
  if (a.item_id != b.item_id) return "item_id";
  if (a.order_id != b.order_id) return "order_id";
  if (a.purchased_at != b.purchased_at) return "purchased_at";
  if (a.quantity != b.quantity) return "quantity";
  if (a.unit_price != b.unit_price) return "unit_price";
  if (a.channel != b.channel) return "channel";
  if (a.staff_id != b.staff_id) return "staff_id";
  if (a.gift != b.gift) return "gift";
  if (a.store != b.store) return "store";
  return "";
}

std::string FieldOf(const Return& a, const Return& b) {
  if (a.purchase_event_id != b.purchase_event_id) return "purchase_event_id";
  if (a.quantity != b.quantity) return "quantity";
  if (a.returned_at != b.returned_at) return "returned_at";
  if (a.staff_id != b.staff_id) return "staff_id";
  return "";
}

std::string FieldOf(const Outcome& a, const Outcome& b) {
  if (a.kind != b.kind) return "kind";
  if (a.item_id != b.item_id) return "item_id";
  if (a.purchase_event_ids != b.purchase_event_ids) return "purchase_event_ids";
  if (a.staff_id != b.staff_id) return "staff_id";
  if (a.claim != b.claim) return "claim";
  if (a.confidence != b.confidence) return "confidence";
  if (a.remark != b.remark) return "remark";
  return "";
}

std::string FieldOf(const Insight& a, const Insight& b) {
  if (a.kind != b.kind) return "kind";
  if (a.subject != b.subject) return "subject";
  if (a.text != b.text) return "text";
  if (a.staff_id != b.staff_id) return "staff_id";
  if (a.expires_at != b.expires_at) return "expires_at";
  return "";
}

std::string FieldOf(const Contact& a, const Contact& b) {
  if (a.channel != b.channel) return "channel";
  if (a.staff_id != b.staff_id) return "staff_id";
  if (a.moment_id != b.moment_id) return "moment_id";
  return "";
}

std::string FieldOf(const Retraction& a, const Retraction& b) {
  return a.retracted_event_id != b.retracted_event_id ? "retracted_event_id" : "";
}

std::string FieldOf(const Merge& a, const Merge& b) {
  return a.from_customer_id != b.from_customer_id ? "from_customer_id" : "";
}

}  // namespace

std::string Difference(const Event& a, const Event& b) {
  if (a.index() != b.index()) return "event_id";  // they are of different kinds
  return std::visit(
      [&]<typename Kind>(const Kind& of_a) { return FieldOf(of_a, std::get<Kind>(b)); }, a);
}

}  // namespace rapport
