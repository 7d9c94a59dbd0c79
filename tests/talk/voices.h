// What is built in, made once for all tests, and the locales that the shop speaks.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "services/talk/phrasebook.h"
#include "services/talk/voice.h"

namespace rapport::talk {

inline constexpr std::array kSpokenLocales = {"en-US", "en-GB", "nl-NL", "nl-BE",
                                              "de-DE", "fr-FR", "ja-JP"};

inline const Phrasebook& BuiltIn() {
  static const Phrasebook* const kBook = [] {
    auto book = Phrasebook::Load("");
    EXPECT_TRUE(book.ok()) << book.status();
    return new Phrasebook(*std::move(book));
  }();
  return *kBook;
}

inline Voice VoiceOf(const std::string& locale, Register manner = {}) {
  return {.phrases = *BuiltIn().Find(locale), .manner = manner};
}

}  // namespace rapport::talk
