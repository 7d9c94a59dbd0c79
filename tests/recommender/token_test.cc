#include "services/recommender/token.h"

#include <gtest/gtest.h>

#include <random>

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
                             .filter = "price < 10",
                             .only_item_ids = {"o"},
                             .exclude_item_ids = {"x", "y"},
                             .too_many_ids = true},
                   .rules = {{ItemIndex(7), {{"r1", 0.5}, {"r2", -1}}},
                             {ItemIndex(9), {{"r2", -1}}},
                             {ItemIndex(3), {}}},
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

TEST(Token, RefusesAnythingElse) {
  for (const char* text : {"", "hello", "AAAA", "||||||||"})
    EXPECT_FALSE(DecodeToken(text).ok()) << text;
}

}  // namespace
}  // namespace rapport
