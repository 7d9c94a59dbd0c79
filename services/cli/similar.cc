// rapport similar: what resembles an item.
#include <iostream>
#include <memory>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string item_id;
  bool together = false;
  int count = 10;
  int min_support = 0;
  std::string filter;
  std::string store;
};

void Print(const v1::SimilarItemsResponse& response, bool together) {
  std::vector<Column> columns = {{"", true}, {"item", false, true}, {"id"}};
  if (together) {
    columns.push_back({"lift", true});
    columns.push_back({"orders with both", true});
  } else {
    columns.push_back({"similarity", true});
  }
  Table table(columns);
  for (const v1::SimilarItem& similar : response.items()) {
    std::vector<std::string> cells = {std::to_string(similar.rank()), ItemName(similar.item()),
                                      similar.item().item_id()};
    if (together) {
      cells.push_back(FormatFixed(similar.lift(), 1));
      cells.push_back(FormatCount(similar.support()));
    } else {
      cells.push_back(FormatFixed(similar.similarity(), 2));
    }
    table.AddRow(std::move(cells));
  }
  if (table.empty()) {
    std::cout << (together ? "  Nothing eligible was bought with it often enough.\n"
                           : "  Nothing to compare it with: no item is eligible.\n");
  } else {
    table.Print(std::cout, OutputWidth());
  }
  std::cout << "\n  model " << response.model_version() << "\n";
}

absl::Status Similar(Context& context, const Options& options) {
  v1::SimilarItemsRequest request;
  request.set_item_id(options.item_id);
  request.set_count(options.count);
  request.set_basis(options.together ? v1::BASIS_BOUGHT_TOGETHER : v1::BASIS_TASTE);
  request.set_min_support(options.min_support);
  request.set_filter(options.filter);
  request.set_store(options.store);
  const auto response = context.Call(&v1::RecommendationService::Stub::SimilarItems, request,
                                     "find what resembles " + options.item_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(*response, options.together);
  }
  return absl::OkStatus();
}

}  // namespace

void AddSimilar(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("similar", "What resembles an item");
  command->add_option("ITEM", options->item_id, "The item's id")->required();
  auto* together = command->add_flag(
      "--together", options->together,
      "By orders that have both, beside chance (lift); else by the customers' taste");
  command->add_option("--count", options->count, "How many, 1 to 100")
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--min-support", options->min_support,
                   "At least so many orders with both, 5 or more")
      ->type_name("N")
      ->needs(together);
  command->add_option("--filter", options->filter, "Which items, as in suggest --filter")
      ->type_name("TEXT");
  command->add_option("--store", options->store, "Where; for rules that hold in some stores")
      ->type_name("STORE");
  context.SetAction(*command, [&context, options] { return Similar(context, *options); });
}

}  // namespace rapport::cli
