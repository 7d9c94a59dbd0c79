// What is reported over the wire: checked, answered with its effect, listed, undone, handed over.
#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/server/hand_off_convert.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Clienteling = v1::ClientelingService::Stub;

class FeedbackServiceTest : public ::testing::Test {
 protected:
  FeedbackServiceTest() {
    v1::UpsertItemsRequest items;
    v1::RecordPurchasesRequest purchases;
    for (int item = 0; item < 20; ++item) {
      const std::string id = "i" + std::to_string(item);
      v1::Item* described = items.add_items();
      described->set_item_id(id);
      described->set_title("Fine " + id);
      described->add_category_path(item % 2 == 0 ? "Tea" : "Books");
      if (item == 4) described->add_tags("contains Nuts");
      // Even customers buy even items.
      for (int customer = item % 2; customer < 40; customer += 2) {
        if ((customer * 7 + item) % 3 == 0) continue;
        const std::string who = "c" + std::to_string(customer);
        *purchases.add_purchases() = MakePurchase(who + "-" + id, who, id, 1 + item % 20);
      }
    }
    v1::UpsertItemsResponse upserted;
    EXPECT_TRUE(
        Ask(*server_.catalog, &v1::CatalogService::Stub::UpsertItems, items, &upserted).ok());
    v1::RecordPurchasesResponse recorded;
    EXPECT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, purchases, &recorded)
            .ok());
    server_.Train();
  }

  static v1::RecordOutcomeRequest About(v1::Outcome outcome, const std::string& item,
                                        const std::string& id = "r1") {
    v1::RecordOutcomeRequest request;
    request.set_outcome_id(id);
    request.set_customer_id("c2");
    request.set_outcome(outcome);
    request.set_item_id(item);
    request.set_staff_id("sam");
    return request;
  }
  static v1::RecordInsightRequest Learnt(v1::InsightKind kind, const std::string& id) {
    v1::RecordInsightRequest request;
    request.set_insight_id(id);
    request.set_customer_id("c2");
    request.set_kind(kind);
    return request;
  }
  v1::RecordOutcomeResponse Record(const v1::RecordOutcomeRequest& request) {
    v1::RecordOutcomeResponse response;
    const auto status = Ask(*server_.clienteling, &Clienteling::RecordOutcome, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::RecordInsightResponse Record(const v1::RecordInsightRequest& request) {
    v1::RecordInsightResponse response;
    const auto status = Ask(*server_.clienteling, &Clienteling::RecordInsight, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  std::vector<std::string> Suggested() {
    v1::SuggestForCustomerRequest request;
    request.set_customer_id("c2");
    request.set_count(5);
    v1::SuggestForCustomerResponse response;
    EXPECT_TRUE(Ask(*server_.recommendations, &v1::RecommendationService::Stub::SuggestForCustomer,
                    request, &response)
                    .ok());
    std::vector<std::string> ids;
    for (const auto& each : response.suggestions()) ids.push_back(each.item().item_id());
    return ids;
  }
  template <typename Request, typename Response>
  grpc::Status Refusal(grpc::Status (Clienteling::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                       const Request& request) {
    Response response;
    return Ask(*server_.clienteling, method, request, &response);
  }

  RunningServer server_{[](Config& config) { config.metrics.listen = "127.0.0.1:0"; }};
};

TEST_F(FeedbackServiceTest, AnOutcomeIsAnsweredWithWhatItChanged) {
  const std::string top = Suggested().at(0);
  auto request = About(v1::OUTCOME_DECLINED_NEVER, top);
  request.set_remark("never again");
  request.set_confidence(v1::CONFIDENCE_LEVEL_STRONG);
  request.mutable_effect()->set_count(5);
  const auto response = Record(request);
  EXPECT_FALSE(response.duplicate());
  EXPECT_EQ(response.outcome().remark(), "never again");
  EXPECT_EQ(response.outcome().confidence(), v1::CONFIDENCE_LEVEL_STRONG);
  ASSERT_GT(response.effect().changes_size(), 0);
  EXPECT_EQ(response.effect().changes().rbegin()->item().item_id(), top);
  EXPECT_EQ(response.effect().changes().rbegin()->from_rank(), 1);
  EXPECT_EQ(response.effect().changes().rbegin()->to_rank(), 0);
  EXPECT_THAT(Suggested(), Not(Contains(top)));
  EXPECT_TRUE(Record(request).duplicate());

  v1::WhyNotRequest why;
  why.mutable_list()->set_customer_id("c2");
  why.set_item_id(top);
  v1::WhyNotResponse fate;
  ASSERT_TRUE(
      Ask(*server_.recommendations, &v1::RecommendationService::Stub::WhyNot, why, &fate).ok());
  EXPECT_EQ(fate.fate(), v1::FATE_DECLINED);
  EXPECT_EQ(fate.left_out().reason(), v1::LEFT_OUT_REASON_DECLINED);

  v1::UndoReportRequest undo;
  undo.set_customer_id("c2");
  undo.set_report_id("r1");
  v1::UndoReportResponse undone;
  ASSERT_TRUE(Ask(*server_.clienteling, &Clienteling::UndoReport, undo, &undone).ok());
  EXPECT_EQ(undone.effect().changes(0).item().item_id(), top);
  EXPECT_EQ(Suggested().at(0), top);
}

TEST_F(FeedbackServiceTest, AnAllergyHoldsAtOnceAndSaysWhatItNames) {
  auto request = Learnt(v1::INSIGHT_KIND_ALLERGIC_TO, "i1");
  request.mutable_subject()->set_word("nuts");
  const auto response = Record(request);
  EXPECT_EQ(response.items_named(), 1);
  EXPECT_EQ(response.insight().subject().word(), "nuts");
  EXPECT_THAT(Suggested(), Not(Contains("i4")));
}

TEST_F(FeedbackServiceTest, WhatAnInsightNamesIsToldByTitle) {
  auto request = Learnt(v1::INSIGHT_KIND_ALLERGIC_TO, "i1");
  request.mutable_subject()->set_word("  nuts\t");
  auto response = Record(request);
  EXPECT_EQ(response.insight().subject().word(), "nuts");
  ASSERT_EQ(response.items_size(), 1);
  EXPECT_EQ(response.items(0).title(), "Fine i4");
  request = Learnt(v1::INSIGHT_KIND_DISLIKES, "i2");
  request.mutable_subject()->set_category("tEA");
  response = Record(request);
  EXPECT_EQ(response.items_named(), 10);
  EXPECT_EQ(response.items(0).item_id(), "i0");
  for (const char* blank : {"", " ", "\t \n"}) {
    request.mutable_subject()->set_word(blank);
    EXPECT_THAT(PathsOf(Refusal(&Clienteling::RecordInsight, request)),
                ElementsAre("subject.word"));
    request.mutable_subject()->set_category(blank);
    const auto violations = ViolationsOf(Refusal(&Clienteling::RecordInsight, request));
    ASSERT_EQ(violations.size(), 1U);
    EXPECT_EQ(violations[0].path, "subject.category");
    EXPECT_THAT(violations[0].description, Not(HasSubstr("column")));
  }
}

TEST_F(FeedbackServiceTest, OfNobodyNoReportsAreListed) {
  v1::ListOutcomesRequest outcomes;
  v1::ListInsightsRequest insights;
  for (const char* known : {"c2", "nobody"}) {
    outcomes.set_customer_id(known);
    insights.set_customer_id(known);
    const bool is_known = std::string_view(known) == "c2";
    for (const grpc::Status& status : {Refusal(&Clienteling::ListOutcomes, outcomes),
                                       Refusal(&Clienteling::ListInsights, insights)}) {
      EXPECT_EQ(ReasonOf(status), is_known ? "" : "CUSTOMER_UNKNOWN");
    }
  }
}

TEST_F(FeedbackServiceTest, AReportMayBeOfTheFirstMomentOfAll) {
  auto outcome = About(v1::OUTCOME_RELAYED, "i1", "o");
  outcome.mutable_at();
  EXPECT_EQ(Record(outcome).outcome().at().seconds(), 0);
  auto insight = Learnt(v1::INSIGHT_KIND_NOTE, "i");
  insight.set_text("long ago");
  insight.mutable_at();
  EXPECT_EQ(Record(insight).insight().at().seconds(), 0);
  outcome.clear_at();
  outcome.set_outcome_id("now");
  EXPECT_EQ(Record(outcome).outcome().at().seconds(),
            std::chrono::floor<std::chrono::seconds>(TestClock::kStart).time_since_epoch().count());
}

TEST_F(FeedbackServiceTest, TellsWhatIsWrongWithAReport) {
  v1::RecordOutcomeRequest empty;
  grpc::Status status = Refusal(&Clienteling::RecordOutcome, empty);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  for (const char* field : {"outcome_id", "customer_id", "item_id", "outcome"})
    EXPECT_THAT(PathsOf(status), Contains(field));
  auto lines = About(v1::OUTCOME_ACCEPTED, "i1");
  lines.add_purchase_event_ids("x");
  EXPECT_THAT(PathsOf(Refusal(&Clienteling::RecordOutcome, lines)),
              ElementsAre("purchase_event_ids"));
  auto no_subject = Learnt(v1::INSIGHT_KIND_LIKES, "i1");
  EXPECT_THAT(PathsOf(Refusal(&Clienteling::RecordInsight, no_subject)), ElementsAre("subject"));
  auto no_text = Learnt(v1::INSIGHT_KIND_NOTE, "i1");
  EXPECT_THAT(PathsOf(Refusal(&Clienteling::RecordInsight, no_text)), ElementsAre("text"));
  auto unknown = About(v1::OUTCOME_ACCEPTED, "i1");
  unknown.set_customer_id("nobody");
  EXPECT_EQ(Refusal(&Clienteling::RecordOutcome, unknown).error_code(),
            grpc::StatusCode::NOT_FOUND);
  Record(About(v1::OUTCOME_ACCEPTED, "i1"));
  EXPECT_EQ(Refusal(&Clienteling::RecordOutcome, About(v1::OUTCOME_RELAYED, "i1")).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
}

TEST_F(FeedbackServiceTest, ListsReportsInPagesTheLatestFirst) {
  for (int number = 0; number < 5; ++number) {
    auto outcome = About(v1::OUTCOME_RELAYED, "i1", "r" + std::to_string(number));
    *outcome.mutable_at() = ToProto(server_.clock().now() - std::chrono::hours(10 - number));
    Record(outcome);
    auto note = Learnt(v1::INSIGHT_KIND_NOTE, "n" + std::to_string(number));
    note.set_text("a note");
    *note.mutable_at() = outcome.at();
    Record(note);
  }
  v1::ListOutcomesRequest request;
  request.set_customer_id("c2");
  request.set_page_size(2);
  std::vector<std::string> ids;
  do {
    v1::ListOutcomesResponse page;
    ASSERT_TRUE(Ask(*server_.clienteling, &Clienteling::ListOutcomes, request, &page).ok());
    EXPECT_LE(page.outcomes_size(), 2);
    for (const auto& each : page.outcomes()) ids.push_back(each.outcome_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(ids, ElementsAre("r4", "r3", "r2", "r1", "r0"));
  v1::ListInsightsRequest insights;
  insights.set_customer_id("c2");
  v1::ListInsightsResponse all;
  ASSERT_TRUE(Ask(*server_.clienteling, &Clienteling::ListInsights, insights, &all).ok());
  EXPECT_EQ(all.insights_size(), 5);
  request.set_page_token("nonsense");
  EXPECT_EQ(Refusal(&Clienteling::ListOutcomes, request).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(FeedbackServiceTest, AHandOffFitsWhateverWasReported) {
  for (int number = 0; number < 20; ++number) {
    const std::string item = "i" + std::to_string(number);
    auto outcome = About(v1::OUTCOME_RELAYED, item, "r" + item);
    outcome.set_remark(std::string(256, 'x'));
    Record(outcome);
    auto note = Learnt(v1::INSIGHT_KIND_NOTE, "n" + item);
    note.set_text(std::string(256, 'y'));
    Record(note);
  }
  auto allergy = Learnt(v1::INSIGHT_KIND_ALLERGIC_TO, "allergy");
  allergy.mutable_subject()->set_word("nuts");
  Record(allergy);
  v1::GetHandOffRequest request;
  request.set_customer_id("c2");
  v1::HandOff packet;
  ASSERT_TRUE(Ask(*server_.clienteling, &Clienteling::GetHandOff, request, &packet).ok());
  EXPECT_LE(packet.ByteSizeLong(), kMostHandOffBytes);
  EXPECT_EQ(packet.avoid_size(), 1);
  EXPECT_GT(packet.told_size(), 2);
  EXPECT_GT(packet.insights_size(), 2);
  // One item is of what the shop never speaks of.
  EXPECT_EQ(packet.told_size() + packet.insights_size() + packet.left_out(), 39);
}

TEST_F(FeedbackServiceTest, WhoWouldWantAnItemSaysWhyAndWhoIsLeftOut) {
  v1::SuggestCustomersForItemRequest request;
  request.set_item_id("i2");
  EXPECT_THAT(PathsOf(Refusal(&Clienteling::SuggestCustomersForItem, request)),
              ElementsAre("among"));
  request.set_everybody(true);
  v1::SuggestCustomersForItemResponse response;
  ASSERT_TRUE(
      Ask(*server_.clienteling, &Clienteling::SuggestCustomersForItem, request, &response).ok());
  EXPECT_GT(response.customers_size(), 0);
  EXPECT_EQ(response.customers(0).rank(), 1);
  int64_t customers = response.customers_size();
  for (const auto& each : response.left_out()) customers += each.customers();
  EXPECT_EQ(customers, 40);
  request.mutable_customers()->add_customer_ids("c2");
  request.mutable_customers()->add_customer_ids("c2");
  ASSERT_TRUE(
      Ask(*server_.clienteling, &Clienteling::SuggestCustomersForItem, request, &response).ok());
  EXPECT_LE(response.customers_size(), 1);
}

TEST_F(FeedbackServiceTest, ReportsAreCounted) {
  auto accepted = About(v1::OUTCOME_ACCEPTED, "i1", "r1");
  accepted.set_confidence(v1::CONFIDENCE_LEVEL_FAIR);
  accepted.set_claim("usual");
  Record(accepted);
  Record(accepted);  // not again
  auto note = Learnt(v1::INSIGHT_KIND_NOTE, "n1");
  note.set_text("a note");
  Record(note);
  const std::string metrics = server_.Scrape();
  EXPECT_THAT(metrics, HasSubstr("rapport_outcomes_total{claim=\"usual\",outcome=\"accepted\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("rapport_suggestion_answers_total{answer=\"accepted\","
                                 "confidence=\"fair\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("rapport_insights_total{kind=\"note\"} 1"));
}

}  // namespace
}  // namespace rapport::server
