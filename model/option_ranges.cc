#include "model/option_ranges.h"

#include <array>
#include <cstdio>

namespace rapport {
namespace {

std::string Plain(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.16g", value);
  return text.data();
}

}  // namespace

std::string Words(const OptionRange& range) {
  const std::string words = Plain(range.least) + " to " + Plain(range.greatest);
  return range.apart ? Plain(*range.apart) + ", or " + words : words;
}

}  // namespace rapport
