#include "data/keys.h"

namespace rapport::keys {
namespace {

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xFF';
constexpr char kEnd = '\x00';
constexpr char kPastEnd = '\x01';

std::string Escaped(std::string_view customer_id, size_t room) {
  std::string key;
  key.reserve(customer_id.size() + room);
  for (const char byte : customer_id) {
    key.push_back(byte);
    if (byte == kEscape) key.push_back(kEscapedZero);
  }
  key.push_back(kEscape);
  return key;
}

}  // namespace

std::string CustomerPrefix(std::string_view customer_id) {
  std::string key = Escaped(customer_id, 2);
  key.push_back(kEnd);
  return key;
}

std::string PastCustomer(std::string_view customer_id) {
  std::string key = Escaped(customer_id, 2);
  key.push_back(kPastEnd);
  return key;
}

std::string EventKey(std::string_view customer_id, std::string_view event_id) {
  std::string key = Escaped(customer_id, 2 + event_id.size());
  key.push_back(kEnd);
  key.append(event_id);
  return key;
}

size_t PrefixLength(std::string_view key) {
  size_t at = key.find(kEscape);
  while (at != std::string_view::npos && at + 1 < key.size()) {
    if (key[at + 1] == kEnd) return at + 2;
    if (key[at + 1] != kEscapedZero) return 0;
    at = key.find(kEscape, at + 2);
  }
  return 0;
}

std::optional<EventId> ParseEventKey(std::string_view key) {
  const size_t prefix = PrefixLength(key);
  if (prefix == 0) return std::nullopt;
  EventId id;
  for (size_t at = 0; at < prefix - 2; ++at) {
    id.customer_id.push_back(key[at]);
    if (key[at] == kEscape) ++at;  // past the FF
  }
  id.event_id = key.substr(prefix);
  return id;
}

std::string MomentKey(uint64_t position) {
  std::string key(sizeof(position), '\0');
  for (size_t at = key.size(); at > 0; position >>= 8) key[--at] = static_cast<char>(position);
  return key;
}

std::optional<uint64_t> ParseMomentKey(std::string_view key) {
  if (key.size() != sizeof(uint64_t)) return std::nullopt;
  uint64_t position = 0;
  for (const char byte : key) position = position << 8 | static_cast<unsigned char>(byte);
  return position;
}

}  // namespace rapport::keys
