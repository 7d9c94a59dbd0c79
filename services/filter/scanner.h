// Scanner: the characters of a filter, from left to right; knows words, quoted texts and columns,
// nothing of what they mean. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rapport::filter {

// A value as it was written, in quotes or as a bare word.
struct Literal {
  size_t at = 0;     // where it begins: a byte of the filter
  std::string text;  // without quotes and escapes; wildcards are still in it
  bool quoted = false;
  bool wild_front = false;  // begins with a `*` that is a wildcard
  bool wild_back = false;   // ends with one; "*" alone is only a wild_front
};

class Scanner {
 public:
  // `text` must outlive the scanner.
  explicit Scanner(std::string_view text) : text_(text) {}

  // INVALID_ARGUMENT: what no filter may contain (broken UTF-8, control characters).
  absl::Status CheckText() const;

  // Where the next token begins, blanks left out.
  size_t at();
  bool AtEnd() { return at() == text_.size(); }
  // The next character after blanks; '\0' at the end.
  char Peek() { return AtEnd() ? '\0' : text_[at_]; }
  // Whether `c` follows at once, without blanks.
  bool Touches(char c) const { return at_ < text_.size() && text_[at_] == c; }

  // Takes `symbol` if it comes next.
  bool Take(std::string_view symbol);
  // The word that comes next: letters, digits, `_`, `-` and all beyond ASCII, up to a dot. May be
  // empty.
  std::string_view PeekWord();
  // Takes the whole word `word` if it comes next.
  bool TakeWord(std::string_view word);

  // A text in quotes, or a bare word with dots and wildcards.
  absl::StatusOr<Literal> TakeLiteral();

  // INVALID_ARGUMENT "column 7: <what>".
  absl::Status Error(size_t at, std::string_view what) const;
  // INVALID_ARGUMENT "column 7: expected <what>, but found `)`", with a hint where one is known.
  absl::Status Unexpected(std::string_view what);
  // The column of the byte `at`: from 1, in characters.
  size_t Column(size_t at) const;

 private:
  absl::StatusOr<Literal> TakeQuoted();

  const std::string_view text_;
  size_t at_ = 0;
};

// `text` between back quotes for a message, cut where it is long.
std::string Shown(std::string_view text);

// A literal in quotes that reads as just these characters, between wildcards where asked.
std::string Quoted(std::string_view text, bool wild_front = false, bool wild_back = false);

// A word that can stand without quotes as a part of a field's path.
bool IsPlainWord(std::string_view text);

}  // namespace rapport::filter
