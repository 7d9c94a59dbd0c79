#include "services/recommender/drift.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/held_out.h"

namespace rapport {
namespace {

constexpr size_t kWeeksRemembered = 100;

}  // namespace

std::vector<Instant> Drift::Unmeasured(const ModelSnapshot& model, Instant until) const {
  if (model.kind != ModelKind::kTrained) return {};
  std::vector<Instant> begins = CompleteWeeks(model, until);
  const std::lock_guard lock(mutex_);
  std::erase_if(begins, [&](Instant begin) {
    return std::ranges::any_of(weeks_, [&](const RealisedWeek& week) {
      return week.model_version == model.version && week.begin == begin;
    });
  });
  return begins;
}

void Drift::Measure(const PurchaseLog& log, const ModelSnapshot& model, TimePoint now, int threads,
                    const std::stop_token& stop) {
  const size_t customers = EnoughCustomers(log.items().size());
  for (const Instant begin : Unmeasured(model, std::min(now, log.last()))) {
    RealisedWeek week = RealisedIn(log, model, begin, customers, threads, stop);
    if (stop.stop_requested()) return;
    const std::lock_guard lock(mutex_);
    weeks_.push_back(std::move(week));
    if (weeks_.size() > kWeeksRemembered) weeks_.erase(weeks_.begin());
  }
}

bool Drift::MayHaveNews(const ModelSnapshot& model, TimePoint now) const {
  return !Unmeasured(model, now).empty();
}

std::vector<RealisedWeek> Drift::Of(std::string_view model_version) const {
  const std::lock_guard lock(mutex_);
  std::vector<RealisedWeek> weeks;
  std::ranges::copy_if(weeks_, std::back_inserter(weeks), [&](const RealisedWeek& week) {
    return week.model_version == model_version && !week.rows.empty();
  });
  std::ranges::sort(weeks, {}, &RealisedWeek::begin);
  return weeks;
}

std::optional<RealisedWeek> Drift::Latest() const {
  const std::lock_guard lock(mutex_);
  const RealisedWeek* latest = nullptr;
  for (const RealisedWeek& week : weeks_) {
    if (!week.rows.empty() && (latest == nullptr || week.end >= latest->end)) latest = &week;
  }
  return latest == nullptr ? std::nullopt : std::optional(*latest);
}

}  // namespace rapport
