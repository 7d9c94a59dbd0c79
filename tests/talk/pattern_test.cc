#include "services/talk/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unicode/msgfmt.h>

#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kEnglish = {"one", "other"};

std::string Refusal(std::string_view pattern, MessageId message,
                    const std::vector<std::string>& classes = kEnglish) {
  const auto parsed = Pattern::Parse(pattern, SpecOf(message), classes);
  EXPECT_FALSE(parsed.ok()) << pattern;
  return std::string(parsed.status().message());
}

TEST(Pattern, IsRefusedWithWhatIsWrong) {
  EXPECT_THAT(Refusal("You had {item", MessageId::kObservationChoice),
              HasSubstr("not a MessageFormat"));
  EXPECT_THAT(Refusal("{thing}", MessageId::kObservationChoice),
              HasSubstr("there is no {thing} in observation.choice; it has {item}, {frequency}"));
  EXPECT_THAT(Refusal("{0}", MessageId::kBridgeNew), HasSubstr("it has no slots"));
  EXPECT_THAT(Refusal("{item, number}", MessageId::kObservationChoice),
              HasSubstr("a format of its own"));
  EXPECT_THAT(Refusal("{item, select, a {b} other {c}}", MessageId::kObservationChoice),
              HasSubstr("not for select"));
  EXPECT_THAT(Refusal("{frequency}", MessageId::kObservationChoice), HasSubstr("to select by"));
  EXPECT_THAT(Refusal("{frequency, select, daily {x} other {y}}", MessageId::kObservationChoice),
              HasSubstr("never is \"daily\"; expected once, few, often, usually, other"));
  EXPECT_THAT(Refusal("I like it.", MessageId::kSuggestionItem), HasSubstr("{item} is missing"));
  EXPECT_THAT(Refusal("{count} of them", MessageId::kBridgeGoesWith),
              HasSubstr("a number, which customers are not told"));
  EXPECT_THAT(Refusal("{count, plural, other {x}}", MessageId::kBridgeGoesWith),
              HasSubstr("has no \"one\"; this language has one, other"));
  EXPECT_THAT(Refusal("{count, plural, two {x} one {y} other {z}}", MessageId::kBridgeGoesWith),
              HasSubstr("never is \"two\""));
  EXPECT_THAT(Refusal("{count, plural, offset:1 one {y} other {z}}", MessageId::kBridgeGoesWith),
              HasSubstr("offset"));
}

// ICU's own MessageFormat is the referee: every pattern that is built in, with every number from 0
// to 25 and every keyword.
TEST(Pattern, RendersAsMessageFormatDoes) {
  size_t compared = 0;
  for (const std::string& locale : BuiltIn().locales()) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Locale icu_locale = icu::Locale::forLanguageTag(locale, error);
    const Phrases& phrases = *BuiltIn().Find(locale);
    for (const MessageFile& file : BuiltInMessageFiles()) {
      if (file.locale != locale || file.name == "manners.txt") continue;
      const auto parsed = ParseMessages(file);
      ASSERT_TRUE(parsed.ok());
      for (const MessageEntry& entry : parsed->entries) {
        const MessageSpec& spec = *FindMessage(entry.key);
        const auto pattern = Pattern::Parse(entry.pattern, spec, phrases.plural_classes());
        ASSERT_TRUE(pattern.ok()) << pattern.status();
        icu::MessageFormat referee(icu::UnicodeString::fromUTF8(entry.pattern), icu_locale, error);
        ASSERT_TRUE(U_SUCCESS(error)) << entry.place;
        for (int number = 0; number <= 25; ++number) {
          std::vector<Argument> ours;
          std::vector<icu::UnicodeString> names;
          std::vector<icu::Formattable> theirs;
          for (const SlotSpec& slot : spec.Slots()) {
            Argument argument{.text = "«" + std::string(slot.name) + "»",
                              .number = number,
                              .category = phrases.PluralClass(number)};
            if (slot.kind == SlotKind::kCount) argument.text = phrases.Number(number);
            const auto keywords = KeywordsOf(slot.kind);
            if (!keywords.empty()) argument.keyword = keywords[number % keywords.size()];
            names.push_back(icu::UnicodeString::fromUTF8(std::string(slot.name)));
            if (slot.kind == SlotKind::kCount) {
              theirs.emplace_back(static_cast<int32_t>(number));
            } else {
              theirs.emplace_back(icu::UnicodeString::fromUTF8(
                  keywords.empty() ? argument.text : std::string(argument.keyword)));
            }
            ours.push_back(std::move(argument));
          }
          icu::UnicodeString text;
          referee.format(names.data(), theirs.data(), static_cast<int32_t>(names.size()), text,
                         error);
          ASSERT_TRUE(U_SUCCESS(error)) << entry.place;
          std::string expected;
          text.toUTF8String(expected);
          ASSERT_EQ(pattern->Render(ours, [&](int64_t n) { return phrases.Number(n); }), expected)
              << entry.place;
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 10'000u);
}

TEST(Pattern, KeepsWhatApostrophesQuote) {
  const auto pattern =
      Pattern::Parse("It''s {name}, '{'so'}' don't", SpecOf(MessageId::kName), kEnglish);
  ASSERT_TRUE(pattern.ok()) << pattern.status();
  EXPECT_EQ(pattern->Render({{.text = "tea"}}, nullptr), "It's tea, {so} don't");
}

}  // namespace
}  // namespace rapport::talk
