// Locale tags (BCP 47): read, and followed to their parents. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace rapport::talk {

// The last resort of every tag.
inline constexpr std::string_view kLastLocale = "en-US";

// In canonical form: "NL-nl" is "nl-NL". INVALID_ARGUMENT: not a tag.
absl::StatusOr<std::string> CanonicalTag(std::string_view tag);

// The tag and its parents, the nearest first: "nl-BE-x-shop", "nl-BE", "nl".
std::vector<std::string> WithParents(std::string_view tag);

// Whether spring begins in September in the tag's region; not known: no.
bool IsSouthern(std::string_view tag);

}  // namespace rapport::talk
