// Tables for a terminal: columns aligned by what a reader sees (UTF-8, wide CJK, combining marks),
// cut with "…" to fit. Text that could steer the terminal (control characters, broken UTF-8) is
// shown as "?". One thread at a time.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace rapport::cli {

// Columns that `text` takes on a terminal.
size_t DisplayWidth(std::string_view text);
// `text` made harmless, and cut to at most `width` columns, with "…" as the last of them if
// anything was cut.
std::string Fit(std::string_view text, size_t width);
// `text` made harmless, whole.
std::string Harmless(std::string_view text);

// `text` made harmless and broken between words into lines of at most `width`; a longer word stands
// alone.
std::string Wrap(std::string_view text, size_t width);

// Two columns: a label, and from `column` on text beside it that is broken into lines of at most
// `width` in all.
void PrintBeside(std::ostream& out, std::string_view label, std::string_view text, size_t column,
                 size_t width);

// What stdout can show: a terminal's width, or 98 for pipes and files.
size_t OutputWidth();

struct Column {
  std::string title;
  bool right = false;       // numbers
  bool may_shrink = false;  // may be cut to make the table fit; ids never are
};

class Table {
 public:
  static constexpr size_t kNoteIndent = 6;

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Missing cells are empty; Requires: no more cells than columns.
  void AddRow(std::vector<std::string> cells);
  // A line across the table, indented below the row before it.
  void AddNote(std::string text);

  bool empty() const { return rows_.empty(); }
  // With the column titles, unless none has one.
  void Print(std::ostream& out, size_t max_width) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string note;
  };
  std::vector<size_t> Widths(size_t max_width) const;
  void PrintRow(std::ostream& out, const std::vector<std::string>& cells,
                const std::vector<size_t>& widths) const;

  const std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace rapport::cli
