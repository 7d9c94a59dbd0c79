// rapport import: purchases from a file.
#include <iostream>
#include <memory>

#include "data/csv/purchase_source.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/importer.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string format;
  std::string path;
};

struct Result {
  const csv::ImportReport& file;
  ImportOutcome outcome;
  int64_t items_described = 0;

  int64_t RowsPerSecond() const {
    return outcome.seconds > 0
               ? static_cast<int64_t>(static_cast<double>(file.rows) / outcome.seconds)
               : 0;
  }
};

void PrintSkipped(const csv::ImportReport& report) {
  if (report.skipped.empty()) return;
  std::cout << "\nRows left out, and where the first of them are:\n";
  Table table({{"rows", true}, {"why", false, true}, {"lines", false, true}});
  for (const auto& [reason, skipped] : report.skipped) {
    std::string lines;
    for (const int64_t line : skipped.first_lines) {
      lines += (lines.empty() ? "" : ", ") + std::to_string(line);
    }
    if (skipped.rows > static_cast<int64_t>(skipped.first_lines.size())) lines += ", …";
    table.AddRow({FormatCount(skipped.rows), reason, lines});
  }
  table.Print(std::cout, OutputWidth());
}

void PrintProblems(const ImportTotals& totals) {
  if (totals.first_problems.empty()) return;
  std::cout << "\nNot recorded, the first of " << FormatCount(totals.conflicts + totals.rejected)
            << ":\n";
  Table table({{"event"}, {"field"}, {"what is wrong", false, true}});
  for (const v1::RecordResult& problem : totals.first_problems) {
    const bool conflict = problem.status() == v1::RecordResult::STATUS_CONFLICT;
    table.AddRow({problem.event_id(), problem.field(),
                  conflict && problem.reason().empty() ? "recorded before with other content"
                                                       : problem.reason()});
  }
  table.Print(std::cout, OutputWidth());
}

void Print(const Result& result) {
  const csv::ImportReport& file = result.file;
  const ImportTotals& totals = result.outcome.totals;
  Table table({{"", true}, {"", false, true}});
  table.AddRow({FormatCount(file.rows), "rows read"});
  table.AddRow({FormatCount(file.purchases),
                "purchases, " + FormatCount(file.guests) + " of them by guests"});
  table.AddRow({FormatCount(file.returns_matched), "rows brought something back"});
  table.AddRow({FormatCount(file.returns_unmatched),
                "rows brought back what was never bought in this file"});
  table.AddRow({"", ""});
  table.AddRow({FormatCount(totals.accepted), "recorded"});
  table.AddRow({FormatCount(totals.duplicates), "recorded before, the same"});
  table.AddRow({FormatCount(totals.conflicts), "recorded before with other content, which stands"});
  table.AddRow({FormatCount(totals.rejected), "rejected by the server"});
  if (totals.unmatched_returns > 0) {
    table.AddRow(
        {FormatCount(totals.unmatched_returns), "returns whose purchase the server has not seen"});
  }
  table.AddRow({FormatCount(result.items_described), "items described"});
  table.Print(std::cout, OutputWidth());
  PrintProblems(totals);
  PrintSkipped(file);
  std::cout << "\n  " << FormatSeconds(result.outcome.seconds) << ", "
            << FormatCount(result.RowsPerSecond()) << " rows a second\n";
}

nlohmann::json Json(const Result& result) {
  const csv::ImportReport& file = result.file;
  const ImportTotals& totals = result.outcome.totals;
  nlohmann::json skipped = nlohmann::json::array();
  for (const auto& [reason, rows] : file.skipped) {
    skipped.push_back({{"reason", reason}, {"rows", rows.rows}, {"first_lines", rows.first_lines}});
  }
  nlohmann::json problems = nlohmann::json::array();
  for (const auto& problem : totals.first_problems) problems.push_back(ToJson(problem));
  return {{"rows", file.rows},
          {"purchases", file.purchases},
          {"guests", file.guests},
          {"returns_matched", file.returns_matched},
          {"returns_unmatched", file.returns_unmatched},
          {"skipped", skipped},
          {"accepted", totals.accepted},
          {"duplicates", totals.duplicates},
          {"conflicts", totals.conflicts},
          {"rejected", totals.rejected},
          {"unmatched_returns_at_server", totals.unmatched_returns},
          {"first_problems", problems},
          {"items_described", result.items_described},
          {"seconds", result.outcome.seconds},
          {"rows_per_second", result.RowsPerSecond()}};
}

absl::Status Import(Context& context, const Options& options) {
  const auto format = csv::ParseFormat(options.format);
  if (!format.ok()) return format.status();
  const auto source = csv::PurchaseSource::Open(options.path, *format);
  if (!source.ok()) return source.status();
  auto outcome = ImportSource(context, **source);
  if (!outcome.ok()) return outcome.status();
  const auto described = DescribeItems(context, (*source)->Items());
  if (!described.ok()) return described.status();

  const Result result{(*source)->report(), *std::move(outcome), *described};
  if (context.json()) {
    PrintJson(Json(result));
  } else {
    Print(result);
  }
  return absl::OkStatus();
}

}  // namespace

void AddImport(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "import", "Record purchases from a file; safe to repeat, and to go on with after a failure");
  command->add_option("FILE", options->path, "Plain, gzip or zstd; -: standard input")->required();
  command
      ->add_option("--format", options->format,
                   "purchases (our own CSV), or online-retail-ii (the public export)")
      ->type_name("FORMAT")
      ->required()
      ->check(CLI::IsMember({"purchases", "online-retail-ii"}));
  context.SetAction(*command, [&context, options] { return Import(context, *options); });
}

}  // namespace rapport::cli
