#include "data/codec.h"

#include <array>
#include <cstdlib>
#include <random>

#include "tests/data/support.h"

namespace rapport::codec {
namespace {

using rapport::testing::At;

constexpr Receipt kReceipt = {300, TimePoint(std::chrono::microseconds(1'767'225'600'000'001))};

Purchase FullPurchase() {
  return {.event_id = "e-1",
          .customer_id = "c-1",
          .item_id = "espresso-beans",
          .order_id = "o-1",
          .purchased_at = At(12),
          .quantity = 3,
          .unit_price = Money{"EUR", 12, 500'000'000},
          .channel = Channel::kPhone,
          .staff_id = "s-1",
          .gift = true};
}

Return FullReturn() { return {"e-2", "c-1", "e-1", 2, At(99), "s-2"}; }

Item FullItem() {
  return {.item_id = "espresso-beans",
          .title = "Espresso beans \xE2\x98\x95",
          .category_path = {"Coffee", "Whole bean"},
          .brand = "Rapport",
          .price = Money{"JPY", 1200, 0},
          .attributes = {{"origin", "Huila"}, {"roast", "dark"}},
          .available = false,
          .tags = {"new", "vegan"}};
}

Customer FullCustomer() {
  return {.customer_id = "c-1",
          .name = "Ngozi Okafor",
          .locale = "nl-NL",
          .form_of_address = "Ms Okafor",
          .store = "Harbour",
          .consent_personalization = true,
          .consent_mention = false,
          .consent_contact = std::nullopt};
}

Customer CustomerToContact() {
  Customer customer = FullCustomer();
  customer.staff_id = "s-1";
  customer.time_zone = "Asia/Tokyo";
  customer.quiet_hours = {21 * 60, 9 * 60 + 30};
  customer.contact_by_channel = {{ContactChannel::kPhone, false}, {ContactChannel::kEmail, true}};
  return customer;
}

MomentClaim FullClaim() {
  return {.customer_id = "c-1",
          .moment_id = "m-1",
          .occasion = Occasion::kFollowUp,
          .staff_id = "s-1",
          .until = At(60),
          .fate = MomentFate::kContacted,
          .channel = ContactChannel::kPost,
          .done_at = At(50)};
}

Rule FullRule() {
  return {.rule_id = "r-1",
          .filter = "category:\"Coffee\" AND price < 10",
          .effect = RuleEffect::kPin,
          .amount = -0.5,
          .position = 3,
          .valid_from = At(1),
          .valid_until = At(2),
          .stores = {"Harbour", "Station"},
          .commercial = true,
          .description = "the roaster pays"};
}

CustomerFirsts FullFirsts() {
  CustomerFirsts firsts;
  firsts.orders = {{At(1), "e-1", "o-1", "espresso-beans"}, {At(2), "e-2", "", "mug"}};
  firsts.categories["Coffee"] = {firsts.orders[0], {7, "e-9"}};
  firsts.categories["Mugs"] = {firsts.orders[1], {}};
  firsts.order_moments = {{1, {5, ""}}, {2, {8, "e-8"}}};
  return firsts;
}

Moment FullMoment() {
  return {.position = 7,
          .kind = MomentKind::kFirstInCategory,
          .customer_id = "c-1",
          .category = "Coffee",
          .order_number = 0,
          .subject = {At(1), "e-1", "o-1", "espresso-beans"},
          .moved_from_event_id = "e-9"};
}

constexpr StoreState kState = {1, 300, 12, 4};
constexpr StoreState kStateWithMoments = {1, 300, 12, 4, 8, true};

// What version 1 wrote, byte for byte; today's code must read it and would write the very same.
std::string Golden(const std::string& name) {
  return ReadFile(std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/store-v1-" + name + ".bin");
}

TEST(CodecGolden, ReadsAndRewritesAPurchase) {
  const std::string bytes = Golden("purchase");
  const auto stored = DecodeEvent("c-1", "e-1", bytes);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->event, Event(FullPurchase()));
  EXPECT_EQ(stored->receipt.sequence, kReceipt.sequence);
  EXPECT_EQ(stored->receipt.recorded_at, kReceipt.recorded_at);
  EXPECT_EQ(EncodeEvent(stored->event, stored->receipt), bytes);
}

TEST(CodecGolden, ReadsAndRewritesAPurchaseWithItsStore) {
  Purchase purchase = FullPurchase();
  purchase.store = "Harbour";
  const std::string bytes = Golden("purchase-store");
  const auto stored = DecodeEvent("c-1", "e-1", bytes);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->event, Event(purchase));
  EXPECT_EQ(EncodeEvent(stored->event, stored->receipt), bytes);
}

TEST(CodecGolden, ReadsAndRewritesAReturn) {
  const std::string bytes = Golden("return");
  const auto stored = DecodeEvent("c-1", "e-2", bytes);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->event, Event(FullReturn()));
  EXPECT_EQ(EncodeEvent(stored->event, stored->receipt), bytes);
}

TEST(CodecGolden, ReadsAndRewritesAnItem) {
  const std::string bytes = Golden("item");
  const auto item = DecodeItem("espresso-beans", bytes);
  ASSERT_TRUE(item.ok()) << item.status();
  EXPECT_EQ(*item, FullItem());
  EXPECT_EQ(EncodeItem(*item), bytes);
}

TEST(CodecGolden, ReadsAndRewritesACustomer) {
  const std::string bytes = Golden("customer");
  const auto customer = DecodeCustomer("c-1", bytes);
  ASSERT_TRUE(customer.ok()) << customer.status();
  EXPECT_EQ(*customer, FullCustomer());
  EXPECT_EQ(EncodeCustomer(*customer), bytes);
}

// Compares `bytes` with the golden file of that name; RAPPORT_WRITE_GOLDEN makes it.
void ExpectGolden(const std::string& name, const std::string& bytes) {
  const std::string path =
      std::string(RAPPORT_SOURCE_DIR) + "/tests/golden/store-v1-" + name + ".bin";
  if (std::getenv("RAPPORT_WRITE_GOLDEN") != nullptr) WriteFile(path, bytes);
  EXPECT_EQ(Golden(name), bytes);
}

TEST(CodecGolden, ReadsAndRewritesACustomerToContact) {
  const std::string bytes = EncodeCustomer(CustomerToContact());
  ExpectGolden("customer-contact", bytes);
  const auto customer = DecodeCustomer("c-1", bytes);
  ASSERT_TRUE(customer.ok()) << customer.status();
  EXPECT_EQ(*customer, CustomerToContact());
}

TEST(CodecGolden, ReadsAndRewritesAnItemThatIsBack) {
  Item item = FullItem();
  item.available = true;
  item.available_since = At(3);
  const std::string bytes = EncodeItem(item);
  ExpectGolden("item-back", bytes);
  EXPECT_EQ(DecodeItem("espresso-beans", bytes).value(), item);
}

TEST(CodecGolden, ReadsAndRewritesAClaim) {
  const std::string key = "c-1" + std::string(2, '\0') + "m-1";
  const std::string bytes = EncodeClaim(FullClaim());
  ExpectGolden("claim", bytes);
  EXPECT_EQ(DecodeClaimAt(key, bytes).value(), FullClaim());
  EXPECT_TRUE(absl::IsDataLoss(DecodeClaimAt("no key", bytes).status()));
  std::array<MomentClaim, 4> unknown;
  unknown.fill(FullClaim());
  unknown[0].occasion = Occasion{0};
  unknown[1].occasion = Occasion{kOccasions + 1};
  unknown[2].fate = MomentFate{kMomentFates + 1};
  unknown[3].channel = ContactChannel{kContactChannels + 1};
  for (const MomentClaim& claim : unknown)
    EXPECT_TRUE(absl::IsDataLoss(DecodeClaimAt(key, EncodeClaim(claim)).status()));
}

TEST(CodecGolden, ReadsAndRewritesARule) {
  const std::string bytes = Golden("rule");
  const auto rule = DecodeRule("r-1", bytes);
  ASSERT_TRUE(rule.ok()) << rule.status();
  EXPECT_EQ(*rule, FullRule());
  EXPECT_EQ(EncodeRule(*rule), bytes);
}

TEST(Codec, RefusesARuleOfAnEffectThatItDoesNotKnow) {
  Rule rule = FullRule();
  rule.effect = static_cast<RuleEffect>(5);
  EXPECT_TRUE(absl::IsDataLoss(DecodeRule("r-1", EncodeRule(rule)).status()));
}

TEST(CodecGolden, ReadsAndRewritesTheStoreState) {
  const std::string bytes = Golden("state");
  const auto state = DecodeStoreState(bytes);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(*state, kState);
  EXPECT_EQ(EncodeStoreState(*state), bytes);
}

TEST(CodecGolden, ReadsAndRewritesTheStoreStateSinceThereAreMoments) {
  const std::string bytes = Golden("state-moments");
  const auto state = DecodeStoreState(bytes);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(*state, kStateWithMoments);
  EXPECT_EQ(EncodeStoreState(*state), bytes);
}

TEST(CodecGolden, ReadsAndRewritesFirsts) {
  const std::string bytes = Golden("firsts");
  const auto firsts = DecodeFirsts(bytes);
  ASSERT_TRUE(firsts.ok()) << firsts.status();
  EXPECT_EQ(*firsts, FullFirsts());
  EXPECT_EQ(EncodeFirsts(*firsts), bytes);
}

TEST(CodecGolden, ReadsAndRewritesAMoment) {
  const std::string bytes = Golden("moment");
  const auto moment = DecodeMoment(7, bytes);
  ASSERT_TRUE(moment.ok()) << moment.status();
  EXPECT_EQ(*moment, FullMoment());
  EXPECT_EQ(EncodeMoment(*moment), bytes);
  EXPECT_EQ(moment->Id(), "5db44186e4d66bc2ccd17ee0205ddc82");
}

TEST(Codec, RefusesAMomentOfAnOrderThatIsNotThere) {
  CustomerFirsts firsts = FullFirsts();
  firsts.order_moments[3] = {9, ""};
  EXPECT_TRUE(absl::IsDataLoss(DecodeFirsts(EncodeFirsts(firsts)).status()));
}

TEST(Codec, KeepsTheDifferenceBetweenUnsetAndZero) {
  Return rest = FullReturn();
  rest.quantity = std::nullopt;
  EXPECT_EQ(DecodeEvent("c-1", "e-2", EncodeEvent(rest, kReceipt))->event, Event(rest));
  Purchase free = FullPurchase();
  free.unit_price = Money{};
  EXPECT_EQ(DecodeEvent("c-1", "e-1", EncodeEvent(free, kReceipt))->event, Event(free));
  free.unit_price = std::nullopt;
  EXPECT_EQ(DecodeEvent("c-1", "e-1", EncodeEvent(free, kReceipt))->event, Event(free));
}

TEST(Codec, KeepsTimesBefore1970AndTheEndsOfTime) {
  for (const TimePoint time : {TimePoint::min(), TimePoint(), TimePoint::max()}) {
    Purchase purchase = FullPurchase();
    purchase.purchased_at = time;
    EXPECT_EQ(DecodeEvent("c-1", "e-1", EncodeEvent(purchase, kReceipt))->event, Event(purchase));
  }
}

TEST(Codec, KeepsTextThatIsNotUtf8) {
  Purchase purchase = FullPurchase();
  purchase.item_id = "caf\xE9";
  const auto stored = DecodeEvent("c-1", "e-1", EncodeEvent(purchase, kReceipt));
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->event, Event(purchase));
}

TEST(Codec, ChangesAvailabilityAndKeepsWhatANewerVersionWrote) {
  const std::string newer_field = "\xBA\x3E\x03new";  // field 999
  const auto changed = WithAvailability(EncodeItem(FullItem()) + newer_field, true, At(9));
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_TRUE(changed->ends_with(newer_field));
  EXPECT_TRUE(DecodeItem("espresso-beans", *changed)->available);
  EXPECT_EQ(DecodeItem("espresso-beans", *changed)->available_since, At(9));
}

TEST(Codec, RefusesAnEventThatIsNeitherPurchaseNorReturn) {
  EXPECT_TRUE(absl::IsDataLoss(DecodeEvent("c", "e", "").status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeEvent("c", "e", "\x08\x01").status()));
}

TEST(Codec, RefusesEveryCutOfAnEvent) {
  for (const Event& event : {Event(FullPurchase()), Event(FullReturn())}) {
    const std::string bytes = EncodeEvent(event, kReceipt);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_TRUE(absl::IsDataLoss(DecodeEvent("c", "e", bytes.substr(0, length)).status()));
    }
  }
}

TEST(Codec, ReadsOrRefusesWhateverTheBytes) {
  const std::vector<std::string> originals = {EncodeEvent(FullPurchase(), kReceipt),
                                              EncodeEvent(FullReturn(), kReceipt),
                                              EncodeItem(FullItem()),
                                              EncodeCustomer(FullCustomer()),
                                              EncodeCustomer(CustomerToContact()),
                                              EncodeClaim(FullClaim()),
                                              EncodeStoreState(kState),
                                              EncodeFirsts(FullFirsts()),
                                              EncodeMoment(FullMoment())};
  std::mt19937_64 random(4);
  for (int round = 0; round < 10'000; ++round) {
    std::string bytes = originals[random() % originals.size()];
    for (uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
          break;
        case 1:
          bytes[at] = static_cast<char>(random());
          break;
        case 2:
          bytes.resize(at + 1);
          break;
        default:
          bytes.insert(at, 1, static_cast<char>(random()));
      }
    }
    if (const auto event = DecodeEvent("c", "e", bytes); event.ok()) {
      EXPECT_GT(event->receipt.sequence, 0u);
    }
    (void)DecodeItem("i", bytes).ok();
    (void)DecodeCustomer("c", bytes).ok();
    (void)DecodeStoreState(bytes).ok();
    (void)DecodeFirsts(bytes).ok();
    (void)DecodeMoment(1, bytes).ok();
    (void)DecodeTopCategory(bytes).ok();
    (void)WithAvailability(bytes, true, At(1)).ok();
    (void)DecodeClaimAt("c" + std::string(2, '\0') + "m", bytes).ok();
    (void)DecodeEventAt(bytes, bytes).ok();
  }
}

}  // namespace
}  // namespace rapport::codec
