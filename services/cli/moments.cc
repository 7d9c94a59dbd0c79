// rapport moments: whom to be in touch with today and why, who deals with it, and what happens now.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/moment_list_words.h"
#include "services/cli/moment_words.h"
#include "services/cli/names.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr size_t kMostColumns = 100;

struct Options {
  std::string store;
  std::string staff;
  std::string date;
  int capacity = 20;
  std::vector<std::string> kinds;
  std::string channel;
  bool suppressed = false;
  std::string claim;
  std::string complete;
  std::string customer;
  std::string fate;
  bool watch = false;
  uint64_t from = 0;
  int count = 0;
};

// From 1, as the enums count; 0: none. Requires: one of the names, or empty.
int PlaceOf(const std::vector<std::string>& names, const std::string& name) {
  return name.empty() ? 0 : static_cast<int>(std::ranges::find(names, name) - names.begin()) + 1;
}

v1::ContactChannel ContactChannelOf(const std::string& name) {
  return static_cast<v1::ContactChannel>(PlaceOf(ContactChannelNames(), name));
}

absl::Status List(Context& context, const Options& options) {
  v1::ListMomentsRequest request;
  request.set_store(options.store);
  request.set_staff_id(options.staff);
  request.set_date(options.date);
  request.set_capacity(options.capacity);
  for (const std::string& kind : options.kinds)
    request.add_occasions(static_cast<v1::Occasion>(PlaceOf(OccasionNames(), kind)));
  request.set_channel(ContactChannelOf(options.channel));
  request.set_include_suppressed(options.suppressed);
  const auto list =
      context.Call(&v1::ClientelingService::Stub::ListMoments, request, "list moments");
  if (!list.ok()) return list.status();
  if (context.json()) {
    PrintJson(*list);
  } else {
    PrintMoments(std::cout, *list, std::min(OutputWidth(), kMostColumns));
    if (list->customers() == 0 && !options.store.empty())
      std::cout << "  No customer belongs to the store " << Harmless(options.store) << ".\n";
  }
  return absl::OkStatus();
}

absl::Status Tell(const Context& context, const absl::StatusOr<v1::MomentClaim>& claim) {
  if (!claim.ok()) return claim.status();
  if (context.json()) {
    PrintJson(*claim);
  } else {
    std::cout << ClaimWords(*claim) << "\n";
  }
  return absl::OkStatus();
}

absl::Status Claim(Context& context, const Options& options) {
  v1::ClaimMomentRequest request;
  request.set_customer_id(options.customer);
  request.set_moment_id(options.claim);
  request.set_staff_id(options.staff);
  return Tell(context, context.Call(&v1::ClientelingService::Stub::ClaimMoment, request,
                                    "claim moment " + options.claim));
}

absl::Status Complete(Context& context, const Options& options) {
  v1::CompleteMomentRequest request;
  request.set_customer_id(options.customer);
  request.set_moment_id(options.complete);
  request.set_staff_id(options.staff);
  request.set_fate(static_cast<v1::MomentFate>(PlaceOf(FateNames(), options.fate)));
  request.set_channel(ContactChannelOf(options.channel));
  return Tell(context, context.Call(&v1::ClientelingService::Stub::CompleteMoment, request,
                                    "complete moment " + options.complete));
}

void Print(const v1::Moment& moment, bool json, Names& names) {
  if (json) {
    std::cout << ToJson(moment).dump() << std::endl;  // each at once, for whoever reads a pipe
  } else {
    std::cout << MomentLine(moment, names.OfCustomer(moment.customer_id()),
                            names.OfItem(moment.item_id()))
              << std::endl;
  }
}

absl::Status Watch(Context& context, const Options& options) {
  grpc::ClientContext call;  // no deadline: it goes on
  v1::WatchMomentsRequest request;
  request.set_from_position(options.from);
  const auto stub = v1::ClientelingService::NewStub(context.channel());
  const auto reader = stub->WatchMoments(&call, request);
  v1::WatchMomentsResponse response;
  Names names(context);
  uint64_t last = options.from;
  int left = options.count;
  while (reader->Read(&response)) {
    Print(response.moment(), context.json(), names);
    last = response.moment().position();
    if (!std::cout) return absl::OkStatus();  // Run says so
    if (options.count > 0 && --left == 0) {
      call.TryCancel();
      reader->Finish();
      return absl::OkStatus();
    }
  }
  return context.Judge(reader->Finish(),
                       "watch the moments after position " + std::to_string(last));
}

}  // namespace

void AddMoments(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("moments", "Whom to be in touch with, and why; who deals with it");
  command->footer(
      "With --claim and --complete: one moment of the list, by its id and its customer. With "
      "--watch:\n"
      "first orders, firsts of a category and round ones as they happen, a line each, until "
      "Ctrl-C; an\n"
      "order that was made earlier and arrives later moves a moment: it is told again and says "
      "so. A\n"
      "script keeps the position of the last line (--json) and goes on from there: it misses none "
      "and\n"
      "gets none twice.");
  command->add_option("--store", options->store, "Only its customers")->type_name("STORE");
  auto* staff =
      command->add_option("--staff", options->staff, "Only their book; who claims or completes")
          ->type_name("STAFF")
          ->check(IsId());
  command->add_option("--date", options->date, "For this day, YYYY-MM-DD (today)")
      ->type_name("DATE");
  command->add_option("--capacity", options->capacity, "Customers that there is time for")
      ->type_name("N")
      ->capture_default_str()
      ->check(IsIn({0, 1'000}));
  command->add_option("--kind", options->kinds, "Only these; may be given again")
      ->check(CLI::IsMember(OccasionNames()));
  command
      ->add_option("--channel", options->channel,
                   "By which; in-person, phone, email, text, post; needed with\n--fate contacted")
      ->type_name("CHANNEL")
      ->check(CLI::IsMember(ContactChannelNames()));
  command->add_flag("--suppressed", options->suppressed, "Also show what is not for now, and why");
  auto* customer = command->add_option("--customer", options->customer, "Whose moment it is")
                       ->type_name("CUSTOMER")
                       ->check(IsId());
  auto* claim =
      command->add_option("--claim", options->claim, "Deal with this one: nobody else does")
          ->type_name("ID")
          ->check(IsId())
          ->needs(customer)
          ->needs(staff);
  auto* fate = command
                   ->add_option("--fate", options->fate,
                                "How it ended: contacted, not-reached, skipped, wrong")
                   ->type_name("FATE")
                   ->check(CLI::IsMember(FateNames()));
  auto* complete = command->add_option("--complete", options->complete, "This one has ended")
                       ->type_name("ID")
                       ->check(IsId())
                       ->needs(customer)
                       ->needs(staff)
                       ->needs(fate)
                       ->excludes(claim);
  fate->needs(complete);
  auto* watch = command->add_flag("--watch", options->watch, "Tell what happens, as it happens")
                    ->excludes(claim)
                    ->excludes(complete);
  command->add_option("--from", options->from, "Only those after this position; 0: from the first")
      ->option_text("POSITION (0)")
      ->check(IsIn({0, 1e18}))
      ->needs(watch);
  command->add_option("--count", options->count, "End after so many")
      ->type_name("N")
      ->check(IsIn({1, 1e9}))
      ->needs(watch);
  command->parse_complete_callback([options] {
    if (options->fate == "contacted" && options->channel.empty())
      throw CLI::ValidationError("--fate", "contacted needs --channel: how they were contacted");
  });
  context.SetAction(*command, [&context, options] {
    if (options->watch) return Watch(context, *options);
    if (!options->claim.empty()) return Claim(context, *options);
    return options->complete.empty() ? List(context, *options) : Complete(context, *options);
  });
}

}  // namespace rapport::cli
