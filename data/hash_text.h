// The hash of a text, as text: XXH3, 128 bits, 32 hexadecimal digits. Stored names rest on it.
#pragma once

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <string>
#include <string_view>

namespace rapport {

inline std::string HashText(XXH128_hash_t hash) {
  std::array<char, 33> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return digits.data();
}

inline bool IsHashText(std::string_view text) {
  return text.size() == 32 &&
         std::ranges::all_of(text, [](unsigned char digit) { return std::isxdigit(digit) != 0; });
}

inline std::string HashText(const std::string& text) {
  return HashText(XXH3_128bits(text.data(), text.size()));
}

}  // namespace rapport
