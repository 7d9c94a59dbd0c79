// rapport tune: which options suit the data best, written as config for the server. Offline.
#include "model/tune.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "data/csv/pairs.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/model_options.h"
#include "services/cli/option_types.h"
#include "services/cli/progress.h"
#include "services/cli/purchase_files.h"
#include "services/cli/tune_report.h"

namespace rapport::cli {
namespace {

struct Options {
  std::vector<std::string> purchases;
  std::string format;
  std::string pairs_train;
  std::string until;
  std::string window = "28d";
  std::string budget = "600";  // seconds, once parsed
  std::string output;
  bool force = false;
  ModelOptions model;
  TuneOptions tune;
};

TuneProgress Shown(Progress& progress) {
  return [&progress](const HalvingProgress& told) {
    std::string details = "round " + std::to_string(told.rung + 1) + " of " +
                          std::to_string(told.rungs) + ", " + std::to_string(told.judged) + " of " +
                          std::to_string(told.candidates) + " candidates";
    if (told.best && told.score_to_beat) {
      details += ", best ndcg " + FormatFixed(*told.best, 4) + ", to beat " +
                 FormatFixed(*told.score_to_beat, 4);
    }
    progress.Show("tuning", told.fraction, details);
  };
}

std::string NameOf(const std::string& path) {
  return path == "-" ? "standard input" : std::filesystem::path(path).filename().string();
}

absl::StatusOr<TuneReport> OnPurchases(const Options& options) {
  const auto format = csv::ParseFormat(options.format);
  if (!format.ok()) return format.status();
  const Instant before = options.until.empty() ? Instant::max() : *ParseTime(options.until);
  const auto log = ReadPurchaseFiles(options.purchases, *format, before);
  if (!log.ok()) return log.status();
  TuneReport report{
      .until = options.until.empty() ? log->last() + std::chrono::microseconds(1) : before,
      .window_days = options.tune.window_days};
  for (const std::string& path : options.purchases) report.files.push_back(NameOf(path));
  Progress progress;
  auto tuned = Tune(*log, report.until, options.tune, Shown(progress), {});
  if (!tuned.ok()) return tuned.status();
  report.tuned = *std::move(tuned);
  return report;
}

// Takes a tenth of the items out of each line, at random, at least one of two.
std::vector<csv::PairsLine> HoldOut(std::vector<csv::PairsLine>& lines, uint64_t seed) {
  constexpr double kPart = 0.1;
  std::mt19937_64 random(seed);
  std::vector<csv::PairsLine> held_out;
  for (csv::PairsLine& line : lines) {
    std::vector<uint32_t>& items = line.items;
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    if (items.size() < 2) continue;
    const auto count = std::max<size_t>(
        1, static_cast<size_t>(std::lround(kPart * static_cast<double>(items.size()))));
    csv::PairsLine& taken =
        held_out.emplace_back(csv::PairsLine{.line = line.line, .customer = line.customer});
    while (taken.items.size() < count) {
      std::swap(items[((random() >> 32) * items.size()) >> 32], items.back());
      taken.items.push_back(items.back());
      items.pop_back();
    }
  }
  return held_out;
}

absl::StatusOr<TuneReport> OnPairs(const Options& options) {
  auto train = csv::ReadPairs(options.pairs_train);
  if (!train.ok()) return train.status();
  if (train->empty())
    return absl::FailedPreconditionError(options.pairs_train + " has no pairs to learn from");
  const std::vector<csv::PairsLine> test = HoldOut(*train, options.tune.seed);
  const auto view = [](const std::vector<csv::PairsLine>& lines) {
    std::vector<PairsOfCustomer> pairs;
    for (const csv::PairsLine& line : lines)
      pairs.push_back({.customer = line.customer, .items = line.items});
    return pairs;
  };
  const auto split = MakePairsSplit(view(*train), view(test));
  if (!split.ok()) return split.status();
  TuneReport report{.files = {NameOf(options.pairs_train)}, .pairs = true};
  Progress progress;
  auto tuned = TuneOnPairs(*split, options.tune, Shown(progress), {});
  if (!tuned.ok()) return tuned.status();
  report.tuned = *std::move(tuned);
  return report;
}

bool Allows(const std::filesystem::path& path, int mode) { return access(path.c_str(), mode) == 0; }

// A file that could not be written in the end, told before the budget is spent.
absl::Status Refuse(const Options& options) {
  const std::string& output = options.output;
  if (output.empty()) return absl::OkStatus();
  if (std::filesystem::exists(output)) {
    if (!options.force) {
      return absl::AlreadyExistsError(output +
                                      " is there already; --force overwrites it, or name another");
    }
    const bool writable = !std::filesystem::is_directory(output) && Allows(output, W_OK);
    return writable ? absl::OkStatus() : absl::UnavailableError("cannot write " + output);
  }
  std::filesystem::path directory = std::filesystem::path(output).parent_path();
  if (directory.empty()) directory = ".";
  if (!std::filesystem::is_directory(directory)) {
    return absl::NotFoundError("cannot write " + output + ": there is no directory " +
                               directory.string());
  }
  if (Allows(directory, W_OK | X_OK)) return absl::OkStatus();
  return absl::PermissionDeniedError("cannot write " + output + ": directory " +
                                     directory.string() + " does not allow it");
}

absl::Status Write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) return absl::OkStatus();
  return absl::UnavailableError("cannot write " + path);
}

absl::Status RunTune(const Context& context, Options options) {
  if (absl::Status refused = Refuse(options); !refused.ok()) return refused;
  const auto began = std::chrono::steady_clock::now();
  const auto elapsed = [began] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  options.tune.start = {.als = options.model.als,
                        .long_half_life_days = options.model.long_half_life_days};
  options.tune.window_days = std::stod(options.window);
  options.tune.budget_seconds = std::stod(options.budget);
  options.tune.seconds = elapsed;
  auto report = options.pairs_train.empty() ? OnPurchases(options) : OnPairs(options);
  if (!report.ok()) return report.status();
  report->budget_seconds = options.tune.budget_seconds;
  report->seconds = elapsed();
  report->seed = options.tune.seed;
  report->started_from_defaults = options.tune.start == Recipe{};
  report->now = Now();
  if (context.json()) {
    PrintJson(ToJson(*report));
  } else {
    PrintTables(std::cout, *report);
  }
  if (options.output.empty()) {
    if (!context.json()) std::cout << "\nFor the server's config:\n" << ToToml(*report);
    return absl::OkStatus();
  }
  if (absl::Status written = Write(options.output, ToToml(*report)); !written.ok()) return written;
  if (!context.json()) {
    std::cout << "\nWritten to " << options.output << ": `rapport-server --config "
              << options.output << "` takes it on.\n";
  }
  return absl::OkStatus();
}

void AddData(CLI::App& command, Options& options) {
  CLI::Option* purchases =
      command.add_option("--purchases", options.purchases,
                         "file of purchases; several are read in order; -: standard input");
  CLI::Option* format =
      command.add_option("--format", options.format, "purchases or online-retail-ii");
  purchases->needs(format);
  format->needs(purchases);
  CLI::Option* pairs =
      command
          .add_option("--pairs-train", options.pairs_train,
                      "instead of purchases: lines of a customer and items, without times")
          ->excludes(purchases);
  command.add_option("--until", options.until, "purchases from then on are not looked at")
      ->check(IsTime())
      ->needs(purchases);
  command.add_option("--cuts", options.tune.cuts, "windows to judge by, 1 to 12")
      ->check(CLI::Range(1, 12))
      ->excludes(pairs)
      ->capture_default_str();
  command.add_option("--window", options.window, "days to judge by")
      ->transform(IsDays())
      ->excludes(pairs)
      ->capture_default_str();
}

void AddSearch(CLI::App& command, Options& options) {
  command
      .add_option("--budget", options.budget,
                  "such as 90s, 10m, 1h; the best by then is the result")
      ->transform(IsDuration())
      ->default_str("10m");
  command.add_option("--candidates", options.tune.candidates, "2 to 1000, the start among them")
      ->check(CLI::Range(2, 1'000))
      ->capture_default_str();
  command
      .add_option("--customers", options.tune.most_held_out,
                  "that a window is judged by, at most; of more, as many evenly")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command.add_option("--seed", options.tune.seed, "of the candidates")->capture_default_str();
  command
      .add_option("--threads", options.tune.threads,
                  "the result does not depend on it, if the budget suffices")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_option("--output", options.output, "file to write the options to, for the server");
  command.add_flag("--force", options.force, "Overwrite that file");
}

}  // namespace

void AddTune(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  options->tune.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  CLI::App* command = app.add_subcommand(
      "tune", "Which options suit the data best, written as config for the server; offline");
  command->footer(
      "Tries options around the default ones (alpha0 and regularization from an eighth to eight "
      "times,\n"
      "half lives of 20 to 180 days and of 120 to 1000 days or none, half to twice the factors) "
      "and\n"
      "judges each as `rapport evaluate` does, on the windows before --until. All are tried "
      "cheaply,\n"
      "the best third with more effort, the best of those in full; the default stays unless "
      "something\n"
      "better is found. Options given here take the place of the default ones. Nobody needs to "
      "do\n"
      "this: the default options follow from the data.");
  AddData(*command, *options);
  AddSearch(*command, *options);
  AddModelOptions(*command, options->model);
  RefuseHalfLivesWith(*command, command->get_option("--pairs-train"));
  command->parse_complete_callback([options] {
    if (options->purchases.empty() && options->pairs_train.empty())
      throw CLI::ValidationError("tune", "needs --purchases or --pairs-train");
  });
  context.SetAction(*command, [&context, options] { return RunTune(context, *options); });
}

}  // namespace rapport::cli
