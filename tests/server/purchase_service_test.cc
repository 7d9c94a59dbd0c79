#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/fields.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Result = v1::RecordResult;
using Stub = v1::PurchaseService::Stub;

class PurchaseServiceTest : public ::testing::Test {
 protected:
  grpc::Status Record(const v1::RecordPurchasesRequest& request) {
    response_.Clear();
    return Ask(*server_.purchases, &Stub::RecordPurchases, request, &response_);
  }
  // Records one purchase, which is expected to be rejected; gives its answer.
  Result Rejected(const v1::Purchase& purchase) {
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = purchase;
    EXPECT_TRUE(Record(request).ok());
    EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_REJECTED);
    return response_.purchase_results(0);
  }
  std::vector<std::string> ListedEvents(int page_size, std::string* token) {
    v1::ListPurchasesRequest request;
    request.set_customer_id("c1");
    request.set_page_size(page_size);
    request.set_page_token(*token);
    v1::ListPurchasesResponse page;
    EXPECT_TRUE(Ask(*server_.purchases, &Stub::ListPurchases, request, &page).ok());
    std::vector<std::string> events;
    for (const auto& line : page.purchases()) events.push_back(line.purchase().event_id());
    *token = page.next_page_token();
    return events;
  }

  RunningServer server_;
  v1::RecordPurchasesResponse response_;
};

TEST_F(PurchaseServiceTest, AnAcceptedPurchaseIsListedWithItsReturnAndAfterARestart) {
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "coffee", 3);
  request.mutable_purchases(0)->set_quantity(5);
  *request.add_returns() = MakeReturn("r1", "c1", "e1");
  request.mutable_returns(0)->set_quantity(2);
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_ACCEPTED);
  EXPECT_EQ(response_.purchase_results(0).event_id(), "e1");
  EXPECT_EQ(response_.return_results(0).status(), Result::STATUS_ACCEPTED);
  EXPECT_FALSE(response_.return_results(0).unmatched());
  EXPECT_EQ(response_.sequence(), 2U);

  server_.Restart();
  v1::ListPurchasesRequest list;
  list.set_customer_id("c1");
  v1::ListPurchasesResponse listed;
  ASSERT_TRUE(Ask(*server_.purchases, &Stub::ListPurchases, list, &listed).ok());
  ASSERT_EQ(listed.purchases_size(), 1);
  EXPECT_EQ(listed.purchases(0).purchase().SerializeAsString(),
            request.purchases(0).SerializeAsString());
  EXPECT_EQ(listed.purchases(0).returns_size(), 1);
  EXPECT_EQ(listed.purchases(0).kept_quantity(), 3);
  EXPECT_EQ(listed.purchases(0).sequence(), 1U);
  EXPECT_EQ(listed.purchases(0).recorded_at().seconds(), ToProto(TestClock::kStart).seconds());
}

TEST_F(PurchaseServiceTest, TheSameAgainIsADuplicateAndOtherContentAConflict) {
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "coffee");
  ASSERT_TRUE(Record(request).ok());
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_DUPLICATE);
  request.mutable_purchases(0)->set_quantity(2);
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_CONFLICT);
  EXPECT_EQ(response_.purchase_results(0).field(), "quantity");
  EXPECT_THAT(response_.purchase_results(0).reason(), HasSubstr("the first stands"));
  EXPECT_EQ(response_.sequence(), 1U);
}

TEST_F(PurchaseServiceTest, GoodLinesAreRecordedBesideBadOnes) {
  v1::RecordPurchasesRequest request;
  for (const char* event : {"e0", "e1", "e2", "e3"}) {
    *request.add_purchases() = MakePurchase(event, "c1", "coffee");
  }
  request.mutable_purchases(1)->set_quantity(0);
  request.mutable_purchases(3)->set_quantity(-4);
  *request.add_returns() = MakeReturn("", "c1", "e0");
  *request.add_returns() = MakeReturn("r1", "c1", "not here yet");
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_ACCEPTED);
  EXPECT_EQ(response_.purchase_results(1).status(), Result::STATUS_REJECTED);
  EXPECT_EQ(response_.purchase_results(1).field(), "purchases[1].quantity");
  EXPECT_EQ(response_.purchase_results(2).status(), Result::STATUS_ACCEPTED);
  EXPECT_EQ(response_.purchase_results(3).field(), "purchases[3].quantity");
  EXPECT_EQ(response_.purchase_results(3).reason(), "given -4; expected 1 to 10,000,000 pieces");
  EXPECT_EQ(response_.return_results(0).field(), "returns[0].event_id");
  EXPECT_EQ(response_.return_results(1).status(), Result::STATUS_ACCEPTED);
  EXPECT_TRUE(response_.return_results(1).unmatched());
  EXPECT_EQ(response_.sequence(), 3U);
}

TEST_F(PurchaseServiceTest, EveryBadFieldOfAPurchaseIsNamed) {
  const v1::Purchase good = MakePurchase("e1", "c1", "coffee");
  struct Case {
    const char* field;
    void (*spoil)(v1::Purchase&);
  };
  const std::vector<Case> cases = {
      {"event_id", [](auto& p) { p.clear_event_id(); }},
      {"event_id", [](auto& p) { p.set_event_id(std::string(129, 'x')); }},
      {"customer_id", [](auto& p) { p.set_customer_id("a\nb"); }},
      {"item_id", [](auto& p) { p.clear_item_id(); }},
      {"item_id", [](auto& p) { p.set_item_id("\xC2\x85"); }},
      {"item_id", [](auto& p) { p.set_item_id("del\x7F"); }},
      {"order_id", [](auto& p) { p.set_order_id(std::string(129, 'x')); }},
      {"staff_id", [](auto& p) { p.set_staff_id(std::string("\0", 1)); }},
      {"store", [](auto& p) { p.set_store(std::string(257, 'x')); }},
      {"quantity", [](auto& p) { p.set_quantity(10'000'001); }},
      {"purchased_at", [](auto& p) { p.clear_purchased_at(); }},
      {"purchased_at", [](auto& p) { p.mutable_purchased_at()->set_seconds(-1); }},
      {"purchased_at", [](auto& p) { p.mutable_purchased_at()->set_seconds(INT64_MAX); }},
      {"purchased_at",
       [](auto& p) {
         *p.mutable_purchased_at() = ToProto(TestClock::kStart + std::chrono::seconds(601));
       }},
      {"purchased_at.nanos", [](auto& p) { p.mutable_purchased_at()->set_nanos(1'000'000'000); }},
      {"unit_price.currency_code", [](auto& p) { p.mutable_unit_price()->set_units(1); }},
      {"unit_price.currency_code",
       [](auto& p) { p.mutable_unit_price()->set_currency_code("eur"); }},
      {"unit_price.nanos",
       [](auto& p) {
         p.mutable_unit_price()->set_currency_code("EUR");
         p.mutable_unit_price()->set_nanos(1'000'000'000);
       }},
      {"unit_price.nanos",
       [](auto& p) {
         p.mutable_unit_price()->set_currency_code("EUR");
         p.mutable_unit_price()->set_units(1);
         p.mutable_unit_price()->set_nanos(-1);
       }},
      {"unit_price",
       [](auto& p) {
         p.mutable_unit_price()->set_currency_code("EUR");
         p.mutable_unit_price()->set_units(-1);
       }},
      {"channel", [](auto& p) { p.set_channel(static_cast<v1::Channel>(99)); }},
  };
  for (const Case& each : cases) {
    v1::Purchase bad = good;
    each.spoil(bad);
    const Result result = Rejected(bad);
    EXPECT_EQ(result.field(), std::string("purchases[0].") + each.field);
    EXPECT_FALSE(result.reason().empty());
    EXPECT_EQ(response_.sequence(), 0U);
  }
}

TEST_F(PurchaseServiceTest, EveryBadFieldOfAReturnIsNamed) {
  const std::vector<std::pair<const char*, void (*)(v1::Return&)>> cases = {
      {"event_id", [](auto& r) { r.clear_event_id(); }},
      {"customer_id", [](auto& r) { r.set_customer_id("\t"); }},
      {"purchase_event_id", [](auto& r) { r.clear_purchase_event_id(); }},
      {"quantity", [](auto& r) { r.set_quantity(0); }},
      {"returned_at", [](auto& r) { r.clear_returned_at(); }},
      {"staff_id", [](auto& r) { r.set_staff_id(std::string(200, 's')); }},
  };
  for (const auto& [field, spoil] : cases) {
    v1::RecordPurchasesRequest request;
    *request.add_returns() = MakeReturn("r1", "c1", "e1");
    spoil(*request.mutable_returns(0));
    ASSERT_TRUE(Record(request).ok());
    EXPECT_EQ(response_.return_results(0).status(), Result::STATUS_REJECTED);
    EXPECT_EQ(response_.return_results(0).field(), std::string("returns[0].") + field);
  }
}

TEST_F(PurchaseServiceTest, TheLimitsThemselvesAreAccepted) {
  v1::RecordPurchasesRequest request;
  v1::Purchase& purchase = *request.add_purchases();
  purchase = MakePurchase(std::string(128, 'e'), "", "caf\xC3\xA9");
  purchase.set_quantity(10'000'000);
  *purchase.mutable_purchased_at() = ToProto(TestClock::kStart + std::chrono::minutes(10));
  *request.add_purchases() = MakePurchase("e2", "", "x");
  *request.mutable_purchases(1)->mutable_purchased_at() = ToProto(TimePoint{});
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(response_.purchase_results(0).status(), Result::STATUS_ACCEPTED);
  EXPECT_EQ(response_.purchase_results(1).status(), Result::STATUS_ACCEPTED);
}

TEST_F(PurchaseServiceTest, NoLinesAndTooManyLinesAreRefused) {
  v1::RecordPurchasesRequest request;
  EXPECT_EQ(PathsOf(Record(request)), std::vector<std::string>{"purchases"});
  for (int line = 0; line < 1'001; ++line) {
    *request.add_purchases() = MakePurchase("e" + std::to_string(line), "c1", "coffee");
  }
  const grpc::Status status = Record(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_THAT(status.error_message(), HasSubstr("given 1,001"));
  request.mutable_purchases()->RemoveLast();
  EXPECT_TRUE(Record(request).ok());
}

TEST_F(PurchaseServiceTest, PagesAreLatestFirstAndMissNothing) {
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("a", "c1", "coffee", 3);
  *request.add_purchases() = MakePurchase("c", "c1", "tea", 1);
  *request.add_purchases() = MakePurchase("b", "c1", "mug", 1);  // same time: by event id
  *request.add_purchases() = MakePurchase("z", "c1", "filter", 2);
  *request.add_purchases() = MakePurchase("d", "c2", "filter", 2);
  ASSERT_TRUE(Record(request).ok());
  std::string token;
  EXPECT_THAT(ListedEvents(2, &token), ElementsAre("c", "b"));
  EXPECT_FALSE(token.empty());
  EXPECT_THAT(ListedEvents(2, &token), ElementsAre("z", "a"));
  EXPECT_TRUE(token.empty());
  EXPECT_THAT(ListedEvents(0, &token), ElementsAre("c", "b", "z", "a"));
}

TEST_F(PurchaseServiceTest, BadPagesAndUnknownCustomersAreRefused) {
  v1::ListPurchasesRequest request;
  v1::ListPurchasesResponse page;
  request.set_page_size(1'001);
  request.set_page_token("nonsense");
  EXPECT_THAT(PathsOf(Ask(*server_.purchases, &Stub::ListPurchases, request, &page)),
              ElementsAre("customer_id", "page_size", "page_token"));
  request.set_page_size(-1);
  EXPECT_THAT(PathsOf(Ask(*server_.purchases, &Stub::ListPurchases, request, &page)),
              ElementsAre("customer_id", "page_size", "page_token"));
  request.Clear();
  request.set_customer_id("nobody");
  const grpc::Status unknown = Ask(*server_.purchases, &Stub::ListPurchases, request, &page);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "CUSTOMER_UNKNOWN");
  EXPECT_THAT(unknown.error_message(), ::testing::Not(HasSubstr("nobody")));
}

TEST_F(PurchaseServiceTest, ATokenOfAnotherCustomerIsRefused) {
  v1::RecordPurchasesRequest request;
  for (const char* customer : {"c1", "c2"}) {
    for (const char* event : {"e1", "e2"}) {
      *request.add_purchases() = MakePurchase(event, customer, "coffee");
    }
  }
  ASSERT_TRUE(Record(request).ok());
  std::string token;
  ListedEvents(1, &token);
  v1::ListPurchasesRequest other;
  other.set_customer_id("c2");
  other.set_page_token(token);
  v1::ListPurchasesResponse page;
  EXPECT_THAT(PathsOf(Ask(*server_.purchases, &Stub::ListPurchases, other, &page)),
              ElementsAre("page_token"));
}

TEST(PurchaseService, ADiskAtItsFloorSaysWhenToComeBack) {
  RunningServer server([](Config& config) { config.storage.free_space_floor_mib = 1LL << 39; });
  v1::RecordPurchasesRequest request;
  *request.add_purchases() = MakePurchase("e1", "c1", "coffee");
  v1::RecordPurchasesResponse response;
  const grpc::Status status = Ask(*server.purchases, &Stub::RecordPurchases, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(HasRetryInfo(status));
}

}  // namespace
}  // namespace rapport::server
