// rapport purchases: what a customer bought and brought back.
#include <iostream>
#include <memory>

#include "rapport/v1/purchase_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/names.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  int count = 50;
  bool all = false;
};

absl::StatusOr<v1::ListPurchasesResponse> Fetch(Context& context, const Options& options) {
  v1::ListPurchasesResponse whole;
  v1::ListPurchasesRequest request;
  request.set_customer_id(options.customer_id);
  do {
    request.set_page_size(options.all ? 1000
                                      : std::min(1000, options.count - whole.purchases_size()));
    auto page = context.Call(&v1::PurchaseService::Stub::ListPurchases, request,
                             "list the purchases of " + options.customer_id);
    if (!page.ok()) return page.status();
    whole.mutable_purchases()->MergeFrom(page->purchases());
    whole.set_next_page_token(page->next_page_token());
    request.set_page_token(page->next_page_token());
  } while (!whole.next_page_token().empty() &&
           (options.all || whole.purchases_size() < options.count));
  return whole;
}

std::string Remarks(const v1::RecordedPurchase& recorded) {
  std::string remarks;
  if (recorded.kept_quantity() < recorded.purchase().quantity()) {
    remarks =
        "brought back: " + FormatCount(recorded.purchase().quantity() - recorded.kept_quantity());
  }
  if (recorded.purchase().gift()) remarks += remarks.empty() ? "gift" : ", gift";
  return remarks;
}

absl::Status List(Context& context, const Options& options) {
  const auto response = Fetch(context, options);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  Names names(context);
  Table table({{"when (UTC)"}, {"item", false, true}, {"pieces", true}, {"each", true}, {""}});
  for (const v1::RecordedPurchase& recorded : response->purchases()) {
    const v1::Purchase& purchase = recorded.purchase();
    table.AddRow({FormatTime(purchase.purchased_at()), names.OfItem(purchase.item_id()),
                  FormatCount(purchase.quantity()),
                  purchase.has_unit_price() ? FormatMoney(purchase.unit_price()) : "",
                  Remarks(recorded)});
    table.AddNote("item " + purchase.item_id() + ", event " + purchase.event_id());
  }
  if (table.empty()) {
    std::cout << "  No purchases.\n";
    return absl::OkStatus();
  }
  table.Print(std::cout, OutputWidth());
  if (!response->next_page_token().empty()) std::cout << "  … and older ones: --all\n";
  return absl::OkStatus();
}

}  // namespace

void AddPurchases(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("purchases", "What a customer bought, latest first");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")->required();
  command->add_option("--count", options->count, "How many")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_flag("--all", options->all, "All of them");
  context.SetAction(*command, [&context, options] { return List(context, *options); });
}

}  // namespace rapport::cli
