#include "services/filter/scanner.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace rapport::filter {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

bool IsAsciiWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// “curly” quotes, U+2018 to U+201F: meant as quotes wherever they stand outside of a text.
bool IsCurlyQuote(std::string_view text) {
  return text.size() >= 3 && text.substr(0, 2) == "\xe2\x80" &&
         static_cast<unsigned char>(text[2]) >= 0x98 && static_cast<unsigned char>(text[2]) <= 0x9f;
}

// How many bytes of `text` are a word; `more` are taken beside letters, digits, `_` and `-`.
size_t WordLength(std::string_view text, std::string_view more) {
  size_t length = 0;
  while (length < text.size() && !IsCurlyQuote(text.substr(length)) &&
         (IsAsciiWord(text[length]) || (text[length] & 0x80) != 0 ||
          more.find(text[length]) != std::string_view::npos)) {
    ++length;
  }
  return length;
}

// The bytes of the well-formed character that `text` begins with (RFC 3629); 0: there is none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
  if (byte(0) < 0x80) return 1;
  if (byte(0) < 0xc2 || byte(0) > 0xf4) return 0;
  const size_t length = byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (text.size() < length) return 0;
  uint32_t character = byte(0) & (0x7fu >> length);
  for (size_t k = 1; k < length; ++k) {
    if (!IsContinuation(text[k])) return 0;
    character = character << 6 | (byte(k) & 0x3fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xd800 && character <= 0xdfff;
  return character < kSmallest[length] || character > 0x10ffff || surrogate ? 0 : length;
}

// What may help somebody who wrote text[at], which stands where it cannot.
std::string_view HintFor(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (IsCurlyQuote(rest)) return "; quotes are straight: \"…\"";
  if (rest.starts_with("&&")) return "; write AND";
  if (rest.starts_with("||")) return "; write OR";
  if (rest.starts_with("!")) return "; write NOT";
  if (rest.starts_with("=")) return "; equality is a single =";
  const bool after_digit = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9';
  if (rest.starts_with(",") && after_digit) return "; decimals are written with a point";
  if (rest.find_first_of("():<>.,*+\"'") == 0) return "";
  return "; a text with such characters stands in quotes";
}

}  // namespace

absl::Status Scanner::CheckText() const {
  for (size_t at = 0; at < text_.size();) {
    const size_t length = CharacterLength(text_.substr(at));
    if (length == 0) return Error(at, "the filter is not valid UTF-8 here");
    if (IsControl(text_[at]) && !IsBlank(text_[at])) {
      return Error(at, "a filter has no control characters (NUL, escape …)");
    }
    at += length;
  }
  return absl::OkStatus();
}

size_t Scanner::at() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  return at_;
}

bool Scanner::Take(std::string_view symbol) {
  if (!text_.substr(at()).starts_with(symbol)) return false;
  at_ += symbol.size();
  return true;
}

std::string_view Scanner::PeekWord() {
  const std::string_view rest = text_.substr(at());
  return rest.substr(0, WordLength(rest, ""));
}

bool Scanner::TakeWord(std::string_view word) { return PeekWord() == word && Take(word); }

absl::StatusOr<Literal> Scanner::TakeLiteral() {
  if (Peek() == '"' || Peek() == '\'') return TakeQuoted();
  const std::string_view rest = text_.substr(at());
  const std::string_view word = rest.substr(0, WordLength(rest, ".*+"));
  if (word.empty()) return Unexpected("a value");
  if (word == "AND" || word == "OR" || word == "NOT") {
    return Error(at_, absl::StrCat("expected a value, but found the keyword ", std::string(word),
                                   "; as a text it stands in quotes"));
  }
  Literal literal{.at = at_, .text = std::string(word)};
  literal.wild_front = word.front() == '*';
  literal.wild_back = word.size() > 1 && word.back() == '*';
  at_ += word.size();
  return literal;
}

absl::StatusOr<Literal> Scanner::TakeQuoted() {
  Literal literal{.at = at_, .quoted = true};
  const char quote = text_[at_++];
  for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
    if (IsControl(text_[at_])) return Error(at_, "a text in quotes has no tabs or line breaks");
    const bool escaped = text_[at_] == '\\';
    if (escaped && ++at_ == text_.size()) break;
    if (escaped && std::string_view("\"'\\*").find(text_[at_]) == std::string_view::npos) {
      return Error(at_ - 1, "unknown escape; there are \\\", \\', \\\\ and \\*");
    }
    const bool wild = text_[at_] == '*' && !escaped;
    if (literal.text.empty()) {
      literal.wild_front = wild;
    } else {
      literal.wild_back = wild;
    }
    literal.text += text_[at_];
  }
  if (at_ == text_.size()) {
    return Error(literal.at, absl::StrCat("a text is opened with ", std::string(1, quote),
                                          " here and never closed"));
  }
  ++at_;
  return literal;
}

absl::Status Scanner::Error(size_t at, std::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat("column ", Column(at), ": ", std::string(what)));
}

absl::Status Scanner::Unexpected(std::string_view what) {
  if (AtEnd())
    return Error(at_, absl::StrCat("expected ", std::string(what), ", but the filter ends"));
  const std::string_view rest = text_.substr(at_);
  const std::string_view word = PeekWord();
  const std::string_view found = word.empty() ? rest.substr(0, CharacterLength(rest)) : word;
  return Error(at_, absl::StrCat("expected ", std::string(what), ", but found ", Shown(found),
                                 std::string(word.empty() ? HintFor(text_, at_) : "")));
}

size_t Scanner::Column(size_t at) const {
  const std::string_view before = text_.substr(0, at);
  return 1 + before.size() - static_cast<size_t>(std::ranges::count_if(before, IsContinuation));
}

std::string Shown(std::string_view text) {
  constexpr size_t kMost = 40;
  size_t length = std::min(text.size(), kMost);
  while (length < text.size() && length > 0 && IsContinuation(text[length])) --length;
  return absl::StrCat("`", std::string(text.substr(0, length)), length < text.size() ? "…`" : "`");
}

std::string Quoted(std::string_view text, bool wild_front, bool wild_back) {
  std::string quoted = wild_front ? "\"*" : "\"";
  for (size_t k = 0; k < text.size(); ++k) {
    const bool outer_star = text[k] == '*' && (k == 0 || k + 1 == text.size());
    if (text[k] == '"' || text[k] == '\\' || outer_star) quoted += '\\';
    quoted += text[k];
  }
  return quoted + (wild_back ? "*\"" : "\"");
}

bool IsPlainWord(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsAsciiWord);
}

}  // namespace rapport::filter
