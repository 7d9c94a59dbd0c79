#include "data/csv/row_reader.h"

#include <algorithm>

#include "data/csv/text.h"

namespace rapport::csv {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

RowReader::RowReader(ByteSource& bytes) : bytes_(bytes), buffer_(kBufferBytes) {}

absl::StatusOr<bool> RowReader::Next(Row* row) {
  StartRow();
  while (true) {
    if (next_ == end_) {
      const absl::StatusOr<bool> more = Refill();
      if (!more.ok()) return more.status();
      if (!*more) {
        if (row_bytes_ == 0) return false;
        Finish(row, /*cut_off=*/true);
        return true;
      }
    }
    if (!Scan()) continue;
    const bool empty_line = field_ends_.size() == 1 && field_ends_[0] == 0 && !quoted_any_;
    if (empty_line) {
      StartRow();
      continue;
    }
    Finish(row, /*cut_off=*/false);
    return true;
  }
}

void RowReader::StartRow() {
  text_.clear();
  later_lines_.clear();
  field_ends_.clear();
  state_ = State::kFieldStart;
  row_bytes_ = 0;
  row_line_ = line_;
  stray_quote_ = false;
  quoted_any_ = false;
}

absl::StatusOr<bool> RowReader::Refill() {
  next_ = end_ = 0;
  absl::StatusOr<size_t> count = bytes_.Read(buffer_.data(), buffer_.size());
  if (!count.ok()) return count.status();
  end_ = *count;
  if (!at_start_) return end_ > 0;
  at_start_ = false;
  // However few bytes a read gives: the mark is recognised whole or not at all.
  while (end_ < kByteOrderMark.size() && *count > 0) {
    count = bytes_.Read(buffer_.data() + end_, buffer_.size() - end_);
    if (!count.ok()) return count.status();
    end_ += *count;
  }
  const bool mark = std::string_view(buffer_.data(), end_).substr(0, 3) == kByteOrderMark;
  if (mark) next_ = kByteOrderMark.size();
  return next_ < end_ ? true : mark ? Refill() : false;
}

bool RowReader::Scan() {
  while (next_ < end_) {
    const char* const begin = buffer_.data() + next_;
    const char* const end = buffer_.data() + end_;
    // Runs of text that mean themselves are taken at once, up to the limit of a row.
    const char* run = begin;
    if (state_ == State::kQuoted) {
      while (run < end && *run != '"' && *run != '\n' && *run != '\r') ++run;
    } else if (state_ == State::kPlain) {
      while (run < end && *run != ',' && *run != '\n' && *run != '\r') ++run;
    }
    if (run > begin) {
      Append(begin, run);
      if (line_ > row_line_) later_lines_.append(begin, run);
      after_cr_ = false;
      next_ += static_cast<size_t>(run - begin);
      continue;
    }
    ++next_;
    if (line_ > row_line_) later_lines_ += *begin;
    if (Step(*begin)) return true;
  }
  return false;
}

bool RowReader::Step(char byte) {
  const bool line_feed_of_cr = byte == '\n' && after_cr_;
  after_cr_ = byte == '\r';
  const bool line_end = byte == '\n' || byte == '\r';
  if (line_end && !line_feed_of_cr) {
    if (line_ == row_line_) first_line_ended_in_cr_ = byte == '\r';
    ++line_;
  }
  // The second half of a CRLF that ended a row, not a line of its own.
  if (line_feed_of_cr && row_bytes_ == 0) {
    row_line_ = line_;
    return false;
  }
  const bool too_long = row_bytes_ > kMaxRowBytes;
  if (line_end && (state_ != State::kQuoted || too_long)) {
    EndField();
    return true;
  }
  if (byte == '"' && state_ == State::kFieldStart) {
    ++row_bytes_;
    state_ = State::kQuoted;
    quoted_any_ = true;
    return false;
  }
  if (byte == '"' && state_ == State::kQuoted) {
    ++row_bytes_;
    state_ = State::kQuoteInQuoted;
    return false;
  }
  if (byte == ',' && state_ != State::kQuoted) {
    ++row_bytes_;
    EndField();
    state_ = State::kFieldStart;
    return false;
  }
  if (state_ == State::kQuoteInQuoted) {
    if (byte != '"') stray_quote_ = true;
    state_ = byte == '"' ? State::kQuoted : State::kPlain;
  } else if (state_ == State::kFieldStart) {
    state_ = State::kPlain;
  }
  Append(&byte, &byte + 1);
  return false;
}

void RowReader::Append(const char* begin, const char* end) {
  row_bytes_ += static_cast<size_t>(end - begin);
  if (row_bytes_ <= kMaxRowBytes) text_.append(begin, end);
}

void RowReader::EndField() {
  if (row_bytes_ > kMaxRowBytes) return;
  field_ends_.push_back(text_.size());
  text_.push_back(',');
}

void RowReader::ReadLaterLinesAgain() {
  later_lines_.append(buffer_.data() + next_, end_ - next_);
  buffer_.assign(later_lines_.begin(), later_lines_.end());
  buffer_.resize(std::max(buffer_.size(), kBufferBytes));
  next_ = 0;
  end_ = later_lines_.size();
  line_ = row_line_ + 1;
  after_cr_ = first_line_ended_in_cr_;
}

void RowReader::Finish(Row* row, bool cut_off) {
  row->line = row_line_;
  row->fields.clear();
  row->problem = {};
  const bool too_long = row_bytes_ > kMaxRowBytes;
  if ((too_long || cut_off) && line_ > row_line_ && !later_lines_.empty()) {
    row->problem = "a quote is never closed";
    ReadLaterLinesAgain();
  } else if (too_long) {
    row->problem = "row longer than 64 KiB";
  } else if (cut_off) {
    row->problem = "the file ends in the middle of this row (no line end)";
  } else if (stray_quote_) {
    row->problem = "text after a closing quote";
  } else if (text_.find('\0') != std::string::npos) {
    row->problem = "NUL byte in the row";
  } else if (!IsUtf8(text_)) {
    row->problem = "not UTF-8";
  }
  if (!row->problem.empty()) return;
  size_t begin = 0;
  for (const size_t end : field_ends_) {
    row->fields.push_back(std::string_view(text_).substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace rapport::csv
