// Customers and how they may be contacted, from the wire and to it; see convert.h.
#include <string>

#include "services/clienteling/shop_time.h"
#include "services/server/convert.h"

namespace rapport::server {
namespace {

constexpr int kMinutesOfDay = 24 * 60;

void ReadChannels(const v1::Consent& consent, FieldChecker& check, Customer* customer) {
  check.AtMost("consent.contact_by_channel", consent.contact_by_channel_size(), kContactChannels);
  for (int index = 0; index < consent.contact_by_channel_size(); ++index) {
    const v1::ChannelConsent& said = consent.contact_by_channel(index);
    const std::string field = "consent.contact_by_channel[" + std::to_string(index) + "].channel";
    const auto channel = ChannelFromProto(said.channel(), field, check);
    if (!channel) {
      check.Fail(field, "must be set");
    } else if (!customer->contact_by_channel.emplace(*channel, said.yes()).second) {
      check.Fail(field, "given twice");
    }
  }
}

QuietHours ReadHours(const v1::QuietHours& hours, FieldChecker& check) {
  const auto is_minute = [](int minute) { return minute >= 0 && minute < kMinutesOfDay; };
  if (!is_minute(hours.from_minute()))
    check.Fail("quiet_hours.from_minute",
               "given " + std::to_string(hours.from_minute()) + "; expected 0 to 1,439");
  if (!is_minute(hours.until_minute()))
    check.Fail("quiet_hours.until_minute",
               "given " + std::to_string(hours.until_minute()) + "; expected 0 to 1,439");
  if (hours.from_minute() == hours.until_minute())
    check.Fail("quiet_hours.until_minute", "the same as from_minute; expected another");
  return {hours.from_minute(), hours.until_minute()};
}

}  // namespace

std::optional<ContactChannel> ChannelFromProto(v1::ContactChannel channel, std::string_view field,
                                               FieldChecker& check) {
  if (!v1::ContactChannel_IsValid(channel))
    check.Fail(field, "given " + std::to_string(channel) + "; expected 0 to 5");
  if (channel == v1::CONTACT_CHANNEL_UNSPECIFIED) return std::nullopt;
  return static_cast<ContactChannel>(channel);  // the same numbers
}

Customer FromProto(const v1::Customer& proto, FieldChecker& check) {
  check.RequiredId("customer_id", proto.customer_id());
  check.Text("name", proto.name(), kMaxNameBytes);
  check.Text("locale", proto.locale());
  check.Text("form_of_address", proto.form_of_address());
  check.Text("store", proto.store());
  check.OptionalId("staff_id", proto.staff_id());
  check.Text("time_zone", proto.time_zone());
  if (!proto.time_zone().empty() && !clienteling::ShopTime::In(proto.time_zone()).ok())
    check.Fail("time_zone", "expected an IANA time zone, such as Europe/Amsterdam");
  Customer customer;
  customer.customer_id = proto.customer_id();
  customer.name = proto.name();
  customer.locale = proto.locale();
  customer.form_of_address = proto.form_of_address();
  customer.store = proto.store();
  const v1::Consent& consent = proto.consent();
  if (consent.has_personalization()) customer.consent_personalization = consent.personalization();
  if (consent.has_mention()) customer.consent_mention = consent.mention();
  if (consent.has_contact()) customer.consent_contact = consent.contact();
  ReadChannels(consent, check, &customer);
  customer.staff_id = proto.staff_id();
  customer.time_zone = proto.time_zone();
  if (proto.has_quiet_hours()) customer.quiet_hours = ReadHours(proto.quiet_hours(), check);
  return customer;
}

void ToProto(const Customer& customer, v1::Customer* proto) {
  proto->set_customer_id(customer.customer_id);
  proto->set_name(customer.name);
  proto->set_locale(customer.locale);
  proto->set_form_of_address(customer.form_of_address);
  proto->set_store(customer.store);
  proto->set_staff_id(customer.staff_id);
  proto->set_time_zone(customer.time_zone);
  if (const auto& quiet = customer.quiet_hours) {
    proto->mutable_quiet_hours()->set_from_minute(quiet->from);
    proto->mutable_quiet_hours()->set_until_minute(quiet->until);
  }
  if (!customer.consent_personalization && !customer.consent_mention && !customer.consent_contact &&
      customer.contact_by_channel.empty()) {
    return;
  }
  v1::Consent* consent = proto->mutable_consent();
  if (customer.consent_personalization) {
    consent->set_personalization(*customer.consent_personalization);
  }
  if (customer.consent_mention) consent->set_mention(*customer.consent_mention);
  if (customer.consent_contact) consent->set_contact(*customer.consent_contact);
  for (const auto& [channel, yes] : customer.contact_by_channel) {
    v1::ChannelConsent* of_channel = consent->add_contact_by_channel();
    of_channel->set_channel(ToProto(channel));
    of_channel->set_yes(yes);
  }
}

v1::ContactChannel ToProto(ContactChannel channel) {
  return static_cast<v1::ContactChannel>(channel);  // the same numbers
}

}  // namespace rapport::server
