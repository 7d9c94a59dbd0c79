// A server that searches for better options by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "services/recommender/trainer.h"
#include "tests/recommender/shop.h"

namespace rapport {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// So much pulled to zero that half to twice of everything is better.
constexpr AlsOptions kPoor{.factors = 4, .alpha0 = 0.5, .regularization = 1, .iterations = 2};

TrainerOptions Weekly() {
  return {.als = kPoor,
          .long_half_life_days = 0,
          .threads = 2,
          .window_days = 20,
          .gate = false,
          .tune_interval = std::chrono::days(7),
          .tune_budget = std::chrono::hours(1)};
}

TrainingStatus Train(Shop& shop, const TrainerOptions& options) {
  shop.Pass(std::chrono::seconds(1));
  Trainer trainer(*shop.store, *shop.shelf, options, shop.clock);
  return *trainer.TrainOnce();
}

AlsOptions Served(const Shop& shop) { return shop.shelf->Current()->tastes.front().options; }

TEST(Tuning, BeforeATrainingFindsBetterOptionsThatItsModelFollows) {
  Shop shop;
  shop.FillWithTastes();
  const TrainingStatus status = Train(shop, Weekly());
  ASSERT_EQ(status.state, TrainingState::kSucceeded) << status.message;
  EXPECT_THAT(status.message, AllOf(HasSubstr("tuned to "), HasSubstr("instead of")));
  EXPECT_FALSE(Served(shop) == kPoor);
  EXPECT_TRUE(shop.shelf->LastTuning()->found_better);
  EXPECT_EQ(shop.shelf->LastTuning()->at, shop.now());
}

TEST(Tuning, WhatWasFoundServesUntilTheNextSearchAlsoAfterARestart) {
  Shop shop;
  shop.FillWithTastes();
  Train(shop, Weekly());
  const AlsOptions tuned = Served(shop);
  shop.Reopen();
  const TrainingStatus status = Train(shop, Weekly());
  ASSERT_EQ(status.state, TrainingState::kSucceeded) << status.message;
  EXPECT_THAT(status.message, Not(HasSubstr("tuned")));
  EXPECT_EQ(Served(shop), tuned);
  shop.Pass(std::chrono::days(7));
  EXPECT_THAT(Train(shop, Weekly()).message, HasSubstr("tuned"));
}

TEST(Tuning, SwitchedOffTheConfiguredOptionsServeAgain) {
  Shop shop;
  shop.FillWithTastes();
  Train(shop, Weekly());
  TrainerOptions off = Weekly();
  off.tune_interval = std::chrono::seconds(0);
  Train(shop, off);
  EXPECT_EQ(Served(shop), kPoor);
}

TEST(Tuning, OptionsOfAModelThatTheGateHoldsBackAreNotTakenOn) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();  // a good model
  shop.Buys("c1", "tea-1");
  shop.Pass(std::chrono::seconds(1));
  TrainerOptions options = Weekly();
  options.gate = true;
  options.als = {.factors = 1, .alpha0 = 30, .regularization = 100, .iterations = 1};
  options.tune_budget = std::chrono::seconds(0);  // finds nothing
  Trainer trainer(*shop.store, *shop.shelf, options, shop.clock);
  const auto status = trainer.TrainOnce();
  ASSERT_EQ(status->state, TrainingState::kRejected) << status->message;
  EXPECT_THAT(status->message, HasSubstr("tuned: nothing better was found"));
  EXPECT_FALSE(shop.shelf->LastTuning()->found_better);
}

TEST(Tuning, TooLittleHistoryToTuneOnIsNoObstacle) {
  Shop shop;
  shop.FillWithTastes();
  TrainerOptions options = Weekly();
  options.window_days = 70;  // 200 days: one window to fit on, one to judge, nothing earlier
  const TrainingStatus status = Train(shop, options);
  EXPECT_EQ(status.state, TrainingState::kSucceeded) << status.message;
  EXPECT_FALSE(shop.shelf->LastTuning());
}

TEST(Tuning, CanBeCancelledAndIsAStage) {
  Shop shop;
  shop.FillWithTastes();
  TrainerOptions options = Weekly();
  options.als = {.factors = 512, .iterations = 500};  // minutes of work
  std::promise<TrainingStatus> finished;
  Trainer trainer(*shop.store, *shop.shelf, options, shop.clock,
                  [&](const TrainingStatus& status) { finished.set_value(status); });
  trainer.Start();
  trainer.Request();
  while (trainer.Status("")->stage != TrainingStage::kTuning) std::this_thread::yield();
  ASSERT_TRUE(trainer.Cancel("").ok());
  EXPECT_EQ(finished.get_future().get().state, TrainingState::kCancelled);
  EXPECT_FALSE(shop.shelf->LastTuning());
}

}  // namespace
}  // namespace rapport
