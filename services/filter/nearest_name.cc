#include "services/filter/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

#include "absl/strings/ascii.h"

namespace rapport::filter {
namespace {

// Levenshtein's, where two letters swapped count as one mistake too.
size_t Mistakes(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  const auto same = [](char x, char y) {
    return absl::ascii_tolower(static_cast<unsigned char>(x)) ==
           absl::ascii_tolower(static_cast<unsigned char>(y));
  };
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t other = same(a[i - 1], b[j - 1]) ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + other});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row.back();
}

}  // namespace

std::string_view NearestName(std::string_view word, std::span<const std::string_view> names) {
  constexpr size_t kLongest = 40;
  if (word.size() > kLongest) return {};
  size_t allowed = std::max<size_t>(1, word.size() / 3);
  std::string_view nearest;
  for (const std::string_view name : names) {
    const size_t mistakes = Mistakes(word, name);
    if (mistakes < allowed || (mistakes == allowed && nearest.empty())) {
      nearest = name;
      allowed = mistakes;
    }
  }
  return nearest;
}

}  // namespace rapport::filter
