// rapport evaluate: how good suggestions would have been, judged by what was bought later. Offline.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "data/csv/purchase_source.h"
#include "model/learn.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"
#include "services/recommender/purchase_history.h"

namespace rapport::cli {
namespace {

struct Options {
  std::vector<std::string> paths;
  std::string format;
  std::vector<std::string> cuts;
  std::string window = "28d";
  AlsOptions als = kOpenOptions;
  double long_half_life_days = kLongHalfLifeDays;
  LearnOptions learn;
};

using Key = std::pair<std::string, Pool>;  // method and pool

struct CutResult {
  Instant cut;
  ModelSnapshot model;
};

CLI::Validator IsDays() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        if (!text.empty() && text.back() == 'd') text.pop_back();
        double days = 0;
        if (!CLI::detail::lexical_cast(text, days) || !(days > 0) || days > 3650) {
          return "'" + text + "' is not a number of days such as 28d";
        }
        return {};
      },
      "DAYS");
}

absl::StatusOr<PurchaseLog> ReadLog(const Options& options, csv::Format format) {
  Progress progress;
  std::vector<Event> events;
  for (const std::string& path : options.paths) {
    auto source = csv::PurchaseSource::Open(path, format);
    if (!source.ok()) return source.status();
    for (;;) {
      const auto more = (*source)->Read(10'000, &events);
      if (!more.ok()) return more.status();
      if (!*more) break;
      progress.Show("reading", std::nullopt,
                    FormatCount(static_cast<int64_t>(events.size())) + " events");
    }
  }
  return LogOf(std::move(events));
}

absl::StatusOr<std::vector<CutResult>> JudgeAll(const PurchaseLog& log, const Options& options) {
  std::vector<Instant> cuts;
  for (const std::string& cut : options.cuts) cuts.push_back(*ParseTime(cut));
  if (cuts.empty()) {
    const auto window =
        std::chrono::duration<double, std::ratio<86'400>>(options.learn.window_days);
    cuts.push_back(log.last() - std::chrono::duration_cast<std::chrono::microseconds>(window));
  }
  Progress progress;
  std::vector<CutResult> results;
  for (size_t row = 0; row < cuts.size(); ++row) {
    const std::string what = "cut " + FormatDate(ToTimestamp(cuts[row]));
    const auto show = [&](LearnStage stage, double fraction) {
      const double half = stage == LearnStage::kFittingWeights ? 0 : 0.5;
      progress.Show(
          what, (static_cast<double>(row) + half + fraction / 2) / static_cast<double>(cuts.size()),
          stage == LearnStage::kFittingWeights ? "fitting weights" : "training and judging");
    };
    auto model = Judge(log, cuts[row], options.learn, show, {});
    if (!model.ok()) {
      return absl::Status(model.status().code(), "cannot judge at " +
                                                     FormatDate(ToTimestamp(cuts[row])) + ": " +
                                                     std::string(model.status().message()));
    }
    results.push_back({cuts[row], *std::move(model)});
  }
  return results;
}

// Means over the cuts, methods in the order in which they are reported.
std::vector<EvaluationRow> MeanOver(const std::vector<CutResult>& results) {
  std::vector<EvaluationRow> means = results.front().model.evaluation.rows;
  for (size_t row = 0; row < means.size(); ++row) {
    means[row] = {.method = means[row].method, .pool = means[row].pool};
    for (const CutResult& result : results) {
      const EvaluationRow& one = result.model.evaluation.rows[row];
      means[row].customers += one.customers;
      means[row].recall += one.recall / static_cast<double>(results.size());
      means[row].ndcg += one.ndcg / static_cast<double>(results.size());
      means[row].hit_rate += one.hit_rate / static_cast<double>(results.size());
    }
  }
  return means;
}

std::string_view JsonPool(Pool pool) { return pool == Pool::kNewToCustomer ? "new" : "all"; }

nlohmann::json RowJson(const EvaluationRow& row) {
  return {{"customers", row.customers},
          {"recall@20", row.recall},
          {"ndcg@20", row.ndcg},
          {"hit_rate@20", row.hit_rate}};
}

nlohmann::json RowsJson(const std::vector<EvaluationRow>& rows) {
  nlohmann::json json = {{"mean", nlohmann::json::object()},
                         {"baselines", nlohmann::json::object()}};
  for (const EvaluationRow& row : rows) {
    nlohmann::json& place = row.method == "rapport" ? json["mean"] : json["baselines"][row.method];
    place[std::string(JsonPool(row.pool))] = RowJson(row);
  }
  return json;
}

nlohmann::json WeightsJson(const ModelSnapshot& model) {
  nlohmann::json json;
  for (const Pool pool : kPools) {
    const PoolWeights& weights = model.WeightsOf(pool);
    nlohmann::json one = {{"tastes", weights.tastes}, {"fitted", weights.fitted}};
    for (size_t feature = 0; feature < kRepeatFeatures.size(); ++feature) {
      one["repeat"][std::string(kRepeatFeatures[feature])] = weights.repeat[feature];
    }
    for (size_t feature = 0; feature < kPopularityFeatures.size(); ++feature) {
      one["popularity"][std::string(kPopularityFeatures[feature])] = weights.popularity[feature];
    }
    json[std::string(PoolName(pool))] = one;
  }
  return json;
}

void PrintAllJson(const std::vector<CutResult>& results, const Options& options) {
  nlohmann::json json = RowsJson(MeanOver(results));
  json["window_days"] = options.learn.window_days;
  json["cuts"] = nlohmann::json::array();
  for (const CutResult& result : results) {
    nlohmann::json cut = RowsJson(result.model.evaluation.rows);
    cut["cut"] = FormatDate(ToTimestamp(result.cut));
    cut["weights"] = WeightsJson(result.model);
    cut["trained_on"] = {{"customers", result.model.data.customers},
                         {"items", result.model.data.items},
                         {"purchases", result.model.data.purchases}};
    json["cuts"].push_back(std::move(cut));
  }
  PrintJson(json);
}

void PrintTables(const std::vector<CutResult>& results, const Options& options) {
  std::cout << "Trained on all before each cut, judged by the "
            << FormatFixed(options.learn.window_days, 0) << " days after it; means over "
            << FormatPlural(static_cast<int64_t>(results.size()), "cut", "cuts") << ".\n";
  const std::vector<EvaluationRow> means = MeanOver(results);
  for (const Pool pool : {Pool::kNewToCustomer, Pool::kAny}) {
    std::cout << (pool == Pool::kNewToCustomer ? "\nItems new to the customer\n"
                                               : "\nAll items, those bought before too\n");
    Table table({{"method"},
                 {"recall@20", true},
                 {"ndcg@20", true},
                 {"hit rate@20", true},
                 {"customers", true}});
    for (const EvaluationRow& row : means) {
      if (row.pool != pool) continue;
      table.AddRow({row.method, FormatFixed(row.recall, 4), FormatFixed(row.ndcg, 4),
                    FormatFixed(row.hit_rate, 4), FormatCount(row.customers)});
    }
    table.Print(std::cout, OutputWidth());
  }
}

absl::Status Evaluate(const Context& context, Options& options) {
  const auto format = csv::ParseFormat(options.format);
  if (!format.ok()) return format.status();
  options.learn.window_days = std::stod(options.window);
  options.learn.tastes = TastesOf(options.als, options.long_half_life_days);
  const auto log = ReadLog(options, *format);
  if (!log.ok()) return log.status();
  const auto results = JudgeAll(*log, options);
  if (!results.ok()) return results.status();
  if (context.json()) {
    PrintAllJson(*results, options);
  } else {
    PrintTables(*results, options);
  }
  return absl::OkStatus();
}

}  // namespace

void AddEvaluate(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  options->learn.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = app.add_subcommand(
      "evaluate", "How good suggestions would have been, by what was bought later; offline");
  command->footer(
      "Trains on what was known before each cut and judges lists of 20 by what was bought in the\n"
      "window after it: recall (hits / bought), NDCG (binary gains) and hit rate, means over the\n"
      "customers who bought something. Items that five customers had bought before the cut are\n"
      "candidates. The weights of the score's terms come from the window before the cut.");
  AlsOptions& als = options->als;
  command
      ->add_option("--purchases", options->paths,
                   "file of purchases; several are read in order; -: standard input")
      ->required();
  command->add_option("--format", options->format, "purchases or online-retail-ii")->required();
  command
      ->add_option(
          "--cuts,--cut", options->cuts,
          "dates to train up to, with commas between; one window before the end if not given")
      ->delimiter(',')
      ->check(IsTime());
  command->add_option("--window", options->window, "days to judge by")
      ->transform(IsDays())
      ->capture_default_str();
  command->add_option("--factors", als.factors, "1 to 1024; 0: what suits the data")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_option("--alpha0", als.alpha0, "weight of what was not bought; 0: what suits the data")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--regularization", als.regularization, "0: what suits the data")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--nu", als.nu, "frequency scaling of the regularization, 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--iterations", als.iterations, "sweeps, 1 to 100")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command
      ->add_option("--half-life", als.half_life_days,
                   "days in which a purchase comes to count half")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--long-half-life", options->long_half_life_days,
                   "the same in a second taste, of longer memory; 0: one taste only")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--threads", options->learn.threads, "the result does not depend on it")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  context.SetAction(*command, [&context, options] { return Evaluate(context, *options); });
}

}  // namespace rapport::cli
