#include "services/talk/message_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

absl::Status Refuse(std::string_view place, std::string_view what) {
  return Invalid(Cat(place, ": ", what));
}

// "formal direct", "*"; false if it is none.
bool ReadRegister(std::string_view text, MessageEntry* entry) {
  if (text == "*") return true;
  for (const std::string_view word : Split(text, ' ')) {
    if (word == "formal" || word == "informal") {
      if (entry->formality) return false;
      entry->formality = word == "formal" ? Formality::kFormal : Formality::kInformal;
    } else if (word == "direct" || word == "balanced" || word == "indirect") {
      if (entry->directness) return false;
      entry->directness = word == "direct"     ? Directness::kDirect
                          : word == "balanced" ? Directness::kBalanced
                                               : Directness::kIndirect;
    } else if (word == "spoken" || word == "written") {
      if (entry->medium) return false;
      entry->medium = word == "spoken" ? Medium::kSpoken : Medium::kWritten;
    } else {
      return false;
    }
  }
  return entry->Precision() > 0;
}

bool IsFieldName(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    return absl::ascii_isupper(static_cast<unsigned char>(letter)) || letter == '_';
  });
}

// One line that is neither empty nor a comment.
absl::Status ReadLine(std::string_view line, const std::string& place, std::string* section,
                      ParsedMessages* parsed) {
  if (line.front() == '[') {
    if (line.back() != ']') return Refuse(place, "expected [key] or [key] with nothing after it");
    *section = std::string(line.substr(1, line.size() - 2));
    return absl::OkStatus();
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos)
    return Refuse(place, "expected FIELD: value, [key], or REGISTER: pattern");
  const std::string_view name = Stripped(line.substr(0, colon));
  const std::string_view value = Stripped(line.substr(colon + 1));
  if (section->empty()) {
    if (!IsFieldName(name))
      return Refuse(place, Cat("expected a FIELD in capitals before the first [key], not ", name));
    parsed->fields[std::string(name)].emplace_back(value);
    return absl::OkStatus();
  }
  MessageEntry entry{.key = *section, .pattern = std::string(value), .place = place};
  if (!ReadRegister(name, &entry)) {
    return Refuse(place, Cat("\"", name,
                             "\" is no register; expected * or one or more of formal or informal, "
                             "direct, balanced or indirect, spoken or written"));
  }
  if (value.empty()) return Refuse(place, Cat(*section, " has no text"));
  parsed->entries.push_back(std::move(entry));
  return absl::OkStatus();
}

}  // namespace

bool MessageEntry::Covers(Register manner) const {
  return formality.value_or(manner.formality) == manner.formality &&
         directness.value_or(manner.directness) == manner.directness &&
         medium.value_or(manner.medium) == manner.medium;
}

absl::StatusOr<ParsedMessages> ParseMessages(const MessageFile& file) {
  if (!IsUtf8(file.text)) return Refuse(file.path, "is not UTF-8");
  ParsedMessages parsed;
  std::string section;
  int number = 0;
  for (std::string_view line : Split(file.text, '\n')) {
    ++number;
    line = Stripped(line);
    if (line.empty() || line.front() == '#') continue;
    const absl::Status read = ReadLine(line, Cat(file.path, ":", number), &section, &parsed);
    if (!read.ok()) return read;
  }
  return parsed;
}

absl::StatusOr<std::vector<MessageFile>> ReadMessageFiles(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<MessageFile> files;
  std::error_code failed;
  for (auto folder = fs::directory_iterator(directory, failed);
       !failed && folder != fs::directory_iterator(); folder.increment(failed)) {
    if (!folder->is_directory(failed)) continue;
    for (auto entry = fs::directory_iterator(folder->path(), failed);
         !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      if (entry->path().extension() != ".txt") continue;
      std::ifstream in(entry->path(), std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(in), {}};
      if (!in) return Refuse(entry->path().string(), "cannot be read");
      files.push_back({.locale = folder->path().filename().string(),
                       .name = entry->path().filename().string(),
                       .path = entry->path().string(),
                       .text = std::move(text)});
    }
  }
  if (failed) return absl::NotFoundError(Cat(directory, ": ", failed.message()));
  if (files.empty()) {
    return absl::NotFoundError(Cat(
        directory, ": has no message files; expected LOCALE/sayable.txt and the like below it"));
  }
  std::ranges::sort(files, {}, &MessageFile::path);
  return files;
}

std::vector<MessageFile> Overridden(std::vector<MessageFile> files,
                                    std::vector<MessageFile> others) {
  for (MessageFile& other : others) {
    const auto same = std::ranges::find_if(files, [&](const MessageFile& file) {
      return file.locale == other.locale && file.name == other.name;
    });
    if (same == files.end()) {
      files.push_back(std::move(other));
    } else {
      *same = std::move(other);
    }
  }
  return files;
}

}  // namespace rapport::talk
