// rapport record: a purchase, or something brought back.
#include <iostream>
#include <memory>

#include "rapport/v1/purchase_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/event_id.h"
#include "services/cli/format.h"
#include "services/cli/moment_words.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  std::string item_id;
  std::string returned_event_id;
  int quantity = 0;  // 0: not given
  std::string price;
  std::string currency = "EUR";
  std::string order_id;
  std::string event_id;
  std::string at;
  std::string channel;
  std::string staff_id;
  std::string store;
  bool gift = false;
};

absl::Status FillPurchase(const Options& options, const std::string& event_id,
                          v1::Purchase& purchase) {
  purchase.set_event_id(event_id);
  purchase.set_customer_id(options.customer_id);
  purchase.set_item_id(options.item_id);
  purchase.set_order_id(options.order_id);
  purchase.set_quantity(options.quantity == 0 ? 1 : options.quantity);
  purchase.set_channel(ChannelOf(options.channel));
  purchase.set_staff_id(options.staff_id);
  purchase.set_gift(options.gift);
  purchase.set_store(options.store);
  if (!options.price.empty()) {
    auto price = ParseMoney(options.price, options.currency);
    if (!price.ok()) return price.status();
    *purchase.mutable_unit_price() = *std::move(price);
  }
  return absl::OkStatus();
}

void FillReturn(const Options& options, const std::string& event_id, v1::Return& back) {
  back.set_event_id(event_id);
  back.set_customer_id(options.customer_id);
  back.set_purchase_event_id(options.returned_event_id);
  back.set_staff_id(options.staff_id);
  if (options.quantity != 0) back.set_quantity(options.quantity);
}

// What became of the one line, as a status and, if all is well, in words.
absl::Status Judge(const v1::RecordResult& result) {
  const std::string event = "event " + result.event_id();
  switch (result.status()) {
    case v1::RecordResult::STATUS_ACCEPTED:
    case v1::RecordResult::STATUS_DUPLICATE:
      return absl::OkStatus();
    case v1::RecordResult::STATUS_CONFLICT:
      return absl::AlreadyExistsError(event + " was recorded before with another " +
                                      result.field() + ", which stands; choose another --event");
    default:
      return absl::InvalidArgumentError(event + " was not recorded:\n  " + result.field() + ": " +
                                        result.reason());
  }
}

void Print(const Options& options, const v1::RecordResult& result) {
  const bool known = result.status() == v1::RecordResult::STATUS_DUPLICATE;
  const bool back = !options.returned_event_id.empty();
  std::cout << (known ? "Known already: " : "Recorded: ") << Harmless(options.customer_id)
            << (back ? " brought back " : " bought ");
  if (options.quantity > 0 || !back) std::cout << std::max(1, options.quantity) << " × ";
  std::cout << Harmless(back ? "event " + options.returned_event_id : options.item_id) << ", event "
            << Harmless(result.event_id()) << "\n";
  if (result.unmatched())
    std::cout << "Its purchase has not arrived yet; it counts as soon as it does.\n";
}

absl::Status Record(Context& context, const Options& options) {
  const TimePoint now = Now();
  const std::string event_id = options.event_id.empty() ? NewEventId(now) : options.event_id;
  const auto time = options.at.empty() ? ToTimestamp(now) : TimeOf(options.at);
  v1::RecordPurchasesRequest request;
  if (options.returned_event_id.empty()) {
    v1::Purchase& purchase = *request.add_purchases();
    if (absl::Status bad = FillPurchase(options, event_id, purchase); !bad.ok()) return bad;
    *purchase.mutable_purchased_at() = time;
  } else {
    v1::Return& back = *request.add_returns();
    FillReturn(options, event_id, back);
    *back.mutable_returned_at() = time;
  }
  const auto response = context.Call(&v1::PurchaseService::Stub::RecordPurchases, request,
                                     "record event " + event_id);
  if (!response.ok()) return response.status();
  const auto& results =
      request.returns().empty() ? response->purchase_results() : response->return_results();
  if (results.size() != 1) return absl::InternalError("the server answered for another event");
  if (context.json()) PrintJson(*response);
  absl::Status status = Judge(results[0]);
  if (!context.json() && status.ok()) {
    Print(options, results[0]);
    for (const v1::Moment& moment : response->moments())
      std::cout << "It is their " << MomentWords(moment) << ".\n";
  }
  return status;
}

void Check(const Options& options) {
  if (options.item_id.empty() == options.returned_event_id.empty()) {
    throw CLI::ValidationError("record", "needs either ITEM or --return EVENT");
  }
  if (options.price.empty()) return;
  if (const auto price = ParseMoney(options.price, options.currency); !price.ok()) {
    throw CLI::ValidationError("--price", std::string(price.status().message()));
  }
}

}  // namespace

void AddRecord(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("record", "Record a purchase, or something brought back");
  command->footer(
      "rapport record CUSTOMER ITEM --quantity 2 --price 3.20\n"
      "rapport record CUSTOMER --return EVENT");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")->required();
  command->add_option("ITEM", options->item_id, "What was bought");
  auto* back =
      command->add_option("--return", options->returned_event_id, "The purchase that came back")
          ->type_name("EVENT");
  command->add_option("--quantity", options->quantity, "Pieces; 1, or all of what comes back")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  auto* price = command->add_option("--price", options->price, "Of one piece: 3.20")
                    ->type_name("AMOUNT")
                    ->excludes(back);
  command->add_option("--currency", options->currency, "Of the price")
      ->type_name("CODE")
      ->capture_default_str()
      ->needs(price);
  command->add_option("--order", options->order_id, "Bought together with others of this order")
      ->type_name("ID")
      ->excludes(back);
  command
      ->add_option("--event", options->event_id,
                   "The event's id; with the same id and --at a repeat does nothing. Made up\n"
                   "and printed if left out")
      ->type_name("ID");
  command->add_option("--at", options->at, "When (now)")->type_name("TIME")->check(IsTime());
  command->add_option("--channel", options->channel, "Where: store, online, phone, other")
      ->type_name("CHANNEL")
      ->check(IsChannel())
      ->excludes(back);
  command->add_option("--store", options->store, "Which of the shop's stores")
      ->type_name("STORE")
      ->excludes(back);
  command->add_option("--staff", options->staff_id, "Who served")->type_name("ID");
  command
      ->add_flag("--gift", options->gift, "For somebody else: says nothing of the customer's taste")
      ->excludes(back);
  command->parse_complete_callback([options] { Check(*options); });
  context.SetAction(*command, [&context, options] { return Record(context, *options); });
}

}  // namespace rapport::cli
