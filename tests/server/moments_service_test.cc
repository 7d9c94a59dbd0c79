// ListMoments, ClaimMoment and CompleteMoment against a running server.
#include <algorithm>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/fields.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Clienteling = v1::ClientelingService::Stub;

// The clock stands at 2026-05-01 00:00 UTC. Ada takes a latte each week and is late; Bob ordered
// for the first time yesterday; Cy bought once, long ago.
class MomentsServiceTest : public ::testing::Test {
 protected:
  MomentsServiceTest() {
    v1::UpsertItemsRequest items;
    for (const char* id : {"latte", "mug"}) {
      auto* item = items.add_items();
      item->set_item_id(id);
      item->set_title(id == std::string("mug") ? "Blue Mug" : "Latte");
      item->add_category_path("Things");
    }
    v1::UpsertItemsResponse upserted;
    EXPECT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, items, &upserted).ok());
    v1::RecordPurchasesRequest request;
    for (int week = 0; week < 9; ++week)
      *request.add_purchases() =
          MakePurchase("a" + std::to_string(week), "ada", "latte", 10 + 7 * week);
    v1::Purchase first = MakePurchase("b1", "bob", "mug", 1);
    first.set_store("Harbour");
    *request.add_purchases() = first;
    *request.add_purchases() = MakePurchase("c1", "cy", "mug", 100);
    v1::RecordPurchasesResponse response;
    EXPECT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    v1::Customer ada;
    ada.set_customer_id("ada");
    ada.set_name("Ada Okafor");
    ada.set_form_of_address("Ms Okafor");
    ada.set_locale("en-GB");
    ada.set_staff_id("sam");
    Meet(ada);
  }

  void Meet(const v1::Customer& customer) {
    v1::UpsertCustomersRequest request;
    *request.add_customers() = customer;
    v1::UpsertCustomersResponse response;
    const grpc::Status status =
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertCustomers, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  v1::ListMomentsResponse List(const v1::ListMomentsRequest& request = {}) {
    v1::ListMomentsResponse response;
    const grpc::Status status =
        Ask(*server_.clienteling, &Clienteling::ListMoments, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::ListedMoment OfAda() {
    const v1::ListMomentsResponse list = List();
    for (const v1::ListedMoment& listed : list.moments()) {
      if (listed.moment().customer_id() == "ada") return listed;
    }
    ADD_FAILURE() << "Ada has no moment";
    return {};
  }
  grpc::Status Claim(const std::string& moment, const std::string& staff,
                     v1::MomentClaim* claim = nullptr, const std::string& customer = "ada") {
    v1::ClaimMomentRequest request;
    request.set_customer_id(customer);
    request.set_moment_id(moment);
    request.set_staff_id(staff);
    v1::MomentClaim response;
    return Ask(*server_.clienteling, &Clienteling::ClaimMoment, request,
               claim == nullptr ? &response : claim);
  }
  grpc::Status Complete(const std::string& moment, const std::string& staff, v1::MomentFate fate,
                        v1::ContactChannel channel = v1::CONTACT_CHANNEL_UNSPECIFIED,
                        v1::MomentClaim* claim = nullptr) {
    v1::CompleteMomentRequest request;
    request.set_customer_id("ada");
    request.set_moment_id(moment);
    request.set_staff_id(staff);
    request.set_fate(fate);
    request.set_channel(channel);
    v1::MomentClaim response;
    return Ask(*server_.clienteling, &Clienteling::CompleteMoment, request,
               claim == nullptr ? &response : claim);
  }

  RunningServer server_{[](Config& config) { config.metrics.listen = "127.0.0.1:0"; }};
};

std::vector<std::string> CustomersOf(const v1::ListMomentsResponse& list) {
  std::vector<std::string> ids;
  for (const v1::ListedMoment& listed : list.moments())
    ids.push_back(listed.moment().customer_id());
  return ids;
}

TEST_F(MomentsServiceTest, ListsWhoWhatWhyAndWhatToSay) {
  const v1::ListMomentsResponse list = List();
  ASSERT_THAT(CustomersOf(list), ElementsAre("bob", "ada"));
  const v1::ListedMoment& ada = list.moments(1);
  EXPECT_EQ(ada.moment().occasion(), v1::OCCASION_USUAL_LATE);
  EXPECT_EQ(ada.moment().name(), "Ada Okafor");
  EXPECT_EQ(ada.moment().form_of_address(), "Ms Okafor");
  EXPECT_EQ(ada.moment().item().title(), "Latte");
  EXPECT_EQ(ada.moment().owner_staff_id(), "sam");
  EXPECT_EQ(ada.moment().since(), "2026-04-29");
  EXPECT_EQ(ada.moment().event_ids(0), "a0");
  EXPECT_EQ(ada.moment().moment_id().size(), 32);
  EXPECT_EQ(ada.opener(), "It’s been a little while, and I thought of Latte.");
  EXPECT_EQ(ada.question(), "How have you been?");
  EXPECT_EQ(ada.locale(), "en-GB");
  EXPECT_EQ(ada.channels_size(), 5);
  EXPECT_EQ(list.moments(0).moment().occasion(), v1::OCCASION_FIRST_ORDER);
  EXPECT_EQ(list.date(), "2026-05-01");
  EXPECT_EQ(list.time_zone(), "UTC");
  EXPECT_EQ(list.customers(), 3);
  EXPECT_THAT(list.suppression_counts(), IsEmpty());
}

TEST_F(MomentsServiceTest, IsTheSameAgain) {
  EXPECT_EQ(List().DebugString(), List().DebugString());
  server_.Restart();
  EXPECT_THAT(CustomersOf(List()), ElementsAre("bob", "ada"));
}

TEST_F(MomentsServiceTest, AFirstOrderHasTheIdThatItWasToldBy) {
  v1::WatchMomentsRequest request;
  grpc::ClientContext context;
  const auto reader = server_.clienteling->WatchMoments(&context, request);
  v1::WatchMomentsResponse told;
  std::vector<std::string> ids;
  while (ids.size() < 6 && reader->Read(&told)) ids.push_back(told.moment().moment_id());
  context.TryCancel();
  reader->Finish();
  EXPECT_THAT(ids, ::testing::Contains(List().moments(0).moment().moment_id()));
}

TEST_F(MomentsServiceTest, IsOfAStoreABookADayAKindAndACapacity) {
  v1::ListMomentsRequest request;
  request.set_store("Harbour");
  EXPECT_THAT(CustomersOf(List(request)), ElementsAre("bob"));
  request.clear_store();
  request.set_staff_id("sam");
  EXPECT_THAT(CustomersOf(List(request)), ElementsAre("ada"));
  request.Clear();
  request.set_date("2026-04-22");
  EXPECT_THAT(CustomersOf(List(request)), IsEmpty());
  EXPECT_EQ(List(request).date(), "2026-04-22");
  request.Clear();
  request.add_occasions(v1::OCCASION_FIRST_ORDER);
  EXPECT_THAT(CustomersOf(List(request)), ElementsAre("bob"));
  request.Clear();
  request.set_capacity(0);
  request.set_include_suppressed(true);
  const v1::ListMomentsResponse none = List(request);
  EXPECT_THAT(none.moments(), IsEmpty());
  ASSERT_EQ(none.suppression_counts_size(), 1);
  EXPECT_EQ(none.suppression_counts(0).by(), v1::SUPPRESSION_BEYOND_CAPACITY);
  EXPECT_EQ(none.suppression_counts(0).moments(), 2);
  EXPECT_EQ(none.suppressed_size(), 2);
}

TEST_F(MomentsServiceTest, ConsentHoldsOnTheNextCall) {
  v1::Customer ada;
  ada.set_customer_id("ada");
  ada.mutable_consent()->set_mention(false);
  Meet(ada);
  v1::ListedMoment listed = OfAda();
  EXPECT_TRUE(listed.neutral());
  EXPECT_EQ(listed.opener(), "I hope you’re doing well.");
  ada.mutable_consent()->set_contact(false);
  auto* email = ada.mutable_consent()->add_contact_by_channel();
  email->set_channel(v1::CONTACT_CHANNEL_EMAIL);
  email->set_yes(true);
  Meet(ada);
  listed = OfAda();
  EXPECT_THAT(listed.channels(), ElementsAre(v1::CONTACT_CHANNEL_EMAIL));
  v1::ListMomentsRequest request;
  request.set_channel(v1::CONTACT_CHANNEL_PHONE);
  request.set_include_suppressed(true);
  v1::ListMomentsResponse list = List(request);
  EXPECT_THAT(CustomersOf(list), ElementsAre("bob"));
  EXPECT_EQ(list.suppressed(0).by(), v1::SUPPRESSION_NO_CONSENT);
  ada.mutable_consent()->set_personalization(false);
  Meet(ada);
  list = List(request);
  ASSERT_EQ(list.suppressed_size(), 1);
  EXPECT_EQ(list.suppressed(0).by(), v1::SUPPRESSION_OPTED_OUT);
  v1::CustomerMoment nobody;
  nobody.set_customer_id("ada");
  EXPECT_EQ(list.suppressed(0).moment().DebugString(), nobody.DebugString());
}

TEST_F(MomentsServiceTest, CustomersKeepWhatTheySaidOfContact) {
  v1::Customer ada;
  ada.set_customer_id("ada");
  ada.set_staff_id("kim");
  ada.set_time_zone("Asia/Tokyo");
  ada.mutable_quiet_hours()->set_from_minute(21 * 60);
  ada.mutable_quiet_hours()->set_until_minute(8 * 60);
  auto* phone = ada.mutable_consent()->add_contact_by_channel();
  phone->set_channel(v1::CONTACT_CHANNEL_PHONE);
  Meet(ada);
  v1::GetCustomerRequest request;
  request.set_customer_id("ada");
  v1::Customer kept;
  ASSERT_TRUE(Ask(*server_.catalog, &v1::CatalogService::Stub::GetCustomer, request, &kept).ok());
  EXPECT_EQ(kept.DebugString(), ada.DebugString());
}

TEST_F(MomentsServiceTest, CustomersWithAMistakeAreRefusedByItsPlace) {
  v1::UpsertCustomersRequest request;
  v1::Customer* ada = request.add_customers();
  ada->set_customer_id("ada");
  ada->set_time_zone("Mars/Olympus");
  ada->mutable_quiet_hours()->set_from_minute(1'440);
  ada->mutable_quiet_hours()->set_until_minute(1'440);
  ada->mutable_consent()->add_contact_by_channel();
  ada->mutable_consent()->add_contact_by_channel()->set_channel(v1::CONTACT_CHANNEL_POST);
  ada->mutable_consent()->add_contact_by_channel()->set_channel(v1::CONTACT_CHANNEL_POST);
  v1::UpsertCustomersResponse response;
  const grpc::Status status =
      Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertCustomers, request, &response);
  EXPECT_THAT(
      PathsOf(status),
      ElementsAre("customers[0].time_zone", "customers[0].consent.contact_by_channel[0].channel",
                  "customers[0].consent.contact_by_channel[2].channel",
                  "customers[0].quiet_hours.from_minute", "customers[0].quiet_hours.until_minute",
                  "customers[0].quiet_hours.until_minute"));
}

TEST_F(MomentsServiceTest, ALeaseKeepsACustomerFromOthersUntilItEnds) {
  const std::string id = OfAda().moment().moment_id();
  v1::MomentClaim claim;
  ASSERT_TRUE(Claim(id, "sam", &claim).ok());
  EXPECT_EQ(claim.staff_id(), "sam");
  EXPECT_EQ(claim.occasion(), v1::OCCASION_USUAL_LATE);
  EXPECT_EQ(claim.until().seconds(), ToProto(TestClock::kStart).seconds() + 30 * 60);
  v1::ListMomentsRequest request;
  request.set_include_suppressed(true);
  v1::ListMomentsResponse list = List(request);
  EXPECT_THAT(CustomersOf(list), ElementsAre("bob"));
  EXPECT_EQ(list.suppressed(0).by(), v1::SUPPRESSION_CLAIMED);
  EXPECT_EQ(list.suppressed(0).held_by_staff_id(), "sam");
  request.set_staff_id("sam");
  EXPECT_EQ(List(request).moments(0).claimed_until().seconds(), claim.until().seconds());
  server_.clock().Advance(std::chrono::minutes(30));
  EXPECT_THAT(CustomersOf(List()), ElementsAre("bob", "ada"));
}

TEST_F(MomentsServiceTest, OfTwoWhoClaimOneGetsIt) {
  v1::Customer ada;
  ada.set_customer_id("ada");  // in nobody's book
  Meet(ada);
  const std::string id = OfAda().moment().moment_id();
  std::array<grpc::Status, 6> answers;
  {
    std::vector<std::jthread> staff;
    for (size_t each = 0; each < answers.size(); ++each)
      staff.emplace_back([&, each] { answers[each] = Claim(id, "s" + std::to_string(each)); });
  }
  EXPECT_EQ(std::ranges::count_if(answers, &grpc::Status::ok), 1);
  for (const grpc::Status& answer : answers) {
    if (answer.ok()) continue;
    EXPECT_EQ(answer.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(answer), "MOMENT_CLAIMED");
  }
}

TEST_F(MomentsServiceTest, WhatIsSuppressedCannotBeClaimed) {
  const std::string id = OfAda().moment().moment_id();
  EXPECT_EQ(ReasonOf(Claim(id, "kim")), "MOMENT_SUPPRESSED");  // Sam's customer
  EXPECT_THAT(Claim(id, "kim").error_message(), HasSubstr("in the book of sam"));
  v1::Customer ada;
  ada.set_customer_id("ada");
  ada.mutable_consent()->set_contact(false);
  Meet(ada);
  const grpc::Status refused = Claim(id, "sam");
  EXPECT_EQ(ReasonOf(refused), "MOMENT_SUPPRESSED");
  EXPECT_THAT(refused.error_message(), HasSubstr("no consent to be contacted"));
  EXPECT_EQ(ReasonOf(Claim("no such", "sam")), "MOMENT_UNKNOWN");
  EXPECT_EQ(ReasonOf(Claim(id, "sam", nullptr, "nobody")), "MOMENT_UNKNOWN");
}

TEST_F(MomentsServiceTest, ACompletedCallCountsAsAContactOnceAndForAll) {
  const std::string id = OfAda().moment().moment_id();
  ASSERT_TRUE(Claim(id, "sam").ok());
  v1::MomentClaim done, again;
  ASSERT_TRUE(
      Complete(id, "sam", v1::MOMENT_FATE_CONTACTED, v1::CONTACT_CHANNEL_PHONE, &done).ok());
  EXPECT_EQ(done.fate(), v1::MOMENT_FATE_CONTACTED);
  EXPECT_EQ(done.channel(), v1::CONTACT_CHANNEL_PHONE);
  server_.clock().Advance(std::chrono::hours(1));
  ASSERT_TRUE(
      Complete(id, "sam", v1::MOMENT_FATE_CONTACTED, v1::CONTACT_CHANNEL_PHONE, &again).ok());
  EXPECT_EQ(again.DebugString(), done.DebugString());
  EXPECT_EQ(ReasonOf(Complete(id, "sam", v1::MOMENT_FATE_SKIPPED)), "MOMENT_DONE");
  EXPECT_EQ(ReasonOf(Claim(id, "sam")), "MOMENT_DONE");
  v1::ListMomentsRequest request;
  request.set_include_suppressed(true);
  EXPECT_EQ(List(request).suppressed(0).by(), v1::SUPPRESSION_DONE);
  // A purchase ends it; the next moment comes too soon after the call.
  v1::RecordPurchasesRequest bought;
  *bought.add_purchases() = MakePurchase("a-new", "ada", "mug", 0);
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, bought, &response).ok());
  server_.clock().Advance(std::chrono::hours(24 * 6));
  EXPECT_THAT(CustomersOf(List()), ::testing::Not(::testing::Contains("ada")));
}

TEST_F(MomentsServiceTest, AMomentThatIsOverCanStillBeCompletedByWhoHadIt) {
  const std::string id = OfAda().moment().moment_id();
  ASSERT_TRUE(Claim(id, "sam").ok());
  v1::RecordPurchasesRequest bought;
  *bought.add_purchases() = MakePurchase("a-new", "ada", "latte", 0);
  v1::RecordPurchasesResponse response;
  ASSERT_TRUE(
      Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, bought, &response).ok());
  EXPECT_EQ(ReasonOf(Claim(id, "sam")), "MOMENT_UNKNOWN");
  EXPECT_TRUE(Complete(id, "sam", v1::MOMENT_FATE_CONTACTED, v1::CONTACT_CHANNEL_PHONE).ok());
  EXPECT_EQ(ReasonOf(Complete("no such", "sam", v1::MOMENT_FATE_SKIPPED)), "MOMENT_UNKNOWN");
}

TEST_F(MomentsServiceTest, RefusesMistakesByTheirPlace) {
  v1::ListMomentsRequest request;
  request.set_date("2026-02-29");
  request.set_capacity(1'001);
  request.add_occasions(v1::OCCASION_UNSPECIFIED);
  request.set_channel(static_cast<v1::ContactChannel>(9));
  request.set_staff_id(std::string(129, 's'));
  v1::ListMomentsResponse response;
  EXPECT_THAT(PathsOf(Ask(*server_.clienteling, &Clienteling::ListMoments, request, &response)),
              UnorderedElementsAre("date", "capacity", "occasions[0]", "channel", "staff_id"));
  for (const char* date : {"2026-5-01", "2026-05-1", "2026-05-01 ", "1969-12-31", "tomorrow"}) {
    request.Clear();
    request.set_date(date);
    EXPECT_THAT(PathsOf(Ask(*server_.clienteling, &Clienteling::ListMoments, request, &response)),
                ElementsAre("date"))
        << date;
  }
  request.set_date("2026-02-30");
  EXPECT_THAT(
      Ask(*server_.clienteling, &Clienteling::ListMoments, request, &response).error_message(),
      HasSubstr("given 2026-02-30; expected a day"));
  EXPECT_THAT(PathsOf(Claim("", "", nullptr, "")),
              ElementsAre("customer_id", "moment_id", "staff_id"));
  EXPECT_THAT(PathsOf(Complete("m", "sam", v1::MOMENT_FATE_UNSPECIFIED)), ElementsAre("fate"));
  EXPECT_THAT(PathsOf(Complete("m", "sam", v1::MOMENT_FATE_CONTACTED)), ElementsAre("channel"))
      << "the caps would not know of it";
  EXPECT_THAT(PathsOf(Complete("m", "sam", v1::MOMENT_FATE_SKIPPED, v1::CONTACT_CHANNEL_PHONE)),
              ElementsAre("channel"));
}

TEST_F(MomentsServiceTest, CountsWhatWasListedKeptBackAndDealtWith) {
  const std::string id = OfAda().moment().moment_id();
  ASSERT_TRUE(Claim(id, "sam").ok());
  List();
  ASSERT_TRUE(Complete(id, "sam", v1::MOMENT_FATE_SKIPPED).ok());
  const std::string scrape = server_.Scrape();
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_listed_total{kind=\"usual_late\"} 1"));
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_listed_total{kind=\"first_order\"} 2"));
  EXPECT_THAT(scrape, HasSubstr("rapport_moments_suppressed_total{reason=\"claimed\"} 1"));
  EXPECT_THAT(scrape,
              HasSubstr("rapport_moment_claims_total{fate=\"claimed\",kind=\"usual_late\"} 1"));
  EXPECT_THAT(scrape,
              HasSubstr("rapport_moment_claims_total{fate=\"skipped\",kind=\"usual_late\"} 1"));
  EXPECT_THAT(scrape, HasSubstr("rapport_ungrounded_text_total 0"));
}

}  // namespace
}  // namespace rapport::server
