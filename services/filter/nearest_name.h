// Which of a few names somebody may have meant. Pure; any thread.
#pragma once

#include <span>
#include <string_view>

namespace rapport::filter {

// The name within a few typing mistakes of `word` (a third of its length, at least one), ignoring
// ASCII case; the first of the nearest. Empty: none is near.
std::string_view NearestName(std::string_view word, std::span<const std::string_view> names);

}  // namespace rapport::filter
