// RecommendingShop: a running server with a shop of two tastes, and calls of its
// RecommendationService in one line.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/server/running_server.h"

namespace rapport::server {

using Recommendations = v1::RecommendationService::Stub;

// A shop of two tastes: even customers buy from items 0 to 7, odd ones from 8 to 15, over 120 days.
class RecommendingShop : public ::testing::Test {
 protected:
  void FillShop() {
    v1::RecordPurchasesRequest request;
    for (int customer = 0; customer < 40; ++customer) {
      for (int order = 0; order < 10; ++order) {
        const int item = (customer % 2) * 8 + (customer / 2 + order * order) % 8;
        *request.add_purchases() =
            MakePurchase("e" + std::to_string(order), "c" + std::to_string(customer),
                         "i" + std::to_string(item), 1 + order * 12 + customer % 7);
      }
    }
    Record(request);
  }
  void Record(const v1::RecordPurchasesRequest& request) {
    v1::RecordPurchasesResponse response;
    ASSERT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    for (const auto& result : response.purchase_results()) {
      ASSERT_EQ(result.status(), v1::RecordResult::STATUS_ACCEPTED) << result.reason();
    }
  }
  void Buy(const std::string& customer, const std::string& item) {
    v1::RecordPurchasesRequest request;
    *request.add_purchases() = MakePurchase("new-" + item, customer, item, 0);
    Record(request);
  }
  v1::SuggestForCustomerResponse Suggest(const v1::SuggestForCustomerRequest& request) {
    v1::SuggestForCustomerResponse response;
    const grpc::Status status =
        Ask(*server_.recommendations, &Recommendations::SuggestForCustomer, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::SuggestForCustomerResponse Suggest(const std::string& customer) {
    v1::SuggestForCustomerRequest request;
    request.set_customer_id(customer);
    request.set_pool(v1::POOL_ANY);
    return Suggest(request);
  }
  grpc::Status Explain(const std::string& token, const std::string& item,
                       v1::ExplainSuggestionResponse* response) {
    v1::ExplainSuggestionRequest request;
    request.set_token(token);
    request.set_item_id(item);
    request.set_max_evidence(100);
    return Ask(*server_.recommendations, &Recommendations::ExplainSuggestion, request, response);
  }
  void ExpectSums(const v1::ExplainSuggestionResponse& explanation) {
    double sum = explanation.other_evidence_sum() + explanation.terms().repeat() +
                 explanation.terms().popularity();
    for (const auto& line : explanation.evidence()) sum += line.contribution();
    EXPECT_LE(std::abs(sum - explanation.score()),
              1e-9 * std::max(1.0, std::abs(explanation.score())));
  }

  RunningServer server_;
};

}  // namespace rapport::server
