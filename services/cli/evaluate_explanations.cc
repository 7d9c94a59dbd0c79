#include "services/cli/evaluate_explanations.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "model/explanation.h"
#include "model/faithfulness/explained_data.h"
#include "model/faithfulness/retraining.h"
#include "model/faithfulness/study.h"
#include "services/cli/explanations_summary.h"
#include "services/cli/format.h"
#include "services/cli/pairs_files.h"
#include "services/cli/progress.h"
#include "services/cli/purchase_files.h"
#include "services/cli/stopwatch.h"

namespace rapport::cli {
namespace {

constexpr size_t kStableLines = 3;  // of evidence, compared between trainings
constexpr double kSayableMonths = 24;
constexpr size_t kCustomersForOne = 500;  // per purchase-changed customer in one retraining
constexpr size_t kMostAtOnce = 20;

std::vector<OrderMethod> AllMethods(const ExplainedData& data) {
  std::vector<OrderMethod> methods;
  for (size_t method = 0; method < kOrderMethods; ++method) {
    const OrderMethod one{method};
    const bool of_times = one == OrderMethod::kMostRecent || one == OrderMethod::kMostFrequent;
    if (data.has_times() || !of_times) methods.push_back(one);
  }
  return methods;
}

class DataEvaluation {
 public:
  DataEvaluation(const ExplainedData& data, const EvaluateExplanationsOptions& options,
                 std::string name)
      : data_(data), options_(options) {
    result_.name = std::move(name);
  }

  absl::StatusOr<ExplanationsOfData> Run() {
    for (int seed = 1; seed <= options_.seeds; ++seed) {
      if (absl::Status done = Train(seed); !done.ok()) return done;
    }
    if (absl::Status done = Trade(); !done.ok()) return done;
    Summarize(trainings_, data_.customers().size(), AllMethods(data_), result_);
    return std::move(result_);
  }

 private:
  Watch Shown(const std::string& details) {
    return {.progress = [this, details](double fraction) {
      progress_.Show(result_.name, fraction, details);
    }};
  }

  absl::StatusOr<ModelSnapshot> Learned(const Recipe& recipe, const std::string& details,
                                        double* seconds) {
    const Stopwatch watch;
    auto model = data_.Train(recipe, options_.threads, Shown(details));
    *seconds = watch.Seconds();
    return model;
  }

  StudyOptions StudyWith(std::vector<OrderMethod> methods, uint64_t seed) const {
    return {.methods = std::move(methods),
            .sayable = data_.has_times()
                           ? BoughtWithinMonths(data_.as_of(), kSayableMonths)
                           : Sayable([](const Evidence&, const Evidence::Entry&) { return true; }),
            .seed = seed,
            .threads = options_.threads};
  }

  absl::Status Train(int seed) {
    const std::string of =
        "training " + std::to_string(seed) + " of " + std::to_string(options_.seeds) + ": ";
    Recipe recipe = options_.recipe;
    recipe.als.seed = static_cast<uint64_t>(seed);
    double seconds = 0;
    auto model = Learned(recipe, of + "learning", &seconds);
    if (!model.ok()) return model.status();
    result_.training_seconds += seconds;
    if (auto row = data_.Accuracy(*model, options_.threads)) result_.accuracy.push_back(*row);
    StudiedTraining training;
    if (absl::Status done = Study(*model, of, recipe.als.seed, training); !done.ok()) return done;
    trainings_.push_back(std::move(training));
    if (seed > 1) return absl::OkStatus();
    for (const Taste& taste : model->tastes) result_.tastes.push_back(taste.options);
    own_trade_ = TradeOf(*model, trainings_.front().cases, seconds);
    return absl::OkStatus();
  }

  absl::Status Study(const ModelSnapshot& model, const std::string& of, uint64_t seed,
                     StudiedTraining& training) {
    const Stopwatch studying;
    training.cases = StudyExplanations(data_, model, StudyWith(AllMethods(data_), seed),
                                       Shown(of + "taking evidence away"));
    result_.study_seconds += studying.Seconds();
    if (training.cases.empty())
      return absl::FailedPreconditionError("there is nobody to whom anything can be suggested");
    const std::vector<ExplainedCase>& first =
        trainings_.empty() ? training.cases : trainings_.front().cases;
    training.top = TopEvidence(data_, model, first, kStableLines, options_.threads);
    training.listed = Lists(model);
    const Stopwatch retraining;
    const size_t at_once =
        std::clamp<size_t>(data_.all_customers() / kCustomersForOne, 1, kMostAtOnce);
    auto agreement = AgreementWithRetraining(
        data_, model, training.cases,
        {.cases = options_.retrained, .at_once = at_once, .threads = options_.threads},
        Shown(of + "training again"));
    if (!agreement.ok()) return agreement.status();
    result_.retraining_seconds += retraining.Seconds();
    training.agreement = *std::move(agreement);
    return absl::OkStatus();
  }

  std::vector<std::vector<size_t>> Lists(const ModelSnapshot& model) const {
    const ItemScan scan(model);
    std::vector<std::vector<size_t>> lists;
    for (const ExplainedCustomer& customer : data_.customers()) {
      const Scorer scorer(model, Pool::kNewToCustomer, customer.evidence);
      std::vector<size_t>& list = lists.emplace_back();
      for (const Ranked& ranked :
           scan.TopK(scorer, StudyOptions{}.list_length, data_.EligibleFor(scan, customer)))
        list.push_back(Row(ranked.item));
    }
    return lists;
  }

  // Other settings around those of the first training, and that.
  absl::Status Trade() {
    const AlsOptions& own = result_.tastes.front();
    std::vector<AlsOptions> settings;
    for (const int32_t part : {4, 2}) {
      if (own.factors < 2 * part) continue;
      settings.push_back(options_.recipe.als);
      settings.back().factors = own.factors / part;
    }
    if (own.neighbour_weight > 0) {
      settings.push_back(options_.recipe.als);
      settings.back().factors = own.factors;
      settings.back().neighbour_weight = 0;
    }
    for (const AlsOptions& setting : settings) {
      Recipe recipe = options_.recipe;
      recipe.als = setting;
      double seconds = 0;
      auto model = Learned(recipe, "trade: learning", &seconds);
      if (!model.ok()) return model.status();
      const auto cases = StudyExplanations(
          data_, *model, StudyWith({OrderMethod::kAdditive, OrderMethod::kCosine}, 1),
          Shown("trade: taking evidence away"));
      result_.trade.push_back(TradeOf(*model, cases, seconds));
    }
    result_.trade.push_back(own_trade_);
    return absl::OkStatus();
  }

  TradeRow TradeOf(const ModelSnapshot& model, const std::vector<ExplainedCase>& cases,
                   double seconds) const {
    TradeRow row = SummarizedTrade(cases, data_.customers().size());
    row.options = model.tastes.front().options;
    row.accuracy = data_.Accuracy(model, options_.threads);
    row.training_seconds = seconds;
    row.explanation_microseconds = ExplanationMicroseconds(model, cases);
    return row;
  }

  double ExplanationMicroseconds(const ModelSnapshot& model,
                                 const std::vector<ExplainedCase>& cases) const {
    const Stopwatch watch;
    size_t lines = 0;
    for (const ExplainedCase& one : cases) {
      const Scorer scorer(model, Pool::kNewToCustomer, data_.customers()[one.customer].evidence);
      lines += Explain(scorer, one.item).contributions.size();
    }
    return lines == 0 ? 0 : watch.Seconds() * 1e6 / static_cast<double>(cases.size());
  }

  const ExplainedData& data_;
  const EvaluateExplanationsOptions& options_;
  Progress progress_;
  std::vector<StudiedTraining> trainings_;
  TradeRow own_trade_;  // of the first training
  ExplanationsOfData result_;
};

std::string NamesOf(const std::vector<std::string>& paths) {
  std::string names;
  for (const std::string& path : paths) {
    names += (names.empty() ? "" : ", ") +
             (path == "-" ? "standard input" : std::filesystem::path(path).filename().string());
  }
  return names;
}

absl::StatusOr<ExplanationsOfData> OnPurchases(const EvaluateExplanationsOptions& options) {
  const auto log = ReadPurchaseFiles(options.paths, options.format);
  if (!log.ok()) return log.status();
  const auto window = std::chrono::duration<double, std::ratio<86'400>>(options.window_days);
  const Instant cut = options.cut.value_or(
      log->last() - std::chrono::duration_cast<std::chrono::microseconds>(window));
  const ExplainedPurchases data(*log, cut, options.window_days, options.customers);
  if (data.customers().empty()) {
    return absl::FailedPreconditionError(
        NamesOf(options.paths) + ": nobody bought both before " + FormatDate(ToTimestamp(cut)) +
        " and in the window after it; the last purchase is of " +
        FormatTime(ToTimestamp(log->last())) + ", --cut names another day to judge at");
  }
  auto result = DataEvaluation(data, options, NamesOf(options.paths)).Run();
  if (result.ok()) result->cut = cut;
  return result;
}

absl::StatusOr<ExplanationsOfData> OnPairs(const EvaluateExplanationsOptions& options) {
  const auto split = ReadPairsFiles(options.pairs_train, options.pairs_test);
  if (!split.ok()) return split.status();
  const ExplainedPairs data(*split, options.customers);
  return DataEvaluation(data, options, NamesOf({options.pairs_train})).Run();
}

}  // namespace

const MethodFigures* FindMethod(const ExplanationsOfData& data, std::string_view method) {
  const auto found = std::ranges::find(data.methods, method, &MethodFigures::method);
  return found == data.methods.end() ? nullptr : &*found;
}

absl::StatusOr<ExplanationsEvaluation> EvaluateExplanations(EvaluateExplanationsOptions options) {
  const Stopwatch watch;
  ExplanationsEvaluation evaluation{.options = std::move(options)};
  const auto add = [&](absl::StatusOr<ExplanationsOfData> data) -> absl::Status {
    if (!data.ok()) return data.status();
    evaluation.data.push_back(*std::move(data));
    return absl::OkStatus();
  };
  if (!evaluation.options.paths.empty()) {
    if (absl::Status added = add(OnPurchases(evaluation.options)); !added.ok()) return added;
  }
  if (!evaluation.options.pairs_train.empty()) {
    if (absl::Status added = add(OnPairs(evaluation.options)); !added.ok()) return added;
  }
  evaluation.seconds = watch.Seconds();
  return evaluation;
}

}  // namespace rapport::cli
