#include "services/talk/phrases.h"

#include <unicode/datefmt.h>
#include <unicode/listformatter.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>
#include <unicode/reldatefmt.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "services/talk/strings.h"
#include "services/talk/text.h"

namespace rapport::talk {
namespace {

// Plural classes are looked up to here; a greater number has that of its last three digits.
constexpr int64_t kGreatestCount = 10'000;
// What a brand, an attribute or its value may take of a line.
constexpr double kMostTextLength = 3;

std::string Utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

icu::UnicodeString Utf16(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

absl::Status At(std::string_view place, std::string_view key, const absl::Status& status) {
  return {status.code(), Cat(place, ": ", key, ": ", std::string(status.message()))};
}

}  // namespace

struct Phrases::Icu {
  std::unique_ptr<icu::PluralRules> plurals;
  std::unique_ptr<icu::ListFormatter> lists;
  icu::number::LocalizedNumberFormatter numbers;
  icu::number::LocalizedNumberFormatter shares;
  std::mutex mutex;                       // ICU's date formats are for one thread at a time
  std::unique_ptr<icu::DateFormat> days;  // guarded by mutex
  std::vector<std::string> classes;       // of numbers up to kGreatestCount, by number
};

Phrases::Phrases(std::string locale) : locale_(std::move(locale)), icu_(std::make_unique<Icu>()) {
  patterns_.resize(AllMessages().size());
  chosen_.resize(AllMessages().size());
}

Phrases::~Phrases() = default;

absl::StatusOr<std::unique_ptr<const Phrases>> Phrases::Make(
    const std::string& locale, const std::vector<std::vector<MessageFile>>& files) {
  std::unique_ptr<Phrases> phrases(new Phrases(locale));
  if (absl::Status loaded = phrases->LoadIcu(); !loaded.ok()) return loaded;
  // From the farthest parent on: what is nearer wins.
  for (size_t folder = files.size(); folder-- > 0;) {
    phrases->depth_ = folder;
    for (const MessageFile& file : files[folder]) {
      if (absl::Status read = phrases->ReadFile(file); !read.ok()) return read;
    }
  }
  absl::Status whole = phrases->CheckComplete(files.front().front().path);
  if (whole.ok()) whole = phrases->CheckSentences();
  if (!whole.ok()) return whole;
  return phrases;
}

absl::Status Phrases::LoadIcu() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(locale_, error);
  icu_->plurals.reset(icu::PluralRules::forLocale(locale, error));
  icu_->lists.reset(
      icu::ListFormatter::createInstance(locale, ULISTFMT_TYPE_AND, ULISTFMT_WIDTH_WIDE, error));
  icu_->numbers = icu::number::NumberFormatter::withLocale(locale);
  icu_->shares = icu::number::NumberFormatter::withLocale(locale)
                     .unit(icu::NoUnit::percent())
                     .scale(icu::number::Scale::powerOfTen(2))
                     .precision(icu::number::Precision::maxSignificantDigits(2));
  icu_->days.reset(icu::DateFormat::createDateInstance(icu::DateFormat::kLong, locale));
  const icu::RelativeDateTimeFormatter relative(locale, error);
  constexpr std::array kUnits = {UDAT_ABSOLUTE_WEEK, UDAT_ABSOLUTE_MONTH, UDAT_ABSOLUTE_YEAR};
  for (size_t unit = 0; unit < kUnits.size(); ++unit) {
    icu::UnicodeString text;
    relative.format(UDAT_DIRECTION_LAST, kUnits[unit], text, error);
    last_[unit] = Utf8(text);
  }
  if (U_FAILURE(error) || icu_->days == nullptr) {
    return Invalid(Cat(locale_, ": ICU knows no such locale (", u_errorName(error), ")"));
  }
  icu_->days->adoptTimeZone(icu::TimeZone::getGMT()->clone());
  for (int64_t number = 0; number <= kGreatestCount; ++number) {
    icu_->classes.push_back(Utf8(icu_->plurals->select(static_cast<int32_t>(number))));
    if (std::ranges::find(plural_classes_, icu_->classes.back()) == plural_classes_.end())
      plural_classes_.push_back(icu_->classes.back());
  }
  return absl::OkStatus();
}

absl::Status Phrases::ReadFile(const MessageFile& file) {
  const auto parsed = ParseMessages(file);
  if (!parsed.ok()) return parsed.status();
  const auto reviewed = parsed->fields.find("REVIEWED");
  if (reviewed == parsed->fields.end() || (reviewed->second != std::vector<std::string>{"no"} &&
                                           reviewed->second != std::vector<std::string>{"yes"})) {
    return Invalid(
        Cat(file.path, ": expected one line REVIEWED: yes or REVIEWED: no (by a native speaker)"));
  }
  if (reviewed->second.front() == "no") reviewed_ = false;
  if (file.name == "manners.txt") return ReadManners(file, *parsed, &manners_);
  if (file.name != "sayable.txt" && file.name != "staff.txt") {
    return Invalid(
        Cat(file.path, ": not a file of messages; expected sayable.txt, staff.txt or manners.txt"));
  }
  if (parsed->fields.size() > 1) {
    return Invalid(Cat(file.path, ": expected no field but REVIEWED before the first [key]"));
  }
  for (const MessageEntry& entry : parsed->entries) {
    const MessageSpec* spec = FindMessage(entry.key);
    const Audience audience = file.name == "staff.txt" ? Audience::kStaff : Audience::kCustomer;
    if (spec == nullptr || spec->audience != audience) {
      return Invalid(
          Cat(entry.place, ": ", entry.key, ": there is no such message",
              spec == nullptr ? "" : Cat(" in ", file.name, "; it belongs in the other file")));
    }
    if (absl::Status added = AddEntry(entry, spec->id); !added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status Phrases::AddEntry(const MessageEntry& entry, MessageId id) {
  auto pattern = Pattern::Parse(entry.pattern, SpecOf(id), plural_classes_);
  if (!pattern.ok()) return At(entry.place, entry.key, pattern.status());
  sources_.push_back(std::make_unique<const Source>(
      Source{std::make_unique<const Pattern>(*std::move(pattern)), entry, depth_}));
  const Source* source = sources_.back().get();
  for (const Register manner : AllRegisters()) {
    if (!entry.Covers(manner)) continue;
    const Source*& chosen = chosen_[static_cast<size_t>(id)][IndexOf(manner)];
    if (chosen != nullptr && chosen->depth == depth_) {
      if (chosen->entry.Precision() > entry.Precision()) continue;
      if (chosen->entry.Precision() == entry.Precision()) {
        return Invalid(Cat(entry.place, ": ", entry.key, ": has two texts for ", NameOf(manner),
                           "; the other is at ", chosen->entry.place));
      }
    }
    chosen = source;
    patterns_[static_cast<size_t>(id)][IndexOf(manner)] = source->pattern.get();
  }
  // The analyzer loses sight of what the vector of sources owns.
  return absl::OkStatus();  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)
}

absl::Status Phrases::CheckComplete(const std::string& folder) const {
  for (const MessageSpec& spec : AllMessages()) {
    for (const Register manner : AllRegisters()) {
      if (patterns_[static_cast<size_t>(spec.id)][IndexOf(manner)] != nullptr) continue;
      return Invalid(Cat(folder, ": ", spec.key, ": has no text for ", NameOf(manner),
                         "; expected it in ",
                         spec.audience == Audience::kStaff ? "staff.txt" : "sayable.txt", " of ",
                         locale_, " or of a parent"));
    }
  }
  if (manners_.question_marks.empty()) {
    return Invalid(Cat(folder, ": QUESTION_MARKS: missing; expected it in manners.txt of ", locale_,
                       " or of a parent"));
  }
  return absl::OkStatus();
}

namespace {

// Every way in which one pattern can be rendered, names left out. `visit` is told the line.
absl::Status ForEachLine(const Phrases& phrases, const Pattern& pattern, const MessageSpec& spec,
                         const std::function<absl::Status(const std::string&)>& visit) {
  const auto slots = spec.Slots();
  std::vector<Argument> arguments(slots.size());
  const std::function<absl::Status(size_t)> fill = [&](size_t slot) -> absl::Status {
    if (slot == slots.size()) {
      return visit(
          pattern.Render(arguments, [&](int64_t number) { return phrases.Number(number); }));
    }
    Argument& argument = arguments[slot];
    argument.text = slots[slot].kind == SlotKind::kWhen   ? phrases.Last(Phrases::Unit::kWeek)
                    : slots[slot].kind == SlotKind::kText ? "x"
                                                          : std::string(kNamePlace);
    if (slots[slot].kind == SlotKind::kCount) {
      for (const int64_t number : {1, 2, 3}) {
        argument.number = number;
        argument.category = phrases.PluralClass(number);
        if (absl::Status told = fill(slot + 1); !told.ok()) return told;
      }
      return absl::OkStatus();
    }
    const auto keywords = KeywordsOf(slots[slot].kind);
    if (keywords.empty()) return fill(slot + 1);
    for (const std::string_view keyword : keywords) {
      argument.keyword = keyword;
      if (absl::Status told = fill(slot + 1); !told.ok()) return told;
    }
    return absl::OkStatus();
  };
  return fill(0);
}

// Of what the names and texts of one message may add to a line.
double RoomFor(const MessageSpec& spec, std::string_view line) {
  double room = 0;
  for (const SlotSpec& slot : spec.Slots()) {
    if (slot.kind == SlotKind::kText) room += kMostTextLength - 1;
  }
  if (line.find(kNamePlace) != std::string_view::npos) room += kMostNameLength;
  return room;
}

}  // namespace

absl::Status Phrases::CheckSentences() const {
  for (const MessageSpec& spec : AllMessages()) {
    if (spec.audience != Audience::kCustomer) continue;
    for (const Register manner : AllRegisters()) {
      const Source& source = *chosen_[static_cast<size_t>(spec.id)][IndexOf(manner)];
      const absl::Status good =
          ForEachLine(*this, *source.pattern, spec, [&](const std::string& line) {
            absl::Status status = CheckManners(line, spec, manner.formality, manners_);
            const double length = SpokenLength(line) + RoomFor(spec, line);
            if (status.ok() && length > kMostLineLength)
              status = Invalid(
                  Cat("can become ", length, " words long; expected at most ", kMostLineLength));
            if (status.ok() && line.find_first_not_of(' ') == std::string::npos)
              status = Invalid("can become empty");
            if (status.ok()) return status;
            return Invalid(
                Cat(NameOf(manner), ": \"", line, "\": ", std::string(status.message())));
          });
      if (!good.ok()) return At(source.entry.place, spec.key, good);
    }
  }
  return absl::OkStatus();
}

std::string_view Phrases::PluralClass(int64_t number) const {
  if (number > kGreatestCount) number = 1'000 + number % 1'000;
  return icu_->classes[static_cast<size_t>(std::max(number, int64_t{0}))];
}

std::string Phrases::Number(int64_t number) const {
  UErrorCode error = U_ZERO_ERROR;
  return Utf8(icu_->numbers.formatInt(number, error).toString(error));
}

std::string Phrases::Share(double share) const {
  UErrorCode error = U_ZERO_ERROR;
  return Utf8(icu_->shares.formatDouble(share, error).toString(error));
}

std::string Phrases::List(const std::vector<std::string>& texts) const {
  std::vector<icu::UnicodeString> items;
  for (const std::string& text : texts) items.push_back(Utf16(text));
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString list;
  icu_->lists->format(items.data(), static_cast<int32_t>(items.size()), list, error);
  return Utf8(list);
}

std::string Phrases::Day(TimePoint at) const {
  icu::UnicodeString text;
  const std::lock_guard lock(icu_->mutex);
  icu_->days->format(
      static_cast<UDate>(
          std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count()),
      text);
  return Utf8(text);
}

}  // namespace rapport::talk
