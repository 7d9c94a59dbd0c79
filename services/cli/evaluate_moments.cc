#include "services/cli/evaluate_moments.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "model/item_kinds.h"
#include "model/learn.h"
#include "model/purchase_timing.h"
#include "services/cli/format.h"
#include "services/cli/progress.h"
#include "services/cli/purchase_files.h"
#include "services/cli/stopwatch.h"

namespace rapport::cli {
namespace {

using std::chrono::days;

constexpr int kCutDays = 28;
constexpr int kDueCuts = 6, kLapseCuts = 4;
constexpr int kLeastHistoryDays = 84;
constexpr size_t kFeedbackCustomers = 300;
constexpr size_t kLeastOfKind = 10, kMostOfKind = 150;  // items that share a word of their titles

double Mean(const std::vector<double>& values) {
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

class MomentsStudy {
 public:
  // `items`: what is known of them.
  MomentsStudy(const PurchaseLog& log, const std::vector<Item>& items, MomentsEvaluation& result)
      : log_(log), items_(items), result_(result) {
    end_ = DayOf(log.last()) + days(1);
  }

  absl::Status Run() {
    const int window = kDueHorizons.back();
    result_.cuts = CutsWith(window, kDueCuts);
    const std::vector<PurchaseDay> lapse_cuts = CutsWith(kLapseDays, kLapseCuts);
    if (result_.cuts.empty()) {
      return absl::FailedPreconditionError(
          "too little history: a cut needs 84 days before it and 28 after; purchases are of " +
          FormatDate(ToTimestamp(log_.first())) + " to " + FormatDate(ToTimestamp(log_.last())));
    }
    steps_ = static_cast<double>(result_.cuts.size() + lapse_cuts.size() + 2);
    JudgeDueTimes();
    for (const PurchaseDay cut : lapse_cuts) JudgeLapses(cut);
    SummarizeLapses();
    const double begin = Step("usual orders");
    result_.usual =
        StudyUsualOrders(log_, result_.cuts.front(), result_.cuts.back() + days(window),
                         {.progress = [&](double fraction) {
                           progress_.Show("evaluating", begin + fraction / steps_, "usual orders");
                         }});
    return ReplayFeedback();
  }

 private:
  // Ascending: those that have so many days after them, and enough before.
  std::vector<PurchaseDay> CutsWith(int after, int count) const {
    std::vector<PurchaseDay> cuts = result_.options.cuts;
    if (cuts.empty()) {
      for (int back = count - 1; back >= 0; --back)
        cuts.push_back(end_ - days(after + back * kCutDays));
    }
    std::ranges::sort(cuts);
    std::erase_if(cuts, [&](PurchaseDay cut) {
      return cut + days(after) > end_ || cut < DayOf(log_.first()) + days(kLeastHistoryDays);
    });
    return cuts;
  }

  // The fraction done when it begins.
  double Step(const std::string& details) {
    const double fraction = done_++ / steps_;
    progress_.Show("evaluating", fraction, details);
    return fraction;
  }

  PurchaseTiming LearnAt(PurchaseDay cut) {
    const Stopwatch watch;
    PurchaseTiming timing = LearnTiming(log_, cut, result_.options.threads);
    learning_seconds_.push_back(watch.Seconds());
    return timing;
  }

  void JudgeDueTimes() {
    std::vector<std::vector<DueCase>> items, categories;
    for (const PurchaseDay cut : result_.cuts) {
      Step("due times at " + FormatDate(ToTimestamp(cut)));
      const PurchaseTiming timing = LearnAt(cut);
      items.push_back(DueCasesAt(log_, cut, timing, DueSubject::kItems, result_.options.threads));
      if (!timing.categories.empty()) {
        categories.push_back(
            DueCasesAt(log_, cut, timing, DueSubject::kCategories, result_.options.threads));
      }
    }
    result_.learning_seconds = Mean(learning_seconds_);
    result_.items = FiguresOf(items);
    if (!categories.empty()) result_.categories = FiguresOf(categories);
  }

  static DueFigures FiguresOf(const std::vector<std::vector<DueCase>>& cuts) {
    DueFigures figures;
    for (const std::vector<DueCase>& cases : cuts) figures.cases += cases.size();
    const DueRanking ours = RankingOf(cuts, DueMethod::kOurs);
    figures.ranked_customers = ours.ndcg.size();
    for (size_t method = 0; method < kDueMethods; ++method) {
      const DueMethod of{static_cast<uint8_t>(method)};
      DueMethodFigures& row = figures.methods[method];
      const DueRanking ranking = RankingOf(cuts, of);
      row.ndcg = Mean(ranking.ndcg);
      row.recall = Mean(ranking.recall);
      row.ndcg_difference = PairedBootstrap(ours.ndcg, ranking.ndcg);
      row.recall_difference = PairedBootstrap(ours.recall, ranking.recall);
      if (of == DueMethod::kFrequencyRecency) continue;
      for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon) {
        for (const int least : {1, 2}) {
          row.calibration[horizon][static_cast<size_t>(least - 1)] =
              CalibrationOf(cuts, of, horizon, least);
        }
      }
    }
    for (size_t by = 0; by < kListedBy; ++by)
      figures.precision[by] = PrecisionAtCapacity(cuts, ListedBy{static_cast<uint8_t>(by)});
    return figures;
  }

  void JudgeLapses(PurchaseDay cut) {
    Step("lapses at " + FormatDate(ToTimestamp(cut)));
    const PurchaseTiming timing = LearnTiming(log_, cut, result_.options.threads);
    if (timing.lapse.empty()) return;
    const LapseForecasts forecasts = LapseForecastsAt(log_, cut, timing.lapse);
    LapseAtCut& at = result_.lapses.emplace_back();
    at.cut = cut;
    for (size_t method = 0; method < kLapseMethods; ++method)
      at.area_under_curve[method] = AreaUnderCurve(forecasts[method]);
    const auto& ours = forecasts[static_cast<size_t>(LapseMethod::kOurs)];
    at.quality = JudgeForecasts(ours);
    lapse_forecasts_.insert(lapse_forecasts_.end(), ours.begin(), ours.end());
  }

  // Kinds that may be liked: categories, or words that some titles share, and not too many.
  std::vector<ItemKind> Kinds() const {
    std::vector<ItemKind> kinds = KindsByCategory(log_.categories(), log_.items().size());
    if (!kinds.empty()) return kinds;
    std::vector<std::string> titles(log_.items().size());
    for (const Item& item : items_) {
      if (const auto index = log_.items().Find(item.item_id)) titles[Row(*index)] = item.title;
    }
    return KindsByTitle(titles, kLeastOfKind, kMostOfKind);
  }

  absl::Status ReplayFeedback() {
    const double begin = Step("what people tell");
    const auto trial =
        TrialAt(log_, result_.cuts.back(), {.threads = result_.options.threads}, nullptr, {});
    if (absl::IsFailedPrecondition(trial.status())) return absl::OkStatus();  // too little history
    if (!trial.ok()) return trial.status();
    result_.feedback =
        StudyFeedback(trial->model, trial->held_out, log_.categories(), Kinds(),
                      {.customers = kFeedbackCustomers, .threads = result_.options.threads},
                      {.progress = [&](double fraction) {
                        progress_.Show("evaluating", begin + fraction / steps_, "what people tell");
                      }});
    return absl::OkStatus();
  }

  void SummarizeLapses() {
    result_.lapse_quality = JudgeForecasts(lapse_forecasts_);
    for (const LapseAtCut& at : result_.lapses) {
      for (size_t method = 0; method < kLapseMethods; ++method) {
        result_.area_under_curve[method] +=
            at.area_under_curve[method] / static_cast<double>(result_.lapses.size());
      }
    }
  }

  const PurchaseLog& log_;
  const std::vector<Item>& items_;
  MomentsEvaluation& result_;
  PurchaseDay end_;  // the day after the last purchase
  Progress progress_;
  double done_ = 0, steps_ = 1;
  std::vector<double> learning_seconds_;
  std::vector<Forecast> lapse_forecasts_;
};

}  // namespace

absl::StatusOr<MomentsEvaluation> EvaluateMoments(EvaluateMomentsOptions options) {
  const Stopwatch watch;
  std::vector<Item> items;
  const auto log = ReadPurchaseFiles(options.paths, options.format, Instant::max(), &items);
  if (!log.ok()) return log.status();
  MomentsEvaluation evaluation{.options = std::move(options)};
  if (absl::Status done = MomentsStudy(*log, items, evaluation).Run(); !done.ok()) return done;
  evaluation.seconds = watch.Seconds();
  return evaluation;
}

}  // namespace rapport::cli
