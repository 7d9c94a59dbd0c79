#include "services/recommender/shadow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/recommender/shop.h"

namespace rapport {
namespace {

using ::testing::HasSubstr;

// A shop whose model was trained twice on the same purchases, and once without any care.
class ShadowTest : public ::testing::Test {
 protected:
  void SetUp() override {
    shop_.FillWithTastes();
    shop_.Train();
    same_ = shop_.shelf->Current()->version;
    Train({.factors = 1, .iterations = 1});
    poor_ = shop_.shelf->Current()->version;
    Train(Shop::kAls);
  }
  void Train(const AlsOptions& als) {
    shop_.Pass(std::chrono::seconds(1));
    Trainer trainer(*shop_.store, *shop_.shelf, {.als = als, .gate = false}, shop_.clock);
    ASSERT_EQ(trainer.TrainOnce()->state, TrainingState::kSucceeded);
  }
  // The status once `requests` were compared or failed.
  static ShadowStatus After(const Shadow& shadow, int64_t requests) {
    while (true) {
      ShadowStatus status = shadow.Status();
      if (status.compared + status.failed >= requests || status.sample_rate == 0) return status;
      std::this_thread::yield();
    }
  }
  static SuggestQuery QueryOf(int customer) {
    return {.shopper = {.customer_id = testing::Id("c", customer)}};
  }

  Shop shop_;
  Suggester suggester_ = shop_.suggester();
  std::string same_;
  std::string poor_;
};

TEST_F(ShadowTest, AModelThatIsTheSameAgreesInEverything) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  ASSERT_TRUE(shadow.Set(same_, 1).ok());
  for (int customer = 0; customer < 20; ++customer) shadow.Offer(QueryOf(customer), shop_.now());
  const ShadowStatus status = After(shadow, 20);
  EXPECT_EQ(status.model_version, same_);
  EXPECT_EQ(status.compared, 20);
  EXPECT_EQ(status.mean_overlap, 1);
  EXPECT_NEAR(status.mean_rank_biased_overlap, 1, 1e-9);
  EXPECT_EQ(status.same_first, 1);
}

TEST_F(ShadowTest, AnotherModelAgreesInPartAndRepliesStayAsTheyAre) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  const SuggestionList before = shop_.Suggest("c4");
  ASSERT_TRUE(shadow.Set(poor_, 1).ok());
  for (int customer = 0; customer < 20; ++customer) shadow.Offer(QueryOf(customer), shop_.now());
  const ShadowStatus status = After(shadow, 20);
  EXPECT_GT(status.mean_overlap, 0);
  EXPECT_LT(status.mean_overlap, 0.95);
  EXPECT_LT(status.same_first, 1);
  const SuggestionList after = shop_.Suggest("c4");
  EXPECT_EQ(after.token, before.token);
  EXPECT_EQ(after.suggestions[0].score, before.suggestions[0].score);
}

TEST_F(ShadowTest, BothAreTimedInTurns) {
  std::atomic<int64_t> looks = 0;
  const Clock clock = [&] { return shop_.now() + std::chrono::milliseconds(2 * ++looks); };
  std::vector<ShadowEvent> events;
  Shadow shadow(suggester_, *shop_.shelf, clock,
                [&](const ShadowEvent& e) { events.push_back(e); });
  ASSERT_TRUE(shadow.Set(poor_, 1).ok());
  for (int customer = 0; customer < 4; ++customer) shadow.Offer(QueryOf(customer), shop_.now());
  const ShadowStatus status = After(shadow, 4);
  EXPECT_EQ(status.running.p50_seconds, 0.002);
  EXPECT_EQ(status.shadow.p99_seconds, 0.002);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].result, ShadowEvent::Result::kCompared);
  EXPECT_EQ(events[0].shadow_seconds, 0.002);
}

TEST_F(ShadowTest, WhatDoesNotFitIsDroppedAndNobodyWaits) {
  std::atomic<bool> hold = false;
  const Clock clock = [&] {
    while (hold) std::this_thread::yield();
    return shop_.now();
  };
  std::atomic<int64_t> dropped = 0;
  Shadow shadow(suggester_, *shop_.shelf, clock, [&](const ShadowEvent& event) {
    dropped += event.result == ShadowEvent::Result::kDropped ? 1 : 0;
  });
  ASSERT_TRUE(shadow.Set(poor_, 0.25).ok());
  hold = true;
  for (int request = 0; request < 4'000; ++request) shadow.Offer(QueryOf(1), shop_.now());
  // A quarter were of the sample; one is being compared, or none yet, and 64 wait.
  EXPECT_NEAR(static_cast<double>(dropped), 1'000 - 65, 100);
  EXPECT_EQ(shadow.Status().dropped, dropped);
  hold = false;
  EXPECT_GE(After(shadow, 64).compared, 64);
}

TEST_F(ShadowTest, IsOffUntilItIsSetAndAfterItIsCleared) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  shadow.Offer(QueryOf(1), shop_.now());
  EXPECT_EQ(shadow.Status().model_version, "");
  ASSERT_TRUE(shadow.Set(poor_, 1).ok());
  shadow.Offer(QueryOf(1), shop_.now());
  EXPECT_EQ(After(shadow, 1).compared, 1);
  shadow.Clear();
  shadow.Offer(QueryOf(1), shop_.now());
  const ShadowStatus status = shadow.Status();
  EXPECT_EQ(status.sample_rate, 0);
  EXPECT_EQ(status.compared, 1) << "the figures stay";
  EXPECT_EQ(status.dropped, 0);
}

TEST_F(ShadowTest, OnlyAKeptModelThatDoesNotServeCanBeSet) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  EXPECT_TRUE(absl::IsNotFound(shadow.Set("no-such", 1)));
  EXPECT_TRUE(absl::IsFailedPrecondition(shadow.Set(shop_.shelf->Current()->version, 1)));
  EXPECT_EQ(shadow.Status().sample_rate, 0);
}

TEST_F(ShadowTest, EndsWhenItsModelServes) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  ASSERT_TRUE(shadow.Set(poor_, 1).ok());
  ASSERT_TRUE(shop_.shelf->Activate(same_).ok());
  EXPECT_EQ(shadow.Status().sample_rate, 1) << "another one's activation is no matter";
  ASSERT_TRUE(shop_.shelf->Activate(poor_).ok());
  shadow.Offer(QueryOf(1), shop_.now());
  const ShadowStatus status = After(shadow, 1);
  EXPECT_EQ(status.sample_rate, 0);
  EXPECT_EQ(status.compared, 0);
  EXPECT_THAT(status.note, HasSubstr("serves now"));
}

TEST_F(ShadowTest, EndsWhenItsModelIsNoLongerKept) {
  Shadow shadow(suggester_, *shop_.shelf, shop_.clock);
  ASSERT_TRUE(shadow.Set(same_, 1).ok());
  for (int training = 0; training < 5; ++training) Train({.factors = 4, .iterations = 1});
  shadow.Offer(QueryOf(1), shop_.now());
  EXPECT_THAT(After(shadow, 1).note, HasSubstr("no longer kept"));
}

}  // namespace
}  // namespace rapport
