#include "model/learn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "model/als.h"
#include "model/evaluation.h"
#include "model/fold_in.h"
#include "model/held_out.h"
#include "model/popularity.h"
#include "model/term_weights.h"

namespace rapport {
namespace {

using Weights = std::array<PoolWeights, kPoolCount>;

Weights AllDefaultWeights() {
  Weights weights;
  for (const Pool pool : kPools) weights[static_cast<size_t>(pool)] = DefaultWeights(pool);
  return weights;
}

Instant DaysAfter(Instant time, double days) {
  return time + std::chrono::microseconds(static_cast<int64_t>(std::llround(days * 86'400e6)));
}

// Everything of the log counts: just after its last purchase.
Instant EndOf(const PurchaseLog& log) { return log.last() + std::chrono::microseconds(1); }

DataSizes SizesAt(const PurchaseLog& log, const Interactions& interactions, Instant cut) {
  DataSizes sizes{.customers = static_cast<int64_t>(interactions.by_customer.rows()),
                  .items = static_cast<int64_t>(log.items().size()),
                  .pairs = static_cast<int64_t>(interactions.by_customer.columns.size()),
                  .first_purchase = log.first(),
                  .last_purchase = log.last()};
  for (size_t customer = 0; customer < log.customer_count(); ++customer) {
    std::vector<uint32_t> orders;
    for (const PurchaseLog::Line& line : log.LinesOf(CustomerIndex(customer))) {
      if (line.KeptAt(cut)) orders.push_back(line.order);
    }
    sizes.purchases += static_cast<int64_t>(orders.size());
    std::sort(orders.begin(), orders.end());
    sizes.orders += std::unique(orders.begin(), orders.end()) - orders.begin();
  }
  for (const PurchaseLog::Line& line : log.guest_lines())
    sizes.purchases += line.KeptAt(cut) ? 1 : 0;
  return sizes;
}

// Factors and popularity of what was known just before `cut`; weights are defaults.
absl::StatusOr<ModelSnapshot> TrainAt(const PurchaseLog& log, Instant cut,
                                      const LearnOptions& options,
                                      const std::function<void(double)>& progress,
                                      const std::stop_token& stop) {
  const Interactions interactions = InteractionsAt(log, cut, options.als.half_life_days);
  auto factors = TrainAls(interactions, options.als, options.threads, progress, stop);
  if (!factors.ok()) return factors.status();
  ModelSnapshot model;
  model.kind = ModelKind::kTrained;
  model.items = log.items();
  model.options = options.als;
  model.factors = *std::move(factors);
  model.gramian = Gramian(model.factors, options.threads);
  model.popularity = PopularityAt(log, cut);
  model.weights = AllDefaultWeights();
  model.data = SizesAt(log, interactions, cut);
  return model;
}

std::function<void(double)> StageOf(const LearnProgress& progress, LearnStage stage) {
  if (!progress) return nullptr;
  return [&progress, stage](double fraction) { progress(stage, fraction); };
}

// Pools without enough to fit on keep what they have.
void FitAllWeights(const HeldOut& held_out, int threads, ModelSnapshot* model) {
  for (const Pool pool : kPools) {
    if (auto fitted = FitWeights(*model, held_out, pool, threads))
      model->weights[static_cast<size_t>(pool)] = *fitted;
  }
}

}  // namespace

absl::StatusOr<Trial> TrialAt(const PurchaseLog& log, Instant cut, const LearnOptions& options,
                              const LearnProgress& progress, const std::stop_token& stop) {
  const auto window = [&](Instant begin) {
    return HeldOut(log, begin, DaysAfter(begin, options.window_days), options.als.half_life_days,
                   options.most_held_out);
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
  Weights weights = AllDefaultWeights();
  if (!trial.before.customers.empty()) {
    auto earlier = TrainAt(log, trial.before.cut, options,
                           StageOf(progress, LearnStage::kFittingWeights), stop);
    if (!earlier.ok()) return earlier.status();
    FitAllWeights(trial.before, options.threads, &*earlier);
    weights = earlier->weights;
    trial.earlier = *std::move(earlier);
  }
  auto model = TrainAt(log, cut, options, StageOf(progress, LearnStage::kEvaluating), stop);
  if (!model.ok()) return model.status();
  trial.model = *std::move(model);
  trial.model.weights = weights;
  return trial;
}

absl::StatusOr<ModelSnapshot> Judge(const PurchaseLog& log, Instant cut,
                                    const LearnOptions& options, const LearnProgress& progress,
                                    const std::stop_token& stop) {
  auto trial = TrialAt(log, cut, options, progress, stop);
  if (!trial.ok()) return trial.status();
  trial->model.evaluation = EvaluateBesideBaselines(log, *trial, options.threads);
  return std::move(trial->model);
}

absl::StatusOr<ModelSnapshot> Learn(const PurchaseLog& log, const LearnOptions& options,
                                    const LearnProgress& progress, const std::stop_token& stop) {
  if (log.line_count() == 0)
    return absl::FailedPreconditionError("there are no purchases to learn from");
  const Instant end = EndOf(log);
  const Instant cut = DaysAfter(end, -options.window_days);
  auto judged = Judge(log, cut, options, progress, stop);
  if (absl::IsCancelled(judged.status())) return judged.status();
  if (judged.ok()) {
    // For serving, weights of the latest window: shops change.
    FitAllWeights(HeldOut(log, cut, end, options.als.half_life_days, options.most_held_out),
                  options.threads, &*judged);
  }
  auto model = TrainAt(log, end, options, StageOf(progress, LearnStage::kTraining), stop);
  if (!model.ok()) return model.status();
  if (judged.ok()) {
    model->weights = judged->weights;
    model->evaluation = judged->evaluation;
  } else {
    model->remark = std::string(judged.status().message());
  }
  if (model->factors.size() == 0 || !model->factors.allFinite()) {
    return absl::InternalError("training gave factors that are not finite");
  }
  return model;
}

ModelSnapshot PopularityModel(const PurchaseLog& log) {
  ModelSnapshot model;
  model.kind = ModelKind::kPopularity;
  model.items = log.items();
  model.factors.resize(static_cast<Eigen::Index>(log.items().size()), 0);
  model.popularity = PopularityAt(log, EndOf(log));
  model.weights = AllDefaultWeights();
  model.data =
      SizesAt(log, InteractionsAt(log, EndOf(log), model.options.half_life_days), EndOf(log));
  return model;
}

}  // namespace rapport
