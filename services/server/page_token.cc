#include "services/server/page_token.h"

#include <cstdint>

namespace rapport::server {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kWordBytes = 8;

std::string ToBase64Url(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[(bits >> (count - 6)) & 63];
  }
  if (count > 0) text += kAlphabet[(bits << (6 - count)) & 63];
  return text;
}

// None for a foreign character or a length that no bytes give. Spare bits are caught by the caller,
// who encodes again.
std::optional<std::string> FromBase64Url(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const size_t value = kAlphabet.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 255);
    }
  }
  if (ToBase64Url(bytes) != text) return std::nullopt;
  return bytes;
}

std::string EncodeWord(uint64_t word) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((word >> shift) & 255);
  return bytes;
}

uint64_t DecodeWord(std::string_view bytes) {
  uint64_t word = 0;
  for (const char byte : bytes) word = (word << 8) | static_cast<unsigned char>(byte);
  return word;
}

// FNV-1a, 64 bits; each part ends with its length, so that parts cannot run into each other.
uint64_t Checksum(std::string_view call, std::string_view subject, std::string_view cursor) {
  uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&hash](std::string_view bytes) {
    for (const char byte : bytes) {
      hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    }
  };
  for (const std::string_view part : {call, subject, cursor}) {
    add(part);
    add(EncodeWord(part.size()));
  }
  return hash;
}

}  // namespace

std::string MakePageToken(std::string_view call, std::string_view subject,
                          std::string_view cursor) {
  return ToBase64Url(EncodeWord(Checksum(call, subject, cursor)) + std::string(cursor));
}

std::optional<std::string> ReadPageToken(std::string_view call, std::string_view subject,
                                         std::string_view token) {
  const std::optional<std::string> bytes = FromBase64Url(token);
  if (!bytes || bytes->size() < kWordBytes) return std::nullopt;
  std::string cursor = bytes->substr(kWordBytes);
  if (DecodeWord(bytes->substr(0, kWordBytes)) != Checksum(call, subject, cursor)) {
    return std::nullopt;
  }
  return cursor;
}

std::string EncodeCursor(const PurchaseCursor& cursor) {
  return EncodeWord(static_cast<uint64_t>(cursor.purchased_at.time_since_epoch().count())) +
         cursor.event_id;
}

std::optional<PurchaseCursor> DecodeCursor(std::string_view bytes) {
  if (bytes.size() < kWordBytes) return std::nullopt;
  const auto micros = static_cast<int64_t>(DecodeWord(bytes.substr(0, kWordBytes)));
  return PurchaseCursor{TimePoint(std::chrono::microseconds(micros)),
                        std::string(bytes.substr(kWordBytes))};
}

}  // namespace rapport::server
