#include "data/csv/pairs.h"

#include <charconv>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "data/csv/byte_source.h"
#include "data/csv/text.h"

namespace rapport::csv {
namespace {

constexpr std::string_view kBlanks = " \t\r";

// Why the text is no line of pairs; empty: it is one, or has nothing on it (then nothing was
// added).
std::string ParseLine(std::string_view text, int64_t number, std::vector<PairsLine>* lines) {
  PairsLine parsed{.line = number, .customer = 0, .items = {}};
  bool any = false;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) break;
    const std::string_view word = text.substr(0, text.find_first_of(kBlanks));
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size()) {
      return Cat({"\"", IsUtf8(word) ? word.substr(0, 50) : "bytes that are no text",
                  "\" is not a whole number from 0 to 4294967295"});
    }
    if (any) {
      parsed.items.push_back(value);
    } else {
      parsed.customer = value;
    }
    any = true;
    text.remove_prefix(word.size());
  }
  if (any) lines->push_back(std::move(parsed));
  return {};
}

// Why the last line cannot stand beside the others; empty: it can.
std::string Repeated(const std::vector<PairsLine>& lines,
                     std::unordered_map<uint32_t, int64_t>* line_of) {
  const PairsLine& last = lines.back();
  const auto [first, fresh] = line_of->try_emplace(last.customer, last.line);
  if (fresh) return {};
  return Cat({"customer ", std::to_string(last.customer), " stands on line ",
              std::to_string(first->second), " already"});
}

}  // namespace

absl::StatusOr<std::vector<PairsLine>> ReadPairs(const std::string& path) {
  auto file = OpenFile(path);
  if (!file.ok()) return file.status();
  return ReadPairs(**file, path);
}

absl::StatusOr<std::vector<PairsLine>> ReadPairs(std::istream& in, const std::string& name) {
  const std::unique_ptr<ByteSource> bytes = MakeByteSource(in, name);
  std::vector<char> buffer(size_t{256} << 10);
  std::vector<PairsLine> lines;
  std::unordered_map<uint32_t, int64_t> line_of;  // by customer
  std::string text;                               // of the line that is being read
  int64_t number = 1;
  for (;;) {
    const absl::StatusOr<size_t> count = bytes->Read(buffer.data(), buffer.size());
    if (!count.ok()) return count.status();
    std::string_view rest(buffer.data(), *count);
    const bool at_end = rest.empty();
    for (size_t end = rest.find('\n'); at_end || end != std::string_view::npos;
         end = rest.find('\n')) {
      text.append(rest.substr(0, end));
      const size_t before = lines.size();
      std::string problem = ParseLine(text, number, &lines);
      if (lines.size() > before) problem = Repeated(lines, &line_of);
      if (!problem.empty()) {
        return absl::InvalidArgumentError(
            Cat({"read ", name, ": line ", std::to_string(number), ": ", problem}));
      }
      if (at_end) return lines;
      ++number;
      text.clear();
      rest.remove_prefix(end + 1);
    }
    text.append(rest);
  }
}

}  // namespace rapport::csv
