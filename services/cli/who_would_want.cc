// rapport who-would-want: whom an item would suit.
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/explain_words.h"
#include "services/cli/feedback_words.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string item_id;
  std::string store;
  std::string staff_id;
  std::vector<std::string> customers;
  int limit = 10;
  bool again = false;
  bool to_contact = false;
};

using Response = v1::SuggestCustomersForItemResponse;

std::string WhyWords(const Response::Suggested& suited) {
  if (suited.popularity_driven()) return "its popularity; no more to their taste than to others'";
  std::string words = ItemNames(suited.because_of());
  if (suited.has_because_of_insight()) {
    words += (words.empty() ? "" : "; ") + std::string("note: ") +
             InsightWords(suited.because_of_insight());
  }
  return words.empty() ? "their taste as a whole" : words;
}

std::string LeftOutWords(Response::LeftOut::Reason reason) {
  switch (reason) {
    case Response::LeftOut::REASON_NO_PERSONALIZATION:
      return "do not want purchases to shape suggestions";
    case Response::LeftOut::REASON_NO_CONTACT:
      return "do not want to be contacted";
    case Response::LeftOut::REASON_NOT_NOW:
      return "are not to be contacted now";
    case Response::LeftOut::REASON_HAS_IT:
      return "have it";
    case Response::LeftOut::REASON_NOT_BOUGHT:
      return "have not bought it before";
    case Response::LeftOut::REASON_DECLINED:
      return "declined it, dislike it, or do not want to hear of it";
    case Response::LeftOut::REASON_ALLERGIC:
      return "are allergic to it";
    case Response::LeftOut::REASON_NOT_ON_OFFER:
      return "it is not on offer to";
    case Response::LeftOut::REASON_NO_HISTORY:
      return "of whom no taste is known";
    case Response::LeftOut::REASON_BEYOND_LIMIT:
      return "less likely than these";
    default:
      return "for another reason";
  }
}

void Print(const Response& response) {
  std::cout << "Who would want " << Harmless(ItemName(response.item())) << " ("
            << PoolWords(response.pool()) << "):\n\n";
  Table table(
      {{"", true}, {"customer", false, true}, {"id"}, {"chance", true}, {"for them", true}});
  for (const Response::Suggested& suited : response.customers()) {
    table.AddRow(
        {std::to_string(suited.rank()), suited.name(), suited.customer_id(),
         suited.has_chance() ? FormatFixed(100 * suited.chance().probability(), 1) + " %" : "",
         FormatOrdinal(suited.rank_for_customer())});
    std::istringstream why(
        Wrap("because of " + WhyWords(suited), OutputWidth() - Table::kNoteIndent));
    for (std::string line; std::getline(why, line);) table.AddNote(line);
  }
  if (table.empty()) {
    std::cout << "  nobody\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
  if (response.left_out().empty()) return;
  std::cout << "\n  Left out:\n";
  Table left_out({{"", true}, {"", false, true}});
  for (const Response::LeftOut& each : response.left_out())
    left_out.AddRow({FormatCount(each.customers()), LeftOutWords(each.reason())});
  left_out.Print(std::cout, OutputWidth());
}

absl::Status WhoWouldWant(Context& context, const Options& options) {
  v1::SuggestCustomersForItemRequest request;
  request.set_item_id(options.item_id);
  if (!options.store.empty()) {
    request.set_store(options.store);
  } else if (!options.staff_id.empty()) {
    request.set_staff_id(options.staff_id);
  } else if (!options.customers.empty()) {
    request.mutable_customers()->mutable_customer_ids()->Assign(options.customers.begin(),
                                                                options.customers.end());
  } else {
    request.set_everybody(true);
  }
  request.set_limit(options.limit);
  request.set_pool(options.again ? v1::POOL_BOUGHT_BEFORE : v1::POOL_NEW_TO_CUSTOMER);
  request.set_to_contact(options.to_contact);
  const auto response = context.Call(&v1::ClientelingService::Stub::SuggestCustomersForItem,
                                     request, "find who would want " + options.item_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(*response);
    if (!options.store.empty() && response->customers().empty() && response->left_out().empty())
      std::cout << "  No customer belongs to the store " << Harmless(options.store) << ".\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddWhoWouldWant(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("who-would-want", "Whom an item would suit, and why");
  command->add_option("ITEM", options->item_id, "The item's id")->required()->check(IsId());
  auto* store = command->add_option("--store", options->store, "Among the customers of a store")
                    ->type_name("STORE");
  auto* staff = command->add_option("--staff", options->staff_id, "Among those in somebody's book")
                    ->type_name("ID")
                    ->excludes(store);
  command->add_option("--customer", options->customers, "Among these; may be repeated (everybody)")
      ->type_name("ID")
      ->allow_extra_args(false)
      ->excludes(store)
      ->excludes(staff);
  command->add_option("--limit", options->limit, "So many at most (10)")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  command->add_flag("--again", options->again, "Who bought it before and would take it again");
  command->add_flag("--to-contact", options->to_contact, "Only who may be called or written to");
  context.SetAction(*command, [&context, options] { return WhoWouldWant(context, *options); });
}

}  // namespace rapport::cli
