#include "services/cli/load_report.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, double>, 4> kPercentiles = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}};

double Milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1e6;
}

// Three digits are all that a histogram tells.
std::string FormatMs(std::chrono::nanoseconds time) {
  const double ms = Milliseconds(time);
  return FormatFixed(ms, ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

double Rate(int64_t count, double seconds) { return static_cast<double>(count) / seconds; }

std::string StatusName(grpc::StatusCode code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

int64_t Failed(const CallFigures& figures) {
  int64_t failed = 0;
  for (const auto& [code, count] : figures.failed) failed += count;
  return failed;
}

// Of those that were due: a call that was not sent is none that succeeded.
double ShareOk(const LoadReport& report) {
  const CallFigures all = report.All();
  const int64_t due = all.sent + report.not_sent;
  return due == 0 ? 0 : static_cast<double>(all.ok()) / static_cast<double>(due);
}

json LatencyJson(const LatencyHistogram& latency) {
  json figures = json::object();
  for (const auto& [name, share] : kPercentiles) {
    figures[name] = Milliseconds(latency.Percentile(share));
  }
  figures["max"] = Milliseconds(latency.max());
  return figures;
}

json FiguresJson(const CallFigures& figures, double seconds) {
  json failed = json::object();
  for (const auto& [code, count] : figures.failed) failed[StatusName(code)] = count;
  return {{"sent", figures.sent},
          {"ok", figures.ok()},
          {"failed", failed},
          {"sent_per_second", Rate(figures.sent, seconds)},
          {"ok_per_second", Rate(figures.ok(), seconds)},
          {"latency_ms", LatencyJson(figures.latency)}};
}

json LoadJson(const LoadTest& test) {
  const LoadOptions& options = test.options;
  json mix = json::object();
  for (const CallType type : kCallTypes) {
    if (options.mix.Has(type)) mix[std::string(CallName(type))] = options.mix.Share(type);
  }
  json load = {{"server", test.server},
               {"loop", options.closed ? "closed" : "open"},
               {"mix", mix},
               {"seconds", options.seconds},
               {"warm_up_seconds", options.warm_up_seconds},
               {"connections", test.connections},
               {"deadline_ms", options.deadline.count()},
               {"criticality", options.criticality},
               {"seed", options.seed}};
  if (options.closed) {
    load["concurrency"] = options.concurrency;
  } else {
    load["rate"] = options.rate;
    load["max_outstanding"] = options.max_outstanding;
  }
  return load;
}

std::string Asked(const LoadTest& test) {
  const LoadOptions& options = test.options;
  return (options.closed ? FormatPlural(options.concurrency, "call", "calls") + " at a time"
                         : FormatFixed(options.rate, options.rate < 10 ? 1 : 0) + " calls/s") +
         " for " + FormatSeconds(options.seconds) + " after " +
         FormatSeconds(options.warm_up_seconds) + " of warm-up, over " +
         FormatPlural(test.connections, "connection", "connections") +
         (options.criticality.empty() ? "" : ", " + options.criticality);
}

void AddRow(Table& table, std::string name, const CallFigures& figures, double seconds) {
  std::vector<std::string> cells = {std::move(name), FormatCount(figures.sent),
                                    FormatCount(figures.ok()), FormatCount(Failed(figures)),
                                    FormatFixed(Rate(figures.ok(), seconds), 1)};
  for (const auto& [title, share] : kPercentiles) {
    cells.push_back(figures.ok() == 0 ? "" : FormatMs(figures.latency.Percentile(share)));
  }
  cells.push_back(figures.ok() == 0 ? "" : FormatMs(figures.latency.max()));
  table.AddRow(std::move(cells));
}

}  // namespace

std::vector<Target> TargetsOf(const LoadTest& test) {
  const CallFigures all = test.report.All();
  const LoadTargets& wanted = test.targets;
  std::vector<Target> targets;
  if (wanted.p99_at_most_ms) {
    Target target = AtMost("latency, p99, ms", Milliseconds(all.latency.Percentile(0.99)),
                           *wanted.p99_at_most_ms);
    target.holds = target.holds && all.ok() > 0;  // of nothing it is 0
    targets.push_back(std::move(target));
  }
  if (wanted.at_least_rate) {
    targets.push_back(AtLeast("calls that succeeded, a second", Rate(all.ok(), test.report.seconds),
                              *wanted.at_least_rate));
  }
  if (wanted.at_least_ok) {
    targets.push_back(
        AtLeast("calls that succeeded, of those due", ShareOk(test.report), *wanted.at_least_ok));
  }
  return targets;
}

nlohmann::ordered_json ToJson(const LoadTest& test) {
  const LoadReport& report = test.report;
  json calls = json::object();
  for (const CallType type : kCallTypes) {
    if (!test.options.mix.Has(type)) continue;
    calls[std::string(CallName(type))] =
        FiguresJson(report.calls[static_cast<size_t>(type)], report.seconds);
  }
  json result = {{"load", LoadJson(test)},
                 {"calls", calls},
                 {"all", FiguresJson(report.All(), report.seconds)},
                 {"not_sent", report.not_sent}};
  if (!test.options.closed) result["late_ms"] = LatencyJson(report.late);
  return EndingWith(TargetsOf(test), result);
}

void PrintTables(std::ostream& out, const LoadTest& test) {
  const LoadReport& report = test.report;
  out << Asked(test) << "; latency in ms of the calls that succeeded:\n\n";
  Table table({{.title = ""},
               {.title = "sent", .right = true},
               {.title = "ok", .right = true},
               {.title = "failed", .right = true},
               {.title = "ok/s", .right = true},
               {.title = "p50", .right = true},
               {.title = "p90", .right = true},
               {.title = "p99", .right = true},
               {.title = "p99.9", .right = true},
               {.title = "max", .right = true}});
  int kinds = 0;
  for (const CallType type : kCallTypes) {
    if (!test.options.mix.Has(type)) continue;
    ++kinds;
    AddRow(table, std::string(CallName(type)), report.calls[static_cast<size_t>(type)],
           report.seconds);
  }
  const CallFigures all = report.All();
  if (kinds > 1) AddRow(table, "all", all, report.seconds);
  table.Print(out, OutputWidth());
  out << "\n";
  for (const auto& [code, count] : all.failed) {
    out << "  failed with " << StatusName(code) << ": " << FormatCount(count) << "\n";
  }
  if (test.options.closed) return PrintTargets(out, TargetsOf(test));
  out << "  not sent, because " << FormatCount(test.options.max_outstanding)
      << " were outstanding: " << FormatCount(report.not_sent) << "\n";
  out << "  sent later than planned: p99 " << FormatMs(report.late.Percentile(0.99)) << " ms, max "
      << FormatMs(report.late.max()) << " ms; counts as latency\n";
  PrintTargets(out, TargetsOf(test));
}

}  // namespace rapport::cli
