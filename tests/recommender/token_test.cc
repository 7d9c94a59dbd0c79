#include "services/recommender/token.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cmath>
#include <random>

#include "absl/strings/escaping.h"

namespace rapport {
namespace {

const Token kToken{.model_version = "000000000042-20260501T093000000",
                   .sequence = 42,
                   .as_of = TimePoint(std::chrono::microseconds(1'700'000'000'123'456)),
                   .pool = Pool::kAny,
                   .request = 0xdeadbeefcafef00d,
                   .shopper = {.customer_id = "c|ロ'\n7",
                               .guest_past = {{"i1", "o1", TimePoint()}, {"i2", "", std::nullopt}},
                               .basket_item_ids = {"b", "b", ""},
                               .what_if = {.leave_out_event_ids = {"e1"},
                                           .leave_out_item_ids = {"i3"},
                                           .gift_event_ids = {"e2", "e3"},
                                           .gift_item_ids = {""},
                                           .add_item_ids = {"i4"}}},
                   .store = "Harbour",
                   .asked = {.count = 7,
                             .max_per_category = 3,
                             .diversity = 0.25,
                             .min_confidence = 0.5,
                             .promoted_slots = 0,
                             .filter = "price < 10",
                             .only_item_ids = {"o"},
                             .exclude_item_ids = {"x", "y"},
                             .too_many_ids = true},
                   .rules = {{ItemIndex(7), {{"r1", 0.5, true}, {"r2", -1}}, true, true},
                             {ItemIndex(9), {{"r2", -1}}},
                             {ItemIndex(3), {}}},
                   .split = true,
                   .page = true,
                   .shown = {{ItemIndex(1), true}, {ItemIndex(2), false}},
                   .spent_pins = {"p1"}};

TEST(Token, ReadsBackWhatItWrote) {
  const auto back = DecodeToken(EncodeToken(kToken));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, kToken);
}

TEST(Token, WorksForAModelOfNothingAndAHistoryOfNothing) {
  const Token nothing{.shopper = {.customer_id = "c"}};
  EXPECT_EQ(*DecodeToken(EncodeToken(nothing)), nothing);
}

TEST(Token, RefusesWhatWasChangedOnTheWay) {
  const std::string text = EncodeToken(kToken);
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 5000; ++trial) {
    std::string changed = text;
    changed[random() % changed.size()] = static_cast<char>(random() % 256);
    if (changed == text) continue;
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeToken(changed).status()));
  }
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(DecodeToken(text.substr(0, length)).ok());
}

// Whoever makes a token up may make its checksum too.
TEST(Token, RefusesWhatNoRequestMayAskFor) {
  const std::vector<void (*)(Token&)> changes = {
      [](Token& token) { token.asked.count = 0; },
      [](Token& token) { token.asked.count = 101; },
      [](Token& token) { token.asked.max_per_category = 0x80000000u; },
      [](Token& token) { token.asked.promoted_slots = 0x80000000u; },
      [](Token& token) { token.asked.diversity = 1.5; },
      [](Token& token) { token.asked.diversity = std::nan(""); },
      [](Token& token) { token.asked.min_confidence = -0.1; },
      [](Token& token) { token.asked.only_item_ids.resize(101); },
      [](Token& token) { token.asked.exclude_item_ids.resize(101); },
      [](Token& token) { token.shopper.basket_item_ids.resize(65); },
      [](Token& token) { token.shopper.guest_past.resize(257); },
      [](Token& token) { token.shopper.what_if.leave_out_event_ids.resize(1'001); },
      [](Token& token) { token.shopper.what_if.leave_out_item_ids.resize(1'001); },
      [](Token& token) { token.shopper.what_if.gift_event_ids.resize(1'001); },
      [](Token& token) { token.shopper.what_if.gift_item_ids.resize(1'001); },
      [](Token& token) { token.shopper.what_if.add_item_ids.resize(1'001); },
      [](Token& token) { token.shown.resize(1'000); },
      [](Token& token) { token.rules.resize(101); },
      [](Token& token) { token.rules.at(0).terms.at(0).amount = HUGE_VAL; },
      [](Token& token) { token.rules.at(0).terms.at(0).amount = std::nan(""); },
      [](Token& token) { token.rules.at(0).terms.at(0).amount = 1e4; },
  };
  for (size_t change = 0; change < changes.size(); ++change) {
    Token token = kToken;
    changes[change](token);
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeToken(EncodeToken(token)).status())) << change;
  }
}

// Its first byte is the form; before this one there were two.
TEST(Token, RefusesTokensOfOlderForms) {
  for (const char format : {'\1', '\2', '\3'}) {
    std::string bytes;
    ASSERT_TRUE(absl::WebSafeBase64Unescape(EncodeToken(kToken), &bytes));
    bytes.resize(bytes.size() - sizeof(uint64_t));
    bytes[0] = format;
    const uint64_t checksum = XXH3_64bits(bytes.data(), bytes.size());
    bytes.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeToken(absl::WebSafeBase64Escape(bytes)).status()));
  }
}

TEST(Token, RefusesAnythingElse) {
  for (const char* text : {"", "hello", "AAAA", "||||||||"})
    EXPECT_FALSE(DecodeToken(text).ok()) << text;
}

}  // namespace
}  // namespace rapport
