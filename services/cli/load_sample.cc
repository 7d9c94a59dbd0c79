// rapport load-sample: a made-up shop to try things on.
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>

#include "data/csv/purchase_writer.h"
#include "data/samples/sample_store.h"
#include "services/cli/catalog.h"
#include "services/cli/commands.h"
#include "services/cli/convert.h"
#include "services/cli/format.h"
#include "services/cli/importer.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string end;
  std::string csv;
};

SampleStore Make(const Options& options) {
  SampleOptions sample;
  sample.end = options.end.empty() ? std::chrono::floor<std::chrono::days>(Now())
                                   : ParseTime(options.end).value_or(TimePoint{});
  return MakeSampleStore(sample);
}

template <typename Value>
auto ToMessages(const std::vector<Value>& values) {
  std::vector<decltype(ToMessage(values.front()))> messages;
  messages.reserve(values.size());
  for (const Value& value : values) messages.push_back(ToMessage(value));
  return messages;
}

std::string NameOf(const SampleStore& store, const std::string& customer_id) {
  for (const Customer& customer : store.customers) {
    if (customer.customer_id == customer_id) return customer.name + " (" + customer_id + ")";
  }
  return customer_id;
}

nlohmann::json Json(const SampleStore& store, const ImportOutcome& outcome) {
  return {{"items", store.items.size()},
          {"customers", store.customers.size()},
          {"events", store.events.size()},
          {"accepted", outcome.totals.accepted},
          {"duplicates", outcome.totals.duplicates},
          {"conflicts", outcome.totals.conflicts},
          {"rejected", outcome.totals.rejected},
          {"seconds", outcome.seconds},
          {"regular_customer_id", store.regular_customer_id},
          {"newcomer_customer_id", store.newcomer_customer_id}};
}

void Print(const SampleStore& store, const ImportOutcome& outcome) {
  std::cout << "A coffee and gift shop, made up: "
            << FormatPlural(static_cast<int64_t>(store.items.size()), "item", "items") << ", "
            << FormatPlural(static_cast<int64_t>(store.customers.size()), "customer", "customers")
            << ", " << FormatPlural(static_cast<int64_t>(store.events.size()), "event", "events")
            << " (" << FormatCount(outcome.totals.accepted) << " new) in "
            << FormatSeconds(outcome.seconds) << ".\n"
            << "  a regular:   " << NameOf(store, store.regular_customer_id) << "\n"
            << "  a newcomer:  " << NameOf(store, store.newcomer_customer_id) << "\n";
}

// As a file of our own format instead; asks no server.
absl::Status WriteFile(Context& context, const SampleStore& store, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  if (!out) return absl::UnavailableError("cannot write " + path);
  if (absl::Status failed = csv::WritePurchases(out, store.events, store.items); !failed.ok())
    return failed;
  out.close();
  if (!out) return absl::UnavailableError("cannot write all of " + path);
  if (context.json()) {
    PrintJson(nlohmann::json{{"path", path}, {"events", store.events.size()}});
  } else {
    std::cout << "Wrote "
              << FormatPlural(static_cast<int64_t>(store.events.size()), "event", "events")
              << " to " << Harmless(path) << ".\n";
  }
  return absl::OkStatus();
}

absl::Status Load(Context& context, const Options& options) {
  const SampleStore store = Make(options);
  if (!options.csv.empty()) return WriteFile(context, store, options.csv);
  const auto items = UpsertItems(context, ToMessages(store.items));
  if (!items.ok()) return items.status();
  const auto customers = UpsertCustomers(context, ToMessages(store.customers));
  if (!customers.ok()) return customers.status();
  const auto outcome = ImportEvents(context, store.events);
  if (!outcome.ok()) return outcome.status();
  if (context.json()) {
    PrintJson(Json(store, *outcome));
  } else {
    Print(store, *outcome);
  }
  const int64_t lost = outcome->totals.conflicts + outcome->totals.rejected;
  if (lost == 0) return absl::OkStatus();
  const v1::RecordResult& first = outcome->totals.first_problems.front();
  return absl::FailedPreconditionError(FormatPlural(lost, "event was", "events were") +
                                       " not recorded, the first of them " + first.event_id() +
                                       ": " + first.field() + " " + first.reason() +
                                       "; was a sample with another --end loaded before?");
}

}  // namespace

void AddLoadSample(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "load-sample", "Load a made-up shop of coffee and gifts, to try things on");
  command->add_option("--end", options->end, "The last visits are on the day before this (today)")
      ->type_name("DATE")
      ->check(IsTime());
  command
      ->add_option("--csv", options->csv,
                   "Write the purchases to this file instead, as `rapport import` reads them")
      ->type_name("FILE");
  context.SetAction(*command, [&context, options] { return Load(context, *options); });
}

}  // namespace rapport::cli
