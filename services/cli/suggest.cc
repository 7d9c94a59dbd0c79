// rapport suggest: what to suggest to a customer or a guest.
#include <algorithm>
#include <iostream>
#include <memory>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/customer_words.h"
#include "services/cli/feedback_words.h"
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
  ListOptions list;
  std::vector<std::string> basket;
  std::vector<std::string> bought;
  int page_size = 0;
  std::string page_token;
  bool token = false;
  WhatIfOptions what_if;
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

// What the shop has to do with the item's place: "promoted; rule spring +0.50; 7th by score".
std::string ShopsPart(const v1::Suggestion& suggestion) {
  std::vector<std::string> parts;
  if (suggestion.promoted()) parts.emplace_back("promoted");
  if (!suggestion.pinned_by().empty()) parts.push_back("pinned by rule " + suggestion.pinned_by());
  for (const v1::RuleTerm& term : suggestion.rules())
    parts.push_back("rule " + term.rule_id() + " " + FormatSigned(term.amount(), 2));
  if (suggestion.rank_by_score() != suggestion.rank())
    parts.push_back("place " + FormatCount(suggestion.rank_by_score()) + " by score");
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

bool LeftOutAsUnlikely(const v1::SuggestForCustomerResponse& response) {
  return std::ranges::any_of(response.left_out(), [](const v1::LeftOut& left_out) {
    return left_out.reason() == v1::LEFT_OUT_REASON_MIN_CONFIDENCE;
  });
}

void PrintLeftOut(const v1::SuggestForCustomerResponse& response) {
  if (response.left_out().empty()) return;
  std::cout << "\n  Why there are no more:\n";
  Table table({{"", true}, {"", false, true}});
  for (const v1::LeftOut& left_out : response.left_out())
    table.AddRow({FormatPlural(left_out.items(), "item", "items"), LeftOutWords(left_out)});
  table.Print(std::cout, OutputWidth());
}

void PrintWhatIf(const v1::SuggestForCustomerResponse& response) {
  std::cout << "\n  What the what-if changes:\n";
  PrintChanges(std::cout, response.changes(), OutputWidth());
}

void Print(const std::string& customer, const v1::SuggestForCustomerResponse& response,
           const Options& options) {
  std::cout << customer << ", " << FormatPlural(response.history_size(), "purchase", "purchases")
            << " known";
  if (response.basket_size() > 0) std::cout << ", " << response.basket_size() << " in the basket";
  std::cout << "; " << PoolWords(response.pool()) << ":\n\n";
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
    if (const std::string shops = ShopsPart(suggestion); !shops.empty()) table.AddNote(shops);
  }
  if (table.empty()) {
    std::cout << "  Nothing to suggest: "
              << (LeftOutAsUnlikely(response) ? "nothing is likely enough" : "no item is eligible")
              << ".\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
  PrintLeftOut(response);
  if (!options.what_if.empty()) PrintWhatIf(response);
  std::cout << "\n  model " << response.model_version() << ", as of "
            << FormatTime(response.as_of()) << " UTC\n";
  if (options.token) std::cout << "  token " << response.token() << "\n";
  if (!response.next_page_token().empty())
    std::cout << "  more  --page-token " << response.next_page_token() << "\n";
}

absl::Status Suggest(Context& context, const Options& options) {
  v1::SuggestForCustomerRequest request = RequestOf(options.list);
  request.set_customer_id(options.customer_id);
  if (options.page_size > 0) {
    request.clear_count();
    request.set_page_size(options.page_size);
    request.set_page_token(options.page_token);
  }
  request.mutable_basket_item_ids()->Assign(options.basket.begin(), options.basket.end());
  for (const std::string& bought : options.bought)
    *request.add_guest_purchases() = GuestPurchaseOf(bought);
  if (!options.what_if.empty()) *request.mutable_what_if() = WhatIfOf(options.what_if);

  const auto response = context.Call(
      &v1::RecommendationService::Stub::SuggestForCustomer, request,
      options.customer_id.empty() ? "suggest to a guest" : "suggest to " + options.customer_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(options.customer_id.empty() ? "A guest" : CustomerWords(context, options.customer_id),
          *response, options);
  }
  return absl::OkStatus();
}

}  // namespace

void AddSuggest(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("suggest", "What to suggest to a customer, and why");
  command->footer(
      "rapport suggest C001 --basket mug-02 --filter 'category:\"Coffee\" price < 20'\n"
      "rapport suggest --bought tea-1@2026-05-01 --basket mug-02     a guest");
  auto* customer =
      command->add_option("CUSTOMER", options->customer_id, "The customer's id; none: a guest")
          ->check(IsId());
  auto* count = AddListOptions(*command, options->list);
  command
      ->add_option(
          "--basket", options->basket,
          "In the cart or on the counter now: evidence, and not suggested; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false);
  command
      ->add_option("--bought", options->bought,
                   "Something that a guest bought, ITEM or ITEM@TIME; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false)
      ->check(IsGuestPurchase())
      ->excludes(customer);
  auto* page_size =
      command->add_option("--page-size", options->page_size, "In pages of so many, 1 to 100")
          ->type_name("N")
          ->check(CLI::Range(1, 100))
          ->excludes(count);
  command->add_option("--page-token", options->page_token, "The page after; all else as before")
      ->type_name("TOKEN")
      ->needs(page_size);
  AddWhatIfOptions(*command, options->what_if, page_size);
  command->add_flag("--token", options->token,
                    "Also print the token, for `rapport explain --token`");
  context.SetAction(*command, [&context, options] { return Suggest(context, *options); });
}

}  // namespace rapport::cli
