#include "services/cli/convert.h"

#include "services/cli/format.h"

namespace rapport::cli {
namespace {

void Fill(const Money& money, v1::Money& message) {
  message.set_currency_code(money.currency_code);
  message.set_units(money.units);
  message.set_nanos(money.nanos);
}

// The stored values are the public ones.
v1::Channel ToMessage(Channel channel) { return static_cast<v1::Channel>(channel); }
static_assert(static_cast<int>(Channel::kStore) == v1::CHANNEL_STORE);
static_assert(static_cast<int>(Channel::kOnline) == v1::CHANNEL_ONLINE);
static_assert(static_cast<int>(Channel::kPhone) == v1::CHANNEL_PHONE);
static_assert(static_cast<int>(Channel::kOther) == v1::CHANNEL_OTHER);

void Fill(const Purchase& purchase, v1::Purchase& message) {
  message.set_event_id(purchase.event_id);
  message.set_customer_id(purchase.customer_id);
  message.set_item_id(purchase.item_id);
  message.set_order_id(purchase.order_id);
  *message.mutable_purchased_at() = ToTimestamp(purchase.purchased_at);
  message.set_quantity(purchase.quantity);
  if (purchase.unit_price) Fill(*purchase.unit_price, *message.mutable_unit_price());
  message.set_channel(ToMessage(purchase.channel));
  message.set_staff_id(purchase.staff_id);
  message.set_gift(purchase.gift);
  message.set_store(purchase.store);
}

void Fill(const Return& back, v1::Return& message) {
  message.set_event_id(back.event_id);
  message.set_customer_id(back.customer_id);
  message.set_purchase_event_id(back.purchase_event_id);
  if (back.quantity) message.set_quantity(*back.quantity);
  *message.mutable_returned_at() = ToTimestamp(back.returned_at);
  message.set_staff_id(back.staff_id);
}

}  // namespace

v1::Item ToMessage(const Item& item) {
  v1::Item message;
  message.set_item_id(item.item_id);
  message.set_title(item.title);
  message.mutable_category_path()->Assign(item.category_path.begin(), item.category_path.end());
  message.set_brand(item.brand);
  if (item.price) Fill(*item.price, *message.mutable_price());
  message.mutable_attributes()->insert(item.attributes.begin(), item.attributes.end());
  if (!item.available) message.set_available(false);
  message.mutable_tags()->Assign(item.tags.begin(), item.tags.end());
  return message;
}

v1::Customer ToMessage(const Customer& customer) {
  v1::Customer message;
  message.set_customer_id(customer.customer_id);
  message.set_name(customer.name);
  message.set_locale(customer.locale);
  message.set_form_of_address(customer.form_of_address);
  message.set_store(customer.store);
  if (customer.consent_personalization) {
    message.mutable_consent()->set_personalization(*customer.consent_personalization);
  }
  if (customer.consent_mention) message.mutable_consent()->set_mention(*customer.consent_mention);
  if (customer.consent_contact) message.mutable_consent()->set_contact(*customer.consent_contact);
  return message;
}

void Append(const Event& event, v1::ImportPurchasesRequest& message) {
  if (const auto* purchase = std::get_if<Purchase>(&event)) {
    Fill(*purchase, *message.add_purchases());
  } else {
    Fill(std::get<Return>(event), *message.add_returns());
  }
}

}  // namespace rapport::cli
