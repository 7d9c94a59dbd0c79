// rapport compare: why one item stands before another for a customer.
#include <iostream>
#include <memory>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/explain_words.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"
#include "services/cli/what_if_options.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  std::string item_id;
  std::string other_item_id;
  std::string pool = "new";
  std::vector<std::string> basket;
  int lines = 5;
  WhatIfOptions what_if;
};

std::string Place(int64_t rank, double score) {
  return (rank > 0 ? FormatOrdinal(rank) + ", " : "") + "score " + FormatSigned(score, 3);
}

absl::Status Compare(Context& context, const Options& options) {
  v1::CompareSuggestionsRequest request;
  v1::ExplainSuggestionRequest& one = *request.mutable_one();
  one.set_customer_id(options.customer_id);
  one.set_item_id(options.item_id);
  one.set_pool(PoolOf(options.pool));
  one.set_max_evidence(options.lines);
  one.mutable_basket_item_ids()->Assign(options.basket.begin(), options.basket.end());
  if (!options.what_if.empty()) *one.mutable_what_if() = WhatIfOf(options.what_if);
  request.set_other_item_id(options.other_item_id);
  const auto response = context.Call(&v1::RecommendationService::Stub::CompareSuggestions, request,
                                     "compare " + options.item_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  const v1::Contrast& contrast = response->contrast();
  const auto say = [](const v1::Item& item, int64_t rank, double score) {
    std::cout << Wrap(ItemName(item) + ": " + Place(rank, score), OutputWidth()) << "\n";
  };
  say(response->item(), response->rank_by_score(), response->score());
  say(contrast.item(), contrast.rank_by_score(), contrast.score());
  std::cout << "\n";
  PrintContrast(std::cout, ItemName(response->item()), contrast, OutputWidth());
  std::cout << "\n  The lines sum to the difference of the scores.\n  model "
            << response->model_version() << ", as of " << FormatTime(response->as_of()) << " UTC\n";
  return absl::OkStatus();
}

}  // namespace

void AddCompare(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("compare", "Why one item stands before another for a customer");
  command->footer("rapport compare C001 mug-02 tea-1");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  command->add_option("ITEM", options->item_id, "One item's id")->required()->check(IsId());
  command->add_option("OTHER", options->other_item_id, "The other's")->required()->check(IsId());
  command->add_option("--pool", options->pool, "As in suggest: new, bought, any")
      ->type_name("POOL")
      ->capture_default_str()
      ->check(IsPool());
  command->add_option("--basket", options->basket, "As in suggest; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command->add_option("--lines", options->lines, "Lines of difference, 1 to 1000")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000));
  AddWhatIfOptions(*command, options->what_if);
  context.SetAction(*command, [&context, options] { return Compare(context, *options); });
}

}  // namespace rapport::cli
