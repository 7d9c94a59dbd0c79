// rapport items: what the shop sells.
#include <iostream>
#include <limits>
#include <memory>

#include "rapport/v1/catalog_service.grpc.pb.h"
#include "services/cli/catalog.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/json_lines.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string item_id;
  int count = 50;
  bool all = false;
  std::string upsert;
  std::string available;
  std::string unavailable;
};

bool Available(const v1::Item& item) { return !item.has_available() || item.available(); }

std::string Category(const v1::Item& item) {
  std::string path;
  for (const std::string& part : item.category_path()) path += (path.empty() ? "" : " > ") + part;
  return path;
}

absl::Status ShowOne(Context& context, const std::string& item_id) {
  v1::GetItemRequest request;
  request.set_item_id(item_id);
  const auto item =
      context.Call(&v1::CatalogService::Stub::GetItem, request, "get item " + item_id);
  if (!item.ok()) return item.status();
  if (context.json()) {
    PrintJson(*item);
    return absl::OkStatus();
  }
  Table table({{""}, {"", false, true}});
  table.AddRow({"id", item->item_id()});
  table.AddRow({"title", item->title()});
  table.AddRow({"category", Category(*item)});
  table.AddRow({"brand", item->brand()});
  table.AddRow({"price", item->has_price() ? FormatMoney(item->price()) : ""});
  table.AddRow({"available", Available(*item) ? "yes" : "no"});
  const std::map<std::string, std::string> facts(item->attributes().begin(),
                                                 item->attributes().end());
  for (const auto& [name, value] : facts) table.AddRow({name, value});
  std::string tags;
  for (const std::string& tag : item->tags()) tags += (tags.empty() ? "" : ", ") + tag;
  if (!tags.empty()) table.AddRow({"tags", tags});
  table.Print(std::cout, OutputWidth());
  return absl::OkStatus();
}

absl::Status ShowAll(Context& context, const Options& options) {
  const auto response =
      ListItems(context, options.all ? std::numeric_limits<int64_t>::max() : options.count);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  Table table({{"id"}, {"title", false, true}, {"category", false, true}, {"price", true}, {""}});
  for (const v1::Item& item : response->items()) {
    table.AddRow({item.item_id(), item.title(), Category(item),
                  item.has_price() ? FormatMoney(item.price()) : "",
                  Available(item) ? "" : "unavailable"});
  }
  if (table.empty()) {
    std::cout << "  No items yet; `rapport load-sample` or `rapport import` bring some.\n";
    return absl::OkStatus();
  }
  table.Print(std::cout, OutputWidth());
  if (!response->next_page_token().empty()) std::cout << "  … and more: --all\n";
  return absl::OkStatus();
}

absl::Status Upsert(Context& context, const std::string& path) {
  const auto items = ReadJsonLinesFile<v1::Item>(path);
  if (!items.ok()) return items.status();
  const auto reply = UpsertItems(context, *items);
  if (!reply.ok()) return reply.status();
  if (context.json()) {
    PrintJson(*reply);
  } else {
    std::cout << "Created or replaced " << FormatPlural(reply->upserted(), "item", "items")
              << ".\n";
  }
  return absl::OkStatus();
}

absl::Status SetAvailability(Context& context, const std::string& item_id, bool available) {
  v1::SetAvailabilityRequest request;
  request.set_item_id(item_id);
  request.set_available(available);
  const auto reply = context.Call(&v1::CatalogService::Stub::SetAvailability, request,
                                  "set the availability of " + item_id);
  if (!reply.ok()) return reply.status();
  if (context.json()) {
    PrintJson(*reply);
  } else {
    std::cout << Harmless(item_id)
              << (available ? " can be suggested again.\n" : " is no longer suggested.\n");
  }
  return absl::OkStatus();
}

absl::Status Act(Context& context, const Options& options) {
  if (!options.upsert.empty()) return Upsert(context, options.upsert);
  if (!options.available.empty()) return SetAvailability(context, options.available, true);
  if (!options.unavailable.empty()) return SetAvailability(context, options.unavailable, false);
  if (!options.item_id.empty()) return ShowOne(context, options.item_id);
  return ShowAll(context, options);
}

}  // namespace

void AddItems(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("items", "What the shop sells: all, or one");
  auto* one = command->add_option("ITEM", options->item_id, "Show this one");
  command->add_option("--count", options->count, "How many")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_flag("--all", options->all, "All of them");
  auto* upsert =
      command
          ->add_option(
              "--upsert", options->upsert,
              "Create or replace from a file with one JSON object a line; -: standard input")
          ->type_name("FILE")
          ->excludes(one);
  auto* available =
      command->add_option("--available", options->available, "It can be sold: suggest it again")
          ->type_name("ITEM")
          ->excludes(one)
          ->excludes(upsert);
  command
      ->add_option("--unavailable", options->unavailable, "It cannot be sold: suggest it no more")
      ->type_name("ITEM")
      ->excludes(one)
      ->excludes(upsert)
      ->excludes(available);
  context.SetAction(*command, [&context, options] { return Act(context, *options); });
}

}  // namespace rapport::cli
