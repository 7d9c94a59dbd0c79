// rapport suggest-many: a list for each of many customers, for campaigns and staff.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/list_options.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string file;
  ListOptions list;
};

// One id a line; blank lines say nothing.
absl::StatusOr<std::vector<std::string>> ReadIds(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path);
  std::istream& in = path == "-" ? std::cin : file;
  if (!in || std::filesystem::is_directory(path)) {
    return absl::NotFoundError("cannot read " + path +
                               "; expected a file with one customer's id a line, or - for "
                               "standard input");
  }
  std::vector<std::string> ids;
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) ids.push_back(line);
  }
  if (ids.empty())
    return absl::InvalidArgumentError(path + " names no customer; expected one id a line");
  return ids;
}

void Print(const v1::CustomerSuggestions& customer) {
  std::cout << Harmless(customer.customer_id()) << "\n";
  Table table({{"", true}, {"", false, true}, {""}, {"", true}});
  for (const v1::Suggestion& suggestion : customer.list().suggestions()) {
    table.AddRow({std::to_string(suggestion.rank()), ItemName(suggestion.item()),
                  suggestion.item().item_id(), FormatFixed(suggestion.score(), 2)});
  }
  if (table.empty()) {
    std::cout << "  Nothing to suggest: no item is eligible.\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
}

absl::Status SuggestMany(Context& context, const Options& options) {
  const auto ids = ReadIds(options.file);
  if (!ids.ok()) return ids.status();
  v1::SuggestForCustomersRequest request;
  request.mutable_customer_ids()->Assign(ids->begin(), ids->end());
  *request.mutable_each() = RequestOf(options.list);
  grpc::ClientContext call;  // as long as it takes
  v1::RecommendationService::Stub stub(context.channel());
  const auto reader = stub.SuggestForCustomers(&call, request);
  Progress progress;
  v1::SuggestForCustomersResponse message;
  while (reader->Read(&message)) {
    progress.Wipe();
    for (const v1::CustomerSuggestions& customer : message.customers()) {
      if (context.json()) {
        std::cout << ToJson(customer).dump() << "\n";
      } else {
        Print(customer);
      }
    }
    progress.Show(
        "customers", static_cast<double>(message.done()) / static_cast<double>(ids->size()),
        FormatCount(message.done()) + " of " + FormatCount(static_cast<int64_t>(ids->size())));
  }
  return context.Judge(
      reader->Finish(),
      "suggest to " + FormatPlural(static_cast<int64_t>(ids->size()), "customer", "customers"));
}

}  // namespace

void AddSuggestMany(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("suggest-many", "A list for each of many customers, for a campaign");
  command->footer(
      "rapport suggest-many customers.txt --count 3 --json > lists.jsonl    one object a line\n"
      "It takes as long as it takes: --timeout does not end it.");
  command
      ->add_option("FILE", options->file,
                   "Customers, one id a line, at most 100,000; -: standard input")
      ->required();
  AddListOptions(*command, options->list);
  context.SetAction(*command, [&context, options] { return SuggestMany(context, *options); });
}

}  // namespace rapport::cli
