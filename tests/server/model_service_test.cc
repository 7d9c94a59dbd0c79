// The life of a model, as a client sees it: trained, judged, served or not, tried, brought back.
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace rapport::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Models = v1::ModelService::Stub;

class ModelServiceTest : public ::testing::Test {
 protected:
  // 60 customers of three tastes, who bought 24 times in 200 days and mostly kept to theirs.
  void FillShop() {
    static constexpr std::array<const char*, 3> kTastes = {"coffee-", "tea-", "book-"};
    std::mt19937_64 random(4);
    for (int customer = 0; customer < 60; ++customer) {
      v1::RecordPurchasesRequest request;
      for (int line = 0; line < 24; ++line) {
        const auto taste = random() % 10 == 0 ? random() % 3 : static_cast<uint64_t>(customer % 3);
        *request.add_purchases() = MakePurchase(
            "e" + std::to_string(line), "c" + std::to_string(customer),
            kTastes[taste] + std::to_string(random() % 15), 1 + static_cast<int>(random() % 200));
      }
      Record(request);
    }
  }
  void Record(const v1::RecordPurchasesRequest& request) {
    v1::RecordPurchasesResponse response;
    ASSERT_TRUE(
        Ask(*server_.purchases, &v1::PurchaseService::Stub::RecordPurchases, request, &response)
            .ok());
    for (const auto& result : response.purchase_results())
      ASSERT_EQ(result.status(), v1::RecordResult::STATUS_ACCEPTED) << result.reason();
  }
  // Thirty customers buy something of their taste, `days` after the clock's start.
  void SellALittle(int days) {
    static constexpr std::array<const char*, 3> kItems = {"coffee-1", "tea-1", "book-1"};
    v1::RecordPurchasesRequest request;
    for (int customer = 0; customer < 30; ++customer) {
      *request.add_purchases() =
          MakePurchase("later-" + std::to_string(days), "c" + std::to_string(customer),
                       kItems[static_cast<size_t>(customer % 3)], -days);
    }
    Record(request);
  }
  // From now on training makes a model that cannot tell tastes apart.
  void SpoilTheRecipe() {
    server_.config().model.factors = 1;
    server_.config().model.iterations = 1;
    server_.Restart();
    server_.clock().Advance(std::chrono::seconds(1));
  }
  std::vector<v1::Model> List() {
    v1::ListModelsResponse response;
    EXPECT_TRUE(Ask(*server_.models, &Models::ListModels, {}, &response).ok());
    return {response.models().begin(), response.models().end()};
  }
  v1::Shadow SetShadow(const std::string& version, double sample_rate) {
    v1::SetShadowRequest request;
    request.set_model_version(version);
    request.set_sample_rate(sample_rate);
    v1::Shadow shadow;
    status_ = Ask(*server_.models, &Models::SetShadow, request, &shadow);
    return shadow;
  }
  // The value of a line of the scrape; none: -1.
  double Metric(const std::string& series) {
    const std::string scrape = server_.Scrape();
    const size_t at = scrape.find("\n" + series + " ");
    return at == std::string::npos ? -1 : std::stod(scrape.substr(at + series.size() + 2));
  }

  RunningServer server_{[](Config& config) { config.metrics.listen = "127.0.0.1:0"; }};
  grpc::Status status_;
};

TEST_F(ModelServiceTest, AModelThatIsWorseIsRejectedListedAndServesOnlyIfSomebodyWantsIt) {
  FillShop();
  const v1::Training good = server_.Train();
  ASSERT_EQ(good.state(), v1::Training::STATE_SUCCEEDED) << good.message();
  EXPECT_GT(good.evaluation().rows_size(), 0);
  SpoilTheRecipe();
  const v1::Training bad = server_.Train();
  ASSERT_EQ(bad.state(), v1::Training::STATE_REJECTED) << bad.message();
  EXPECT_THAT(bad.message(), HasSubstr("below the running model"));
  ASSERT_GT(bad.evaluation().comparisons_size(), 0);
  EXPECT_LT(bad.evaluation().comparisons(0).recall_at_20().low(),
            bad.evaluation().comparisons(0).recall_at_20().high());
  EXPECT_EQ(Metric("rapport_training_runs_total{result=\"rejected\"}"), 1);

  const std::vector<v1::Model> listed = List();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].version(), bad.model_version());
  EXPECT_EQ(listed[0].state(), v1::Model::STATE_REJECTED);
  EXPECT_EQ(listed[0].remark(), bad.message());
  EXPECT_EQ(listed[1].version(), good.model_version());
  EXPECT_EQ(listed[1].state(), v1::Model::STATE_SERVING);

  v1::ActivateModelRequest activate;
  activate.set_version(bad.model_version());
  v1::Model model;
  ASSERT_TRUE(Ask(*server_.models, &Models::ActivateModel, activate, &model).ok());
  EXPECT_EQ(model.state(), v1::Model::STATE_SERVING);
  EXPECT_EQ(List()[1].state(), v1::Model::STATE_KEPT);
}

TEST_F(ModelServiceTest, WithoutTheGateTheLatestServes) {
  FillShop();
  ASSERT_EQ(server_.Train().state(), v1::Training::STATE_SUCCEEDED);
  server_.config().training.gate = false;
  SpoilTheRecipe();
  EXPECT_EQ(server_.Train().state(), v1::Training::STATE_SUCCEEDED);
  EXPECT_EQ(List()[0].state(), v1::Model::STATE_SERVING);
}

TEST_F(ModelServiceTest, TooLittleToLearnFromIsSaidAndIsNoFailure) {
  const v1::Training training = server_.Train();
  EXPECT_EQ(training.state(), v1::Training::STATE_TOO_LITTLE);
  EXPECT_THAT(training.message(), HasSubstr("to learn from"));
  EXPECT_EQ(Metric("rapport_training_runs_total{result=\"too_little\"}"), 1);
  EXPECT_EQ(Metric("rapport_training_runs_total{result=\"failed\"}"), 0);
}

TEST_F(ModelServiceTest, ATrainingEndsWhenItIsCancelled) {
  server_.config().model.factors = 512;
  server_.config().model.iterations = 1'000;
  server_.Restart();
  FillShop();
  v1::Training training;
  ASSERT_TRUE(Ask(*server_.models, &Models::TrainModel, {}, &training).ok());
  ASSERT_TRUE(Ask(*server_.models, &Models::CancelTraining, {}, &training).ok());
  v1::GetTrainingRequest request;
  request.set_training_id(training.training_id());
  while (training.state() == v1::Training::STATE_RUNNING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ASSERT_TRUE(Ask(*server_.models, &Models::GetTraining, request, &training).ok());
  }
  EXPECT_EQ(training.state(), v1::Training::STATE_CANCELLED);
  EXPECT_TRUE(List().empty());
  const grpc::Status again = Ask(*server_.models, &Models::CancelTraining, {}, &training);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(again), "TRAINING_UNKNOWN");
}

TEST_F(ModelServiceTest, AModelInTheShadowIsComparedOnLiveRequests) {
  FillShop();
  server_.Train();
  SpoilTheRecipe();
  const std::string poor = server_.Train().model_version();
  const v1::Shadow set = SetShadow(poor, 1);
  ASSERT_TRUE(status_.ok()) << status_.error_message();
  EXPECT_EQ(set.model_version(), poor);
  EXPECT_EQ(List()[0].state(), v1::Model::STATE_SHADOW);
  for (int customer = 0; customer < 20; ++customer) {
    v1::SuggestForCustomerRequest ask;
    ask.set_customer_id("c" + std::to_string(customer));
    v1::SuggestForCustomerResponse suggested;
    ASSERT_TRUE(Ask(*server_.recommendations, &v1::RecommendationService::Stub::SuggestForCustomer,
                    ask, &suggested)
                    .ok());
    EXPECT_NE(suggested.model_version(), poor);
  }
  v1::Shadow shadow;
  while (shadow.compared() + shadow.failed() + shadow.dropped() < 20) {
    ASSERT_TRUE(Ask(*server_.models, &Models::GetShadow, {}, &shadow).ok());
  }
  EXPECT_EQ(shadow.compared(), 20);
  EXPECT_GT(shadow.mean_overlap(), 0);
  EXPECT_LT(shadow.mean_overlap(), 1);
  EXPECT_EQ(Metric("rapport_shadow_requests_total{result=\"compared\"}"), 20);
  EXPECT_EQ(Metric("rapport_shadow_overlap_count"), 20);
  EXPECT_EQ(Metric("rapport_shadow_seconds_count{model=\"shadow\"}"), 20);
  ASSERT_TRUE(Ask(*server_.models, &Models::ClearShadow, {}, &shadow).ok());
  EXPECT_EQ(shadow.sample_rate(), 0);
  EXPECT_EQ(List()[0].state(), v1::Model::STATE_REJECTED);
}

TEST_F(ModelServiceTest, AShadowMustBeAKeptModelThatDoesNotServe) {
  FillShop();
  const std::string serving = server_.Train().model_version();
  SetShadow("no-such", 0.5);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status_), "MODEL_NOT_KEPT");
  SetShadow(serving, 0.5);
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status_), "MODEL_SERVES");
  for (const double rate : {0.0, -1.0, 1.5, std::nan("")}) {
    SetShadow("", rate);
    EXPECT_THAT(PathsOf(status_), ElementsAre("model_version", "sample_rate"));
  }
}

TEST_F(ModelServiceTest, WhatAModelAchievedIsToldWeekByWeek) {
  FillShop();
  const std::string first = server_.Train().model_version();
  EXPECT_EQ(Metric("rapport_realised_hit_rate{pool=\"any\"}"), -1);
  EXPECT_GT(Metric("rapport_evaluated_hit_rate{pool=\"any\"}"), 0);
  server_.clock().Advance(std::chrono::days(9));
  SellALittle(3);
  SellALittle(9);
  server_.Train();
  const std::vector<v1::Model> listed = List();
  const auto measured = std::ranges::find(listed, first, &v1::Model::version);
  ASSERT_NE(measured, listed.end());
  ASSERT_EQ(measured->realised_weeks_size(), 1);
  const v1::RealisedWeek& week = measured->realised_weeks(0);
  EXPECT_EQ(week.end().seconds() - week.begin().seconds(), 7 * 86'400);
  const v1::EvaluationRow& any = week.rows(week.rows_size() - 1);
  EXPECT_EQ(any.customers(), 30);
  EXPECT_EQ(Metric("rapport_realised_customers{pool=\"any\"}"), 30);
  EXPECT_NEAR(Metric("rapport_realised_hit_rate{pool=\"any\"}"), any.hit_rate_at_20(), 1e-9);
  EXPECT_GT(Metric("rapport_realised_window_end_timestamp_seconds"), 1e9);
}

}  // namespace
}  // namespace rapport::server
