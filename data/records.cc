#include "data/records.h"

#include <algorithm>

#include "data/hash_text.h"

namespace rapport {

const std::string& CustomerOf(const Event& event) {
  return std::visit([](const auto& each) -> const std::string& { return each.customer_id; }, event);
}

const std::string& EventIdOf(const Event& event) {
  return std::visit([](const auto& each) -> const std::string& { return each.event_id; }, event);
}

TimePoint TimeOf(const Event& event) {
  if (const auto* purchase = std::get_if<Purchase>(&event)) return purchase->purchased_at;
  if (const auto* back = std::get_if<Return>(&event)) return back->returned_at;
  if (const auto* outcome = std::get_if<Outcome>(&event)) return outcome->at;
  if (const auto* insight = std::get_if<Insight>(&event)) return insight->at;
  if (const auto* contact = std::get_if<Contact>(&event)) return contact->at;
  if (const auto* retraction = std::get_if<Retraction>(&event)) return retraction->at;
  return std::get<Merge>(event).at;
}

const std::string& EventIdOf(const Reported& reported) {
  return std::visit([](const auto& each) -> const std::string& { return each.event_id; },
                    reported.report);
}

TimePoint TimeOf(const Reported& reported) {
  return std::visit([](const auto& each) { return each.at; }, reported.report);
}

bool Reported::InForce(TimePoint at) const {
  if (retracted) return false;
  const auto* insight = std::get_if<Insight>(&report);
  return insight == nullptr || !insight->expires_at || at < *insight->expires_at;
}

const Outcome* Reported::OutcomeAt(TimePoint at) const {
  return InForce(at) ? std::get_if<Outcome>(&report) : nullptr;
}

const Insight* Reported::InsightAt(TimePoint at) const {
  return InForce(at) ? std::get_if<Insight>(&report) : nullptr;
}

int32_t HistoryLine::KeptQuantity() const {
  int32_t kept = std::max(purchase.quantity, 0);
  for (const Return& back : returns) {
    kept -= std::clamp(back.quantity.value_or(kept), 0, kept);
  }
  return kept;
}

std::optional<TimePoint> HistoryLine::ReturnedInFullAt() const {
  int32_t kept = std::max(purchase.quantity, 0);
  for (const Return& back : returns) {
    kept -= std::clamp(back.quantity.value_or(kept), 0, kept);
    if (kept == 0) return back.returned_at;
  }
  return std::nullopt;
}

bool Customer::MayContact(ContactChannel channel) const {
  const auto said = contact_by_channel.find(channel);
  return said != contact_by_channel.end() ? said->second : consent_contact.value_or(true);
}

Customer WithOld(Customer customer, const Customer& old) {
  const auto fill = [](std::string* field, const std::string& from) {
    if (field->empty()) *field = from;
  };
  fill(&customer.name, old.name);
  fill(&customer.locale, old.locale);
  fill(&customer.form_of_address, old.form_of_address);
  fill(&customer.store, old.store);
  fill(&customer.staff_id, old.staff_id);
  fill(&customer.time_zone, old.time_zone);
  if (!customer.quiet_hours) customer.quiet_hours = old.quiet_hours;
  const auto stricter = [](std::optional<bool>* consent, std::optional<bool> from) {
    if (!*consent) {
      *consent = from;
    } else if (from) {
      *consent = **consent && *from;
    }
  };
  stricter(&customer.consent_personalization, old.consent_personalization);
  stricter(&customer.consent_mention, old.consent_mention);
  // An answer for one channel goes before the one for all: each that either named is asked of both.
  std::map<ContactChannel, bool> by_channel = old.contact_by_channel;
  by_channel.insert(customer.contact_by_channel.begin(), customer.contact_by_channel.end());
  for (auto& [channel, yes] : by_channel)
    yes = customer.MayContact(channel) && old.MayContact(channel);
  customer.contact_by_channel = std::move(by_channel);
  stricter(&customer.consent_contact, old.consent_contact);
  return customer;
}

std::string Moment::Id() const {
  return MomentId(static_cast<Occasion>(kind), order_number, customer_id, category);
}

std::string MomentId(Occasion occasion, int64_t number, const std::string& customer_id,
                     const std::string& text) {
  // Lengths first, so that no two can run into each other.
  const std::string named = std::to_string(static_cast<int>(occasion)) + ' ' +
                            std::to_string(number) + ' ' + std::to_string(customer_id.size()) +
                            ' ' + customer_id + text;
  return HashText(named);
}

}  // namespace rapport
