// rapport suggest: what to suggest to a customer.
#include <iostream>
#include <memory>

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  int count = 10;
  std::string pool = "new";
  std::vector<std::string> exclude;
  std::vector<std::string> only;
  std::string as_of;
  bool token = false;
};

std::string Why(const v1::Suggestion& suggestion) {
  std::string why;
  for (const int reason : suggestion.reasons()) {
    std::string words;
    if (reason == v1::REASON_CODE_BOUGHT_BEFORE) words = "bought before";
    if (reason == v1::REASON_CODE_POPULAR) words = "popular now";
    if (reason == v1::REASON_CODE_NEW) words = "new in the shop";
    if (reason == v1::REASON_CODE_TASTE) {
      for (const v1::Item& item : suggestion.goes_with()) {
        words += (words.empty() ? "goes with " : " and ") + ItemName(item);
      }
      if (words.empty()) words = "to their taste";
    }
    if (!words.empty()) why += (why.empty() ? "" : "; ") + words;
  }
  return why;
}

// "Maya Okafor (C001)", or the id where there is no name; a customer nobody knows is fine.
std::string CustomerWords(Context& context, const std::string& customer_id) {
  v1::GetCustomerRequest request;
  request.set_customer_id(customer_id);
  const auto customer =
      context.Call(&v1::CatalogService::Stub::GetCustomer, request, "look the customer up");
  if (!customer.ok() || customer->name().empty()) return Harmless(customer_id);
  return Harmless(customer->name()) + " (" + Harmless(customer_id) + ")";
}

void Print(const std::string& customer, const v1::SuggestForCustomerResponse& response,
           bool with_token) {
  std::cout << customer << ", " << FormatPlural(response.history_size(), "purchase", "purchases")
            << " known; " << PoolWords(response.pool()) << ":\n\n";
  Table table({{"", true},
               {"item", false, true},
               {"id"},
               {"category", false, true},
               {"price", true},
               {"score", true}});
  for (const v1::Suggestion& suggestion : response.suggestions()) {
    const v1::Item& item = suggestion.item();
    const int depth = item.category_path_size();
    table.AddRow({std::to_string(suggestion.rank()), item.title(), item.item_id(),
                  depth == 0 ? "" : item.category_path(depth - 1),
                  item.has_price() ? FormatMoney(item.price()) : "",
                  FormatFixed(suggestion.score(), 2)});
    if (const std::string why = Why(suggestion); !why.empty()) table.AddNote(why);
  }
  if (table.empty()) {
    std::cout << "  Nothing to suggest: no item is eligible.\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
  std::cout << "\n  model " << response.model_version() << ", as of "
            << FormatTime(response.as_of()) << " UTC\n";
  if (with_token) std::cout << "  token " << response.token() << "\n";
}

absl::Status Suggest(Context& context, const Options& options) {
  v1::SuggestForCustomerRequest request;
  request.set_customer_id(options.customer_id);
  request.set_count(options.count);
  request.set_pool(PoolOf(options.pool));
  request.mutable_exclude_item_ids()->Assign(options.exclude.begin(), options.exclude.end());
  request.mutable_only_item_ids()->Assign(options.only.begin(), options.only.end());
  if (!options.as_of.empty()) *request.mutable_as_of() = TimeOf(options.as_of);

  const auto response = context.Call(&v1::RecommendationService::Stub::SuggestForCustomer, request,
                                     "suggest to " + options.customer_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(CustomerWords(context, options.customer_id), *response, options.token);
  }
  return absl::OkStatus();
}

}  // namespace

void AddSuggest(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("suggest", "What to suggest to a customer, and why");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")->required();
  command->add_option("--count", options->count, "How many")->type_name("N")->capture_default_str();
  command
      ->add_option("--pool", options->pool,
                   "From which items: new (to the customer), bought (before), any")
      ->type_name("POOL")
      ->capture_default_str()
      ->check(IsPool());
  command->add_option("--exclude", options->exclude, "Leave this item out; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command->add_option("--only", options->only, "Only this item; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command->add_option("--as-of", options->as_of, "Answer as if it were then: 2026-05-01T14:03:00Z")
      ->type_name("TIME")
      ->check(IsTime());
  command->add_flag("--token", options->token,
                    "Also print the token, for `rapport explain --token`");
  context.SetAction(*command, [&context, options] { return Suggest(context, *options); });
}

}  // namespace rapport::cli
