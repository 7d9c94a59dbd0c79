// RFC 4180 rows out of bytes: quotes, line ends and quotes within quotes, LF or CRLF, a UTF-8 byte
// order mark. Memory is bounded whatever the input is. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/csv/byte_source.h"

namespace rapport::csv {

inline constexpr size_t kMaxRowBytes = size_t{64} << 10;

// The fields are valid until the next row is read.
struct Row {
  int64_t line = 0;  // where the row starts; the first line of a file is 1
  std::vector<std::string_view> fields;
  std::string_view
      problem;  // why the row cannot be used, in words; empty: it can, and `fields` are valid UTF-8
};

class RowReader {
 public:
  // `bytes` must outlive the reader.
  explicit RowReader(ByteSource& bytes);

  // False: the file has ended. Empty lines are passed over. DATA_LOSS as ByteSource::Read; the row
  // that it cut is lost.
  //
  // A row ends with a line end, the last one too: without it nobody can tell a whole row from one
  // that was cut in its last field, so such a row is a problem. So is a row of more than 64 KiB.
  // Where a quote is never closed in such a row, or before the file ends, reading goes on at the
  // line after the row's first: what the quote seems to have swallowed is rows.
  absl::StatusOr<bool> Next(Row* row);

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };

  // Takes bytes up to the end of the row, or of the buffer. True: the row is complete.
  bool Scan();
  // Takes one byte that is neither a run of text nor skipped. True: it ended the row.
  bool Step(char byte);
  void Append(const char* begin, const char* end);
  void EndField();
  void StartRow();
  void Finish(Row* row, bool cut_off);
  // Puts the lines after the row's first back before what is to be read.
  void ReadLaterLinesAgain();
  absl::StatusOr<bool> Refill();

  ByteSource& bytes_;
  std::vector<char> buffer_;
  size_t next_ = 0;
  size_t end_ = 0;
  bool at_start_ = true;  // of the file: a byte order mark may come

  std::string text_;                // of the row's fields, unquoted, one comma after each
  std::vector<size_t> field_ends_;  // in text_
  std::string later_lines_;         // of the row, as they came: all after its first line
  State state_ = State::kFieldStart;
  size_t row_bytes_ = 0;
  int64_t line_ = 1;
  int64_t row_line_ = 1;
  bool first_line_ended_in_cr_ = false;  // of the row
  bool after_cr_ = false;                // a line feed now belongs to the carriage return before it
  bool stray_quote_ = false;
  bool quoted_any_ = false;
};

}  // namespace rapport::csv
