#include "services/server/convert.h"

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "services/server/page_token.h"
#include "services/server/worker_pool.h"

namespace rapport::server {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr TimePoint kNow{std::chrono::seconds(1'777'593'600)};

template <class Struct, class Proto>
void ExpectRoundTrip(const Struct& value, const Proto& proto) {
  Proto again;
  ToProto(value, &again);
  EXPECT_TRUE(MessageDifferencer::Equals(proto, again)) << again.DebugString();
}

TEST(Convert, APurchaseWithEveryFieldSurvivesTheRoundTrip) {
  v1::Purchase proto;
  proto.set_event_id("e1");
  proto.set_customer_id("c1");
  proto.set_item_id("i1");
  proto.set_order_id("o1");
  proto.mutable_purchased_at()->set_seconds(1'700'000'000);
  proto.mutable_purchased_at()->set_nanos(123'456'000);
  proto.set_quantity(3);
  proto.mutable_unit_price()->set_currency_code("EUR");
  proto.mutable_unit_price()->set_units(12);
  proto.mutable_unit_price()->set_nanos(990'000'000);
  proto.set_channel(v1::CHANNEL_PHONE);
  proto.set_staff_id("s1");
  proto.set_gift(true);
  proto.set_store("Harbour");
  Violations violations;
  FieldChecker check(violations);
  ExpectRoundTrip(FromProto(proto, kNow, check), proto);
  EXPECT_TRUE(violations.empty());
}

TEST(Convert, TimesAreRoundedDownToTheMicrosecond) {
  google::protobuf::Timestamp time;
  time.set_seconds(5);
  time.set_nanos(1'999);
  Violations violations;
  EXPECT_EQ(FieldChecker(violations).Time("at", time),
            TimePoint(std::chrono::microseconds(5'000'001)));
}

TEST(Convert, AReturnSurvivesTheRoundTripWithAndWithoutQuantity) {
  v1::Return proto;
  proto.set_event_id("r1");
  proto.set_customer_id("c1");
  proto.set_purchase_event_id("e1");
  proto.mutable_returned_at()->set_seconds(1'700'000'000);
  proto.set_staff_id("s1");
  Violations violations;
  FieldChecker check(violations);
  ExpectRoundTrip(FromProto(proto, kNow, check), proto);
  proto.set_quantity(2);
  ExpectRoundTrip(FromProto(proto, kNow, check), proto);
  EXPECT_TRUE(violations.empty());
}

TEST(Convert, AnItemWithEveryFieldSurvivesTheRoundTrip) {
  v1::Item proto;
  proto.set_item_id("i1");
  proto.set_title("Kenya AA");
  proto.add_category_path("Coffee");
  proto.add_category_path("Whole bean");
  proto.set_brand("Roastery");
  proto.mutable_price()->set_currency_code("EUR");
  proto.mutable_price()->set_units(14);
  (*proto.mutable_attributes())["roast"] = "dark";
  proto.set_available(false);
  proto.add_tags("new");
  Violations violations;
  FieldChecker check(violations);
  ExpectRoundTrip(FromProto(proto, check), proto);
  EXPECT_TRUE(violations.empty());
}

TEST(Convert, ACustomerKeepsWhatWasNeverSaidApartFromNo) {
  v1::Customer proto;
  proto.set_customer_id("c1");
  proto.set_name("Ada Okafor");
  proto.set_locale("nl-NL");
  proto.set_form_of_address("Ms Okafor");
  proto.set_store("Utrecht");
  Violations violations;
  FieldChecker check(violations);
  ExpectRoundTrip(FromProto(proto, check), proto);
  proto.mutable_consent()->set_personalization(false);
  proto.mutable_consent()->set_contact(true);
  ExpectRoundTrip(FromProto(proto, check), proto);
  EXPECT_TRUE(violations.empty());
}

TEST(Convert, AtMostFiftyViolationsAreTold) {
  Violations violations;
  FieldChecker check(violations);
  for (int count = 0; count < 80; ++count) check.Pieces("quantity", 0);
  EXPECT_EQ(violations.list().size(), 50U);
}

TEST(PageToken, OnlyTheCallAndSubjectThatMadeItCanReadIt) {
  const std::string token = MakePageToken("ListPurchases", "c1", std::string("\0\x80x", 3));
  EXPECT_EQ(ReadPageToken("ListPurchases", "c1", token), std::string("\0\x80x", 3));
  EXPECT_FALSE(ReadPageToken("ListPurchases", "c2", token));
  EXPECT_FALSE(ReadPageToken("ListItems", "c1", token));
  EXPECT_THAT(token, ::testing::MatchesRegex("[A-Za-z0-9_-]+"));
}

TEST(PageToken, OneThatWasChangedIsRefused) {
  const std::string token = MakePageToken("ListItems", "", "item-7");
  for (size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(ReadPageToken("ListItems", "", changed)) << at;
    EXPECT_FALSE(ReadPageToken("ListItems", "", token.substr(0, at))) << at;
  }
  EXPECT_FALSE(ReadPageToken("ListItems", "", token + "A"));
  EXPECT_FALSE(ReadPageToken("ListItems", "", "not a token!"));
}

TEST(WorkerPool, RefusesWhatDoesNotFitAndFinishesWhatItTook) {
  std::atomic<int> done = 0;
  std::mutex gate;
  {
    gate.lock();
    WorkerPool pool(1, 2);
    std::atomic<bool> running = false;
    ASSERT_TRUE(pool.Submit([&] {
      running = true;
      const std::lock_guard wait(gate);
      ++done;
    }));
    while (!running) std::this_thread::yield();
    EXPECT_TRUE(pool.Submit([&] { ++done; }));
    EXPECT_TRUE(pool.Submit([&] { ++done; }));
    EXPECT_FALSE(pool.Submit([&] { ++done; }));
    gate.unlock();
  }
  EXPECT_EQ(done, 3);
}

}  // namespace
}  // namespace rapport::server
