// rapport customers: whom the shop knows.
#include <unistd.h>

#include <iostream>
#include <limits>
#include <memory>

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/catalog.h"
#include "services/cli/commands.h"
#include "services/cli/customer_words.h"
#include "services/cli/format.h"
#include "services/cli/json_lines.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  int count = 50;
  bool all = false;
  std::string upsert;
  std::string merge_into;
  bool yes = false;
};

void AddConsent(Table& table, const char* to, bool said, bool yes) {
  if (said) table.AddRow({to, yes ? "yes" : "no"});
}

absl::Status ShowOne(Context& context, const std::string& customer_id) {
  v1::GetCustomerRequest request;
  request.set_customer_id(customer_id);
  const auto customer =
      context.Call(&v1::CatalogService::Stub::GetCustomer, request, "get customer " + customer_id);
  if (!customer.ok()) return customer.status();
  if (context.json()) {
    PrintJson(*customer);
    return absl::OkStatus();
  }
  Table table({{""}, {"", false, true}});
  table.AddRow({"id", customer->customer_id()});
  table.AddRow({"name", customer->name()});
  table.AddRow({"address as", customer->form_of_address()});
  table.AddRow({"locale", customer->locale()});
  table.AddRow({"store", customer->store()});
  if (!customer->staff_id().empty()) table.AddRow({"in the book of", customer->staff_id()});
  if (!customer->time_zone().empty()) table.AddRow({"time zone", customer->time_zone()});
  if (customer->has_quiet_hours())
    table.AddRow({"left alone", QuietHoursWords(customer->quiet_hours())});
  const v1::Consent& consent = customer->consent();
  AddConsent(table, "may be suggested to from purchases", consent.has_personalization(),
             consent.personalization());
  AddConsent(table, "staff may mention purchases", consent.has_mention(), consent.mention());
  AddConsent(table, "staff may make contact", consent.has_contact(), consent.contact());
  for (const v1::ChannelConsent& said : consent.contact_by_channel()) {
    const std::string to = "staff may make contact, " + ContactChannelWords(said.channel());
    AddConsent(table, to.c_str(), true, said.yes());
  }
  table.Print(std::cout, OutputWidth());
  return absl::OkStatus();
}

absl::Status ShowAll(Context& context, const Options& options) {
  const auto response =
      ListCustomers(context, options.all ? std::numeric_limits<int64_t>::max() : options.count);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  Table table({{"id"},
               {"name", false, true},
               {"address as", false, true},
               {"locale"},
               {"store", false, true}});
  for (const v1::Customer& customer : response->customers()) {
    table.AddRow({customer.customer_id(), customer.name(), customer.form_of_address(),
                  customer.locale(), customer.store()});
  }
  if (table.empty()) {
    std::cout << "  No customers yet; `rapport load-sample` or `rapport import` bring some.\n";
    return absl::OkStatus();
  }
  table.Print(std::cout, OutputWidth());
  if (!response->next_page_token().empty()) std::cout << "  … and more: --all\n";
  return absl::OkStatus();
}

// Asks whoever sits there; a script has to say --yes.
absl::Status Confirm(const std::string& from, const std::string& into) {
  if (isatty(STDIN_FILENO) == 0) {
    return absl::FailedPreconditionError(
        "a merge can't be undone, and there is no terminal to ask at; say --yes to merge");
  }
  std::cerr << "Merge " << Harmless(from) << " into " << Harmless(into)
            << ", for ever? It can't be undone. [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  if (answer == "y" || answer == "yes") return absl::OkStatus();
  return absl::CancelledError("nothing was merged");
}

absl::Status Merge(Context& context, const std::string& from, const std::string& into) {
  if (from == into)
    return absl::InvalidArgumentError("a customer cannot be merged into themselves: " + from);
  v1::MergeCustomersRequest request;
  request.set_from_customer_id(from);
  request.set_into_customer_id(into);
  const auto merged = context.Call(&v1::ClientelingService::Stub::MergeCustomers, request,
                                   "merge " + from + " into " + into);
  if (!merged.ok()) return merged.status();
  if (context.json()) {
    PrintJson(*merged);
    return absl::OkStatus();
  }
  std::cout << (merged->done_before() ? "Merged before: " : "Merged: ") << Harmless(from)
            << " is now " << Harmless(merged->customer_id()) << ", who has of it "
            << FormatPlural(merged->purchases(), "purchase", "purchases") << ", "
            << FormatPlural(merged->reports(), "report", "reports") << " and "
            << FormatPlural(merged->moments(), "moment", "moments");
  if (merged->duplicates() > 0)
    std::cout << "; " << FormatCount(merged->duplicates()) << " were there already";
  std::cout << ".\n";
  return absl::OkStatus();
}

absl::Status Upsert(Context& context, const std::string& path) {
  const auto customers = ReadJsonLinesFile<v1::Customer>(path);
  if (!customers.ok()) return customers.status();
  const auto reply = UpsertCustomers(context, *customers);
  if (!reply.ok()) return reply.status();
  if (context.json()) {
    PrintJson(*reply);
  } else {
    std::cout << "Created or replaced " << FormatPlural(reply->upserted(), "customer", "customers")
              << ".\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddCustomers(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("customers", "Whom the shop knows: all, or one");
  auto* one = command->add_option("CUSTOMER", options->customer_id, "Show this one");
  command->add_option("--count", options->count, "How many")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_flag("--all", options->all, "All of them");
  command
      ->add_option("--upsert", options->upsert,
                   "Create or replace from a file with one JSON object a line; -: standard input")
      ->type_name("FILE")
      ->excludes(one);
  auto* merge =
      command
          ->add_option("--merge-into", options->merge_into,
                       "CUSTOMER turned out to be this one: all that is theirs follows, for ever")
          ->type_name("ID")
          ->needs(one);
  command->add_flag("--yes", options->yes, "Merge without asking")->needs(merge);
  context.SetAction(*command, [&context, options] {
    if (!options->merge_into.empty()) {
      const absl::Status asked =
          options->yes ? absl::OkStatus() : Confirm(options->customer_id, options->merge_into);
      return asked.ok() ? Merge(context, options->customer_id, options->merge_into) : asked;
    }
    if (!options->upsert.empty()) return Upsert(context, options->upsert);
    if (!options->customer_id.empty()) return ShowOne(context, options->customer_id);
    return ShowAll(context, *options);
  });
}

}  // namespace rapport::cli
