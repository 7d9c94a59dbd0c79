// Text as it lies in files. Pure functions; any thread.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace rapport::csv {

// Whether the bytes are UTF-8: no overlong forms, surrogates or values above U+10FFFF.
bool IsUtf8(std::string_view text);

// Without blanks at the ends; SqueezeBlanks also makes one space of each run of them within.
std::string_view TrimBlanks(std::string_view text);
std::string SqueezeBlanks(std::string_view text);

// Abseil's, as packaged, takes no std::string_view.
std::string Cat(std::initializer_list<std::string_view> parts);
std::string Join(std::span<const std::string_view> parts, std::string_view between);

}  // namespace rapport::csv
