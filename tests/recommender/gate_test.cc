#include "services/recommender/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace rapport {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr MeanDifference kAbove{.mean = 0.03, .low = 0.02, .high = 0.04};
constexpr MeanDifference kLevel{.mean = -0.01, .low = -0.03, .high = 0.01};
constexpr MeanDifference kBelow{.mean = -0.03, .low = -0.04, .high = -0.02};

// A model that is as good as everything it is held against, judged by 400 customers.
ModelSnapshot Candidate(int64_t customers = 400) {
  ModelSnapshot model;
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    model.evaluation.rows.push_back(
        {.method = "rapport", .pool = pool, .customers = customers, .recall = 0.16, .ndcg = 0.14});
    for (const char* method : {"running", "popularity", "personal-frequency", "trend+repeat"})
      model.evaluation.comparisons.push_back({method, pool, kLevel, kLevel});
  }
  return model;
}

EvaluationComparison& Against(ModelSnapshot& model, const std::string& method, Pool pool) {
  for (EvaluationComparison& comparison : model.evaluation.comparisons) {
    if (comparison.method == method && comparison.pool == pool) return comparison;
  }
  ADD_FAILURE() << method;
  return model.evaluation.comparisons.front();
}

TEST(Gate, LetsThroughWhatIsAboveOrLevel) {
  ModelSnapshot model = Candidate();
  Against(model, "running", Pool::kAny).ndcg = kAbove;
  const Verdict verdict = JudgeCandidate(model);
  EXPECT_TRUE(verdict.publish);
  EXPECT_THAT(verdict.reason, IsEmpty());
}

TEST(Gate, EachHurdleAloneKeepsAModelBack) {
  const std::vector<std::pair<std::string, Pool>> hurdles = {
      {"running", Pool::kNewToCustomer},    {"running", Pool::kAny},
      {"popularity", Pool::kNewToCustomer}, {"popularity", Pool::kAny},
      {"personal-frequency", Pool::kAny},   {"trend+repeat", Pool::kAny}};
  for (const auto& [method, pool] : hurdles) {
    for (MeanDifference EvaluationComparison::*metric :
         {&EvaluationComparison::recall, &EvaluationComparison::ndcg}) {
      ModelSnapshot model = Candidate();
      Against(model, method, pool).*metric = kBelow;
      const Verdict verdict = JudgeCandidate(model);
      EXPECT_FALSE(verdict.publish) << method;
      EXPECT_TRUE(verdict.sound);
    }
  }
}

TEST(Gate, IsNoHurdleToBeBelowAHabitOnItemsThatAreNew) {
  ModelSnapshot model = Candidate();
  Against(model, "personal-frequency", Pool::kNewToCustomer).recall = kBelow;
  Against(model, "trend+repeat", Pool::kNewToCustomer).ndcg = kBelow;
  EXPECT_TRUE(JudgeCandidate(model).publish);
}

TEST(Gate, SaysWhatWasBelowWhatByHowMuch) {
  ModelSnapshot model = Candidate();
  Against(model, "running", Pool::kNewToCustomer).ndcg = kBelow;
  Against(model, "trend+repeat", Pool::kAny).recall = kBelow;
  EXPECT_EQ(JudgeCandidate(model).reason,
            "ndcg@20 0.1400 on new items, 0.0300 below the running model (95 %: 0.0200 to 0.0400 "
            "below, 400 customers); recall@20 0.1600 on all items, 0.0300 below trend+repeat (95 "
            "%: 0.0200 to 0.0400 below, 400 customers)");
}

TEST(Gate, AHandfulOfCustomersDecidesNothing) {
  ModelSnapshot model = Candidate(kLeastJudgedCustomers - 1);
  Against(model, "popularity", Pool::kAny).recall = kBelow;
  const Verdict verdict = JudgeCandidate(model);
  EXPECT_TRUE(verdict.publish);
  EXPECT_THAT(verdict.reason, HasSubstr("without a judgement"));
}

TEST(Gate, WithoutAnEvaluationItPublishesAndSaysSo) {
  const Verdict verdict = JudgeCandidate(ModelSnapshot());
  EXPECT_TRUE(verdict.publish);
  EXPECT_THAT(verdict.reason, HasSubstr("without a judgement"));
}

TEST(Gate, NumbersThatAreNotFiniteAreOfNoUse) {
  for (const double broken : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    ModelSnapshot model = Candidate();
    model.tastes.emplace_back().factors.setZero(2, 2);
    model.tastes[0].factors(1, 1) = static_cast<float>(broken);
    EXPECT_FALSE(JudgeCandidate(model).publish);
    EXPECT_FALSE(JudgeCandidate(model).sound);
  }
}

}  // namespace
}  // namespace rapport
