#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/fields.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Cards = v1::ClientelingService::Stub;

// Ada comes every third day at noon and takes a tea at Harbour.
class CustomerCardTest : public ::testing::Test {
 protected:
  void FillShop() {
    v1::UpsertItemsRequest items;
    for (const char* id : {"tea", "oolong", "pills"}) {
      auto* item = items.add_items();
      item->set_item_id(id);
      item->set_title(std::string("Fine ") + id);
      item->add_category_path(id == std::string("pills") ? "Health" : "Tea");
      (*item->mutable_attributes())["leaf"] = "loose";
    }
    items.mutable_items(0)->set_available(false);
    v1::UpsertItemsResponse upserted;
    ASSERT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, items, &upserted).ok());
    v1::RecordPurchasesRequest request;
    for (int order = 0; order < 6; ++order) {
      v1::Purchase tea = MakePurchase("e" + std::to_string(order), "ada", "tea", 1 + 3 * order);
      tea.set_store("Harbour");
      tea.set_channel(v1::CHANNEL_STORE);
      *request.add_purchases() = tea;
      *request.add_purchases() =
          MakePurchase("p" + std::to_string(order), "ada", "pills", 1 + 3 * order);
    }
    *request.add_purchases() = MakePurchase("o", "bob", "oolong");
    v1::RecordPurchasesResponse response;
    ASSERT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    server_.Train();
  }
  void Consents(const v1::Consent& consent) {
    v1::UpsertCustomersRequest request;
    v1::Customer* ada = request.add_customers();
    ada->set_customer_id("ada");
    ada->set_name("Ada Okafor");
    ada->set_form_of_address("Ms Okafor");
    ada->set_locale("en-GB");
    *ada->mutable_consent() = consent;
    v1::UpsertCustomersResponse response;
    ASSERT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertCustomers, request, &response).ok());
  }
  static v1::GetCustomerCardRequest OfAda() {
    v1::GetCustomerCardRequest request;
    request.set_customer_id("ada");
    return request;
  }
  v1::CustomerCard Card(const v1::GetCustomerCardRequest& request = OfAda()) {
    v1::CustomerCard card;
    const grpc::Status status = Ask(*server_.clienteling, &Cards::GetCustomerCard, request, &card);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return card;
  }
  grpc::Status Refusal(const v1::GetCustomerCardRequest& request) {
    v1::CustomerCard card;
    return Ask(*server_.clienteling, &Cards::GetCustomerCard, request, &card);
  }

  RunningServer server_{[](Config& config) { config.shop.time_zone = "Europe/Amsterdam"; }};
};

TEST_F(CustomerCardTest, TellsTheUsualTheRhythmAndTheFirstsWithTheirEvidence) {
  FillShop();
  const v1::CustomerCard card = Card();
  ASSERT_GE(card.usual_orders_size(), 1);
  const v1::UsualOrder& order = card.usual_orders(0);
  EXPECT_EQ(order.context().day_kind(), v1::DAY_KIND_WEEKDAY);
  EXPECT_EQ(order.visits(), 5);  // e4 is a Saturday's
  ASSERT_EQ(order.usual().items_size(), 1);
  const v1::UsualItem& tea = order.usual().items(0);
  EXPECT_EQ(tea.item().title(), "Fine tea");
  EXPECT_EQ(tea.times(), 5);
  EXPECT_DOUBLE_EQ(order.usual().share(), 6.0 / 7);
  EXPECT_THAT(tea.event_ids(), ElementsAre("e0", "e1", "e2", "e3", "e5"));
  EXPECT_FALSE(tea.item().available());
  EXPECT_EQ(tea.substitute().item_id(), "oolong");
  EXPECT_EQ(tea.substitute().category(), "Tea");
  EXPECT_EQ(tea.substitute().shared_attributes().at("leaf"), "loose");
  EXPECT_EQ(card.rhythm().median_days(), 3);
  EXPECT_EQ(card.rhythm().due(), v1::DUE_STATE_NOT_YET);
  EXPECT_EQ(card.rhythm().due_date(), "2026-05-03");
  EXPECT_EQ(card.last_visit().store(), "Harbour");
  EXPECT_EQ(card.milestones().orders(), 6);
  EXPECT_EQ(card.milestones().first_order().event_id(), "e5");
  ASSERT_EQ(card.milestones().by_category_size(), 1);
  EXPECT_EQ(card.milestones().by_category(0).category(), "Tea");
  EXPECT_EQ(card.recent_lines_size(), 6);
  EXPECT_EQ(card.recent_lines(0).store(), "Harbour");
  EXPECT_EQ(card.time_zone(), "Europe/Amsterdam");
  EXPECT_THAT(card.DebugString(), Not(HasSubstr("pills")));
}

TEST_F(CustomerCardTest, ASecondCardOfTheSameMomentHasTheSameBytes) {
  FillShop();
  EXPECT_EQ(Card().DebugString(), Card().DebugString());
}

TEST_F(CustomerCardTest, OfWhoRefusesPersonalizationHasHowToServeThemAndNoMore) {
  FillShop();
  v1::Consent consent;
  consent.set_personalization(false);
  Consents(consent);
  v1::CustomerCard card = Card();
  EXPECT_EQ(card.name(), "Ada Okafor");
  EXPECT_EQ(card.form_of_address(), "Ms Okafor");
  EXPECT_FALSE(card.consent().personalization());
  EXPECT_TRUE(card.no_personalization());
  v1::CustomerCard rest;
  rest.set_customer_id("ada");
  rest.set_name("Ada Okafor");
  rest.set_form_of_address("Ms Okafor");
  *rest.mutable_consent() = consent;
  rest.set_no_personalization(true);
  *rest.mutable_as_of() = ToProto(TestClock::kStart);
  rest.set_time_zone("Europe/Amsterdam");
  EXPECT_EQ(card.DebugString(), rest.DebugString());
}

TEST_F(CustomerCardTest, OfWhoRefusesMentionMarksAllThatIsNotToBeSaid) {
  FillShop();
  v1::Consent consent;
  consent.set_mention(false);
  Consents(consent);
  const v1::CustomerCard card = Card();
  EXPECT_FALSE(card.usual_orders(0).usual().items(0).item().may_say());
  for (const v1::CardLine& line : card.recent_lines()) EXPECT_FALSE(line.item().may_say());
  ASSERT_EQ(card.do_not_say_size(), 1);
  EXPECT_EQ(card.do_not_say(0).reason(), v1::DoNotSay::REASON_NO_MENTION);
}

TEST_F(CustomerCardTest, IsOfTheTimeAskedFor) {
  FillShop();
  auto request = OfAda();
  *request.mutable_at() = ToProto(TestClock::kStart - std::chrono::days(8));
  EXPECT_EQ(Card(request).milestones().orders(), 3);
  *request.mutable_at() = ToProto(TestClock::kStart + std::chrono::days(10));
  EXPECT_EQ(Card(request).rhythm().due(), v1::DUE_STATE_LATE);
}

TEST_F(CustomerCardTest, AnUnknownCustomerIsNotFoundAndEachMistakeNamed) {
  const grpc::Status unknown = Refusal(OfAda());
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(unknown), "CUSTOMER_UNKNOWN");
  auto request = OfAda();
  request.clear_customer_id();
  request.set_store(std::string(257, 'x'));
  request.set_channel(static_cast<v1::Channel>(9));
  request.mutable_at()->set_seconds(INT64_MAX);
  EXPECT_THAT(PathsOf(Refusal(request)), ElementsAre("customer_id", "store", "channel", "at"));
}

TEST(ShopTimeZone, IsCheckedAtTheStart) {
  Config config;
  EXPECT_TRUE(ApplyToml("[shop]\ntime_zone = 'Asia/Tokyo'\n", "rapport.toml", config).ok());
  const absl::Status status =
      ApplyToml("[shop]\ntime_zone = 'Amsterdam'\n", "rapport.toml", config);
  EXPECT_THAT(std::string(status.message()), HasSubstr("rapport.toml:2: shop.time_zone"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("IANA"));
}

}  // namespace
}  // namespace rapport::server
