#include "model/successive_halving.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

namespace rapport {
namespace {

// Candidates on a line, the better the nearer to the optimum. Two customers of three like it more
// than the third; what a rung sees is blurred the more the earlier it is. Each judging takes
// seconds, told in tenths.
struct Landscape {
  size_t optimum = 0;
  double seconds_each = 0;
  double blur = 0;
  double now = 0;
  std::vector<std::pair<size_t, size_t>> judged;  // candidate, rung

  double Height(size_t candidate, size_t rung) const {
    const double distance =
        static_cast<double>(std::max(candidate, optimum) - std::min(candidate, optimum));
    const double wobble = candidate % 2 == 0 ? blur : -blur;
    return 1 - distance / 100 + wobble / static_cast<double>(1 + 3 * rung);
  }

  Appraise Appraiser() {
    return [this](size_t candidate, size_t rung, const std::function<void(double)>& progress,
                  const std::stop_token& stop) -> absl::StatusOr<Appraisal> {
      for (int tenth = 1; tenth <= 10; ++tenth) {
        now += seconds_each / 10;
        progress(tenth / 10.0);
        if (stop.stop_requested()) return absl::CancelledError("stopped");
      }
      judged.emplace_back(candidate, rung);
      const double height = Height(candidate, rung);
      return Appraisal{.parts = {height + 0.1, height + 0.1, height - 0.2}, .rows = {}};
    };
  }

  HalvingOptions Options(size_t candidates, double budget = 1e9) {
    return {.candidates = candidates, .rungs = 3, .budget_seconds = budget, .seconds = [this] {
              return now;
            }};
  }

  size_t JudgedAt(size_t rung) const {
    return static_cast<size_t>(std::count_if(
        judged.begin(), judged.end(), [rung](const auto& one) { return one.second == rung; }));
  }
};

TEST(SuccessiveHalving, FindsThePlantedOptimumForAFractionOfTheWork) {
  for (const size_t optimum : {1u, 13u, 26u}) {
    Landscape land{.optimum = optimum, .blur = 0.02};
    const auto found = SuccessiveHalving(land.Options(27), land.Appraiser(), {});
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->winner, optimum);
    EXPECT_EQ(found->rung, 2u);
    EXPECT_TRUE(found->in_time);
    EXPECT_GT(found->gain.mean, 0);
    EXPECT_EQ(land.JudgedAt(0), 27u);
    EXPECT_EQ(land.JudgedAt(1), 9u);
    EXPECT_EQ(land.JudgedAt(2), 3u);
  }
}

TEST(SuccessiveHalving, TheOneToBeatGoesThroughEveryRungAndStaysIfNothingBeatsIt) {
  Landscape worst{.optimum = 26};
  ASSERT_TRUE(SuccessiveHalving(worst.Options(27), worst.Appraiser(), {}).ok());
  EXPECT_EQ(std::count(worst.judged.begin(), worst.judged.end(), std::pair<size_t, size_t>(0, 2)),
            1);
  Landscape best{.optimum = 0};
  EXPECT_EQ(SuccessiveHalving(best.Options(27), best.Appraiser(), {})->winner, 0u);
  Landscape equal{.optimum = 0};
  const Appraise same = [](size_t, size_t, const auto&, const auto&) {
    return Appraisal{.parts = {0.5, 0.5}, .rows = {}};
  };
  EXPECT_EQ(SuccessiveHalving(equal.Options(27), same, {})->winner, 0u);
}

TEST(SuccessiveHalving, ABudgetEndsAJudgingInTheMiddleAndWhatWasSurelyBetterWins) {
  Landscape land{.optimum = 5, .seconds_each = 10};
  const auto found = SuccessiveHalving(land.Options(27, 95), land.Appraiser(), {});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_FALSE(found->in_time);
  EXPECT_LE(land.now, 96);
  EXPECT_LT(land.JudgedAt(0), 5u);  // a third of the time
  EXPECT_GT(land.JudgedAt(1), 0u);
  EXPECT_GT(found->winner, 0u);
  EXPECT_GT(found->gain.low, 0);
}

TEST(SuccessiveHalving, ToWinTakesMoreThanChance) {
  Landscape land{.seconds_each = 10};
  // Better on average, for one customer of three.
  const Appraise lucky = [&](size_t candidate, size_t rung, const auto& progress,
                             const auto& stop) -> absl::StatusOr<Appraisal> {
    auto appraisal = land.Appraiser()(0, rung, progress, stop);
    if (appraisal.ok() && candidate == 1) appraisal->parts = {0.9, 0.9, 1.9};
    return appraisal;
  };
  EXPECT_EQ(SuccessiveHalving(land.Options(9, 25), lucky, {})->winner, 0u);
  land.now = 0;
  const auto found = SuccessiveHalving(land.Options(9), lucky, {});
  EXPECT_EQ(found->winner, 0u);
  EXPECT_EQ(found->best, 1u);
  EXPECT_GT(found->gain.mean, 0);
}

TEST(SuccessiveHalving, WithoutTimeForAnythingTheOneToBeatWins) {
  for (const double budget : {0.0, 5.0}) {
    Landscape land{.optimum = 5, .seconds_each = 10};
    const auto found = SuccessiveHalving(land.Options(27, budget), land.Appraiser(), {});
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->winner, 0u);
    EXPECT_FALSE(found->in_time);
    EXPECT_LE(land.now, budget + 1);
  }
}

TEST(SuccessiveHalving, LeavesEveryRungItsPartOfTheTime) {
  Landscape land{.optimum = 20, .seconds_each = 1};
  const auto found = SuccessiveHalving(land.Options(27, 29.7), land.Appraiser(), {});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->rung, 2u);
  EXPECT_EQ(land.JudgedAt(0), 9u);  // of 27: a third of the budget
  EXPECT_GE(land.JudgedAt(2), 2u);
  EXPECT_EQ(found->winner, 8u);  // the nearest of those
}

TEST(SuccessiveHalving, AStopIsNoResult) {
  Landscape land{.optimum = 5, .seconds_each = 1};
  std::stop_source stop;
  HalvingOptions options = land.Options(27);
  options.progress = [&](const HalvingProgress&) {
    if (land.now > 3.5) stop.request_stop();
  };
  EXPECT_TRUE(
      absl::IsCancelled(SuccessiveHalving(options, land.Appraiser(), stop.get_token()).status()));
  EXPECT_LT(land.now, 4);
}

TEST(SuccessiveHalving, AFailureIsTold) {
  Landscape land;
  const Appraise fails = [](size_t, size_t, const auto&, const auto&) -> absl::StatusOr<Appraisal> {
    return absl::FailedPreconditionError("nothing to judge by");
  };
  EXPECT_EQ(SuccessiveHalving(land.Options(3), fails, {}).status().message(),
            "nothing to judge by");
}

TEST(SuccessiveHalving, TellsItsProgressWithoutGoingBack) {
  Landscape land{.optimum = 3, .seconds_each = 1};
  HalvingOptions options = land.Options(9, 100);
  double last = 0;
  std::set<size_t> rungs;
  HalvingProgress end;
  options.progress = [&](const HalvingProgress& told) {
    EXPECT_GE(told.fraction, last);
    EXPECT_LE(told.fraction, 1);
    last = told.fraction;
    rungs.insert(told.rung);
    end = told;
  };
  const auto found = SuccessiveHalving(options, land.Appraiser(), {});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(rungs.size(), 3u);
  EXPECT_EQ(last, 1);
  EXPECT_NEAR(*end.best - *end.score_to_beat, 0.03, 1e-9);
}

}  // namespace
}  // namespace rapport
