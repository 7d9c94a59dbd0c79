// The hash of a text, as text: XXH3, 128 bits, 32 hexadecimal digits. Stored names rest on it.
#pragma once

#include <xxhash.h>

#include <array>
#include <cstdio>
#include <string>

namespace rapport {

inline std::string HashText(XXH128_hash_t hash) {
  std::array<char, 33> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return digits.data();
}

inline std::string HashText(const std::string& text) {
  return HashText(XXH3_128bits(text.data(), text.size()));
}

}  // namespace rapport
