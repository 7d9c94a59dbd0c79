// MessageFile: the text of one file of messages, and its parts. README.md has the format. Values
// and pure functions; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/talk/register.h"

namespace rapport::talk {

// As it lies in a folder of its locale.
struct MessageFile {
  std::string locale;  // the folder: "nl-BE"
  std::string name;    // "sayable.txt"
  std::string path;    // for people
  std::string text;    // UTF-8
};

// One line of a section: a pattern for the registers that it names.
struct MessageEntry {
  std::string key;  // of the section
  std::optional<Formality> formality;
  std::optional<Directness> directness;
  std::optional<Medium> medium;
  std::string pattern;
  std::string place;  // "messages/nl/sayable.txt:12"

  bool Covers(Register manner) const;
  // How many of the three it names: of two that cover a register, the one that names more holds.
  int Precision() const {
    return formality.has_value() + directness.has_value() + medium.has_value();
  }
};

struct ParsedMessages {
  std::map<std::string, std::vector<std::string>> fields;  // "BANNED" -> its lines, in order
  std::vector<MessageEntry> entries;
};

// INVALID_ARGUMENT with the place and what is expected: a line that is none, a register that does
// not exist, text that is not UTF-8.
absl::StatusOr<ParsedMessages> ParseMessages(const MessageFile& file);

// All files of all locales below a directory, in order of path; those whose name does not end in
// .txt are left out. NOT_FOUND if there is none, and what the disk says.
absl::StatusOr<std::vector<MessageFile>> ReadMessageFiles(const std::string& directory);

// Those that were built in; see embed_messages.cmake.
std::vector<MessageFile> BuiltInMessageFiles();

// `files` with those of `others` in the places of the same locale and name, or added.
std::vector<MessageFile> Overridden(std::vector<MessageFile> files,
                                    std::vector<MessageFile> others);

}  // namespace rapport::talk
