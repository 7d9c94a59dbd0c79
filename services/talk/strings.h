// Strings put together and taken apart. (Debian's abseil has a string_view of its own, which
// std::string_view does not convert to.) Pure functions; any thread.
#pragma once

#include <concepts>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace rapport::talk {

// Of texts and numbers.
template <typename... Parts>
std::string Cat(const Parts&... parts) {
  std::string text;
  const auto add = [&text](const auto& part) {
    using Type = std::decay_t<decltype(part)>;
    if constexpr (std::is_convertible_v<Type, std::string_view>) {
      text += std::string_view(part);
    } else {
      std::ostringstream number;
      number << part;
      text += number.str();
    }
  };
  (add(parts), ...);
  return text;
}

inline absl::Status Invalid(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

// Without spaces at either end.
inline std::string_view Stripped(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\v\f");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\v\f") - begin + 1);
}

inline std::vector<std::string_view> Split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    const size_t end = text.find(by, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

template <typename Texts>
std::string Joined(const Texts& texts, std::string_view between) {
  std::string joined;
  for (const auto& text : texts) {
    if (!joined.empty()) joined += between;
    joined += text;
  }
  return joined;
}

}  // namespace rapport::talk
