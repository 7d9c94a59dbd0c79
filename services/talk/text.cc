#include "services/talk/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace rapport::talk {
namespace {

constexpr UChar32 kIsolate = 0x2068;
constexpr UChar32 kEndIsolate = 0x2069;

// The code point at `at`, which moves behind it; broken bytes are U+FFFD.
UChar32 Next(std::string_view text, int32_t* at) {
  UChar32 point = 0;
  U8_NEXT_OR_FFFD(text.data(), *at, static_cast<int32_t>(text.size()), point);
  return point;
}

// The code point that ends at `at`; U+FFFD: none, or broken bytes.
UChar32 Before(std::string_view text, int32_t at) {
  if (at <= 0) return 0xFFFD;
  UChar32 point = 0;
  U8_PREV_OR_FFFD(text.data(), 0, at, point);
  return point;
}

void Append(UChar32 point, std::string* text) {
  uint8_t bytes[U8_MAX_LENGTH];
  int32_t size = 0;
  UBool failed = false;
  U8_APPEND(bytes, size, U8_MAX_LENGTH, point, failed);
  if (!failed) text->append(bytes, bytes + size);
}

// Written without spaces between words.
bool IsUnspaced(UChar32 point) {
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(point, &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return point == 0x30FC;  // the long sound mark of Kana belongs to no one script
  }
}

// ZWNJ and ZWJ are part of how some scripts are spelt.
bool IsSteering(UChar32 point) {
  if (point == 0x200C || point == 0x200D) return false;
  switch (u_charType(point)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_UNASSIGNED:
      return true;
    default:
      return point == 0xFFFD || point == 0xFFFC;
  }
}

bool IsRightToLeft(UChar32 point) {
  const UCharDirection direction = u_charDirection(point);
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC ||
         direction == U_ARABIC_NUMBER;
}

// Counts as text goes by.
class Measure {
 public:
  void Take(UChar32 point) {
    if (IsUnspaced(point)) {
      length_ += 1.0 / 3;
      in_word_ = false;
    } else if (u_isalnum(point) || u_charType(point) == U_NON_SPACING_MARK) {
      if (!in_word_) length_ += 1;
      in_word_ = true;
    } else if (u_isUWhiteSpace(point)) {
      in_word_ = false;
    }
  }
  double length() const { return length_; }

 private:
  double length_ = 0;
  bool in_word_ = false;
};

}  // namespace

bool IsUtf8(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U8_NEXT(text.data(), at, size, point);
    if (point < 0) return false;
  }
  return true;
}

double SpokenLength(std::string_view text) {
  Measure measure;
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) measure.Take(Next(text, &at));
  return measure.length();
}

bool IsUnspaced(std::string_view text) {
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    if (IsUnspaced(Next(text, &at))) return true;
  }
  return false;
}

std::string SpokenName(std::string_view name) {
  std::string spoken;
  Measure measure;
  size_t last_word_end = 0;  // of `spoken`: where it may be cut
  bool space = false;
  for (int32_t at = 0; at < static_cast<int32_t>(name.size());) {
    const UChar32 point = Next(name, &at);
    if (IsSteering(point) || u_isUWhiteSpace(point)) {
      space = space || u_charType(point) != U_FORMAT_CHAR;  // a soft hyphen parts no words
      continue;
    }
    if (space && !spoken.empty()) {
      measure.Take(' ');
      last_word_end = spoken.size();
      spoken += ' ';
    }
    space = false;
    if (IsUnspaced(point)) last_word_end = spoken.size();
    measure.Take(point);
    if (measure.length() > kMostNameLength + 1e-9) {
      spoken.resize(last_word_end);
      return spoken + "…";
    }
    Append(point, &spoken);
  }
  return measure.length() > 0 ? spoken : "";
}

std::string Isolated(std::string_view name) {
  for (int32_t at = 0; at < static_cast<int32_t>(name.size());) {
    if (!IsRightToLeft(Next(name, &at))) continue;
    std::string isolated;
    Append(kIsolate, &isolated);
    isolated += name;
    Append(kEndIsolate, &isolated);
    return isolated;
  }
  return std::string(name);
}

bool HasDigit(std::string_view text) {
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    if (u_isdigit(Next(text, &at))) return true;
  }
  return false;
}

bool HasControl(std::string_view text) {
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    const UChar32 point = Next(text, &at);
    if (IsSteering(point) && point != kIsolate && point != kEndIsolate) return true;
  }
  return false;
}

bool IsolatesAreClosed(std::string_view text) {
  int open = 0;
  for (int32_t at = 0; at < static_cast<int32_t>(text.size());) {
    const UChar32 point = Next(text, &at);
    if (point == kIsolate) ++open;
    if (point == kEndIsolate && --open < 0) return false;
  }
  return open == 0;
}

std::string Folded(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) return std::string(text);
  std::string folded;
  folding
      ->normalize(icu::UnicodeString::fromUTF8(
                      icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))),
                  error)
      .toUTF8String(folded);
  return folded;
}

Phrase::Phrase(std::string_view text) : text_(text), any_case_(Folded(text) == text) {}

bool Phrase::StandsIn(std::string_view text, std::string_view folded) const {
  if (any_case_) text = folded;
  const auto part_of_word = [](UChar32 point) { return u_isalnum(point) && !IsUnspaced(point); };
  for (size_t at = text.find(text_); at != std::string_view::npos; at = text.find(text_, at + 1)) {
    int32_t begin = 0;
    const UChar32 first = Next(text_, &begin);
    const UChar32 last = Before(text_, static_cast<int32_t>(text_.size()));
    auto end = static_cast<int32_t>(at + text_.size());
    const bool begins =
        !part_of_word(first) || !part_of_word(Before(text, static_cast<int32_t>(at)));
    const bool ends = !part_of_word(last) || static_cast<size_t>(end) == text.size() ||
                      !part_of_word(Next(text, &end));
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace rapport::talk
