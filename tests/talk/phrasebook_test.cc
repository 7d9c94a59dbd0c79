#include "services/talk/phrasebook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "services/talk/line.h"
#include "services/talk/locale_tag.h"
#include "tests/support/temp_dir.h"
#include "tests/talk/voices.h"

namespace rapport::talk {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// The built-in files, with `change` made to one of them.
std::vector<MessageFile> With(const std::string& locale, const std::string& name,
                              const std::function<void(std::string*)>& change) {
  std::vector<MessageFile> files = BuiltInMessageFiles();
  const auto file = std::ranges::find_if(
      files, [&](const MessageFile& each) { return each.locale == locale && each.name == name; });
  EXPECT_NE(file, files.end());
  change(&file->text);
  return files;
}

std::string Refusal(const std::vector<MessageFile>& files) {
  const auto book = Phrasebook::Make(files);
  EXPECT_FALSE(book.ok());
  return std::string(book.status().message());
}

void Replace(std::string* text, const std::string& from, const std::string& to) {
  const size_t at = text->find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text->replace(at, from.size(), to);
}

// From "[key]" to the next section.
void DropSection(std::string* text, std::string_view key) {
  const size_t begin = text->find("[" + std::string(key) + "]");
  if (begin == std::string::npos) return;
  text->erase(begin, text->find("\n[", begin) - begin);
}

TEST(Phrasebook, SpeaksTheSevenLocalesAndSaysThatNobodyReviewedThem) {
  for (const char* locale : kSpokenLocales) {
    const Phrases* phrases = BuiltIn().Find(locale);
    ASSERT_NE(phrases, nullptr) << locale;
    EXPECT_FALSE(phrases->reviewed());
  }
}

TEST(Phrasebook, RefusesALanguageThatLacksAnyMessage) {
  for (const char* locale : {"en", "nl", "de", "fr", "ja"}) {
    for (const MessageSpec& spec : AllMessages()) {
      const bool staff = spec.audience == Audience::kStaff;
      auto files = With(locale, staff ? "staff.txt" : "sayable.txt",
                        [&](std::string* text) { DropSection(text, spec.key); });
      std::erase_if(files, [&](const MessageFile& file) {  // for speed
        return file.locale != locale && file.locale != "en" && file.locale != "en-US";
      });
      ASSERT_THAT(Refusal(files), AllOf(HasSubstr("messages/" + std::string(locale)),
                                        HasSubstr(spec.key), HasSubstr("has no text for")));
    }
  }
}

TEST(Phrasebook, RefusesALanguageThatLacksOneRegister) {
  const auto files = With("nl", "sayable.txt", [](std::string* text) {
    Replace(text, "formal indirect: Wat zou u daarvan vinden?\n", "");
  });
  EXPECT_THAT(Refusal(files), AllOf(HasSubstr("messages/nl/"), HasSubstr("question.item"),
                                    HasSubstr("formal indirect spoken")));
}

TEST(Phrasebook, RefusesSentencesAgainstTheManners) {
  const auto refused = [](const std::string& locale, const std::string& from,
                          const std::string& to) {
    return Refusal(
        With(locale, "sayable.txt", [&](std::string* text) { Replace(text, from, to); }));
  };
  EXPECT_THAT(refused("de", "Was halten Sie davon?", "Was hältst du davon?"),
              AllOf(HasSubstr("messages/de/sayable.txt:"), HasSubstr("question.item"),
                    HasSubstr("\"du\" is familiar where the register is formal")));
  EXPECT_THAT(refused("nl", "informal direct: Wat vind je", "informal direct: Wat vindt u"),
              HasSubstr("\"u\" is polite where the register is informal"));
  EXPECT_THAT(refused("en", "informal balanced: How does that sound?",
                      "informal balanced: How does that sound? Good?"),
              HasSubstr("asks 2 questions; expected 1"));
  EXPECT_THAT(refused("en", "direct: It may be about time for it again.",
                      "direct: Hurry, it is time for it again."),
              HasSubstr("\"hurry\" is banned"));
  EXPECT_THAT(
      refused("en", "direct: It may be about time for it again.", "direct: It has been 30 days."),
      HasSubstr("has a digit"));
  EXPECT_THAT(refused("en", "direct: It may be about time for it again.",
                      "direct: Because you had it, it is time."),
              HasSubstr("claims a cause"));
  EXPECT_THAT(refused("ja", "formal direct: いかがでしょうか。", "formal direct: お気軽にどうぞ。"),
              HasSubstr("asks 0 questions"));
  EXPECT_THAT(refused(
                  "en", "*: recently",
                  "*: " +
                      [] {
                        std::string words;
                        for (int word = 0; word < 26; ++word) words += "long ";
                        return words;
                      }()),
              HasSubstr("words long"));
}

TEST(Phrasebook, RefusesBrokenFilesWithTheirPlace) {
  const auto refused = [](const std::string& name, const std::string& added) {
    return Refusal(With("en", name, [&](std::string* text) { *text += added; }));
  };
  EXPECT_THAT(refused("staff.txt", "\n[fact.weather]\n*: Rain.\n"),
              AllOf(HasSubstr("messages/en/staff.txt:"),
                    HasSubstr("fact.weather: there is no such message")));
  EXPECT_THAT(refused("staff.txt", "\n[bridge.new]\n*: New.\n"),
              HasSubstr("belongs in the other file"));
  EXPECT_THAT(refused("staff.txt", "\n[fact.new]\n*: New.\n"), HasSubstr("has two texts"));
  EXPECT_THAT(refused("staff.txt", "\n[fact.new]\nloud: New.\n"),
              HasSubstr("\"loud\" is no register"));
  EXPECT_THAT(refused("staff.txt", "\n[fact.new]\nformal: {day}.\n"),
              HasSubstr("there is no {day}"));
  EXPECT_THAT(refused("staff.txt", "\nnothing\n"), HasSubstr("expected"));
  EXPECT_THAT(refused("staff.txt", "\xFF"), HasSubstr("not UTF-8"));
  EXPECT_THAT(refused("manners.txt", "\nBANED: x\n"), HasSubstr("BANED"));
  EXPECT_THAT(Refusal(With("en", "staff.txt",
                           [](std::string* text) { Replace(text, "REVIEWED: no", ""); })),
              HasSubstr("REVIEWED"));
  std::vector<MessageFile> files = BuiltInMessageFiles();
  files.push_back({.locale = "not_a_locale", .name = "staff.txt", .path = "x", .text = ""});
  EXPECT_THAT(Refusal(files), HasSubstr("no locale: not_a_locale"));
  std::erase_if(files, [](const MessageFile& file) { return file.locale != "nl"; });
  EXPECT_THAT(Refusal(files), HasSubstr("no messages for en-US"));
}

TEST(Phrasebook, FallsBackToParentsAndAtLastToEnglish) {
  EXPECT_EQ(BuiltIn().For("nl-BE").locale(), "nl-BE");
  EXPECT_EQ(BuiltIn().For("nl-SR").locale(), "nl");
  EXPECT_EQ(BuiltIn().For("nl-BE-x-antwerp").locale(), "nl-BE");
  EXPECT_EQ(BuiltIn().For("de-CH").locale(), "de");
  EXPECT_EQ(BuiltIn().For("en-AU").locale(), "en");
  EXPECT_EQ(BuiltIn().For("ja").locale(), "ja");
  EXPECT_EQ(BuiltIn().For("sw-KE").locale(), "en-US");
}

TEST(Phrasebook, ARegionSaysDifferentlyOnlyWhatItHasOfItsOwn) {
  const Voice us = VoiceOf("en-US"), gb = VoiceOf("en-GB");
  const When autumn{When::Kind::kLastSeason, Season::kAutumn};
  EXPECT_EQ(WordsOf(us.phrases, us.manner, autumn), "last fall");
  EXPECT_EQ(WordsOf(gb.phrases, gb.manner, autumn), "last autumn");
  EXPECT_EQ(Render(us.phrases, us.manner, MessageId::kFactNew, {}),
            Render(gb.phrases, gb.manner, MessageId::kFactNew, {}));
}

TEST(Phrasebook, TakesAFolderThatAddsALocaleAndAnotherWording) {
  TempDir dir;
  const auto write = [&](const std::string& locale, const std::string& name,
                         const std::string& text) {
    std::filesystem::create_directories(dir / locale);
    std::ofstream(dir / (locale + "/" + name)) << text;
  };
  write("en-IE", "manners.txt", "REVIEWED: yes\nDIRECTNESS: indirect\n");
  write("en-IE", "sayable.txt", "REVIEWED: yes\n[open.listen.first]\n*: What’s the craic?\n");
  const auto book = Phrasebook::Load(dir.path());
  ASSERT_TRUE(book.ok()) << book.status();
  const Phrases& irish = book->For("en-IE");
  EXPECT_EQ(Render(irish, {}, MessageId::kOpenListenFirst, {}), "What’s the craic?");
  EXPECT_EQ(irish.manners().directness, Directness::kIndirect);
  EXPECT_FALSE(irish.reviewed());  // what it takes from en is not
  EXPECT_EQ(book->For("nl-NL").locale(), "nl-NL");
  EXPECT_THAT(std::string(Phrasebook::Load(dir / "missing").status().message()),
              HasSubstr("missing"));
}

TEST(CanonicalTag, TakesWhatIsOneAndNothingElse) {
  EXPECT_EQ(*CanonicalTag("NL-nl"), "nl-NL");
  EXPECT_EQ(*CanonicalTag("zh-hant-tw"), "zh-Hant-TW");
  EXPECT_EQ(*CanonicalTag("de"), "de");
  for (const char* wrong : {"", "nl_NL", "Dutch please", "e", "nl-", "-nl", "../en", "nl-NL-",
                            "en-US\n", "toolonglanguage"}) {
    EXPECT_FALSE(CanonicalTag(wrong).ok()) << wrong;
  }
  EXPECT_FALSE(CanonicalTag(std::string(5'000, 'a')).ok());
}

TEST(IsSouthern, FollowsTheRegion) {
  EXPECT_TRUE(IsSouthern("en-AU"));
  EXPECT_TRUE(IsSouthern("pt-BR"));
  EXPECT_FALSE(IsSouthern("en-US"));
  EXPECT_FALSE(IsSouthern("en"));
}

// The forms of address of one register never stand in the other, in any line of any locale, whoever
// wrote the lists of manners.txt.
TEST(FormsOfAddress, AreNeverMixed) {
  const std::map<std::string, std::pair<std::vector<std::string>, std::vector<std::string>>>
      kForms = {{"nl", {{"u", "uw"}, {"je", "jij", "jou", "jouw"}}},
                {"de",
                 {{"Sie", "Ihnen", "Ihr", "Ihre", "Ihrem", "Ihren"},
                  {"du", "dir", "dich", "dein", "deinem"}}},
                {"fr", {{"vous", "votre", "vos"}, {"tu", "te", "toi", "ton", "ta", "tes", "t’"}}}};
  for (const char* locale : kSpokenLocales) {
    const auto forms = kForms.find(std::string(locale).substr(0, 2));
    if (forms == kForms.end()) continue;
    std::set<bool> seen;
    for (const MessageFile& file : BuiltInMessageFiles()) {
      if (file.name != "sayable.txt" || !std::string(locale).starts_with(file.locale)) continue;
      const auto parsed = ParseMessages(file);
      ASSERT_TRUE(parsed.ok());
      for (const MessageEntry& entry : parsed->entries) {
        const auto has = [&](const std::vector<std::string>& words) {
          return std::ranges::any_of(words, [&](const std::string& word) {
            return Phrase(word).StandsIn(entry.pattern, Folded(entry.pattern));
          });
        };
        const bool polite = has(forms->second.first), familiar = has(forms->second.second);
        EXPECT_FALSE(polite && familiar) << entry.place;
        if (polite || familiar) {
          ASSERT_TRUE(entry.formality.has_value()) << entry.place;
          EXPECT_EQ(polite, *entry.formality == Formality::kFormal) << entry.place;
          seen.insert(polite);
        }
      }
    }
    EXPECT_EQ(seen.size(), 2u) << locale;
  }
}

}  // namespace
}  // namespace rapport::talk
