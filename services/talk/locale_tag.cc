#include "services/talk/locale_tag.h"

#include <unicode/uloc.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "services/talk/strings.h"

namespace rapport::talk {
namespace {

constexpr size_t kMostTagBytes = 100;

absl::Status NotATag(std::string_view tag) {
  return Invalid(Cat("given \"", tag.substr(0, kMostTagBytes),
                     "\"; expected a BCP 47 language tag, such as \"nl-NL\""));
}

}  // namespace

absl::StatusOr<std::string> CanonicalTag(std::string_view tag) {
  const bool plain = std::ranges::all_of(tag, [](char letter) {
    return absl::ascii_isalnum(static_cast<unsigned char>(letter)) || letter == '-';
  });
  if (tag.empty() || tag.size() > kMostTagBytes || !plain) return NotATag(plain ? tag : "…");
  std::array<char, ULOC_FULLNAME_CAPACITY> locale = {};
  std::array<char, ULOC_FULLNAME_CAPACITY> canonical = {};
  int32_t parsed = 0;
  UErrorCode error = U_ZERO_ERROR;
  uloc_forLanguageTag(std::string(tag).c_str(), locale.data(), locale.size(), &parsed, &error);
  if (U_FAILURE(error) || static_cast<size_t>(parsed) != tag.size()) return NotATag(tag);
  uloc_toLanguageTag(locale.data(), canonical.data(), canonical.size(), true, &error);
  if (U_FAILURE(error) || canonical[0] == '\0') return NotATag(tag);
  return std::string(canonical.data());
}

std::vector<std::string> WithParents(std::string_view tag) {
  std::vector<std::string> chain;
  while (!tag.empty()) {
    chain.emplace_back(tag);
    size_t dash = tag.rfind('-');
    if (dash == std::string_view::npos) break;
    // "x" and other single letters begin something: they do not end a tag.
    if (dash >= 2 && tag[dash - 2] == '-') dash -= 2;
    tag = tag.substr(0, dash);
  }
  return chain;
}

bool IsSouthern(std::string_view tag) {
  static constexpr std::array<std::string_view, 17> kSouthern = {"AR", "AU", "BO", "BR", "BW", "CL",
                                                                 "LS", "MG", "MZ", "NA", "NZ", "PE",
                                                                 "PY", "SZ", "UY", "ZA", "ZW"};
  std::array<char, ULOC_FULLNAME_CAPACITY> locale = {};
  std::array<char, ULOC_COUNTRY_CAPACITY> region = {};
  UErrorCode error = U_ZERO_ERROR;
  uloc_forLanguageTag(std::string(tag).c_str(), locale.data(), locale.size(), nullptr, &error);
  uloc_getCountry(locale.data(), region.data(), region.size(), &error);
  if (U_FAILURE(error)) return false;
  return std::ranges::find(kSouthern, std::string_view(region.data())) != kSouthern.end();
}

}  // namespace rapport::talk
