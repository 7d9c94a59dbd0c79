// rapport why-not: why an item is in a customer's list, or why it is not.
#include <iostream>
#include <memory>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/explain_words.h"
#include "services/cli/format.h"
#include "services/cli/left_out_words.h"
#include "services/cli/list_options.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"
#include "services/cli/what_if_options.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  std::string item_id;
  ListOptions list;
  std::vector<std::string> basket;
  WhatIfOptions what_if;
};

std::string BoughtWords(const v1::OwnHistory& bought) {
  return "bought " + FormatPlural(bought.times(), "time", "times") + ", last on " +
         FormatDate(bought.last_purchased_at()) +
         (bought.quantity() == 0 ? ", and brought back" : "");
}

std::string FateWords(const v1::WhyNotResponse& fate, int count) {
  switch (fate.fate()) {
    case v1::FATE_SUGGESTED: {
      std::string words = "is suggested: " + FormatOrdinal(fate.rank()) + " in the list";
      if (fate.rank() != fate.rank_by_score())
        words += ", " + FormatOrdinal(fate.rank_by_score()) + " by score";
      return words;
    }
    case v1::FATE_BELOW_CUTOFF:
      return "may be suggested, but stands " + FormatOrdinal(fate.rank_by_score()) +
             " by score, and the list has " + FormatCount(count) +
             (fate.has_gap() ? "; it is " + FormatFixed(fate.gap(), 3) + " below the last of them"
                             : "; rules of the shop gave all its places") +
             (fate.has_left_out() ? "; " + LeftOutWords(fate.left_out()) : "");
    case v1::FATE_BOUGHT:
      return "is not new to them: " +
             (fate.has_bought() ? BoughtWords(fate.bought()) : "the what-if says they bought it") +
             " (--pool bought or any may have it)";
    case v1::FATE_NOT_BOUGHT:
      if (!fate.has_bought()) return "was never bought by them (--pool new or any may have it)";
      return "is not what they bought for themselves: " + BoughtWords(fate.bought()) +
             (fate.bought().quantity() > 0 ? ", as a gift" : "");
    case v1::FATE_IN_BASKET:
      return "lies in the basket already";
    case v1::FATE_EXCLUDED:
    case v1::FATE_DECLINED:
    case v1::FATE_FILTERED:
      return "is left out: " + LeftOutWords(fate.left_out());
    case v1::FATE_UNAVAILABLE:
      return "cannot be sold now";
    case v1::FATE_NOT_LEARNED:
      return "is in the catalogue, but the model has not learned of it: nobody had bought it by "
             "then; it comes with a training after its first purchase";
    case v1::FATE_UNKNOWN_ITEM:
      return "is in neither the catalogue nor the model: check the id";
    default:
      return "has a fate that this program does not know; it is older than the server";
  }
}

absl::Status WhyNot(Context& context, const Options& options) {
  v1::WhyNotRequest request;
  *request.mutable_list() = RequestOf(options.list);
  request.mutable_list()->set_customer_id(options.customer_id);
  request.mutable_list()->mutable_basket_item_ids()->Assign(options.basket.begin(),
                                                            options.basket.end());
  if (!options.what_if.empty())
    *request.mutable_list()->mutable_what_if() = WhatIfOf(options.what_if);
  request.set_item_id(options.item_id);
  const auto response = context.Call(&v1::RecommendationService::Stub::WhyNot, request,
                                     "ask about " + options.item_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  const v1::Item& item = response->item();
  std::cout << Wrap(ItemName(item) + " (" + item.item_id() + ") " +
                        FateWords(*response, options.list.count) + ".",
                    OutputWidth())
            << "\n";
  if (response->has_score()) {
    std::cout << Indented("score " + FormatSigned(response->score(), 3) + ", " +
                              FormatOrdinal(response->rank_by_score()) +
                              " beside what the list may hold",
                          OutputWidth());
  }
  if (response->has_chance())
    std::cout << Indented(ChanceWords(response->chance()) + ".", OutputWidth());
  std::cout << "  model " << response->model_version() << ", as of "
            << FormatTime(response->as_of()) << " UTC\n";
  return absl::OkStatus();
}

}  // namespace

void AddWhyNot(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("why-not", "Why an item is in a customer's list, or why it is not");
  command->footer(
      "rapport why-not C001 mug-02 --pool any\nThe list is that of `rapport suggest` "
      "with the same options.");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  command->add_option("ITEM", options->item_id, "The item's id")->required()->check(IsId());
  AddListOptions(*command, options->list);
  command->add_option("--basket", options->basket, "As in suggest; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  AddWhatIfOptions(*command, options->what_if);
  context.SetAction(*command, [&context, options] { return WhyNot(context, *options); });
}

}  // namespace rapport::cli
