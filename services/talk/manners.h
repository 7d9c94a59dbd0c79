// Manners: what a locale's sentences may and may not have, whatever they say: forms of address that
// do not mix, words that press or presume, one question mark. From the file manners.txt. A value;
// any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/talk/message_file.h"
#include "services/talk/message_specs.h"
#include "services/talk/register.h"
#include "services/talk/text.h"

namespace rapport::talk {

// No line is longer, in words as SpokenLength counts them, names included.
inline constexpr double kMostLineLength = 25;

struct Manners {
  // Where a request says nothing.
  Formality formality = Formality::kFormal;
  Directness directness = Directness::kBalanced;
  std::vector<std::string> question_marks;  // each ends a question: "?", "か。"
  std::vector<Phrase> formal_forbids;       // the familiar forms of address
  std::vector<Phrase> informal_forbids;     // the polite ones
  std::vector<Phrase> banned;               // pressure, presumed traits, other people
  std::vector<Phrase> causal;               // "because": only in messages that may say so
};

// What a file's fields change in `manners`: lists are added to. INVALID_ARGUMENT with the file: a
// field or value that does not exist.
absl::Status ReadManners(const MessageFile& file, const ParsedMessages& parsed, Manners* manners);

// How many questions a line asks.
int QuestionsIn(std::string_view line, const Manners& manners);

// Whether a line for customers, with kNamePlace for each name, keeps to the manners and has no
// digit. INVALID_ARGUMENT with what does not.
absl::Status CheckManners(std::string_view line, const MessageSpec& spec, Formality formality,
                          const Manners& manners);

}  // namespace rapport::talk
