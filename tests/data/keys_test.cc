#include "data/keys.h"

#include <random>
#include <tuple>

#include "tests/data/support.h"

namespace rapport::keys {
namespace {

// Short and from few bytes, so that prefixes, equal ids and zeros are common.
std::string RandomId(std::mt19937_64& random) {
  constexpr char kBytes[] = {'\x00', '\x01', 'a', 'b', '\x7F', '\xFE', '\xFF'};
  std::string id(random() % 5, '\0');
  for (char& byte : id) byte = kBytes[random() % sizeof(kBytes)];
  return id;
}

TEST(EventKey, OrdersAsCustomerThenEventDo) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200'000; ++round) {
    const std::string c1 = RandomId(random), e1 = RandomId(random);
    const std::string c2 = RandomId(random), e2 = RandomId(random);
    ASSERT_EQ(EventKey(c1, e1) < EventKey(c2, e2), std::tie(c1, e1) < std::tie(c2, e2));
    ASSERT_EQ(EventKey(c1, e1) == EventKey(c2, e2), std::tie(c1, e1) == std::tie(c2, e2));
  }
}

TEST(EventKey, ComesBackAsTheIdsItWasMadeOf) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 100'000; ++round) {
    const std::string customer = RandomId(random), event = RandomId(random);
    const auto id = ParseEventKey(EventKey(customer, event));
    ASSERT_TRUE(id.has_value());
    ASSERT_EQ(id->customer_id, customer);
    ASSERT_EQ(id->event_id, event);
  }
}

TEST(CustomerPrefix, BeginsTheKeysOfItsCustomerAndOfNobodyElse) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200'000; ++round) {
    const std::string c1 = RandomId(random), c2 = RandomId(random), event = RandomId(random);
    const std::string key = EventKey(c2, event);
    ASSERT_EQ(key.starts_with(CustomerPrefix(c1)), c1 == c2);
    ASSERT_EQ(key.substr(0, PrefixLength(key)), CustomerPrefix(c2));
    ASSERT_EQ(key < PastCustomer(c1), c2 <= c1);
  }
}

TEST(ParseEventKey, TakesNoBytesThatAreNoKey) {
  using std::string_literals::operator""s;
  for (const std::string& bytes :
       {""s, "ada"s, "ada\0"s, "ada\0\x01tea"s, "\0\xFF"s, "a\0b\0\0"s}) {
    EXPECT_FALSE(ParseEventKey(bytes).has_value());
    EXPECT_EQ(PrefixLength(bytes), 0u);
  }
}

TEST(MomentKey, IsInTheOrderOfPositionsAndReadsBack) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 10'000; ++round) {
    const uint64_t a = random() >> random() % 64, b = random() >> random() % 64;
    ASSERT_EQ(MomentKey(a) < MomentKey(b), a < b);
    ASSERT_EQ(ParseMomentKey(MomentKey(a)), a);
  }
  EXPECT_EQ(ParseMomentKey("1234567"), std::nullopt);
  EXPECT_EQ(ParseMomentKey("123456789"), std::nullopt);
}

}  // namespace
}  // namespace rapport::keys
