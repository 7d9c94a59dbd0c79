#include "data/csv/text.h"

#include <cstdint>
#include <cstring>

namespace rapport::csv {
namespace {

bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsContinuation(unsigned char byte) { return (byte & 0xc0) == 0x80; }

// Bytes of the UTF-8 character at the start of `text`; 0: it is none.
size_t CharacterBytes(std::string_view text) {
  const auto at = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return 0;
  for (size_t k = 1; k < size; ++k) {
    if (!IsContinuation(at(k))) return 0;
  }
  if (lead == 0xe0 && at(1) < 0xa0) return 0;  // overlong
  if (lead == 0xed && at(1) > 0x9f) return 0;  // surrogates
  if (lead == 0xf0 && at(1) < 0x90) return 0;  // overlong
  if (lead == 0xf4 && at(1) > 0x8f) return 0;  // above U+10FFFF
  return size;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    uint64_t eight;
    if (text.size() >= sizeof(eight)) {
      std::memcpy(&eight, text.data(), sizeof(eight));
      if ((eight & 0x8080808080808080u) == 0) {
        text.remove_prefix(sizeof(eight));
        continue;
      }
    }
    const size_t size = CharacterBytes(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string SqueezeBlanks(std::string_view text) {
  std::string squeezed;
  for (const char c : TrimBlanks(text)) {
    if (!IsBlank(c)) {
      squeezed.push_back(c);
    } else if (squeezed.back() != ' ') {
      squeezed.push_back(' ');
    }
  }
  return squeezed;
}

std::string Cat(std::initializer_list<std::string_view> parts) {
  return Join(std::span(parts.begin(), parts.size()), "");
}

std::string Join(std::span<const std::string_view> parts, std::string_view between) {
  std::string text;
  for (const std::string_view& part : parts) {
    if (&part != parts.data()) text += between;
    text += part;
  }
  return text;
}

}  // namespace rapport::csv
