// Two ids that are one customer, over the wire.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using Clienteling = v1::ClientelingService::Stub;

class MergeCustomersTest : public ::testing::Test {
 protected:
  MergeCustomersTest() {
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = MakePurchase("e1", "ada", "tea", 3);
    *request.add_purchases() = MakePurchase("e2", "ada-web", "mug", 2);
    *request.add_purchases() = MakePurchase("e3", "ada-web", "pot", 1);
    v1::RecordPurchasesResponse response;
    EXPECT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    v1::RecordInsightRequest note;
    note.set_insight_id("n1");
    note.set_customer_id("ada-web");
    note.set_kind(v1::INSIGHT_KIND_NOTE);
    note.set_text("likes a chat");
    v1::RecordInsightResponse noted;
    EXPECT_TRUE(Ask(*server_.clienteling, &Clienteling::RecordInsight, note, &noted).ok());
  }
  grpc::Status Merge(const std::string& from, const std::string& into,
                     v1::MergeCustomersResponse* response) {
    v1::MergeCustomersRequest request;
    request.set_from_customer_id(from);
    request.set_into_customer_id(into);
    return Ask(*server_.clienteling, &Clienteling::MergeCustomers, request, response);
  }
  v1::CustomerCard Card(const std::string& customer) {
    v1::GetCustomerCardRequest request;
    request.set_customer_id(customer);
    v1::CustomerCard card;
    EXPECT_TRUE(Ask(*server_.clienteling, &Clienteling::GetCustomerCard, request, &card).ok());
    return card;
  }

  RunningServer server_;
};

TEST_F(MergeCustomersTest, EverythingFollowsAndARepeatIsSafe) {
  v1::MergeCustomersResponse merged;
  const grpc::Status status = Merge("ada-web", "ada", &merged);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(merged.customer_id(), "ada");
  EXPECT_EQ(merged.purchases(), 2);
  EXPECT_EQ(merged.reports(), 1);
  EXPECT_FALSE(merged.done_before());
  const v1::CustomerCard card = Card("ada");
  EXPECT_EQ(card.milestones().orders(), 3);
  EXPECT_EQ(card.milestones().first_order().event_id(), "e1");
  ASSERT_EQ(card.insights_size(), 1);
  EXPECT_EQ(card.insights(0).text(), "likes a chat");
  EXPECT_EQ(Card("ada-web").milestones().orders(), 3);
  ASSERT_TRUE(Merge("ada-web", "ada", &merged).ok());
  EXPECT_TRUE(merged.done_before());
  EXPECT_EQ(merged.purchases(), 2);

  // A till that has not heard of it.
  v1::RecordPurchasesRequest late;
  *late.add_purchases() = MakePurchase("e2", "ada-web", "mug", 2);
  *late.add_purchases() = MakePurchase("e4", "ada-web", "cup", 4);
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, late, &response).ok());
  EXPECT_EQ(response.purchase_results(0).status(), v1::RecordResult::STATUS_DUPLICATE);
  EXPECT_EQ(response.purchase_results(1).status(), v1::RecordResult::STATUS_ACCEPTED);
  EXPECT_EQ(Card("ada").milestones().orders(), 4);
  server_.Restart();
  EXPECT_EQ(Card("ada").milestones().orders(), 4);
}

TEST_F(MergeCustomersTest, RefusesWhatCannotBe) {
  v1::MergeCustomersResponse merged;
  EXPECT_THAT(PathsOf(Merge("", "ada", &merged)), ElementsAre("from_customer_id"));
  EXPECT_EQ(Merge("ada", "ada", &merged).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Merge("nobody", "ada", &merged).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Merge("ada", "nobody", &merged).error_code(), grpc::StatusCode::NOT_FOUND);
  ASSERT_TRUE(Merge("ada-web", "ada", &merged).ok());
  EXPECT_EQ(Merge("ada", "ada-web", &merged).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

}  // namespace
}  // namespace rapport::server
