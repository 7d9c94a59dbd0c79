#include "services/cli/option_types.h"

#include <utility>

#include "services/cli/format.h"

namespace rapport::cli {

CLI::Validator IsTime() {
  return CLI::Validator(
      [](std::string& text) { return std::string(ParseTime(text).status().message()); }, "");
}

CLI::Validator IsPool() { return CLI::IsMember({"new", "bought", "any"}); }

CLI::Validator IsId() {
  return CLI::Validator(
      [](std::string& text) -> std::string { return text.empty() ? "given an empty id" : ""; }, "");
}

CLI::Validator IsChannel() { return CLI::IsMember({"store", "online", "phone", "other"}); }

CLI::Validator IsIn(const OptionRange& range) {
  return CLI::Validator(
      [range](std::string& text) -> std::string {
        double value = 0;
        if (CLI::detail::lexical_cast(text, value) && range.Holds(value)) return {};
        return "given " + text + "; expected a number, " + Words(range);
      },
      "");
}

CLI::Validator IsDays() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const std::string given = text;
        if (text.ends_with('d')) text.pop_back();
        double days = 0;
        if (CLI::detail::lexical_cast(text, days) && kWindowRange.Holds(days)) return {};
        return "given " + given + "; expected days such as 28d, " + Words(kWindowRange);
      },
      "DAYS");
}

CLI::Validator IsDuration() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const std::string given = text;
        double seconds = 1;
        if (text.ends_with('m')) seconds = 60;
        if (text.ends_with('h')) seconds = 3'600;
        if (text.ends_with('s') || seconds > 1) text.pop_back();
        double count = 0;
        if (!CLI::detail::lexical_cast(text, count) || !(count > 0) || count > 1e6)
          return "'" + given + "' is not a time such as 90s, 10m or 1h";
        text = std::to_string(count * seconds);
        return {};
      },
      "TIME");
}

google::protobuf::Timestamp TimeOf(const std::string& text) {
  return ToTimestamp(ParseTime(text).value_or(TimePoint{}));
}

v1::Pool PoolOf(const std::string& name) {
  if (name == "new") return v1::POOL_NEW_TO_CUSTOMER;
  if (name == "bought") return v1::POOL_BOUGHT_BEFORE;
  if (name == "any") return v1::POOL_ANY;
  return v1::POOL_UNSPECIFIED;
}

v1::Channel ChannelOf(const std::string& name) {
  if (name == "store") return v1::CHANNEL_STORE;
  if (name == "online") return v1::CHANNEL_ONLINE;
  if (name == "phone") return v1::CHANNEL_PHONE;
  if (name == "other") return v1::CHANNEL_OTHER;
  return v1::CHANNEL_UNSPECIFIED;
}

std::string PoolWords(v1::Pool pool) {
  switch (pool) {
    case v1::POOL_BOUGHT_BEFORE:
      return "bought before";
    case v1::POOL_ANY:
      return "new and bought before";
    default:
      return "new to the customer";
  }
}

v1::GuestPurchase GuestPurchaseOf(const std::string& text) {
  v1::GuestPurchase purchase;
  const size_t at = text.rfind('@');
  purchase.set_item_id(text.substr(0, at));
  if (at != std::string::npos) *purchase.mutable_purchased_at() = TimeOf(text.substr(at + 1));
  return purchase;
}

CLI::Validator IsGuestPurchase() {
  return {[](std::string& text) -> std::string {
            const size_t at = text.rfind('@');
            if (at == std::string::npos) return "";
            const auto time = ParseTime(text.substr(at + 1));
            return time.ok() ? "" : "after @: " + std::string(time.status().message());
          },
          ""};
}

}  // namespace rapport::cli
