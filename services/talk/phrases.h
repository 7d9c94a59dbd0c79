// Phrases: all that one locale says: a pattern for each message and register, its manners, and what
// ICU knows of its plurals, lists, dates and numbers. Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "services/talk/manners.h"
#include "services/talk/message_file.h"
#include "services/talk/message_specs.h"
#include "services/talk/pattern.h"
#include "services/talk/register.h"

namespace rapport::talk {

class Phrases {
 public:
  // `files`: those of the locale's folder, then of its parents', the nearest first.
  // INVALID_ARGUMENT with file and key: a message that is missing in a register or given twice, a
  // pattern that cannot be used, a sentence against the manners.
  static absl::StatusOr<std::unique_ptr<const Phrases>> Make(
      const std::string& locale, const std::vector<std::vector<MessageFile>>& files);
  ~Phrases();
  Phrases(const Phrases&) = delete;
  Phrases& operator=(const Phrases&) = delete;

  const std::string& locale() const { return locale_; }
  // Whether native speakers have reviewed every file that it is made of.
  bool reviewed() const { return reviewed_; }
  const Manners& manners() const { return manners_; }
  const Pattern& Find(MessageId id, Register manner) const {
    return *patterns_[static_cast<size_t>(id)][IndexOf(manner)];
  }

  // CLDR classes that whole numbers have, and that of one number.
  const std::vector<std::string>& plural_classes() const { return plural_classes_; }
  std::string_view PluralClass(int64_t number) const;
  // "1,234"; "12 %" of .12; "A, B and C"; "11 November 2026", in UTC.
  std::string Number(int64_t number) const;
  std::string Share(double share) const;
  std::string List(const std::vector<std::string>& texts) const;
  std::string Day(TimePoint at) const;
  // In the last of a calendar unit: "last week".
  enum class Unit : uint8_t { kWeek, kMonth, kYear };
  const std::string& Last(Unit unit) const { return last_[static_cast<size_t>(unit)]; }

 private:
  struct Icu;
  explicit Phrases(std::string locale);
  absl::Status LoadIcu();
  absl::Status ReadFile(const MessageFile& file);
  absl::Status AddEntry(const MessageEntry& entry, MessageId id);
  absl::Status CheckComplete(const std::string& folder) const;
  absl::Status CheckSentences() const;

  // A pattern with the entry that it came from, for messages about it.
  struct Source {
    std::unique_ptr<const Pattern> pattern;
    MessageEntry entry;
    size_t depth = 0;  // 0: the locale's own folder, 1: its parent's
  };

  const std::string locale_;
  bool reviewed_ = true;
  Manners manners_;
  std::vector<std::unique_ptr<const Source>> sources_;
  std::vector<std::array<const Pattern*, kRegisters>> patterns_;
  std::vector<std::array<const Source*, kRegisters>> chosen_;
  std::vector<std::string> plural_classes_;
  std::array<std::string, 3> last_;
  size_t depth_ = 0;  // while reading
  std::unique_ptr<Icu> icu_;
};

}  // namespace rapport::talk
