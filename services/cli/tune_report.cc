#include "services/cli/tune_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "model/evaluation.h"
#include "services/cli/evaluate_report.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using nlohmann::json;

constexpr size_t kCandidatesShown = 8;
constexpr double kNearlyTuned = 0.95;  // of the tuned NDCG

std::string Number(double value) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

std::string Days(double days) { return days > 0 ? Number(days) + " days" : "none"; }

struct Setting {
  const char* key;    // of the server's config
  const char* title;  // for people
  std::string value;
  std::string text;
};

// Which settings there are to tell of.
struct Told {
  bool neighbours = true;
  bool timed = true;
};

std::vector<Setting> SettingsOf(const Recipe& recipe, Told told) {
  const AlsOptions& als = recipe.als;
  std::vector<Setting> settings = {
      {"factors", "factors", std::to_string(als.factors), std::to_string(als.factors)},
      {"alpha0", "alpha0", Number(als.alpha0), Number(als.alpha0)},
      {"regularization", "regularization", Number(als.regularization), Number(als.regularization)},
      {"nu", "nu", Number(als.nu), Number(als.nu)},
      {"iterations", "iterations", std::to_string(als.iterations), std::to_string(als.iterations)}};
  if (told.neighbours) {
    settings.push_back({"neighbour_weight", "neighbour weight", Number(als.neighbour_weight),
                        Number(als.neighbour_weight)});
  }
  if (!told.timed) return settings;
  settings.push_back(
      {"half_life_days", "half life", Number(als.half_life_days), Days(als.half_life_days)});
  settings.push_back({"long_half_life_days", "long half life", Number(recipe.long_half_life_days),
                      Days(recipe.long_half_life_days)});
  return settings;
}

json OptionsJson(const Recipe& recipe, bool timed) {
  json options = {{"factors", recipe.als.factors},
                  {"alpha0", recipe.als.alpha0},
                  {"regularization", recipe.als.regularization},
                  {"nu", recipe.als.nu},
                  {"iterations", recipe.als.iterations},
                  {"neighbour_weight", recipe.als.neighbour_weight}};
  if (timed) {
    options["half_life_days"] = recipe.als.half_life_days;
    options["long_half_life_days"] = recipe.long_half_life_days;
  }
  return options;
}

json ResultJson(const Recipe& recipe, double score, const std::vector<EvaluationRow>& rows,
                bool timed) {
  json result = {{"options", OptionsJson(recipe, timed)}, {"score", score}};
  for (const EvaluationRow& row : rows)
    result[row.pool == Pool::kNewToCustomer ? "new" : "all"] = RowJson(row);
  return result;
}

// What `score` is.
std::string ScoreName(const TuneReport& report) {
  return report.pairs ? "ndcg@20" : "ndcg@20, mean of new and all items";
}

// Of what, judged how: a sentence.
std::string Circumstances(const TuneReport& report) {
  std::string files;
  for (const std::string& file : report.files)
    files += (files.empty() ? "" : ", ") + Harmless(file);
  if (report.pairs)
    return files + ", judged by a tenth of each customer's pairs, held out at random";
  const auto cuts = static_cast<int64_t>(report.tuned.cuts.size());
  return files + ", purchases before " + FormatTime(ToTimestamp(report.until)) +
         ", judged by the last " + FormatPlural(cuts, "window", "windows") + " of " +
         Number(report.window_days) + " days";
}

// How good the result is beside what was to be beaten, without an end.
std::string Verdict(const TuneReport& report) {
  const Tuned& tuned = report.tuned;
  const std::string start =
      report.started_from_defaults ? "the default options" : "the options given";
  if (tuned.start_rows.empty()) return "there was no time to judge even " + start;
  if (!tuned.changed) {
    const std::string found = "nothing better was found than " + start + ": " + ScoreName(report) +
                              " " + FormatFixed(tuned.start_score, 4);
    if (!(tuned.best_score > tuned.start_score)) return found;
    return found + "; the best of the others has " + DifferenceText(tuned.gain) +
           ", which may be chance";
  }
  return ScoreName(report) + " " + FormatFixed(tuned.score, 4) + " instead of " +
         FormatFixed(tuned.start_score, 4) + " with " + start + ", " + DifferenceText(tuned.gain);
}

bool HasNeighbours(const Recipe& recipe) { return recipe.als.neighbour_weight != 0; }

void PrintOptions(std::ostream& out, const TuneReport& report) {
  const Recipe& start = report.tuned.start;
  const Recipe& best = report.tuned.changed ? report.tuned.recipe : start;
  const Told told{.neighbours = HasNeighbours(start) || HasNeighbours(best),
                  .timed = !report.pairs};
  Table table({{"option"}, {"before", true}, {"tuned", true}});
  const auto before = SettingsOf(start, told);
  const auto after = SettingsOf(best, told);
  for (size_t row = 0; row < before.size(); ++row)
    table.AddRow({before[row].title, before[row].text, after[row].text});
  table.Print(out, OutputWidth());
}

void PrintQuality(std::ostream& out, const Tuned& tuned) {
  if (tuned.rows.empty()) return;
  out << "\n";
  Table table({{"items"},
               {"customers", true},
               {"recall@20 before", true},
               {"tuned", true},
               {"ndcg@20 before", true},
               {"tuned", true}});
  for (size_t row = 0; row < tuned.rows.size(); ++row) {
    const EvaluationRow& before = tuned.start_rows[row];
    const EvaluationRow& after = tuned.rows[row];
    const std::string items = after.pool == Pool::kNewToCustomer ? "new to the customer" : "all";
    if (after.customers == 0) {
      table.AddRow({items, "nobody", "", "", "", ""});
      continue;
    }
    table.AddRow({items, FormatCount(after.customers), FormatFixed(before.recall, 4),
                  FormatFixed(after.recall, 4), FormatFixed(before.ndcg, 4),
                  FormatFixed(after.ndcg, 4)});
  }
  table.Print(out, OutputWidth());
}

// Those that got furthest, best first, as many as are shown; nothing is left open.
std::vector<TriedRecipe> BestTried(const Tuned& tuned) {
  std::vector<TriedRecipe> best = tuned.tried;
  for (TriedRecipe& tried : best) {
    if (tried.recipe == tuned.tried.front().recipe) tried.recipe = tuned.start;
  }
  std::erase_if(best, [](const TriedRecipe& tried) { return tried.scores.empty(); });
  std::stable_sort(best.begin(), best.end(), [](const TriedRecipe& a, const TriedRecipe& b) {
    return std::pair(a.scores.size(), a.scores.back()) >
           std::pair(b.scores.size(), b.scores.back());
  });
  best.resize(std::min(best.size(), kCandidatesShown));
  return best;
}

void PrintCandidates(std::ostream& out, const TuneReport& report) {
  const std::vector<TriedRecipe> best = BestTried(report.tuned);
  if (best.empty()) return;
  const Told told{
      .neighbours = std::any_of(best.begin(), best.end(),
                                [](const auto& tried) { return HasNeighbours(tried.recipe); }),
      .timed = !report.pairs};
  out << "\nThe best of " << report.tuned.tried.size() << " candidates, by round\n";
  std::vector<Column> columns;
  for (const Setting& setting : SettingsOf({}, told)) columns.push_back({setting.title, true});
  for (size_t rung = 0; rung < report.tuned.rungs; ++rung)
    columns.push_back({"round " + std::to_string(rung + 1), true});
  Table table(std::move(columns));
  for (const TriedRecipe& tried : best) {
    std::vector<std::string> cells;
    for (const Setting& setting : SettingsOf(tried.recipe, told)) cells.push_back(setting.value);
    for (const double score : tried.scores) cells.push_back(FormatFixed(score, 4));
    table.AddRow(std::move(cells));
  }
  table.Print(out, OutputWidth());
}

std::string Capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

}  // namespace

std::vector<Target> TargetsOf(const TuneReport& report) {
  const Tuned& tuned = report.tuned;
  if (!report.started_from_defaults || !(tuned.best_score > 0)) return {};
  return {AtLeast("default options, part of the best ndcg@20 found",
                  tuned.start_score / tuned.best_score, kNearlyTuned)};
}

nlohmann::ordered_json ToJson(const TuneReport& report) {
  const Tuned& tuned = report.tuned;
  const bool timed = !report.pairs;
  json result = {
      {"files", report.files},
      {"seed", report.seed},
      {"budget_seconds", report.budget_seconds},
      {"seconds", report.seconds},
      {"in_time", tuned.in_time},
      {"round", tuned.rung + 1},
      {"rounds", tuned.rungs},
      {"changed", tuned.changed},
      {"default", ResultJson(tuned.start, tuned.start_score, tuned.start_rows, timed)},
      {"tuned",
       ResultJson(tuned.changed ? tuned.recipe : tuned.start, tuned.score, tuned.rows, timed)},
      {"gain",
       {{"difference", tuned.gain.mean}, {"low", tuned.gain.low}, {"high", tuned.gain.high}}},
      {"candidates", json::array()}};
  if (timed) {
    result["until"] = FormatTime(ToTimestamp(report.until));
    result["window_days"] = report.window_days;
    result["cuts"] = json::array();
    for (const Instant cut : tuned.cuts) result["cuts"].push_back(FormatTime(ToTimestamp(cut)));
  }
  for (const TriedRecipe& tried : tuned.tried) {
    result["candidates"].push_back(
        {{"options", OptionsJson(tried.recipe, timed)}, {"scores", tried.scores}});
  }
  return EndingWith(TargetsOf(report), result);
}

void PrintTables(std::ostream& out, const TuneReport& report) {
  const Tuned& tuned = report.tuned;
  out << Wrap("Tuned on " + Circumstances(report) + ". " + Capitalized(Verdict(report)) + ".",
              OutputWidth())
      << "\n\n";
  PrintOptions(out, report);
  PrintQuality(out, tuned);
  PrintCandidates(out, report);
  out << "\n"
      << FormatSeconds(report.seconds) << ", seed " << report.seed << "; decided in round "
      << tuned.rung + 1 << " of " << tuned.rungs
      << (tuned.in_time ? ".\n" : ", cut short by the budget.\n");
  PrintTargets(out, TargetsOf(report));
}

std::string ToToml(const TuneReport& report) {
  const std::string told = "rapport tune, " + FormatTime(ToTimestamp(report.now)) + " UTC: on " +
                           Circumstances(report) + ". " + Capitalized(Verdict(report)) + ".";
  constexpr size_t kWidth = 98;
  std::string toml = "# ";
  for (const char sign : Wrap(told, kWidth)) toml += sign == '\n' ? "\n# " : std::string(1, sign);
  toml += "\n[model]\n";
  for (const Setting& setting : SettingsOf(report.tuned.recipe, {.timed = !report.pairs}))
    toml += std::string(setting.key) + " = " + setting.value + "\n";
  return toml;
}

}  // namespace rapport::cli
