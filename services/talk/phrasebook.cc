#include "services/talk/phrasebook.h"

#include <utility>

#include "services/talk/locale_tag.h"
#include "services/talk/strings.h"

namespace rapport::talk {

absl::StatusOr<Phrasebook> Phrasebook::Make(const std::vector<MessageFile>& files) {
  std::map<std::string, std::vector<MessageFile>> folders;
  for (const MessageFile& file : files) folders[file.locale].push_back(file);
  Phrasebook book;
  for (const auto& [locale, own] : folders) {
    const auto tag = CanonicalTag(locale);
    if (!tag.ok() || *tag != locale) {
      return Invalid(Cat(own.front().path, ": its folder is no locale: ", locale,
                         tag.ok() ? Cat("; expected ", *tag) : ""));
    }
    std::vector<std::vector<MessageFile>> chain;
    for (const std::string& parent : WithParents(locale)) {
      if (const auto folder = folders.find(parent); folder != folders.end())
        chain.push_back(folder->second);
    }
    auto phrases = Phrases::Make(locale, chain);
    if (!phrases.ok()) return phrases.status();
    book.phrases_.emplace(locale, *std::move(phrases));
  }
  if (book.Find(kLastLocale) == nullptr) {
    return Invalid(Cat("there are no messages for ", kLastLocale,
                       ", which stands in for every language that there are none for"));
  }
  return book;
}

absl::StatusOr<Phrasebook> Phrasebook::Load(const std::string& directory) {
  if (directory.empty()) return Make(BuiltInMessageFiles());
  auto files = ReadMessageFiles(directory);
  if (!files.ok()) return files.status();
  return Make(Overridden(BuiltInMessageFiles(), *std::move(files)));
}

const Phrases& Phrasebook::For(std::string_view tag) const {
  for (const std::string& parent : WithParents(tag)) {
    if (const Phrases* phrases = Find(parent); phrases != nullptr) return *phrases;
  }
  return *Find(kLastLocale);
}

const Phrases* Phrasebook::Find(std::string_view locale) const {
  const auto found = phrases_.find(locale);
  return found == phrases_.end() ? nullptr : found->second.get();
}

std::vector<std::string> Phrasebook::locales() const {
  std::vector<std::string> tags;
  for (const auto& [locale, phrases] : phrases_) tags.push_back(locale);
  return tags;
}

}  // namespace rapport::talk
