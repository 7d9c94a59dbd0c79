#include "services/cli/customer_words.h"

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "services/cli/table.h"

namespace rapport::cli {

std::string CustomerWords(Context& context, const std::string& customer_id) {
  v1::GetCustomerRequest request;
  request.set_customer_id(customer_id);
  const auto customer =
      context.Call(&v1::CatalogService::Stub::GetCustomer, request, "look the customer up");
  if (!customer.ok() || customer->name().empty()) return Harmless(customer_id);
  return Harmless(customer->name()) + " (" + Harmless(customer_id) + ")";
}

std::string QuietHoursWords(const v1::QuietHours& hours) {
  const auto clock = [](int minute) {
    const std::string part = std::to_string(minute % 60);
    const std::string hour = std::to_string(minute / 60);
    return std::string(hour.size() < 2 ? "0" : "") + hour + (part.size() < 2 ? ":0" : ":") + part;
  };
  return clock(hours.from_minute()) + " to " + clock(hours.until_minute());
}

std::string ContactChannelWords(v1::ContactChannel channel) {
  switch (channel) {
    case v1::CONTACT_CHANNEL_IN_PERSON:
      return "in person";
    case v1::CONTACT_CHANNEL_PHONE:
      return "by phone";
    case v1::CONTACT_CHANNEL_EMAIL:
      return "by e-mail";
    case v1::CONTACT_CHANNEL_TEXT:
      return "by text";
    case v1::CONTACT_CHANNEL_POST:
      return "by post";
    default:
      return "otherwise";
  }
}

}  // namespace rapport::cli
