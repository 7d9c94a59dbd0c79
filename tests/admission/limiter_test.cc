#include "services/admission/limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <queue>
#include <random>
#include <thread>
#include <utility>
#include <vector>

namespace rapport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using Time = Limiter::Time;

constexpr milliseconds kUsual{1};

// As many as are let in, and stay.
std::vector<Limiter::Permit> Fill(Limiter& limiter, Criticality criticality) {
  std::vector<Limiter::Permit> permits;
  while (auto permit = limiter.Admit(criticality, {})) permits.push_back(*std::move(permit));
  return permits;
}

// `windows` windows in which as many calls as may come in come at once, and all take so long.
// Beside them, in each window, `more(now)` happens.
template <class More>
Time Serve(Limiter& limiter, Time now, int windows, milliseconds latency, More more) {
  for (int window = 0; window < windows; ++window) {
    std::vector<Limiter::Permit> permits;
    while (auto permit = limiter.Admit(Criticality::kCritical, now)) {
      permits.push_back(*std::move(permit));
    }
    more(now);
    for (Limiter::Permit& permit : permits) permit.Served(now + latency);
    now += std::max(latency, milliseconds(251));
  }
  return now;
}
Time Serve(Limiter& limiter, Time now, int windows, milliseconds latency) {
  return Serve(limiter, now, windows, latency, [](Time) {});
}

TEST(Criticality, HasThreeNames) {
  for (const Criticality each : kCriticalities) {
    EXPECT_EQ(ParseCriticality(CriticalityName(each)), each);
  }
  EXPECT_EQ(ParseCriticality("sheddable"), Criticality::kSheddable);
  EXPECT_EQ(ParseCriticality("Critical"), std::nullopt);
  EXPECT_EQ(ParseCriticality(""), std::nullopt);
}

TEST(Limiter, SheddableTakesHalfDefaultFourFifthsCriticalAll) {
  Limiter limiter({.min = 20, .max = 20});
  EXPECT_EQ(Fill(limiter, Criticality::kSheddable).size(), 10U);
  EXPECT_EQ(Fill(limiter, Criticality::kDefault).size(), 16U);
  EXPECT_EQ(Fill(limiter, Criticality::kCritical).size(), 20U);
}

TEST(Limiter, CriticalIsRefusedOnlyWhenAllIsFull) {
  Limiter limiter({.min = 20, .max = 20});
  auto permits = Fill(limiter, Criticality::kDefault);
  EXPECT_FALSE(limiter.Admit(Criticality::kSheddable, {}));
  const auto critical = Fill(limiter, Criticality::kCritical);
  EXPECT_EQ(critical.size(), 4U);
  EXPECT_FALSE(limiter.Admit(Criticality::kCritical, {}));
  permits.pop_back();
  EXPECT_FALSE(limiter.Admit(Criticality::kDefault, {}));
  EXPECT_TRUE(limiter.Admit(Criticality::kCritical, {}));
}

TEST(Limiter, OfALimitOfOneEverybodyMayHaveThePlace) {
  Limiter limiter({.min = 1, .max = 1});
  for (const Criticality each : kCriticalities) EXPECT_EQ(Fill(limiter, each).size(), 1U);
}

TEST(Limiter, CountsWhomItRefusesAndWhoIsIn) {
  Limiter limiter({.min = 20, .max = 20});
  const auto permits = Fill(limiter, Criticality::kSheddable);  // the eleventh is refused
  (void)limiter.Admit(Criticality::kSheddable, {});
  EXPECT_EQ(limiter.figures().in_flight, 10);
  EXPECT_THAT(limiter.figures().refused, ElementsAre(0, 0, 2));
}

TEST(Limiter, APlaceIsGivenBackOnce) {
  Limiter limiter({.min = 20, .max = 20});
  {
    auto first = *limiter.Admit(Criticality::kDefault, {});
    auto second = *limiter.Admit(Criticality::kDefault, {});
    auto third = *limiter.Admit(Criticality::kDefault, {});
    first.Served({});
    first.Served({});
    first.Abandon();
    second.TimedOut({});
    third = std::move(second);  // of no place by now; the third's own is given back
    EXPECT_EQ(limiter.figures().in_flight, 0);
  }
  EXPECT_EQ(limiter.figures().in_flight, 0);
}

TEST(Limiter, RisesWhileLatencyStaysAndFallsWhenItRises) {
  Limiter limiter({.min = 20, .max = 60});
  const Time now = Serve(limiter, {}, 60, kUsual);
  EXPECT_EQ(limiter.figures().limit, 60);
  Serve(limiter, now, 40, 5 * kUsual);
  EXPECT_LE(limiter.figures().limit, 22);
}

TEST(Limiter, LearnsOnceAWindowHoweverManyCallsEndInIt) {
  Limiter limiter({.min = 20, .max = 200});
  Time now;
  for (int call = 0; call < 10'000; ++call) {  // 0.2 s
    const auto permits = Fill(limiter, Criticality::kCritical);
    limiter.Admit(Criticality::kCritical, now);
    now += microseconds(20);
  }
  EXPECT_EQ(limiter.figures().limit, 20);
}

TEST(Limiter, FewerThanTenCallsTellNothingHoweverLongTheyTake) {
  Limiter limiter({.min = 1, .max = 10});
  Time now;
  for (int call = 0; call < 19; ++call, now += std::chrono::seconds(1)) {
    limiter.Admit(Criticality::kCritical, now)->Served(now + kUsual);
  }
  EXPECT_EQ(limiter.figures().limit, 1);  // after one window of ten: 1.8
  limiter.Admit(Criticality::kCritical, now)->Served(now + kUsual);
  EXPECT_EQ(limiter.figures().limit, 2);
}

TEST(Limiter, AWindowCountsTheMostThatWereInFlightInItAndNotBefore) {
  Limiter limiter({.min = 20, .max = 200});
  Time now;
  for (int call = 0; call < 10; ++call) {
    limiter.Admit(Criticality::kCritical, now)->Served(now + kUsual);
  }
  for (int window = 0; window < 2; ++window, now += milliseconds(300)) {
    std::vector<Limiter::Permit> burst;
    while (auto permit = limiter.Admit(Criticality::kCritical, now)) {
      burst.push_back(*std::move(permit));
    }
    for (Limiter::Permit& permit : burst) permit.Served(now + kUsual);
    limiter.Admit(Criticality::kCritical, now + milliseconds(298))->Served(now + milliseconds(299));
  }
  EXPECT_EQ(limiter.figures().limit, 21);
  for (int call = 0; call < 1'000; ++call, now += kUsual) {  // four windows of one at a time
    limiter.Admit(Criticality::kCritical, now)->Served(now + kUsual);
  }
  EXPECT_EQ(limiter.figures().limit, 21);
}

TEST(Limiter, RefusedAndAbandonedCallsAreNoLatency) {
  Limiter alone({.min = 20, .max = 200});
  Limiter beside({.min = 20, .max = 200});
  const auto much = [&beside](Time now) {
    for (int call = 0; call < 1000; ++call) (void)beside.Admit(Criticality::kDefault, now);
  };
  Serve(alone, Serve(alone, {}, 60, kUsual), 4, 5 * kUsual);
  Serve(beside, Serve(beside, {}, 60, kUsual, much), 4, 5 * kUsual, much);
  EXPECT_EQ(alone.figures().limit, beside.figures().limit);

  Limiter abandoned({.min = 20, .max = 200});
  Time now;
  for (int call = 0; call < 10'000; ++call, now += kUsual) {
    std::vector<Limiter::Permit> permits;
    while (auto permit = abandoned.Admit(Criticality::kCritical, now)) {
      permits.push_back(*std::move(permit));
    }
  }
  EXPECT_EQ(abandoned.figures().limit, 20);
}

// Windows of calls that all time out after `latency`.
void TimeOut(Limiter& limiter, Time now, milliseconds latency) {
  for (int window = 0; window < 60; ++window, now += milliseconds(251)) {
    std::vector<Limiter::Permit> permits;
    while (auto permit = limiter.Admit(Criticality::kCritical, now)) {
      permits.push_back(*std::move(permit));
    }
    for (Limiter::Permit& permit : permits) permit.TimedOut(now + latency);
  }
}

TEST(Limiter, FallsWhenNothingIsServedInTime) {
  Limiter limiter({.min = 20, .max = 60});
  const Time now = Serve(limiter, {}, 60, kUsual);
  TimeOut(limiter, now, 10 * kUsual);
  EXPECT_LE(limiter.figures().limit, 22);
}

TEST(Limiter, CallsThatCameWithNoTimeLeftDoNotRaiseIt) {
  Limiter limiter({.min = 20, .max = 200});
  const Time now = Serve(limiter, {}, 5, kUsual);
  const int64_t before = limiter.figures().limit;
  TimeOut(limiter, now, milliseconds(0));
  EXPECT_EQ(limiter.figures().limit, before);
}

TEST(Limiter, OffLetsEverybodyInAndCounts) {
  Limiter limiter({.on = false, .min = 1, .max = 1});
  std::vector<Limiter::Permit> permits;
  for (int call = 0; call < 500; ++call) {
    auto permit = limiter.Admit(Criticality::kSheddable, {});
    ASSERT_TRUE(permit);
    permits.push_back(*std::move(permit));
  }
  EXPECT_EQ(limiter.figures().in_flight, 500);
}

// Ten times what a server of four workers can do, of which a fortieth is critical, in its own time.
TEST(Limiter, TenfoldOverloadLeavesGoodputLatencyAndTheCritical) {
  constexpr int kWorkers = 4;
  constexpr double kCapacity = kWorkers / 0.001;  // calls a second
  Limiter limiter({.min = 20, .max = 200});
  std::mt19937_64 chance(7);
  std::exponential_distribution<double> gap(10 * kCapacity);
  std::discrete_distribution<int> kind({1, 30, 9});
  using Running = std::pair<Time, Limiter::Permit>;
  const auto later = [](const Running& a, const Running& b) { return a.first > b.first; };
  std::vector<Running> running;  // a heap by end
  std::vector<Time> free_at(kWorkers, Time{});
  double seconds = 0;
  double waited = 0;
  std::array<int, 3> offered = {};
  std::array<int, 3> served = {};
  while (seconds < 20) {
    seconds += gap(chance);
    const Time now{
        std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(seconds))};
    while (!running.empty() && running.front().first <= now) {
      std::pop_heap(running.begin(), running.end(), later);
      running.back().second.Served(running.back().first);
      running.pop_back();
    }
    const int criticality = kind(chance);
    ++offered[static_cast<size_t>(criticality)];
    auto permit = limiter.Admit(static_cast<Criticality>(criticality), now);
    if (!permit) continue;
    ++served[static_cast<size_t>(criticality)];
    auto worker = std::min_element(free_at.begin(), free_at.end());
    *worker = std::max(*worker, now) + kUsual;
    waited += std::chrono::duration<double>(*worker - now).count();
    running.emplace_back(*worker, *std::move(permit));
    std::push_heap(running.begin(), running.end(), later);
  }
  const double all = served[0] + served[1] + served[2];
  EXPECT_GE(all, 0.99 * 20 * kCapacity);
  EXPECT_GE(served[0], 0.99 * offered[0]);
  EXPECT_LE(waited / all, 0.010);
}

TEST(Limiter, ThreadsNeverGetMoreThanThereIs) {
  Limiter limiter({.min = 20, .max = 40});
  std::atomic<int> in = 0;
  std::atomic<int> most = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int round = 0; round < 2'000; ++round) {
          std::vector<Limiter::Permit> permits;
          for (int call = 0; call < 8; ++call) {
            auto permit = limiter.Admit(kCriticalities[static_cast<size_t>(thread % 3)],
                                        Time(milliseconds(round)));
            if (!permit) continue;
            permits.push_back(*std::move(permit));
            const int now_in = ++in;
            for (int seen = most; now_in > seen && !most.compare_exchange_weak(seen, now_in);) {
            }
          }
          for (Limiter::Permit& permit : permits) {
            --in;
            permit.Served(Time(milliseconds(round + 1)));
          }
        }
      });
    }
  }
  EXPECT_EQ(limiter.figures().in_flight, 0);
  EXPECT_LE(most, 40);
  EXPECT_GE(most, 1);
}

}  // namespace
}  // namespace rapport
