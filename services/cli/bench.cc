// rapport bench: a load on a running server, and what it does to it.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/load_generator.h"
#include "services/cli/load_report.h"
#include "services/cli/option_types.h"
#include "services/cli/progress.h"

namespace rapport::cli {
namespace {

constexpr int kPageSize = 1'000;
constexpr size_t kSuggested = 16;  // to explain, before there are others
constexpr OptionRange kSeconds{0.1, 86'400};
constexpr OptionRange kWarmUp{0, 3'600};
constexpr OptionRange kRate{0.1, 1e6};
constexpr OptionRange kConcurrency{1, 10'000};
constexpr OptionRange kConnections{1, 256};
constexpr OptionRange kOutstanding{1, 1e6};
constexpr OptionRange kDeadlineMs{1, 3'600'000};
constexpr OptionRange kCustomers{1, 1e6};
constexpr OptionRange kTargetMs{0.001, 3'600'000};

struct Options {
  LoadOptions load;
  std::string mix = "suggest=95,explain=5";
  int connections = 4;
  int64_t deadline_ms = 1'000;
  size_t customers = 10'000;
  LoadTargets targets;
};

CLI::Validator IsMix() {
  return CLI::Validator(
      [](const std::string& text) {
        const auto mix = Mix::Parse(text);
        return mix.ok() ? std::string() : std::string(mix.status().message());
      },
      "");
}

// The ids of at most `most` customers, or items, in their order.
absl::StatusOr<std::vector<std::string>> CustomerIds(Context& context, size_t most) {
  std::vector<std::string> ids;
  v1::ListCustomersRequest request;
  request.set_page_size(kPageSize);
  do {
    const auto page =
        context.Call(&v1::CatalogService::Stub::ListCustomers, request, "list the customers");
    if (!page.ok()) return page.status();
    for (const v1::Customer& customer : page->customers()) ids.push_back(customer.customer_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && ids.size() < most);
  ids.resize(std::min(ids.size(), most));
  if (!ids.empty()) return ids;
  return absl::FailedPreconditionError(
      "the server knows no customers to draw from; `rapport load-sample` gives it some");
}

absl::StatusOr<std::vector<std::string>> ItemIds(Context& context) {
  v1::ListItemsRequest request;
  request.set_page_size(kPageSize);
  const auto page = context.Call(&v1::CatalogService::Stub::ListItems, request, "list the items");
  if (!page.ok()) return page.status();
  std::vector<std::string> ids;
  for (const v1::Item& item : page->items()) ids.push_back(item.item_id());
  if (!ids.empty()) return ids;
  return absl::FailedPreconditionError(
      "the server knows no items to draw from; `rapport load-sample` gives it some");
}

absl::StatusOr<LoadSubjects> FindSubjects(Context& context, const Options& options) {
  const Mix& mix = options.load.mix;
  LoadSubjects subjects;
  if (mix.Has(CallType::kSuggest) || mix.Has(CallType::kExplain) || mix.Has(CallType::kRecord)) {
    auto ids = CustomerIds(context, options.customers);
    if (!ids.ok()) return ids.status();
    subjects.customers = *std::move(ids);
  }
  if (mix.Has(CallType::kRecord) || mix.Has(CallType::kGetItem)) {
    auto ids = ItemIds(context);
    if (!ids.ok()) return ids.status();
    subjects.items = *std::move(ids);
  }
  if (!mix.Has(CallType::kExplain)) return subjects;
  for (const std::string& customer : subjects.customers) {
    v1::SuggestForCustomerRequest request;
    request.set_customer_id(customer);
    const auto list = context.Call(&v1::RecommendationService::Stub::SuggestForCustomer, request,
                                   "suggest to " + customer);
    if (!list.ok()) return list.status();
    if (list->suggestions().empty()) continue;
    subjects.suggested.push_back({list->token(), list->suggestions(0).item().item_id()});
    if (subjects.suggested.size() == kSuggested) break;
  }
  if (!subjects.suggested.empty()) return subjects;
  return absl::FailedPreconditionError("nothing is suggested to anybody, so nothing to explain");
}

absl::StatusOr<std::vector<std::shared_ptr<grpc::Channel>>> Connect(Context& context, int count) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  const auto deadline =
      std::chrono::system_clock::now() +
      std::chrono::milliseconds(static_cast<int64_t>(context.timeout_seconds() * 1000));
  for (int channel = 0; channel < count; ++channel) {
    channels.push_back(context.NewChannel());
    if (channels.back()->WaitForConnected(deadline)) continue;
    return absl::UnavailableError("no server at " + context.server() +
                                  "; start one with `make run`, or name another with --server");
  }
  return channels;
}

std::string Details(const LoadProgress& progress) {
  return FormatCount(progress.ok) + " ok, " + FormatCount(progress.failed) + " failed, " +
         FormatCount(progress.outstanding) + " outstanding";
}

absl::Status Bench(Context& context, Options options) {
  options.load.mix = *Mix::Parse(options.mix);
  options.load.deadline = std::chrono::milliseconds(options.deadline_ms);
  auto channels = Connect(context, options.connections);
  if (!channels.ok()) return channels.status();
  auto subjects = FindSubjects(context, options);
  if (!subjects.ok()) return subjects.status();

  LoadGenerator generator(*std::move(channels), *std::move(subjects), options.load);
  Progress progress;
  LoadTest test{.server = context.server(),
                .connections = options.connections,
                .options = options.load,
                .targets = options.targets};
  test.report = generator.Run(
      [&progress](const LoadProgress& now) { progress.Show("load", now.fraction, Details(now)); });
  progress.Wipe();
  if (context.json()) {
    PrintJson(ToJson(test));
  } else {
    PrintTables(std::cout, test);
  }
  return absl::OkStatus();
}

void AddLoad(CLI::App& command, Options& options) {
  LoadOptions& load = options.load;
  const auto add = [&command](const char* name, auto& value, const char* type,
                              const std::string& what, const OptionRange& range) {
    return command.add_option(name, value, what + ", " + Words(range))
        ->type_name(type)
        ->check(IsIn(range))
        ->capture_default_str();
  };
  CLI::Option* rate = add("--rate", load.rate, "CALLS", "sent a second, evenly", kRate);
  add("--seconds", load.seconds, "SECONDS", "that are measured", kSeconds);
  add("--warm-up", load.warm_up_seconds, "SECONDS", "before that", kWarmUp);
  command
      .add_option(
          "--mix", options.mix,
          "calls by weights: suggest, explain (what was suggested), record (a purchase with "
          "a made-up event id: it writes), get-item, ping (nearly nothing)")
      ->type_name("CALL=WEIGHT,…")
      ->check(IsMix())
      ->capture_default_str();
  CLI::Option* closed =
      command.add_flag("--closed", load.closed, "Send when a call has ended, not by the clock")
          ->excludes(rate);
  add("--concurrency", load.concurrency, "N", "with --closed: calls at a time", kConcurrency)
      ->needs(closed);
  add("--max-outstanding", load.max_outstanding, "N",
      "calls without an answer beyond which none is sent", kOutstanding)
      ->excludes(closed);
  add("--connections", options.connections, "N", "to the server", kConnections);
  add("--deadline-ms", options.deadline_ms, "MS", "of each call", kDeadlineMs);
  command
      .add_option("--criticality", load.criticality, "of the calls: critical, default, sheddable")
      ->type_name("HOW")
      ->check(CLI::IsMember({"critical", "default", "sheddable"}));
  add("--customers", options.customers, "N", "to draw from, at most", kCustomers);
  command.add_option("--seed", load.seed, "of what is drawn")
      ->type_name("N")
      ->capture_default_str();
}

void AddTargets(CLI::App& command, LoadTargets& targets) {
  command
      .add_option("--p99-at-most-ms", targets.p99_at_most_ms,
                  "target: the p99 of the latency of calls that succeed")
      ->type_name("MS")
      ->check(IsIn(kTargetMs));
  command
      .add_option("--at-least-rate", targets.at_least_rate, "target: calls that succeed, a second")
      ->type_name("CALLS")
      ->check(IsIn(kRate));
  command
      .add_option("--at-least-ok", targets.at_least_ok,
                  "target: share of the calls that succeed, 0 to 1")
      ->type_name("SHARE")
      ->check(IsIn({0, 1}));
}

}  // namespace

void AddBench(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "Puts a load on the server and measures it");
  command->footer(
      "Calls go out by the clock, however slow the answers are, and latency counts from the time\n"
      "that was planned; so a server that stalls is not spared. --closed finds the capacity.\n"
      "Customers are drawn from those that the server lists. Targets are told of at the end.");
  AddLoad(*command, *options);
  AddTargets(*command, options->targets);
  context.SetAction(*command, [&context, options] { return Bench(context, *options); });
}

}  // namespace rapport::cli
