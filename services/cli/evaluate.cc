// rapport evaluate: how good suggestions would have been, judged by what was bought later. Offline.
#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "model/baselines/baselines.h"
#include "services/cli/commands.h"
#include "services/cli/evaluate_explanations.h"
#include "services/cli/evaluate_moments.h"
#include "services/cli/evaluate_pairs.h"
#include "services/cli/evaluate_purchases.h"
#include "services/cli/evaluate_report.h"
#include "services/cli/explanations_report.h"
#include "services/cli/format.h"
#include "services/cli/model_options.h"
#include "services/cli/moments_report.h"
#include "services/cli/option_types.h"

namespace rapport::cli {
namespace {

struct Options {
  std::vector<std::string> history;
  std::vector<std::string> purchases;
  std::string pairs_train;
  std::string pairs_test;
  std::string format;
  std::vector<std::string> cuts;
  std::string window = "28d";
  std::vector<std::string> baselines = {"all"};
  bool explanations = false;
  bool moments = false;
  EvaluateExplanationsOptions explained;
  ModelOptions model;
  LearnOptions learn;
};

std::string BaselineNames() {
  std::string names;
  for (const std::string& name : AllBaselines()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

CLI::Validator IsBaseline() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const std::vector<std::string>& all = AllBaselines();
        const bool set = text == "none" || text == "quick" || text == "all";
        if (set || std::find(all.begin(), all.end(), text) != all.end()) return {};
        return "'" + text + "' is not none, quick, all or one of " + BaselineNames();
      },
      "NAMES");
}

// In the order of AllBaselines(), each once.
std::vector<std::string> ChosenBaselines(const std::vector<std::string>& words) {
  const auto said = [&](std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  const std::vector<std::string>& quick = QuickBaselines();
  std::vector<std::string> chosen;
  for (const std::string& name : AllBaselines()) {
    const bool is_quick = std::find(quick.begin(), quick.end(), name) != quick.end();
    if (said("all") || said(name) || (said("quick") && is_quick)) chosen.push_back(name);
  }
  return chosen;
}

// At one cut given twice every customer would count twice, and differences look surer than they
// are.
void RefuseEqual(const std::vector<std::string>& cuts) {
  std::map<TimePoint, std::string> seen;
  for (const std::string& cut : cuts) {
    const auto [first, fresh] = seen.try_emplace(*ParseTime(cut), cut);
    if (!fresh)
      throw CLI::ValidationError("--cuts", first->second + " and " + cut + " are the same cut");
  }
}

template <typename Evaluation>
void Print(const Context& context, const Evaluation& evaluation) {
  if (context.json()) {
    PrintJson(ToJson(evaluation));
  } else {
    PrintTables(std::cout, evaluation);
  }
}

absl::Status OnPairs(const Context& context, const Options& options) {
  const auto evaluation = EvaluatePairsFiles({.train_path = options.pairs_train,
                                              .test_path = options.pairs_test,
                                              .als = options.model.als,
                                              .threads = options.learn.threads});
  if (!evaluation.ok()) return evaluation.status();
  Print(context, *evaluation);
  return absl::OkStatus();
}

absl::Status OnPurchases(const Context& context, const Options& options) {
  const auto format = csv::ParseFormat(options.format);
  if (!format.ok()) return format.status();
  EvaluatePurchasesOptions judged{.paths = options.history,
                                  .format = *format,
                                  .baselines = ChosenBaselines(options.baselines),
                                  .learn = options.learn};
  judged.paths.insert(judged.paths.end(), options.purchases.begin(), options.purchases.end());
  for (const std::string& cut : options.cuts) judged.cuts.push_back(*ParseTime(cut));
  judged.learn.tastes = options.model.Tastes();
  judged.learn.window_days = std::stod(options.window);
  judged.learn.most_held_out = std::numeric_limits<size_t>::max();
  const auto evaluation = EvaluatePurchases(std::move(judged));
  if (!evaluation.ok()) return evaluation.status();
  Print(context, *evaluation);
  return absl::OkStatus();
}

absl::Status OnExplanations(const Context& context, const Options& options) {
  EvaluateExplanationsOptions explained = options.explained;
  if (!options.purchases.empty()) {
    const auto format = csv::ParseFormat(options.format);
    if (!format.ok()) return format.status();
    explained.format = *format;
    explained.paths = options.history;
    explained.paths.insert(explained.paths.end(), options.purchases.begin(),
                           options.purchases.end());
  }
  if (!options.cuts.empty()) explained.cut = *ParseTime(options.cuts.front());
  explained.window_days = std::stod(options.window);
  explained.pairs_train = options.pairs_train;
  explained.pairs_test = options.pairs_test;
  explained.recipe = {.als = options.model.als,
                      .long_half_life_days = options.model.long_half_life_days};
  explained.threads = options.learn.threads;
  const auto evaluation = EvaluateExplanations(std::move(explained));
  if (!evaluation.ok()) return evaluation.status();
  Print(context, *evaluation);
  return absl::OkStatus();
}

absl::Status OnMoments(const Context& context, const Options& options) {
  const auto format = csv::ParseFormat(options.format);
  if (!format.ok()) return format.status();
  EvaluateMomentsOptions judged{
      .paths = options.history, .format = *format, .threads = options.learn.threads};
  judged.paths.insert(judged.paths.end(), options.purchases.begin(), options.purchases.end());
  for (const std::string& cut : options.cuts) judged.cuts.push_back(DayOf(*ParseTime(cut)));
  const auto evaluation = EvaluateMoments(std::move(judged));
  if (!evaluation.ok()) return evaluation.status();
  Print(context, *evaluation);
  return absl::OkStatus();
}

void AddPurchaseOptions(CLI::App& command, Options& options) {
  CLI::Option* purchases =
      command.add_option("--purchases", options.purchases,
                         "file of purchases; several are read in order; -: standard input");
  command
      .add_option("--history", options.history,
                  "files of purchases from before, read first and in order")
      ->needs(purchases);
  purchases->needs(command.add_option("--format", options.format, "purchases or online-retail-ii"));
  command
      .add_option(
          "--cuts,--cut", options.cuts,
          "dates to train up to, with commas between; one window before the end if not given")
      ->delimiter(',')
      ->check(IsTime());
  command.add_option("--window", options.window, "days to judge by")
      ->transform(IsDays())
      ->capture_default_str();
  command
      .add_option("--baselines", options.baselines,
                  "none, quick, all, or names with commas between")
      ->delimiter(',')
      ->check(IsBaseline())
      ->default_str("all");
}

void AddPairsOptions(CLI::App& command, Options& options) {
  CLI::Option* train = command.add_option("--pairs-train", options.pairs_train,
                                          "instead of purchases: lines of a customer and items");
  command.add_option("--pairs-test", options.pairs_test, "the same customers' items to judge by")
      ->needs(train);
}

void AddExplanationOptions(CLI::App& command, Options& options) {
  CLI::Option* explanations =
      command.add_flag("--explanations", options.explanations,
                       "Judge explanations instead: how faithful, how true, how stable they are");
  command
      .add_option("--customers", options.explained.customers,
                  "whose suggestions are explained; of more, as many evenly")
      ->check(CLI::PositiveNumber)
      ->needs(explanations)
      ->capture_default_str();
  command.add_option("--seeds", options.explained.seeds, "trainings, 1 to 20")
      ->check(CLI::Range(1, 20))
      ->needs(explanations)
      ->capture_default_str();
}

void AddMomentsOptions(CLI::App& command, Options& options) {
  command.add_flag("--moments", options.moments,
                   "Judge moments instead: what is due, who has lapsed, the usual order");
}

// What does not go together is another thing with --explanations, which takes purchases and pairs
// in one.
void RefuseMixtures(const CLI::App& command, const Options& options) {
  const auto given = [&](const char* name) { return command.get_option(name)->count() > 0; };
  if (options.purchases.empty() && options.pairs_train.empty())
    throw CLI::ValidationError("evaluate", "needs --purchases or --pairs-train");
  RefuseEqual(options.cuts);
  if (options.moments) {
    for (const char* other : {"--explanations", "--pairs-train", "--baselines", "--window"}) {
      if (given(other)) throw CLI::ExcludesError(other, "--moments");
    }
    return;
  }
  if (options.explanations) {
    if (options.cuts.size() > 1)
      throw CLI::ValidationError("--cuts", "with --explanations one cut at most");
    if (given("--baselines")) throw CLI::ExcludesError("--baselines", "--explanations");
    return;
  }
  if (options.pairs_train.empty()) return;
  if (!given("--pairs-test")) throw CLI::RequiresError("--pairs-train", "--pairs-test");
  for (const char* of_purchases : {"--purchases", "--history", "--format", "--cuts", "--window",
                                   "--baselines", "--half-life", "--long-half-life"}) {
    if (given(of_purchases)) throw CLI::ExcludesError("--pairs-train", of_purchases);
  }
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
      "candidates. The weights of the score's terms come from the window before the cut. Beside "
      "it\n"
      "stand plain methods, with a 95 % interval of the difference over the same customers.\n\n"
      "With --pairs-train and --pairs-test it follows the protocol of the literature: no times, "
      "all\n"
      "items that are not in a customer's training line are ranked, each pair weighs 1.\n\n"
      "With --explanations, of purchases, of pairs or of both: suggestions are explained, evidence "
      "is\n"
      "taken away in the order that each method gives and the rest folded in again. It reports "
      "how\n"
      "soon the item leaves the list (POS, CE), how long it stays without what does not matter "
      "(NEG),\n"
      "whether stated ranks are true, whether training again says the same, and what accuracy "
      "goes\n"
      "with it; docs/explanations.md says how to read it. Minutes.\n\n"
      "With --moments, of purchases: what is due within 7, 14 and 28 days, who buys nothing for "
      "90\n"
      "days, and the usual order, foretold at six cuts (or --cuts) and judged by what came after;\n"
      "docs/moments.md says how to read it.\n\n"
      "Baselines: " +
      BaselineNames() + ".");
  AddPurchaseOptions(*command, *options);
  AddPairsOptions(*command, *options);
  AddModelOptions(*command, options->model);
  AddExplanationOptions(*command, *options);
  AddMomentsOptions(*command, *options);
  command->add_option("--threads", options->learn.threads, "the result does not depend on it")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->parse_complete_callback([command, options] { RefuseMixtures(*command, *options); });
  context.SetAction(*command, [&context, options] {
    if (options->moments) return OnMoments(context, *options);
    if (options->explanations) return OnExplanations(context, *options);
    return options->pairs_train.empty() ? OnPurchases(context, *options)
                                        : OnPairs(context, *options);
  });
}

}  // namespace rapport::cli
