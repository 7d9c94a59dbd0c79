#include "services/talk/text.h"

#include <gtest/gtest.h>

namespace rapport::talk {
namespace {

TEST(SpokenName, HasNoCharactersThatSteerWhatIsShown) {
  EXPECT_EQ(SpokenName("  House\tBlend \n dark  "), "House Blend dark");
  EXPECT_EQ(SpokenName("Evil\u202Eeman\u202C"), "Evileman");  // would turn what follows
  EXPECT_EQ(SpokenName("a\u2066b\u2069c\u200Fd"), "abcd");    // isolates, a mark
  EXPECT_EQ(SpokenName(std::string("a\0b\x1B[31mc", 10)), "a b [31mc");
  EXPECT_EQ(SpokenName("caf\u00ADé"), "café");  // a soft hyphen parts no words
  EXPECT_EQ(SpokenName("\xFF\xFE broken"), "broken");
  EXPECT_EQ(SpokenName("می\u200Cخواهم"), "می\u200Cخواهم");  // spelt so
}

TEST(SpokenName, IsEmptyWhereThereIsNothingToSay) {
  EXPECT_EQ(SpokenName(""), "");
  EXPECT_EQ(SpokenName(" \u200B\u202E "), "");
  EXPECT_EQ(SpokenName("---"), "");
}

TEST(SpokenName, IsCutBetweenWords) {
  EXPECT_EQ(SpokenName("one two three four five six seven eight"),
            "one two three four five six seven eight");
  EXPECT_EQ(SpokenName("one two three four five six seven eight nine"),
            "one two three four five six seven eight…");
  std::string tea;
  for (int letter = 0; letter < 30; ++letter) tea += "茶";
  EXPECT_EQ(SpokenName(tea).size(), 24 * 3 + std::string("…").size());
  EXPECT_LE(SpokenLength(SpokenName(tea)), kMostNameLength + 1e-9);
}

TEST(SpokenLength, CountsWordsAndThreeCharactersWhereThereAreNone) {
  EXPECT_EQ(SpokenLength("You usually go for Nyeri AA, 250 g."), 8);
  EXPECT_EQ(SpokenLength("that’s — well-known"), 2);
  EXPECT_NEAR(SpokenLength("いかがでしょうか。"), 8.0 / 3, 1e-9);
  EXPECT_NEAR(SpokenLength("新しい Kayanza"), 2, 1e-9);
}

TEST(Isolated, FencesNamesFromRightToLeftAndNoOthers) {
  EXPECT_EQ(Isolated("House Blend"), "House Blend");
  EXPECT_EQ(Isolated("قهوة"), "\u2068قهوة\u2069");
  EXPECT_EQ(Isolated("Café קפה"), "\u2068Café קפה\u2069");
  EXPECT_TRUE(IsolatesAreClosed(Isolated("قهوة")));
  EXPECT_FALSE(IsolatesAreClosed("\u2068قهوة"));
  EXPECT_FALSE(IsolatesAreClosed("قهوة\u2069\u2068"));
}

TEST(HasDigit, KnowsDigitsOfAnyScript) {
  EXPECT_TRUE(HasDigit("250 g"));
  EXPECT_TRUE(HasDigit("٣"));
  EXPECT_TRUE(HasDigit("３"));
  EXPECT_FALSE(HasDigit("once, a few times"));
}

bool Stands(std::string_view phrase, std::string_view text) {
  return Phrase(phrase).StandsIn(text, Folded(text));
}

TEST(Phrase, IsFoundAsWholeWordsInAnyCase) {
  EXPECT_TRUE(Stands("last chance", "A LAST CHANCE!"));
  EXPECT_FALSE(Stands("act", "exactly"));
  EXPECT_TRUE(Stands("te", "Cela te plaît."));
  EXPECT_FALSE(Stands("te", "cette"));
  EXPECT_TRUE(Stands("t’", "il t’a plu"));
  EXPECT_FALSE(Stands("t’", "c’est l’hiver"));
}

TEST(Phrase, WithACapitalIsFoundAsItIsWritten) {
  EXPECT_TRUE(Stands("Sie", "Was halten Sie davon?"));
  EXPECT_FALSE(Stands("Sie", "dass sie passen"));
}

TEST(Phrase, IsFoundAnywhereWhereWordsAreNotParted) {
  EXPECT_TRUE(Stands("いただ", "お求めいただきました"));
  EXPECT_FALSE(Stands("円", "まるい"));
}

}  // namespace
}  // namespace rapport::talk
