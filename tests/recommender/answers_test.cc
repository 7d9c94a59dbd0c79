// How customers answer what staff relay is learned with the next training.
#include <gtest/gtest.h>

#include "model/snapshot_format.h"
#include "services/recommender/purchase_history.h"
#include "tests/recommender/shop.h"

namespace rapport {
namespace {

TEST(RelayedAnswers, AreCountedByConfidenceAndKeptInTheModel) {
  Shop shop;
  shop.FillWithTastes();
  int reports = 0;
  const auto answer = [&](OutcomeKind kind, StatedConfidence confidence) {
    Outcome outcome{.event_id = "r" + std::to_string(++reports),
                    .customer_id = "c4",
                    .kind = kind,
                    .item_id = "tea-1",
                    .at = shop.now(),
                    .confidence = confidence};
    shop.Append(outcome);
    return outcome.event_id;
  };
  for (int time = 0; time < 3; ++time) answer(OutcomeKind::kAccepted, StatedConfidence::kStrong);
  answer(OutcomeKind::kDeclinedNever, StatedConfidence::kStrong);
  answer(OutcomeKind::kDeclinedNotNow, StatedConfidence::kThin);
  answer(OutcomeKind::kAccepted, StatedConfidence::kNone);  // not known with what confidence
  answer(OutcomeKind::kRelayed, StatedConfidence::kFair);   // no answer yet
  shop.Append(
      Retraction{.event_id = "undo",
                 .customer_id = "c4",
                 .retracted_event_id = answer(OutcomeKind::kAccepted, StatedConfidence::kFair),
                 .at = shop.now()});
  shop.Train();
  const auto model = shop.shelf->Current();
  const RelayedAnswers& answers = model->calibration.answers;
  EXPECT_EQ(answers[0].accepted, 0);
  EXPECT_EQ(answers[0].declined, 1);
  EXPECT_EQ(answers[1].answered(), 0);
  EXPECT_EQ(answers[2].accepted, 3);
  EXPECT_EQ(answers[2].declined, 1);
  const auto again = ParseModel(SerializeModel(*model));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->calibration.answers[2].accepted, 3);
  // 3 of 4, drawn to 3 of 5 by four: (3 + 2.4) / 8.
  EXPECT_DOUBLE_EQ(AcceptanceOf(answers, Confidence::kStrong).probability, 5.4 / 8);
  EXPECT_DOUBLE_EQ(AcceptanceOf(answers, Confidence::kFair).probability, 0.6);
  EXPECT_DOUBLE_EQ(AcceptanceOf({}, Confidence::kFair).probability, 0);
}

TEST(RelayedAnswers, ALevelThatTheyBelieIsStatedLower) {
  const auto of = [](AnswerCounts thin, AnswerCounts fair, AnswerCounts strong) {
    return RelayedAnswers{thin, fair, strong};
  };
  // Without answers, with few, and where they rise with the level, it stands.
  EXPECT_EQ(BorneOut({}, Confidence::kStrong), Confidence::kStrong);
  EXPECT_EQ(BorneOut(of({0, 0}, {2, 1}, {0, 3}), Confidence::kStrong), Confidence::kStrong);
  EXPECT_EQ(BorneOut(of({10, 90}, {30, 70}, {60, 40}), Confidence::kStrong), Confidence::kStrong);
  // A hundred say that strong ones are taken less often than fair ones.
  const RelayedAnswers belied = of({10, 90}, {60, 40}, {20, 80});
  EXPECT_EQ(BorneOut(belied, Confidence::kStrong), Confidence::kFair);
  EXPECT_EQ(BorneOut(belied, Confidence::kFair), Confidence::kFair);
  EXPECT_EQ(BorneOut(of({90, 10}, {60, 40}, {20, 80}), Confidence::kStrong), Confidence::kThin);

  Calibration calibration;
  PoolCalibration& pool = calibration.pools[static_cast<size_t>(Pool::kNewToCustomer)];
  pool = {.samples = 1'000'000, .base_rate = 0.01, .shift = 0, .curves = {}};
  for (auto& of_depth : pool.curves) of_depth.fill({{0, 0.1, 1'000'000}});
  const auto told = [&] {
    return calibration.ChanceOf(Pool::kNewToCustomer, 0, HistoryDepth{}, false);
  };
  const PurchaseChance before = told();
  EXPECT_EQ(before.confidence, Confidence::kStrong);
  calibration.answers = belied;
  EXPECT_EQ(told().confidence, Confidence::kFair);
  EXPECT_EQ(told().probability, before.probability);  // answers to staff are no purchases
}

TEST(RelayedAnswers, WhatWasSetAsideIsNotLearnedFrom) {
  Shop shop;
  shop.Buys("ada", "mug");
  const std::string event = shop.Buys("ada", "tea");
  shop.Append(Outcome{.event_id = "r",
                      .customer_id = "ada",
                      .kind = OutcomeKind::kNotRepresentative,
                      .item_id = "tea",
                      .purchase_event_ids = {event},
                      .at = shop.now()});
  uint64_t sequence = 0;
  const auto log = ReadLog(*shop.store, nullptr, {}, &sequence);
  ASSERT_TRUE(log.ok());
  int gifts = 0;
  for (const auto& line : log->LinesOf(CustomerIndex(0))) gifts += line.gift ? 1 : 0;
  EXPECT_EQ(gifts, 1);
}

}  // namespace
}  // namespace rapport
