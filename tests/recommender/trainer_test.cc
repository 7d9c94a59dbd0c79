#include "services/recommender/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "services/recommender/training_phases.h"
#include "tests/recommender/shop.h"

namespace rapport {
namespace {

using ::testing::HasSubstr;

constexpr AlsOptions kSmall{.factors = 8, .iterations = 3};
// One direction cannot tell three tastes apart.
constexpr AlsOptions kPoor{.factors = 1, .iterations = 1};
// Minutes of work.
constexpr AlsOptions kEndless{.factors = 512, .iterations = 500};

// Told of trainings that end; waits for the first. (A second would throw.)
class FirstEnd {
 public:
  auto Teller() {
    return [this](const TrainingStatus& status) { first_.set_value(status); };
  }
  TrainingStatus Wait() { return first_.get_future().get(); }

 private:
  std::promise<TrainingStatus> first_;
};

void AwaitLearning(const Trainer& trainer) {
  while (trainer.Status("")->stage == TrainingStage::kReading) std::this_thread::yield();
}

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
  EXPECT_EQ(model->evaluation.rows.size(), 8u);  // ours and three baselines, new and any
  EXPECT_EQ(model->trained_at, shop.now());
}

TEST(Trainer, SaysThatThereIsTooLittleAndTheOldModelGoesOn) {
  Shop shop;
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock);
  const auto status = trainer.TrainOnce();
  EXPECT_EQ(status->state, TrainingState::kTooLittle);
  EXPECT_THAT(status->message, HasSubstr("to learn from"));
  EXPECT_NE(shop.shelf->Current(), nullptr);
}

TEST(Trainer, AWorseModelDoesNotServeAndIsKeptWithTheReason) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const auto good = shop.shelf->Current();
  shop.Buys("c1", "tea-1");
  shop.Pass(std::chrono::seconds(1));
  Trainer trainer(*shop.store, *shop.shelf, {.als = kPoor}, shop.clock);
  const auto status = trainer.TrainOnce();
  ASSERT_EQ(status->state, TrainingState::kRejected) << status->message;
  EXPECT_THAT(status->message, HasSubstr("on new items, "));
  EXPECT_THAT(status->message, HasSubstr("below the running model (95 %: "));
  EXPECT_FALSE(status->evaluation.rows.empty());
  EXPECT_EQ(shop.shelf->Current(), good);
  const auto kept = shop.shelf->Find(status->model_version);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_TRUE(kept->rejected);
  EXPECT_EQ(kept->model->remark, status->message);
  shop.Reopen();
  EXPECT_EQ(shop.shelf->Current()->version, good->version);
  EXPECT_EQ(shop.shelf->LastLearned().sequence, shop.store->LastSequence());  // not tried again
}

TEST(Trainer, WithoutTheGateAnythingIsPublished) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Pass(std::chrono::seconds(1));
  Trainer trainer(*shop.store, *shop.shelf, {.als = kPoor, .gate = false}, shop.clock);
  const auto status = trainer.TrainOnce();
  EXPECT_EQ(status->state, TrainingState::kSucceeded);
  EXPECT_EQ(shop.shelf->Current()->version, status->model_version);
}

TEST(Trainer, GuestsMakePopularityOnly) {
  Shop shop;
  shop.FillWithTastes();
  for (int row = 0; row < 200; ++row) {
    shop.Append(Purchase{.event_id = testing::Id("g", row),
                         .item_id = "tea-3",
                         .order_id = testing::Id("go", row),
                         .purchased_at = shop.now()});
  }
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock);
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->data.customers, 90);
  EXPECT_EQ(shop.Suggest("stranger").suggestions[0].item->item_id, "tea-3");
  shop.Pass(std::chrono::seconds(1));
  shop.Train();
  EXPECT_EQ(shop.shelf->Current()->data.customers, 90);
}

TEST(Trainer, TrainsInTheBackgroundWhenAskedAndTellsWhenItEnds) {
  Shop shop;
  shop.FillWithTastes();
  FirstEnd finished;
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall}, shop.clock, finished.Teller());
  trainer.Start();
  const TrainingStatus asked = trainer.Request();
  EXPECT_EQ(asked.state, TrainingState::kRunning);
  const TrainingStatus ended = finished.Wait();
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
  AwaitLearning(trainer);
  EXPECT_EQ(trainer.Request().training_id, one.training_id);  // it has everything
  shop.Pass(std::chrono::seconds(1));
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
  FirstEnd finished;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kSmall, .after_events = 100, .poll = std::chrono::milliseconds(1)},
                  shop.clock, finished.Teller());
  trainer.Start();
  EXPECT_EQ(finished.Wait().state, TrainingState::kSucceeded);
}

TEST(Trainer, PopularityInBetweenDoesNotPutOffTheFirstTraining) {
  Shop shop;
  FirstEnd finished;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kSmall, .after_events = 60, .poll = std::chrono::milliseconds(1)},
                  shop.clock, finished.Teller());
  for (int row = 0; row < 50; ++row) {
    shop.Append(shop.MadeUp(testing::Id("c", row % 7), testing::Id("tea-", row % 5), row));
    ASSERT_TRUE(trainer.RefreshPopularity().ok());
  }
  EXPECT_EQ(shop.shelf->Current()->sequence, 50u);
  for (int row = 50; row < 60; ++row) shop.Append(shop.MadeUp("c1", "tea-1", row));
  trainer.Start();
  EXPECT_EQ(finished.Wait().rows, 60);  // whatever comes of so few
}

TEST(Trainer, TrainsWhenTheIntervalIsOver) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  shop.Buys("c1", "tea-1");
  FirstEnd finished;
  std::atomic<bool> late = false;
  const TimePoint now = shop.now();
  const Clock clock = [&] { return late ? now + std::chrono::hours(2) : now; };
  Trainer trainer(
      *shop.store, *shop.shelf,
      {.als = Shop::kAls, .interval = std::chrono::hours(1), .poll = std::chrono::milliseconds(1)},
      clock, finished.Teller());
  trainer.Start();
  EXPECT_TRUE(absl::IsNotFound(trainer.Status("").status()));
  late = true;
  EXPECT_EQ(finished.Wait().state, TrainingState::kSucceeded);
}

TEST(Trainer, ARollBackIsNotUndoneByARestart) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const std::string first = shop.shelf->Current()->version;
  shop.Buys("c1", "tea-1");
  shop.Pass(std::chrono::seconds(1));
  shop.Train();
  ASSERT_TRUE(shop.shelf->Activate(first).ok());
  shop.Pass(std::chrono::hours(48));
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
  FirstEnd finished;
  {
    Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, shop.clock, finished.Teller());
    trainer.Start();
    trainer.Request();
    AwaitLearning(trainer);
  }
  EXPECT_EQ(finished.Wait().state, TrainingState::kCancelled);
  EXPECT_EQ(shop.shelf->Current()->kind, ModelKind::kPopularity);
}

TEST(Trainer, ACancelledTrainingPublishesNothingAndIsNotBegunAgain) {
  Shop shop;
  shop.FillWithTastes();
  FirstEnd finished;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kEndless, .after_events = 1, .poll = std::chrono::milliseconds(1)},
                  shop.clock, finished.Teller());
  trainer.Start();
  trainer.Request();
  AwaitLearning(trainer);
  EXPECT_EQ(shop.shelf->CutOff(), 1) << "what a process that starts now would find";
  const auto asked = trainer.Cancel("");
  ASSERT_TRUE(asked.ok()) << asked.status();
  const TrainingStatus ended = finished.Wait();
  EXPECT_EQ(ended.training_id, asked->training_id);
  EXPECT_EQ(ended.state, TrainingState::kCancelled);
  EXPECT_EQ(shop.shelf->Current()->kind, ModelKind::kPopularity);
  EXPECT_EQ(shop.shelf->CutOff(), 0);
  EXPECT_EQ(trainer.Cancel(ended.training_id)->state, TrainingState::kCancelled);
  EXPECT_TRUE(absl::IsNotFound(trainer.Cancel("").status()));
  EXPECT_TRUE(absl::IsNotFound(trainer.Cancel("another").status()));
}

TEST(Trainer, WhatWasCancelledByHandIsNotBegunAgainAfterARestart) {
  Shop shop;
  shop.FillWithTastes();
  {
    Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, shop.clock);
    trainer.Start();
    trainer.Request();
    AwaitLearning(trainer);
    ASSERT_TRUE(trainer.Cancel("").ok());
  }  // perhaps before it has ended
  EXPECT_EQ(shop.shelf->CutOff(), 0);
}

TEST(Trainer, TimeToGoCountsFromWhereItBeginsNotFromWhereItWasAskedFor) {
  Shop shop;
  shop.FillWithTastes();
  std::atomic<int64_t> minutes = 0;
  const Clock clock = [&, now = shop.now()] { return now + std::chrono::minutes(minutes.load()); };
  Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, clock);
  trainer.Start();
  trainer.Request();
  AwaitLearning(trainer);
  shop.Buys("c1", "tea-1");
  const TrainingStatus waiting = trainer.Request();
  minutes = 60;
  ASSERT_TRUE(trainer.Cancel("").ok());  // the one that runs
  while (trainer.Status(waiting.training_id)->stage == TrainingStage::kReading)
    std::this_thread::yield();
  minutes = 61;
  EXPECT_EQ(trainer.Request().elapsed_seconds, 60);
}

TEST(Trainer, CancellingWhatWaitsLeavesWhatRuns) {
  Shop shop;
  shop.FillWithTastes();
  FirstEnd finished;
  {
    Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, shop.clock, finished.Teller());
    trainer.Start();
    const TrainingStatus running = trainer.Request();
    AwaitLearning(trainer);
    shop.Buys("c1", "tea-1");
    // More than are remembered: the one that runs must not be forgotten.
    for (int request = 0; request < 30; ++request) {
      const TrainingStatus waiting = trainer.Request();
      ASSERT_NE(waiting.training_id, running.training_id);
      EXPECT_EQ(trainer.Cancel(waiting.training_id)->state, TrainingState::kCancelled);
    }
    EXPECT_EQ(trainer.Status(running.training_id)->state, TrainingState::kRunning);
  }
  EXPECT_EQ(finished.Wait().state, TrainingState::kCancelled);
}

TEST(Trainer, WhatAnOrderlyEndCutOffIsDueAgainAfterTheRestart) {
  Shop shop;
  shop.FillWithTastes();
  {
    Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, shop.clock);
    trainer.Start();
    trainer.Request();
    AwaitLearning(trainer);
  }
  shop.Reopen();
  FirstEnd finished;
  Trainer trainer(*shop.store, *shop.shelf, {.als = kSmall, .poll = std::chrono::milliseconds(1)},
                  shop.clock, finished.Teller());
  trainer.Start();
  EXPECT_EQ(finished.Wait().state, TrainingState::kSucceeded);
  EXPECT_EQ(shop.shelf->CutOff(), 0);
}

TEST(Trainer, TrainingsThatEndTheProcessAgainAndAgainWaitUntilItHasServed) {
  Shop shop;
  shop.FillWithTastes();
  ASSERT_TRUE(shop.shelf->SetCutOff(3).ok());
  FirstEnd finished;
  std::atomic<bool> late = false;
  const Clock clock = [&, now = shop.now()] { return late ? now + std::chrono::hours(1) : now; };
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = kSmall, .after_events = 1, .poll = std::chrono::milliseconds(1)}, clock,
                  finished.Teller());
  trainer.Start();
  std::this_thread::sleep_for(
      std::chrono::milliseconds(50));  // fifty chances to do it all the same
  EXPECT_TRUE(absl::IsNotFound(trainer.Status("").status()));
  late = true;
  EXPECT_EQ(finished.Wait().state, TrainingState::kSucceeded);
}

TEST(TrainingPhases, FollowOneAnotherFromNoneToAll) {
  for (const bool searched : {false, true}) {
    double last = 0;
    for (size_t phase = 0; phase < kTrainingPhases.size(); ++phase) {
      if (phase == kTuningPhase && !searched) continue;
      const bool known = searched && phase >= kTuningPhase;
      EXPECT_NEAR(FractionOf(phase, 0, known), last, 1e-12) << phase;
      last = FractionOf(phase, 1, known);
      EXPECT_GT(last, FractionOf(phase, 0, known));
    }
    EXPECT_NEAR(last, 1, 1e-12);
  }
}

TEST(Trainer, TellsHowFastItGoes) {
  Shop shop;
  shop.FillWithTastes();
  std::atomic<int64_t> milliseconds = 0;
  const Clock clock = [&, now = shop.now()] {
    return now + std::chrono::milliseconds(++milliseconds);  // a look at it takes a millisecond
  };
  Trainer trainer(*shop.store, *shop.shelf, {.als = kEndless}, clock);
  trainer.Start();
  trainer.Request();
  while (trainer.Status("")->stage == TrainingStage::kReading || !trainer.Status("")->rate) {
    std::this_thread::yield();
  }
  EXPECT_GT(*trainer.Status("")->rate, 0);
  EXPECT_TRUE(trainer.Status("")->eta_seconds);
}

TEST(Trainer, MeasuresWhatTheRunningModelAchievesWeekByWeek) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const std::string version = shop.shelf->Current()->version;
  Trainer trainer(*shop.store, *shop.shelf,
                  {.als = Shop::kAls, .gate = false, .drift_interval = std::chrono::hours(1)},
                  shop.clock);
  ASSERT_TRUE(trainer.MeasureDrift().ok());
  EXPECT_FALSE(trainer.drift().Latest()) << "no week is over yet";
  shop.Pass(std::chrono::days(16));
  for (int customer = 0; customer < 60; ++customer) {
    // Tea-drinkers turn to books in the second week.
    shop.Buys(testing::Id("c", 3 * (customer % 30) + 1), customer < 30 ? "tea-3" : "book-3",
              customer < 30 ? 13 : 3);
  }
  shop.Buys("c0", "coffee-1");
  ASSERT_TRUE(trainer.MeasureDrift().ok());
  const std::vector<RealisedWeek> weeks = trainer.drift().Of(version);
  ASSERT_EQ(weeks.size(), 2u);
  EXPECT_EQ(weeks[0].end, weeks[1].begin);
  EXPECT_EQ(weeks[0].rows.back().customers, 30);
  EXPECT_GT(weeks[0].rows.back().hit_rate, 2 * weeks[1].rows.back().hit_rate);
  EXPECT_EQ(trainer.drift().Latest()->begin, weeks[1].begin);
  shop.Pass(std::chrono::hours(1));
  ASSERT_EQ(trainer.TrainOnce()->state, TrainingState::kSucceeded);
  EXPECT_EQ(trainer.drift().Of(version).size(), 2u) << "each is measured once";
  EXPECT_EQ(trainer.drift().Latest()->model_version, version) << "the new one has no week yet";
}

TEST(Trainer, TheSamePurchasesGiveTheSameModel) {
  Shop shop;
  shop.FillWithTastes();
  shop.Train();
  const auto one = shop.shelf->Current();
  shop.Pass(std::chrono::seconds(1));
  shop.Train();
  EXPECT_NE(one->version, shop.shelf->Current()->version);
  EXPECT_EQ(one->tastes[0].factors, shop.shelf->Current()->tastes[0].factors);
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
  shop.Pass(std::chrono::seconds(1));
  ASSERT_EQ(trainer.TrainOnce()->state, TrainingState::kSucceeded);
  shop.Buys("c1", "tea-1");
  ASSERT_TRUE(trainer.RefreshPopularity().ok());
  EXPECT_EQ(shop.shelf->Current()->kind, ModelKind::kTrained);
}

}  // namespace
}  // namespace rapport
