// rapport moments: what staff should notice, as it happens.
#include <iostream>
#include <memory>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/moment_words.h"
#include "services/cli/option_types.h"

namespace rapport::cli {
namespace {

struct Options {
  bool watch = false;
  uint64_t from = 0;
  int count = 0;
};

void Print(const v1::Moment& moment, bool json) {
  if (json) {
    std::cout << ToJson(moment).dump() << std::endl;  // each at once, for whoever reads a pipe
  } else {
    std::cout << MomentLine(moment) << std::endl;
  }
}

absl::Status Watch(Context& context, const Options& options) {
  grpc::ClientContext call;  // no deadline: it goes on
  v1::WatchMomentsRequest request;
  request.set_from_position(options.from);
  const auto stub = v1::ClientelingService::NewStub(context.channel());
  const auto reader = stub->WatchMoments(&call, request);
  v1::WatchMomentsResponse response;
  uint64_t last = options.from;
  int left = options.count;
  while (reader->Read(&response)) {
    Print(response.moment(), context.json());
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
  CLI::App* command = app.add_subcommand(
      "moments", "First orders, firsts of a category, and round ones, as they happen");
  command->footer(
      "A line each: when it was bought, what it is, whose, and what was bought. An order that was "
      "made\n"
      "earlier and arrives later moves a moment: it is told again and says so. Goes on until "
      "Ctrl-C.\n"
      "A script keeps the position of the last line (--json) and goes on from there: it misses "
      "none "
      "and\n"
      "gets none twice.");
  command->add_flag("--watch", options->watch, "Wait for more")->required();
  command->add_option("--from", options->from, "Only those after this position; 0: from the first")
      ->option_text("POSITION (0)")
      ->check(IsIn({0, 1e18}));
  command->add_option("--count", options->count, "End after so many")
      ->type_name("N")
      ->check(IsIn({1, 1e9}));
  context.SetAction(*command, [&context, options] { return Watch(context, *options); });
}

}  // namespace rapport::cli
