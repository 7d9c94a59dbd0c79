#include "services/recommender/trainer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/recommender/shop.h"

namespace rapport {
namespace {

constexpr AlsOptions kSmall{.factors = 8, .iterations = 3};

TEST(Trainer, PublishesAModelThatSaysWhatItLearnedFrom) {
  Shop shop;
  shop.FillWithTastes();
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall, .threads = 2}, shop.clock);
  const auto status = trainer.TrainOnce();
  ASSERT_EQ(status->state, TrainingState::kSucceeded) << status->message;
  EXPECT_EQ(status->fraction, 1);
  const auto model = shop.shelf->Current();
  EXPECT_EQ(model->version, status->model_version);
  EXPECT_EQ(model->kind, ModelKind::kTrained);
  EXPECT_EQ(model->sequence, shop.store->LastSequence());
  EXPECT_EQ(model->data.customers, 90);
  EXPECT_EQ(model->data.items, 45);
  EXPECT_EQ(model->data.purchases, 90 * 28);
  EXPECT_EQ(model->evaluation.rows.size(), 6u);
  EXPECT_EQ(model->trained_at, shop.now);
}

TEST(Trainer, FailsClearlyWithoutPurchasesAndTheOldModelGoesOn) {
  Shop shop;
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock);
  const auto status = trainer.TrainOnce();
  EXPECT_EQ(status->state, TrainingState::kFailed);
  EXPECT_NE(status->message.find("no purchases"), std::string::npos);
  EXPECT_NE(shop.shelf->Current(), nullptr);
}

TEST(Trainer, GuestsMakePopularityOnly) {
  Shop shop;
  shop.FillWithTastes();
  for (int row = 0; row < 200; ++row) {
    shop.Append(Purchase{.event_id = testing::Id("g", row),
                         .item_id = "tea-3",
                         .order_id = testing::Id("go", row),
                         .purchased_at = shop.now});
  }
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock);
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->data.customers, 90);
  EXPECT_EQ(shop.Suggest("stranger").suggestions[0].item.item_id, "tea-3");
  shop.now += std::chrono::seconds(1);
  shop.Train();
  EXPECT_EQ(shop.shelf->Current()->data.customers, 90);
}

TEST(Trainer, TrainsInTheBackgroundWhenAskedAndTellsWhenItEnds) {
  Shop shop;
  shop.FillWithTastes();
  std::promise<TrainingStatus> finished;
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock,
                  [&](const TrainingStatus& status) { finished.set_value(status); });
  trainer.Start();
  const TrainingStatus asked = trainer.Request();
  EXPECT_EQ(asked.state, TrainingState::kRunning);
  const TrainingStatus ended = finished.get_future().get();
  EXPECT_EQ(ended.training_id, asked.training_id);
  EXPECT_EQ(ended.state, TrainingState::kSucceeded);
  EXPECT_EQ(trainer.Status(asked.training_id)->model_version, shop.shelf->Current()->version);
  EXPECT_TRUE(absl::IsNotFound(trainer.Status("another").status()));
}

TEST(Trainer, ARequestIsAboutAllThatIsRecordedByThen) {
  Shop shop;
  shop.FillWithTastes();
  std::promise<TrainingStatus> second;
  int finished = 0;
  Trainer trainer(*shop.store, *shop.shelf, {.als = {.factors = 64, .iterations = 20}}, shop.clock,
                  [&](const TrainingStatus& status) {
                    if (++finished == 2) second.set_value(status);
                  });
  trainer.Start();
  const TrainingStatus one = trainer.Request();
  while (trainer.Status("")->stage == TrainingStage::kReading) std::this_thread::yield();
  EXPECT_EQ(trainer.Request().training_id, one.training_id);  // it has everything
  shop.now += std::chrono::seconds(1);
  shop.Buys("c1", "tea-1");
  const TrainingStatus two = trainer.Request();
  EXPECT_NE(two.training_id, one.training_id);
  EXPECT_EQ(trainer.Request().training_id, two.training_id);
  EXPECT_EQ(second.get_future().get().training_id, two.training_id);
  EXPECT_EQ(shop.shelf->Current()->sequence, shop.store->LastSequence());
}

TEST(Trainer, TrainsByItselfAfterEnoughPurchases) {
  Shop shop;
  shop.FillWithTastes();
  std::promise<TrainingStatus> finished;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kSmall, .after_events = 100, .poll = std::chrono::milliseconds(1)},
                  shop.clock, [&](const TrainingStatus& status) { finished.set_value(status); });
  trainer.Start();
  EXPECT_EQ(finished.get_future().get().state, TrainingState::kSucceeded);
}

TEST(Trainer, PopularityInBetweenDoesNotPutOffTheFirstTraining) {
  Shop shop;
  std::promise<TrainingStatus> finished;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kSmall, .after_events = 60, .poll = std::chrono::milliseconds(1)},
                  shop.clock, [&](const TrainingStatus& status) { finished.set_value(status); });
  for (int row = 0; row < 50; ++row) {
    shop.Append(shop.MadeUp(testing::Id("c", row % 7), testing::Id("tea-", row % 5), row));
    ASSERT_TRUE(trainer.RefreshPopularity().ok());
  }
  EXPECT_EQ(shop.shelf->Current()->sequence, 50u);
  for (int row = 50; row < 60; ++row) shop.Append(shop.MadeUp("c1", "tea-1", row));
  trainer.Start();
  EXPECT_EQ(finished.get_future().get().state, TrainingState::kSucceeded);
}

TEST(Trainer, TrainsWhenTheIntervalIsOver) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Buys("c1", "tea-1");
  std::promise<TrainingStatus> finished;
  std::atomic<bool> late = false;
  const TimePoint now = shop.now;
  const Clock clock = [&] { return late ? now + std::chrono::hours(2) : now; };
  Trainer trainer(
      *shop.store, *shop.shelf,
      {.als = kSmall, .interval = std::chrono::hours(1), .poll = std::chrono::milliseconds(1)},
      clock, [&](const TrainingStatus& status) { finished.set_value(status); });
  trainer.Start();
  EXPECT_TRUE(absl::IsNotFound(trainer.Status("").status()));
  late = true;
  EXPECT_EQ(finished.get_future().get().state, TrainingState::kSucceeded);
}

TEST(Trainer, ARollBackIsNotUndoneByARestart) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const std::string first = shop.shelf->Current()->version;
  shop.Buys("c1", "tea-1");
  shop.now += std::chrono::seconds(1);
  shop.Train();
  ASSERT_TRUE(shop.shelf->Activate(first).ok());
  shop.now += std::chrono::hours(48);
  shop.Reopen();
  int trainings = 0;
  {
    Trainer trainer(*shop.store, *shop.shelf,
                    {.als = kSmall,
                     .interval = std::chrono::hours(1),
                     .after_events = 1,
                     .poll = std::chrono::milliseconds(1)},
                    shop.clock, [&](const TrainingStatus&) { ++trainings; });
    trainer.Start();
    std::this_thread::sleep_for(
        std::chrono::milliseconds(50));  // fifty chances to do the wrong thing
  }
  EXPECT_EQ(trainings, 0);
  EXPECT_EQ(shop.shelf->Current()->version, first);
}

TEST(Trainer, AStopCancelsWhatRuns) {
  Shop shop;
  shop.FillWithTastes();
  std::promise<TrainingStatus> finished;
  {
    Trainer trainer(*shop.store, *shop.shelf, {.als = {.factors = 512, .iterations = 500}},
                    shop.clock, [&](const TrainingStatus& status) { finished.set_value(status); });
    trainer.Start();
    trainer.Request();
    while (trainer.Status("")->stage == TrainingStage::kReading) std::this_thread::yield();
  }
  EXPECT_EQ(finished.get_future().get().state, TrainingState::kCancelled);
  EXPECT_EQ(shop.shelf->Current()->kind, ModelKind::kPopularity);
}

TEST(Trainer, TheSamePurchasesGiveTheSameModel) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const auto one = shop.shelf->Current();
  shop.now += std::chrono::seconds(1);
  shop.Train();
  EXPECT_NE(one->version, shop.shelf->Current()->version);
  EXPECT_EQ(one->factors, shop.shelf->Current()->factors);
}

TEST(Trainer, PopularityIsRefreshedOnlyWhileNoTrainedModelServes) {
  Shop shop;
  shop.FillWithTastes();
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock);
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  const std::string first = shop.shelf->Current()->version;
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->version, first);  // nothing new
  shop.Buys("c1", "tea-1");
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->version, first);  // too little
  for (int row = 0; row < 200; ++row) shop.Append(shop.MadeUp("c1", "tea-1", row));
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_NE(shop.shelf->Current()->version, first);
  shop.now += std::chrono::seconds(1);
  ASSERT_EQ(trainer.TrainOnce()->state, TrainingState::kSucceeded);
  shop.Buys("c1", "tea-1");
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->kind, ModelKind::kTrained);
}

}  // namespace
}  // namespace rapport
