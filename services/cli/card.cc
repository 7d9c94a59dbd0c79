// rapport card: who a customer is to the shop, for the member of staff who greets them.
#include <algorithm>
#include <iostream>
#include <memory>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/card_words.h"
#include "services/cli/commands.h"
#include "services/cli/names.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr size_t kMostColumns = 100;

struct Options {
  std::string customer_id;
  std::string store;
  std::string channel;
  std::string at;
};

absl::Status Card(Context& context, const Options& options) {
  v1::GetCustomerCardRequest request;
  request.set_customer_id(options.customer_id);
  request.set_store(options.store);
  request.set_channel(ChannelOf(options.channel));
  if (!options.at.empty()) *request.mutable_at() = TimeOf(options.at);
  auto card = context.Call(&v1::ClientelingService::Stub::GetCustomerCard, request,
                           "get the card of " + options.customer_id);
  if (!card.ok()) return card.status();
  if (context.json()) {
    PrintJson(*card);
  } else {
    Names(context).PutInto(card->mutable_insights());
    PrintCard(std::cout, *card, std::min(OutputWidth(), kMostColumns));
  }
  return absl::OkStatus();
}

}  // namespace

void AddCard(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("card", "Who a customer is: the usual, their rhythm, what not to say");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  command->add_option("--store", options->store, "Where they are: its usual comes first")
      ->type_name("STORE");
  command->add_option("--channel", options->channel, "Likewise: store, online, phone, other")
      ->type_name("CHANNEL")
      ->check(IsChannel());
  command->add_option("--at", options->at, "For when (now)")->type_name("TIME")->check(IsTime());
  context.SetAction(*command, [&context, options] { return Card(context, *options); });
}

}  // namespace rapport::cli
