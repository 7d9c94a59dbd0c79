#include "services/cli/table.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <clocale>
#include <numeric>
#include <sstream>
#include <utility>

namespace rapport::cli {
namespace {

constexpr size_t kGap = 2;          // between columns
constexpr size_t kLeastWidth = 8;   // of a column that was cut
constexpr size_t kPlainWidth = 98;  // where there is no terminal to ask
constexpr std::string_view kIndent = "  ";

struct Glyph {
  std::string_view bytes;  // "?" for what should not reach a terminal
  size_t width;
};

// Takes the next character off `text`. Requires: !text.empty().
Glyph TakeGlyph(std::string_view& text) {
  static const bool utf8 = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
  wchar_t character = 0;
  mbstate_t state{};
  size_t length = utf8 ? mbrtowc(&character, text.data(), text.size(), &state) : 1;
  if (!utf8) character = static_cast<unsigned char>(text.front());
  // 0: a zero byte; the two largest values: broken and incomplete.
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return {"?", 1};
  }
  const std::string_view bytes = text.substr(0, length);
  text.remove_prefix(length);
  const int width = wcwidth(character);
  if (width < 0) return {"?", 1};
  return {bytes, static_cast<size_t>(width)};
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += TakeGlyph(text).width;
  return width;
}

std::string Fit(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return Harmless(text);
  std::string fitted;
  if (width == 0) return fitted;
  size_t used = 0;
  while (!text.empty()) {
    const Glyph glyph = TakeGlyph(text);
    if (used + glyph.width > width - 1) break;
    used += glyph.width;
    fitted += glyph.bytes;
  }
  return fitted + "…";
}

std::string Harmless(std::string_view text) {
  std::string harmless;
  while (!text.empty()) harmless += TakeGlyph(text).bytes;
  return harmless;
}

std::string Wrap(std::string_view text, size_t width) {
  std::string wrapped;
  size_t used = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string word = Harmless(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t needed = DisplayWidth(word);
    const bool fits = used + 1 + needed <= width;
    if (used > 0) wrapped += fits ? " " : "\n";
    used = used > 0 && fits ? used + 1 + needed : needed;
    wrapped += word;
  }
  return wrapped;
}

void PrintBeside(std::ostream& out, std::string_view label, std::string_view text, size_t column,
                 size_t width) {
  std::istringstream lines(Wrap(text, width - column));
  std::string line;
  for (bool first = true; std::getline(lines, line); first = false) {
    std::string beside(first ? label : "");
    beside.resize(column, ' ');
    out << Fit(beside + line, width) << "\n";
  }
}

size_t OutputWidth() {
  winsize size{};
  if (isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col > 0) {
    return size.ws_col;
  }
  return kPlainWidth;
}

void Table::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back({std::move(cells), {}});
}

void Table::AddNote(std::string text) { rows_.push_back({{}, std::move(text)}); }

std::vector<size_t> Table::Widths(size_t max_width) const {
  std::vector<size_t> widths;
  for (const Column& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const Row& row : rows_) {
    for (size_t at = 0; at < row.cells.size(); ++at) {
      widths[at] = std::max(widths[at], DisplayWidth(row.cells[at]));
    }
  }
  const size_t gaps = kIndent.size() + kGap * (columns_.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > max_width) {
    size_t* widest = nullptr;
    for (size_t at = 0; at < widths.size(); ++at) {
      const bool can = columns_[at].may_shrink && widths[at] > kLeastWidth;
      if (can && (widest == nullptr || widths[at] > *widest)) widest = &widths[at];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  return widths;
}

void Table::PrintRow(std::ostream& out, const std::vector<std::string>& cells,
                     const std::vector<size_t>& widths) const {
  std::string line;
  size_t owed = kIndent.size();  // spaces that wait for something to follow them
  for (size_t at = 0; at < cells.size(); ++at) {
    const std::string cell = Fit(cells[at], widths[at]);
    const size_t pad = widths[at] - std::min(widths[at], DisplayWidth(cell));
    if (columns_[at].right) owed += pad;
    if (!cell.empty()) {
      line.append(owed, ' ');
      line += cell;
      owed = 0;
    }
    if (!columns_[at].right) owed += pad;
    owed += kGap;
  }
  out << line << "\n";
}

void Table::Print(std::ostream& out, size_t max_width) const {
  const std::vector<size_t> widths = Widths(max_width);
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  const bool titled = std::ranges::any_of(titles, [](const auto& title) { return !title.empty(); });
  if (titled) PrintRow(out, titles, widths);
  for (const Row& row : rows_) {
    if (row.cells.empty()) {
      out << std::string(kNoteIndent, ' ') << Fit(row.note, max_width - kNoteIndent) << "\n";
    } else {
      PrintRow(out, row.cells, widths);
    }
  }
}

}  // namespace rapport::cli
