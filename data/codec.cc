#include "data/codec.h"

#include <algorithm>
#include <utility>

#include "data/codec_parts.h"
#include "data/keys.h"
#include "data/report_codec.h"
#include "rapport/store/v1/records.pb.h"

namespace rapport::codec {
namespace {

namespace v1 = store::v1;

void Put(const Money& money, v1::MoneyRecord* record) {
  record->set_currency_code(money.currency_code);
  record->set_units(money.units);
  record->set_nanos(money.nanos);
}

Money Get(const v1::MoneyRecord& record) {
  return {record.currency_code(), record.units(), record.nanos()};
}

void Put(const Purchase& purchase, v1::PurchaseRecord* record) {
  record->set_item_id(purchase.item_id);
  record->set_order_id(purchase.order_id);
  record->set_purchased_at_us(Micros(purchase.purchased_at));
  record->set_quantity(purchase.quantity);
  if (purchase.unit_price) Put(*purchase.unit_price, record->mutable_unit_price());
  record->set_channel(static_cast<uint32_t>(purchase.channel));
  record->set_staff_id(purchase.staff_id);
  record->set_gift(purchase.gift);
  record->set_store(purchase.store);
}

Purchase Get(const v1::PurchaseRecord& record, std::string_view customer_id,
             std::string_view event_id) {
  Purchase purchase;
  purchase.event_id = event_id;
  purchase.customer_id = customer_id;
  purchase.item_id = record.item_id();
  purchase.order_id = record.order_id();
  purchase.purchased_at = Time(record.purchased_at_us());
  purchase.quantity = record.quantity();
  if (record.has_unit_price()) purchase.unit_price = Get(record.unit_price());
  const auto last = static_cast<uint32_t>(Channel::kOther);
  purchase.channel = static_cast<Channel>(std::min(record.channel(), last));
  purchase.staff_id = record.staff_id();
  purchase.gift = record.gift();
  purchase.store = record.store();
  return purchase;
}

void Put(const Return& back, v1::ReturnRecord* record) {
  record->set_purchase_event_id(back.purchase_event_id);
  if (back.quantity) record->set_quantity(*back.quantity);
  record->set_returned_at_us(Micros(back.returned_at));
  record->set_staff_id(back.staff_id);
}

Return Get(const v1::ReturnRecord& record, std::string_view customer_id,
           std::string_view event_id) {
  Return back;
  back.event_id = event_id;
  back.customer_id = customer_id;
  back.purchase_event_id = record.purchase_event_id();
  if (record.has_quantity()) back.quantity = record.quantity();
  back.returned_at = Time(record.returned_at_us());
  back.staff_id = record.staff_id();
  return back;
}

constexpr uint32_t kMinutesOfDay = 24 * 60;

}  // namespace

std::string EncodeEvent(const Event& event, const Receipt& receipt) {
  thread_local v1::EventRecord record;  // reused: its strings keep their room
  record.Clear();
  record.set_sequence(receipt.sequence);
  record.set_recorded_at_us(Micros(receipt.recorded_at));
  if (const auto* purchase = std::get_if<Purchase>(&event)) {
    Put(*purchase, record.mutable_purchase());
  } else if (const auto* back = std::get_if<Return>(&event)) {
    Put(*back, record.mutable_returned());
  } else if (const auto* outcome = std::get_if<Outcome>(&event)) {
    Put(*outcome, record.mutable_outcome());
  } else if (const auto* insight = std::get_if<Insight>(&event)) {
    Put(*insight, record.mutable_insight());
  } else if (const auto* contact = std::get_if<Contact>(&event)) {
    Put(*contact, record.mutable_contact());
  } else if (const auto* retraction = std::get_if<Retraction>(&event)) {
    Put(*retraction, record.mutable_retraction());
  } else {
    const Merge& merge = std::get<Merge>(event);
    record.mutable_merge()->set_from_customer_id(merge.from_customer_id);
    record.mutable_merge()->set_at_us(Micros(merge.at));
  }
  return record.SerializeAsString();
}

absl::StatusOr<StoredEvent> DecodeEvent(std::string_view customer_id, std::string_view event_id,
                                        std::string_view bytes) {
  thread_local v1::EventRecord record;
  if (!Parse(bytes, &record) || record.sequence() == 0) return Broken("event");
  StoredEvent stored;
  stored.receipt = {record.sequence(), Time(record.recorded_at_us())};
  const auto of_report = [&](const auto& of_kind) -> absl::StatusOr<StoredEvent> {
    auto report = Get(of_kind, customer_id, event_id);
    if (!report) return Broken("report");
    stored.event = *std::move(report);
    return stored;
  };
  switch (record.event_case()) {
    case v1::EventRecord::kPurchase:
      if (record.purchase().quantity() < 1) return Broken("purchase");
      stored.event = Get(record.purchase(), customer_id, event_id);
      return stored;
    case v1::EventRecord::kReturned:
      stored.event = Get(record.returned(), customer_id, event_id);
      return stored;
    case v1::EventRecord::kOutcome:
      return of_report(record.outcome());
    case v1::EventRecord::kInsight:
      return of_report(record.insight());
    case v1::EventRecord::kContact:
      return of_report(record.contact());
    case v1::EventRecord::kRetraction:
      return of_report(record.retraction());
    case v1::EventRecord::kMerge:
      stored.event = Merge{std::string(event_id), std::string(customer_id),
                           record.merge().from_customer_id(), Time(record.merge().at_us())};
      return stored;
    case v1::EventRecord::EVENT_NOT_SET:
      break;
  }
  return Broken("event");
}

absl::StatusOr<StoredEvent> DecodeEventAt(std::string_view key, std::string_view bytes) {
  const auto id = keys::ParseEventKey(key);
  if (!id) return Broken("purchase's key");
  return DecodeEvent(id->customer_id, id->event_id, bytes);
}

std::string EncodeItem(const Item& item) {
  v1::ItemRecord record;
  record.set_described(true);
  record.set_title(item.title);
  for (const std::string& category : item.category_path) record.add_category_path(category);
  record.set_brand(item.brand);
  if (item.price) Put(*item.price, record.mutable_price());
  for (const auto& [name, value] : item.attributes) {
    v1::AttributeRecord* attribute = record.add_attributes();
    attribute->set_name(name);
    attribute->set_value(value);
  }
  record.set_unavailable(!item.available);
  for (const std::string& tag : item.tags) record.add_tags(tag);
  if (item.available_since) record.set_available_since_us(Micros(*item.available_since));
  return record.SerializeAsString();
}

std::string EncodeBareItem() { return v1::ItemRecord().SerializeAsString(); }

absl::StatusOr<Item> DecodeItem(std::string_view item_id, std::string_view bytes) {
  v1::ItemRecord record;
  if (!Parse(bytes, &record)) return Broken("item");
  Item item;
  item.item_id = item_id;
  item.title = record.title();
  item.category_path = {record.category_path().begin(), record.category_path().end()};
  item.brand = record.brand();
  if (record.has_price()) item.price = Get(record.price());
  for (const auto& attribute : record.attributes()) {
    item.attributes[attribute.name()] = attribute.value();
  }
  item.available = !record.unavailable();
  item.tags = {record.tags().begin(), record.tags().end()};
  if (record.has_available_since_us()) item.available_since = Time(record.available_since_us());
  return item;
}

absl::StatusOr<std::string> DecodeTopCategory(std::string_view item_bytes) {
  thread_local v1::ItemRecord record;
  if (!Parse(item_bytes, &record)) return Broken("item");
  return record.category_path().empty() ? std::string() : record.category_path(0);
}

std::optional<TimePoint> AvailableSince(const Item& before, bool available, TimePoint now) {
  if (!available) return std::nullopt;
  return before.available ? before.available_since : now;
}

absl::StatusOr<std::string> WithAvailability(std::string_view item_bytes, bool available,
                                             TimePoint now) {
  v1::ItemRecord record;
  if (!Parse(item_bytes, &record)) return Broken("item");
  Item before{.available = !record.unavailable()};
  if (record.has_available_since_us()) before.available_since = Time(record.available_since_us());
  record.set_unavailable(!available);
  record.clear_available_since_us();
  if (const auto since = AvailableSince(before, available, now))
    record.set_available_since_us(Micros(*since));
  return record.SerializeAsString();
}

std::string EncodeCustomer(const Customer& customer) {
  v1::CustomerRecord record;
  record.set_name(customer.name);
  record.set_locale(customer.locale);
  record.set_form_of_address(customer.form_of_address);
  record.set_store(customer.store);
  if (const auto& yes = customer.consent_personalization) record.set_consent_personalization(*yes);
  if (const auto& yes = customer.consent_mention) record.set_consent_mention(*yes);
  if (const auto& yes = customer.consent_contact) record.set_consent_contact(*yes);
  record.set_staff_id(customer.staff_id);
  record.set_time_zone(customer.time_zone);
  if (const auto& quiet = customer.quiet_hours) {
    record.mutable_quiet_hours()->set_from(static_cast<uint32_t>(quiet->from));
    record.mutable_quiet_hours()->set_until(static_cast<uint32_t>(quiet->until));
  }
  for (const auto& [channel, yes] : customer.contact_by_channel) {
    v1::ChannelConsentRecord* consent = record.add_contact_by_channel();
    consent->set_channel(static_cast<uint32_t>(channel));
    consent->set_yes(yes);
  }
  return record.SerializeAsString();
}

absl::StatusOr<Customer> DecodeCustomer(std::string_view customer_id, std::string_view bytes) {
  v1::CustomerRecord record;
  if (!Parse(bytes, &record)) return Broken("customer");
  Customer customer;
  customer.customer_id = customer_id;
  customer.name = record.name();
  customer.locale = record.locale();
  customer.form_of_address = record.form_of_address();
  customer.store = record.store();
  if (record.has_consent_personalization()) {
    customer.consent_personalization = record.consent_personalization();
  }
  if (record.has_consent_mention()) customer.consent_mention = record.consent_mention();
  if (record.has_consent_contact()) customer.consent_contact = record.consent_contact();
  customer.staff_id = record.staff_id();
  customer.time_zone = record.time_zone();
  if (record.has_quiet_hours()) {
    const v1::QuietHoursRecord& quiet = record.quiet_hours();
    if (quiet.from() >= kMinutesOfDay || quiet.until() >= kMinutesOfDay) return Broken("customer");
    customer.quiet_hours = {static_cast<int32_t>(quiet.from()),
                            static_cast<int32_t>(quiet.until())};
  }
  for (const v1::ChannelConsentRecord& consent : record.contact_by_channel()) {
    if (consent.channel() < 1 || consent.channel() > kContactChannels) return Broken("customer");
    customer.contact_by_channel[static_cast<ContactChannel>(consent.channel())] = consent.yes();
  }
  return customer;
}

std::string EncodeMerged(const Merged& merged) {
  v1::MergedRecord record;
  record.set_into_customer_id(merged.into_customer_id);
  record.set_sequence(merged.sequence);
  record.set_purchases(merged.purchases);
  record.set_reports(merged.reports);
  record.set_moments(merged.moments);
  record.set_duplicates(merged.duplicates);
  return record.SerializeAsString();
}

absl::StatusOr<Merged> DecodeMerged(std::string_view bytes) {
  v1::MergedRecord record;
  if (!Parse(bytes, &record) || record.sequence() == 0) return Broken("merge");
  return Merged{record.into_customer_id(), record.sequence(), record.purchases(),
                record.reports(),          record.moments(),  record.duplicates()};
}

std::string EncodeRule(const Rule& rule) {
  v1::RuleRecord record;
  record.set_filter(rule.filter);
  record.set_effect(static_cast<uint32_t>(rule.effect));
  record.set_amount(rule.amount);
  record.set_position(rule.position);
  if (rule.valid_from) record.set_valid_from_us(Micros(*rule.valid_from));
  if (rule.valid_until) record.set_valid_until_us(Micros(*rule.valid_until));
  for (const std::string& store : rule.stores) record.add_stores(store);
  record.set_commercial(rule.commercial);
  record.set_description(rule.description);
  return record.SerializeAsString();
}

absl::StatusOr<Rule> DecodeRule(std::string_view rule_id, std::string_view bytes) {
  v1::RuleRecord record;
  const bool parsed = Parse(bytes, &record);
  if (!parsed || record.effect() < 1 || record.effect() > 4) return Broken("rule");
  Rule rule;
  rule.rule_id = rule_id;
  rule.filter = record.filter();
  rule.effect = static_cast<RuleEffect>(record.effect());
  rule.amount = record.amount();
  rule.position = record.position();
  if (record.has_valid_from_us()) rule.valid_from = Time(record.valid_from_us());
  if (record.has_valid_until_us()) rule.valid_until = Time(record.valid_until_us());
  rule.stores = {record.stores().begin(), record.stores().end()};
  rule.commercial = record.commercial();
  rule.description = record.description();
  return rule;
}

std::string EncodeStoreState(const StoreState& state) {
  v1::StoreRecord record;
  record.set_format_version(state.format_version);
  record.set_sequence(state.sequence);
  record.set_commits(state.commits);
  record.set_lost_events(state.lost_events);
  record.set_last_moment(state.last_moment);
  record.set_firsts_complete(state.firsts_complete);
  record.set_merges(state.merges);
  return record.SerializeAsString();
}

absl::StatusOr<StoreState> DecodeStoreState(std::string_view bytes) {
  v1::StoreRecord record;
  if (!Parse(bytes, &record) || record.format_version() == 0) return Broken("format version");
  return StoreState{record.format_version(), record.sequence(),    record.commits(),
                    record.lost_events(),    record.last_moment(), record.firsts_complete(),
                    record.merges()};
}

}  // namespace rapport::codec
