// rapport shadow: another model, tried on live requests without serving it.
#include <iostream>
#include <memory>
#include <string>

#include "rapport/v1/model_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using Stub = v1::ModelService::Stub;

struct Options {
  std::string version;
  double sample = 0.1;
  bool off = false;
};

std::string LatencyWords(const v1::Latency& latency) {
  return FormatFixed(latency.p50_seconds() * 1000, 2) + " ms; 99 of 100 within " +
         FormatFixed(latency.p99_seconds() * 1000, 2) + " ms";
}

void Print(const v1::Shadow& shadow) {
  if (shadow.model_version().empty()) {
    std::cout << "  No model is in the shadow; `rapport shadow VERSION` tries one.\n";
    return;
  }
  const bool on = shadow.sample_rate() > 0;
  Table table({{""}, {"", false, true}});
  table.AddRow({"model", shadow.model_version() + (on ? "" : " (ended)")});
  if (on) table.AddRow({"sample", FormatShare(shadow.sample_rate()) + " of the requests"});
  table.AddRow({"since", FormatTime(shadow.since()) + " UTC"});
  table.AddRow({"compared", FormatPlural(shadow.compared(), "request", "requests") + "; " +
                                FormatCount(shadow.dropped()) + " dropped, " +
                                FormatCount(shadow.failed()) + " failed"});
  if (shadow.compared() > 0) {
    table.AddRow({"in common", FormatShare(shadow.mean_overlap()) + " of a list; " +
                                   FormatShare(shadow.mean_rank_biased_overlap()) +
                                   " with the top counting most; the first item in " +
                                   FormatShare(shadow.same_first())});
    table.AddRow({"time", "this model " + LatencyWords(shadow.shadow_latency())});
    table.AddRow({"", "running one " + LatencyWords(shadow.running_latency())});
  }
  if (!shadow.note().empty()) table.AddRow({"note", shadow.note()});
  table.Print(std::cout, OutputWidth());
}

absl::StatusOr<v1::Shadow> Ask(Context& context, const Options& options) {
  if (options.off)
    return context.Call(&Stub::ClearShadow, v1::ClearShadowRequest(), "end the shadow");
  if (options.version.empty())
    return context.Call(&Stub::GetShadow, v1::GetShadowRequest(), "get the shadow");
  v1::SetShadowRequest request;
  request.set_model_version(options.version);
  request.set_sample_rate(options.sample);
  return context.Call(&Stub::SetShadow, request, "try model " + options.version);
}

absl::Status ShowShadow(Context& context, const Options& options) {
  const auto shadow = Ask(context, options);
  if (!shadow.ok()) return shadow.status();
  if (context.json()) {
    PrintJson(*shadow);
  } else {
    Print(*shadow);
  }
  return absl::OkStatus();
}

}  // namespace

void AddShadow(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("shadow", "Try another model on live requests, without serving it");
  command->footer(
      "A sample of the requests is answered again in the background, by this model and by the one\n"
      "that serves, and the lists are compared. What customers get does not change.");
  auto* version = command->add_option(
      "VERSION", options->version, "The model to try, of `rapport models`; none: how it is doing");
  command->add_option("--sample", options->sample, "Part of the requests, above 0, to 1")
      ->type_name("PART")
      ->needs(version)
      ->check(IsIn({1e-6, 1}))
      ->capture_default_str();
  command->add_flag("--off", options->off, "End it")->excludes(version);
  context.SetAction(*command, [&context, options] { return ShowShadow(context, *options); });
}

}  // namespace rapport::cli
