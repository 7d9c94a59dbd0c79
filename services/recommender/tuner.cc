#include "services/recommender/tuner.h"

#include <ratio>
#include <utility>

#include "absl/strings/str_format.h"

namespace rapport {
namespace {

Recipe FirstRecipe(const TunerOptions& options, const ModelShelf& models) {
  const auto model = models.Current();
  const auto tuning = models.LastTuning();
  const bool tuned = options.interval.count() > 0 && tuning && tuning->found_better;
  if (!tuned || model->tastes.empty()) return options.configured;
  const bool longer = model->tastes.size() > 1;
  return {.als = model->tastes.front().options,
          .long_half_life_days = longer ? model->tastes.back().options.half_life_days : 0};
}

std::string InWords(const Tuned& tuned) {
  if (!tuned.changed) return "tuned: nothing better was found than the configured options";
  const AlsOptions& als = tuned.recipe.als;
  return absl::StrFormat(
      "tuned to %d factors, alpha0 %g, regularization %g, half lives of %g and %g days: ndcg@20 "
      "%.4f instead of %.4f on earlier windows",
      als.factors, als.alpha0, als.regularization, als.half_life_days,
      tuned.recipe.long_half_life_days, tuned.score, tuned.start_score);
}

}  // namespace

Tuner::Tuner(ModelShelf& models, TunerOptions options, Clock clock)
    : models_(models),
      options_(std::move(options)),
      clock_(std::move(clock)),
      recipe_(FirstRecipe(options_, models)) {}

bool Tuner::Due() const {
  if (options_.interval.count() == 0) return false;
  const auto last = models_.LastTuning();
  return !last || clock_() - last->at >= options_.interval;
}

absl::StatusOr<std::optional<Tuned>> Tuner::Search(const PurchaseLog& log, uint64_t sequence,
                                                   const Watch& watch) const {
  const TimePoint began = clock_();
  TuneOptions options{.start = options_.configured,
                      .window_days = options_.window_days,
                      .threads = options_.threads,
                      .seed = options_.configured.als.seed + sequence,  // others each time
                      .budget_seconds = static_cast<double>(options_.budget.count()),
                      .seconds = [&] { return SecondsBetween(began, clock_()); }};
  if (recipe_ != options.start) options.incumbent = recipe_;
  const std::chrono::duration<double, std::ratio<86'400>> window(options_.window_days);
  const Instant until = log.last() - std::chrono::floor<std::chrono::microseconds>(window);
  auto tuned = Tune(
      log, until, options, [&](const HalvingProgress& told) { watch.Tell(told.fraction); },
      watch.stop);
  if (absl::IsFailedPrecondition(tuned.status())) return std::nullopt;
  if (!tuned.ok()) return tuned.status();
  return *std::move(tuned);
}

std::string Tuner::TakeOn(const Tuned& tuned, bool serves) {
  if (serves) recipe_ = tuned.recipe;
  // A note that cannot be written costs another search.
  models_.SetLastTuning({.at = clock_(), .found_better = recipe_ != options_.configured})
      .IgnoreError();
  return InWords(tuned);
}

}  // namespace rapport
