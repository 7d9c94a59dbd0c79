#include "model/learn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "model/als.h"
#include "model/average_taste.h"
#include "model/baselines/baselines.h"
#include "model/bought_together.h"
#include "model/calibration.h"
#include "model/category_prior.h"
#include "model/default_options.h"
#include "model/evaluation.h"
#include "model/held_out.h"
#include "model/popularity.h"
#include "model/term_weights.h"
#include "model/translated_ranker.h"
#include "model/watch.h"

namespace rapport {
namespace {

using Weights = std::array<PoolWeights, kPoolCount>;

Weights AllDefaultWeights(size_t tastes) {
  Weights weights;
  for (const Pool pool : kPools) weights[static_cast<size_t>(pool)] = DefaultWeights(pool, tastes);
  return weights;
}

Instant DaysAfter(Instant time, double days) {
  return time + std::chrono::microseconds(static_cast<int64_t>(std::llround(days * 86'400e6)));
}

// Everything of the log counts: just after its last purchase.
Instant EndOf(const PurchaseLog& log) { return log.last() + std::chrono::microseconds(1); }

DataSizes SizesAt(const PurchaseLog& log, Instant cut) {
  DataSizes sizes{.items = static_cast<int64_t>(log.bought_items()),
                  .first_purchase = log.first(),
                  .last_purchase = log.last()};
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    std::vector<uint32_t> orders;
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (line.KeptAt(cut)) orders.push_back(line.order);
    }
    sizes.purchases += static_cast<int64_t>(orders.size());
    const Evidence evidence(log.OwnPurchasesAt(CustomerIndex(customer), cut));
    sizes.customers += evidence.empty() ? 0 : 1;
    sizes.pairs += static_cast<int64_t>(evidence.entries().size());
    std::sort(orders.begin(), orders.end());
    sizes.orders += std::unique(orders.begin(), orders.end()) - orders.begin();
  }
  for (const PurchaseLog::Line& line : log.guest_lines())
    sizes.purchases += line.KeptAt(cut) ? 1 : 0;
  return sizes;
}

HeldOut HeldOutIn(const PurchaseLog& log, Instant begin, Instant end, const LearnOptions& options) {
  return HeldOut(log, begin, end,
                 options.most_held_out.value_or(EnoughCustomers(log.items().size())));
}

// The recipe of a model, without its weights.
std::vector<AlsOptions> RecipeOf(const ModelSnapshot& model) {
  std::vector<AlsOptions> tastes;
  for (const Taste& taste : model.tastes) tastes.push_back(taste.options);
  return tastes;
}

// Whether they would learn the same model, or nearly: an alpha0 that follows from the data has
// moved a little with it, between one training and the next.
bool NearlySame(const std::vector<AlsOptions>& recipe, const std::vector<AlsOptions>& other) {
  constexpr double kAlphaMoves = 0.1;
  return std::ranges::equal(recipe, other, [](AlsOptions ours, const AlsOptions& theirs) {
    if (std::abs(ours.alpha0 / theirs.alpha0 - 1) <= kAlphaMoves) ours.alpha0 = theirs.alpha0;
    return ours == theirs;
  });
}

// A model of less would be noise.
absl::Status EnoughToLearnFrom(const DataSizes& sizes) {
  constexpr int64_t kCustomers = 20, kItems = 10;
  constexpr double kWeeks = 2;
  const double weeks = DaysBetween(sizes.first_purchase, sizes.last_purchase) / 7;
  std::vector<std::string> missing;
  if (sizes.customers < kCustomers)
    missing.push_back(absl::StrCat(sizes.customers, " of ", kCustomers, " customers"));
  if (sizes.items < kItems) missing.push_back(absl::StrCat(sizes.items, " of ", kItems, " items"));
  if (weeks < kWeeks)
    missing.push_back(absl::StrFormat("%.1f of %.0f weeks", std::max(0.0, weeks), kWeeks));
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError("too little to learn from: only " +
                                       absl::StrJoin(missing, ", ") + " with purchases so far");
}

Watch WatchOf(LearnStage stage, const LearnProgress& progress, const std::stop_token& stop) {
  if (!progress) return {.stop = stop};
  return {.progress = [&progress, stage](double fraction) { progress(stage, fraction); },
          .stop = stop};
}

absl::Status Stopped() { return absl::CancelledError("training was stopped"); }

// Pools without enough to fit on keep what they have.
void FitAllWeights(const HeldOut& held_out, int threads, const Watch& watch, ModelSnapshot* model) {
  for (const Pool pool : kPools) {
    const double done = static_cast<double>(pool) / kPoolCount;
    const Watch part = watch.Part(done, done + 1.0 / kPoolCount);
    if (auto fitted = FitWeights(*model, held_out, pool, threads, part))
      model->weights[static_cast<size_t>(pool)] = *fitted;
  }
}

// As FitAllWeights, with the prior of new items that the same window earns; what was learned is
// without one.
void FitWeightsAndPrior(const PurchaseLog& log, const HeldOut& held_out, int threads,
                        const Watch& watch, ModelSnapshot* model) {
  FitAllWeights(held_out, threads, watch, model);
  model->prior = EarnedPrior(log, held_out, *model, threads, watch);
  if (model->prior.weight == 0) return;
  for (Taste& taste : model->tastes) {
    taste = WithPrior(taste, log.categories(), held_out.buyers, model->prior.weight, threads);
  }
  FitAllWeights(held_out, threads, {.stop = watch.stop}, model);
}

// The running model on the same window, if that says anything: as it is, where it has learned from
// nothing of the window; else its recipe learned again at the cut, where it is another one. (The
// same recipe would be the same model.)
absl::Status JudgeRunning(const PurchaseLog& log, const Trial& trial, const LearnOptions& options,
                          const Watch& watch, std::vector<Judgement>* judgements) {
  if (options.running == nullptr || options.running->kind != ModelKind::kTrained)
    return absl::OkStatus();
  const auto judge = [&](const Ranker& ranker) {
    for (const Pool pool : kJudgedPools) {
      judgements->push_back(JudgeRanker("running", trial.held_out, pool, ranker, options.threads,
                                        {.stop = watch.stop}));
    }
    return absl::OkStatus();
  };
  const ModelSnapshot& running = *options.running;
  if (running.data.last_purchase < trial.held_out.cut)
    return judge(TranslatedRanker(running, log.items(), trial.held_out));
  if (NearlySame(RecipeOf(running), RecipeOf(trial.model))) return absl::OkStatus();
  LearnOptions recipe = options;
  recipe.tastes = RecipeOf(running);
  const auto again = TrialAt(log, trial.held_out.cut, recipe, nullptr, watch.stop);
  if (!again.ok()) return again.status();
  return judge(ServedRanker(again->model, trial.held_out));
}

// What held-out time teaches the model that will serve.
struct Lessons {
  EvaluationReport evaluation;
  CategoryPrior prior;
  Weights weights;             // of the latest window: shops change
  CalibratedPools calibrated;  // with these
};

// `trial` ends where the log does. About half of the work is to judge, half to calibrate.
absl::StatusOr<Lessons> LessonsOf(const PurchaseLog& log, Trial& trial, const LearnOptions& options,
                                  const Watch& watch) {
  constexpr double kJudged = 0.5;
  auto judgements =
      JudgeBeside(log, trial, QuickBaselines(), options.threads, nullptr, watch.Part(0, kJudged));
  if (absl::Status judged = JudgeRunning(log, trial, options, watch, &judgements); !judged.ok())
    return judged;
  if (watch.Stopped()) return Stopped();
  Lessons lessons{.evaluation = ReportOf(trial.held_out, judgements), .prior = trial.model.prior};
  double done = kJudged;
  const auto suggested = [&](const HeldOut& window, const ModelSnapshot& model) {
    const double begin = std::exchange(done, done + (1 - kJudged) / 3);
    return SuggestedAt(log, window, model, options.threads, watch.Part(begin, done));
  };
  std::vector<SuggestedItems> windows;
  if (!trial.before.customers.empty()) {
    windows.push_back(suggested(trial.before, trial.earlier));
    lessons.evaluation.calibration =
        JudgeCalibrations(CalibratePools(windows), suggested(trial.held_out, trial.model));
  }
  FitAllWeights(trial.held_out, options.threads, {.stop = watch.stop}, &trial.model);
  lessons.weights = trial.model.weights;
  windows.push_back(suggested(trial.held_out, trial.model));
  lessons.calibrated = CalibratePools(windows);
  if (watch.Stopped()) return Stopped();
  return lessons;
}

}  // namespace

std::vector<AlsOptions> TastesOf(const AlsOptions& options, double long_half_life_days) {
  std::vector<AlsOptions> tastes = {options};
  if (long_half_life_days > 0) {
    tastes.push_back(options);
    tastes.back().half_life_days = long_half_life_days;
  }
  return tastes;
}

absl::StatusOr<ModelSnapshot> TrainAt(const PurchaseLog& log, Instant cut,
                                      const LearnOptions& options, const CategoryPrior& prior,
                                      const Watch& watch) {
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = log.items();
  for (const AlsOptions& wanted : options.tastes) {
    const Interactions interactions = InteractionsAt(log, cut, wanted.half_life_days);
    const auto done = static_cast<double>(model.tastes.size());
    const auto all = static_cast<double>(options.tastes.size());
    const Watch part = watch.Part(done / all, (done + 1) / all);
    auto taste = LearnTaste(interactions, wanted, options.threads, part.progress, part.stop);
    if (!taste.ok()) return taste.status();
    if (prior.weight > 0) {
      *taste = WithPrior(*taste, log.categories(), BuyersOf(interactions), prior.weight,
                         options.threads);
    }
    model.tastes.push_back(*std::move(taste));
  }
  model.prior = prior;
  model.popularity = PopularityAt(log, cut);
  model.weights = AllDefaultWeights(model.tastes.size());
  return model;
}

absl::StatusOr<Trial> TrialAt(const PurchaseLog& log, Instant cut, const LearnOptions& options,
                              const LearnProgress& progress, const std::stop_token& stop) {
  const auto window = [&](Instant begin) {
    return HeldOutIn(log, begin, DaysAfter(begin, options.window_days), options);
  };
  Trial trial{.before = window(DaysAfter(cut, -options.window_days)),
              .earlier = {},
              .held_out = window(cut),
              .model = {}};
  if (trial.held_out.customers.empty()) {
    return absl::FailedPreconditionError(
        "too little history to evaluate: no customer bought both before the last window and in it");
  }
  // Weights come from the window before: never from the one that is reported.
  Weights weights = AllDefaultWeights(options.tastes.size());
  CategoryPrior prior;
  if (!trial.before.customers.empty()) {
    auto earlier = TrainAt(log, trial.before.cut, options, {},
                           WatchOf(LearnStage::kTrainingToFit, progress, stop));
    if (!earlier.ok()) return earlier.status();
    FitWeightsAndPrior(log, trial.before, options.threads,
                       WatchOf(LearnStage::kFittingWeights, progress, stop), &*earlier);
    if (stop.stop_requested()) return Stopped();
    weights = earlier->weights;
    prior = earlier->prior;
    trial.earlier = *std::move(earlier);
  }
  auto model =
      TrainAt(log, cut, options, prior, WatchOf(LearnStage::kTrainingToJudge, progress, stop));
  if (!model.ok()) return model.status();
  trial.model = *std::move(model);
  trial.model.weights = weights;
  trial.model.data = SizesAt(log, cut);
  return trial;
}

absl::StatusOr<ModelSnapshot> Learn(const PurchaseLog& log, const LearnOptions& options,
                                    const LearnProgress& progress, const std::stop_token& stop) {
  const Instant end = EndOf(log);
  const DataSizes sizes = SizesAt(log, end);
  if (absl::Status enough = EnoughToLearnFrom(sizes); !enough.ok()) return enough;
  const Instant cut = DaysAfter(end, -options.window_days);
  absl::StatusOr<Lessons> lessons;
  {
    auto trial = TrialAt(log, cut, options, progress, stop);
    if (trial.ok()) {
      lessons = LessonsOf(log, *trial, options, WatchOf(LearnStage::kJudging, progress, stop));
    } else {
      lessons = trial.status();
    }
  }
  if (absl::IsCancelled(lessons.status())) return lessons.status();
  const CategoryPrior prior = lessons.ok() ? lessons->prior : CategoryPrior{};
  auto model = TrainAt(log, end, options, prior, WatchOf(LearnStage::kTraining, progress, stop));
  if (!model.ok()) return model.status();
  if (lessons.ok()) {
    model->weights = lessons->weights;
    model->evaluation = lessons->evaluation;
    model->calibration = {.window_days = options.window_days,
                          .levels = LevelsOf(*model),
                          .pools = lessons->calibrated};
  } else {
    model->remark = std::string(lessons.status().message());
  }
  model->calibration.answers = log.answers();
  model->data = sizes;
  model->new_below = NewBelow(*model);
  model->together = BoughtTogetherOf(log, options.threads, {.stop = stop});
  LearnAverages(log, end, options.threads, {.stop = stop}, &*model);
  model->timing = LearnTiming(log, end, options.threads, {.stop = stop});
  if (stop.stop_requested()) return Stopped();
  for (const Taste& taste : model->tastes) {
    if (!taste.factors.allFinite())
      return absl::InternalError("training gave factors that are not finite");
  }
  return model;
}

ModelSnapshot PopularityModel(const PurchaseLog& log) {
  ModelSnapshot model;
  model.kind = ModelKind::kPopularity;
  model.items = log.items();
  model.popularity = PopularityAt(log, EndOf(log));
  model.weights = AllDefaultWeights(0);
  model.data = SizesAt(log, EndOf(log));
  model.new_below = NewBelow(model);
  model.together = BoughtTogetherOf(log, 1);
  model.timing = LearnTiming(log, EndOf(log), 1);
  return model;
}

}  // namespace rapport
