// Text that people will say or read: names made harmless, its length, and words found in it.
// Everything is UTF-8. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace rapport::talk {

// No name takes more of a line than this, in words as SpokenLength counts them.
inline constexpr double kMostNameLength = 8;
// Where a name stands in a line that is judged without its names.
inline constexpr std::string_view kNamePlace = "\uFFFC";

bool IsUtf8(std::string_view text);

// How long a line is, in words: runs of letters and digits between spaces. Where words are not
// parted by spaces (Han, Kana, Thai), three characters count as one.
double SpokenLength(std::string_view text);

// Whether any of it is of a script that parts no words.
bool IsUnspaced(std::string_view text);

// What can be said of a name as the catalogue has it: no control or formatting characters, single
// spaces, cut after kMostNameLength with "…". Empty: there is nothing to say.
std::string SpokenName(std::string_view name);

// `name` between U+2068 and U+2069 if any of it is written from right to left, so that it does not
// turn what stands around it; else as it is.
std::string Isolated(std::string_view name);

// Whether the text has a decimal digit of any script.
bool HasDigit(std::string_view text);
// Whether it has a character that steers how text is shown and is none of the two of Isolated.
bool HasControl(std::string_view text);
// In the order of what people read: whether every U+2068 has its U+2069.
bool IsolatesAreClosed(std::string_view text);

// Words to be found in text: as whole words; where words are not parted by spaces, anywhere. With a
// capital they are found as they are written, else in any case.
class Phrase {
 public:
  explicit Phrase(std::string_view text);  // Requires: not empty
  const std::string& text() const { return text_; }
  // `folded`: the text, Folded.
  bool StandsIn(std::string_view text, std::string_view folded) const;

 private:
  std::string text_;
  bool any_case_;
};

// For comparing: case folded, compatibility forms composed (NFKC_Casefold).
std::string Folded(std::string_view text);

}  // namespace rapport::talk
