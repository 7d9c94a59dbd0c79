#include "services/recommender/model_shelf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "tests/data/support.h"

namespace rapport {
namespace {

ModelSnapshot ModelNamed(const std::string& version, ModelKind kind = ModelKind::kTrained) {
  ModelSnapshot model;
  model.version = version;
  model.kind = kind;
  model.items = Vocabulary({"mug"});
  model.popularity.setZero(1, kPopularityFeatures.size());
  if (kind == ModelKind::kPopularity) return model;
  model.tastes = {{.options = {.factors = 1, .alpha0 = 1, .regularization = 1},
                   .factors = FactorMatrix::Ones(1, 1),
                   .spectrum = Eigen::VectorXd::Ones(1),
                   .mean = Eigen::VectorXd::Ones(1)}};
  for (PoolWeights& weights : model.weights) weights.tastes = {1};
  return model;
}

class ModelShelfTest : public ::testing::Test {
 protected:
  std::unique_ptr<ModelShelf> Open(size_t keep = 5) {
    auto shelf = ModelShelf::Open(
        {.path = dir_ / "models", .keep = keep, .on_refused = [this](auto version, const auto&) {
           refused_.emplace_back(version);
         }});
    EXPECT_TRUE(shelf.ok()) << shelf.status();
    return *std::move(shelf);
  }
  void Damage(const std::string& version) {
    const std::string path = dir_ / ("models/" + version + ".model");
    std::string bytes = ReadFile(path);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    WriteFile(path, bytes);
  }
  TempDir dir_;
  std::vector<std::string> refused_;
};

TEST_F(ModelShelfTest, IsNeverEmpty) { EXPECT_EQ(Open()->Current()->items.size(), 0u); }

TEST_F(ModelShelfTest, WhatCouldNotBeReadAgainDoesNotServe) {
  const auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ModelSnapshot broken = ModelNamed("2-b");
  broken.tastes[0].mean[0] = NAN;
  EXPECT_TRUE(absl::IsInternal(shelf->Publish(broken)));
  EXPECT_TRUE(absl::IsInternal(shelf->KeepRejected(broken)));
  EXPECT_EQ(shelf->Current()->version, "1-a");
  EXPECT_EQ(Open()->Current()->version, "1-a");
  EXPECT_TRUE(refused_.empty());
}

TEST_F(ModelShelfTest, TheNewestServesAfterARestart) {
  ASSERT_TRUE(Open()->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(Open()->Publish(ModelNamed("2-b")).ok());
  EXPECT_EQ(Open()->Current()->version, "2-b");
}

TEST_F(ModelShelfTest, ADamagedFileIsRefusedAndTheOneBeforeServes) {
  ASSERT_TRUE(Open()->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(Open()->Publish(ModelNamed("2-b")).ok());
  Damage("2-b");
  EXPECT_EQ(Open()->Current()->version, "1-a");
  EXPECT_EQ(refused_, std::vector<std::string>{"2-b"});
}

TEST_F(ModelShelfTest, ActivatingADamagedModelKeepsTheRunningOne) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(shelf->Publish(ModelNamed("2-b")).ok());
  Damage("1-a");
  EXPECT_TRUE(absl::IsDataLoss(shelf->Activate("1-a")));
  EXPECT_EQ(shelf->Current()->version, "2-b");
}

TEST_F(ModelShelfTest, AnActivatedModelServesAfterARestartUntilTheNextIsPublished) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(shelf->Publish(ModelNamed("2-b")).ok());
  ASSERT_TRUE(shelf->Activate("1-a").ok());
  shelf = Open();
  EXPECT_EQ(shelf->Current()->version, "1-a");
  ASSERT_TRUE(shelf->Publish(ModelNamed("3-c")).ok());
  EXPECT_EQ(Open()->Current()->version, "3-c");
}

TEST_F(ModelShelfTest, KeepsTheLastFewAndSaysWhichServes) {
  auto shelf = Open(2);
  for (const char* version : {"1-a", "2-b", "3-c"})
    ASSERT_TRUE(shelf->Publish(ModelNamed(version)).ok());
  const auto kept = shelf->List();
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ((*kept)[0].model->version, "3-c");
  EXPECT_TRUE((*kept)[0].serving);
  EXPECT_FALSE((*kept)[1].serving);
  EXPECT_TRUE(absl::IsFailedPrecondition(shelf->Get("1-a").status()));
  EXPECT_TRUE(absl::IsNotFound(shelf->Activate("1-a")));
}

TEST_F(ModelShelfTest, PopularityPushesNoTrainedModelOutAndIsNotActivated) {
  auto shelf = Open(2);
  ASSERT_TRUE(shelf->Publish(ModelNamed("0-p", ModelKind::kPopularity)).ok());
  EXPECT_EQ(shelf->Current()->version, "0-p");
  EXPECT_EQ(Open()->Current()->version, "0-p");
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  for (const char* version : {"2-p", "3-p", "4-p"}) {
    ASSERT_TRUE(shelf->Publish(ModelNamed(version, ModelKind::kPopularity)).ok());
  }
  EXPECT_EQ(shelf->List()->size(), 1u);
  EXPECT_TRUE(shelf->Get("0-p").ok());  // tokens of then still mean something
  EXPECT_TRUE(absl::IsNotFound(shelf->Activate("4-p")));
  EXPECT_EQ(Open()->Current()->version, "1-a");
}

TEST_F(ModelShelfTest, TellsOfADamagedFileOnce) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(shelf->Publish(ModelNamed("2-b")).ok());
  Damage("1-a");
  for (int call = 0; call < 3; ++call) EXPECT_EQ(shelf->List()->size(), 1u);
  EXPECT_EQ(refused_.size(), 1u);
}

TEST_F(ModelShelfTest, ARejectedModelLiesAsideAndPushesNoGoodOneOut) {
  auto shelf = Open(2);
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(shelf->Publish(ModelNamed("2-b")).ok());
  for (const char* version : {"3-r", "4-r", "5-r"})
    ASSERT_TRUE(shelf->KeepRejected(ModelNamed(version)).ok());
  for (const auto& opened : {std::move(shelf), Open(2)}) {
    EXPECT_EQ(opened->Current()->version, "2-b");
    const auto kept = opened->List();
    ASSERT_TRUE(kept.ok());
    std::vector<std::pair<std::string, bool>> listed;
    for (const auto& each : *kept) listed.emplace_back(each.model->version, each.rejected);
    EXPECT_EQ(listed, (std::vector<std::pair<std::string, bool>>{
                          {"5-r", true}, {"4-r", true}, {"2-b", false}, {"1-a", false}}));
    EXPECT_TRUE(opened->Find("5-r")->rejected);
    EXPECT_FALSE(opened->Find("5-r")->serving);
    EXPECT_TRUE(opened->Keeps("4-r"));
    EXPECT_FALSE(opened->Keeps("3-r"));
  }
}

TEST_F(ModelShelfTest, ARejectedModelServesIfSomebodyWantsIt) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ASSERT_TRUE(shelf->KeepRejected(ModelNamed("2-r")).ok());
  ASSERT_TRUE(shelf->Activate("2-r").ok());
  EXPECT_EQ(shelf->Current()->version, "2-r");
  for (const char* version : {"3-r", "4-r", "5-r"})
    ASSERT_TRUE(shelf->KeepRejected(ModelNamed(version)).ok());
  shelf = Open();
  EXPECT_EQ(shelf->Current()->version, "2-r");
  ASSERT_TRUE(shelf->Activate("1-a").ok());
  EXPECT_EQ(Open()->Current()->version, "1-a");
  ASSERT_TRUE(shelf->Activate("5-r").ok());
  EXPECT_EQ(Open()->Current()->version, "5-r");
  ASSERT_TRUE(shelf->Publish(ModelNamed("6-b")).ok());
  EXPECT_EQ(Open()->Current()->version, "6-b");
}

TEST_F(ModelShelfTest, WhatWasRejectedCountsAsLearned) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  ModelSnapshot rejected = ModelNamed("2-r");
  rejected.sequence = 77;
  ASSERT_TRUE(shelf->KeepRejected(rejected).ok());
  EXPECT_EQ(shelf->LastLearned().sequence, 77u);
  EXPECT_EQ(Open()->LastLearned().sequence, 77u);
}

TEST_F(ModelShelfTest, ATrainingThatWasCutOffIsRememberedOverRestarts) {
  EXPECT_EQ(Open()->CutOff(), 0);
  ASSERT_TRUE(Open()->SetCutOff(2).ok());
  EXPECT_EQ(Open()->CutOff(), 2);
  WriteFile(dir_ / "models/TRAINING", "gibberish");
  EXPECT_EQ(Open()->CutOff(), 0);
  ASSERT_TRUE(Open()->SetCutOff(0).ok());
  EXPECT_EQ(Open()->CutOff(), 0);
}

TEST_F(ModelShelfTest, AReaderKeepsTheModelThatItHolds) {
  auto shelf = Open();
  ASSERT_TRUE(shelf->Publish(ModelNamed("1-a")).ok());
  const auto held = shelf->Current();
  ASSERT_TRUE(shelf->Publish(ModelNamed("2-b")).ok());
  EXPECT_EQ(held->version, "1-a");
  EXPECT_EQ(held->items.size(), 1u);
}

}  // namespace
}  // namespace rapport
