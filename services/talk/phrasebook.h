// Phrasebook: the phrases of every locale that there are files for. Checked whole when it is made,
// so that a file that lacks a message ends the start of a server and not a conversation. Immutable;
// any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/talk/message_file.h"
#include "services/talk/phrases.h"

namespace rapport::talk {

class Phrasebook {
 public:
  // INVALID_ARGUMENT with file and key: see Phrases::Make; a folder that is no locale; none for
  // kLastLocale.
  static absl::StatusOr<Phrasebook> Make(const std::vector<MessageFile>& files);
  // Those that are built in, with those below `directory` in the places of the same locale and
  // name, or added; empty: just the former.
  static absl::StatusOr<Phrasebook> Load(const std::string& directory);

  // What is nearest to the tag: its own, a parent's, or those of kLastLocale. Requires: canonical.
  const Phrases& For(std::string_view tag) const;
  // Of exactly this locale; null: none.
  const Phrases* Find(std::string_view locale) const;
  // In order of their tags; parents among them.
  std::vector<std::string> locales() const;

 private:
  std::map<std::string, std::unique_ptr<const Phrases>, std::less<>> phrases_;
};

}  // namespace rapport::talk
