// Every sentence that can be said, in every locale, register, plural class and variant, as it
// stands in tests/golden/talk. After a change of wording: RAPPORT_WRITE_GOLDEN=1, then read the
// difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "services/talk/line.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr TimePoint kDay =
    sys_days(year_month_day(std::chrono::year(2026), std::chrono::November, std::chrono::day(11)));

// What a slot shows where nothing depends on it.
SlotValue SampleOf(const SlotSpec& slot) {
  switch (slot.kind) {
    case SlotKind::kName:
      return NamedItem{"coffee", "Nyeri AA, 250 g"};
    case SlotKind::kNames:
      return std::vector<NamedItem>{{"coffee", "Nyeri AA, 250 g"}, {"filters", "Filters"}};
    case SlotKind::kText:
      return std::string(slot.name == "attribute" ? "roast"
                         : slot.name == "value"   ? "light"
                                                  : "Nordlys Kaffe");
    case SlotKind::kFrequency:
    case SlotKind::kStrength:
    case SlotKind::kSeason:
      return Keyword{KeywordsOf(slot.kind).front()};
    case SlotKind::kWhen:
      return When{When::Kind::kWeeks};
    case SlotKind::kCount:
      return int64_t{14};
    case SlotKind::kDay:
      return kDay;
    case SlotKind::kShare:
      break;
  }
  return 0.16;
}

// Every way to fill the slots that the pattern selects by; `visit` is told which.
void ForEachVariant(
    const Phrases& phrases, const MessageSpec& spec, const Pattern& pattern,
    const std::function<void(const std::string&, const std::vector<Slot>&)>& visit) {
  const auto specs = spec.Slots();
  std::vector<Slot> slots;
  for (const SlotSpec& each : specs) slots.push_back({SampleOf(each), {}});
  const std::function<void(size_t, const std::string&)> fill = [&](size_t at,
                                                                   const std::string& variant) {
    if (at == specs.size()) return visit(variant, slots);
    bool selects = false;
    for (const Pattern::Choice& choice : pattern.choices()) selects |= choice.slot == at;
    if (!selects) return fill(at + 1, variant);
    const std::string name(specs[at].name);
    if (specs[at].kind == SlotKind::kCount) {
      for (const int64_t number : {1, 2, 14}) {
        slots[at].value = number;
        fill(at + 1, variant + " " + name + "=" + std::to_string(number) + "/" +
                         std::string(phrases.PluralClass(number)));
      }
      return;
    }
    for (const std::string_view word : KeywordsOf(specs[at].kind)) {
      slots[at].value = Keyword{word};
      fill(at + 1, variant + " " + std::string(word));
    }
  };
  fill(0, "");
}

// "formal direct", and not "formal direct spoken, formal direct written".
std::string Shortened(const std::vector<Register>& manners) {
  if (manners.size() == kRegisters) return "*";
  std::string names;
  for (size_t at = 0; at < manners.size(); ++at) {
    std::string name = NameOf(manners[at]);
    const bool both = at + 1 < manners.size() && manners[at].medium == Medium::kSpoken &&
                      IndexOf(manners[at + 1]) == IndexOf(manners[at]) + 1;
    if (both) {
      name = name.substr(0, name.rfind(' '));
      ++at;
    }
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

std::string EveryLineOf(const Phrases& phrases) {
  std::string all = "# " + phrases.locale() + (phrases.reviewed() ? "" : ", not reviewed") + "\n";
  for (const MessageSpec& spec : AllMessages()) {
    if (spec.id == MessageId::kName) continue;  // stands in all the others
    all += "\n[" + std::string(spec.key) + "]\n";
    // By variant, in order of the registers: the text and who says it.
    std::vector<std::pair<std::pair<std::string, std::string>, std::vector<Register>>> lines;
    for (const Register manner : AllRegisters()) {
      ForEachVariant(phrases, spec, phrases.Find(spec.id, manner),
                     [&](const std::string& variant, const std::vector<Slot>& slots) {
                       const std::pair key{variant, Render(phrases, manner, spec.id, slots)};
                       for (auto& [known, manners] : lines) {
                         if (known == key) return manners.push_back(manner);
                       }
                       lines.push_back({key, {manner}});
                     });
    }
    for (const auto& [key, manners] : lines)
      all += Shortened(manners) + (key.first.empty() ? "" : " |" + key.first) + ": " + key.second +
             "\n";
  }
  all += "\n[when]\n";
  for (int kind = 0; kind <= static_cast<int>(When::Kind::kLongAgo); ++kind) {
    all += WordsOf(phrases, {}, {static_cast<When::Kind>(kind), Season::kSpring}) + "\n";
  }
  return all;
}

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, HoldsEveryLineThatCanBeSaid) {
  const std::string path =
      std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/talk/" + GetParam() + ".txt";
  const std::string lines = EveryLineOf(*BuiltIn().Find(GetParam()));
  if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << lines;
  }
  std::ifstream in(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(lines, golden) << "if it should be so: RAPPORT_WRITE_GOLDEN=1, and read the difference";
}

INSTANTIATE_TEST_SUITE_P(Locales, Golden, testing::ValuesIn(kSpokenLocales),
                         [](const auto& locale) {
                           std::string name = locale.param;
                           name.erase(2, 1);
                           return name;
                         });

}  // namespace
}  // namespace rapport::talk
