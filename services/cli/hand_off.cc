// rapport hand-off: what a colleague needs to know who takes over a customer.
#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/explain_words.h"
#include "services/cli/feedback_words.h"
#include "services/cli/format.h"
#include "services/cli/moment_list_words.h"
#include "services/cli/names.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr size_t kMostColumns = 100;

struct Options {
  std::string customer_id;
  std::string since;
  std::string store;
};

void PrintHeading(const v1::HandOff& packet) {
  const std::string& name =
      packet.form_of_address().empty() ? packet.name() : packet.form_of_address();
  std::cout << Harmless(name.empty() ? packet.customer_id() : name) << " ("
            << Harmless(packet.customer_id()) << "), handed over " << FormatTime(packet.as_of())
            << "\n";
  const auto warn = [](bool so, const char* words) {
    if (so) std::cout << "  ! " << words << "\n";
  };
  warn(packet.ask_before_suggesting(),
       "More must not happen than fits here: ask before you suggest anything.");
  warn(packet.open_complaint(), "A complaint is open: listen first.");
  warn(packet.no_personalization(), "Does not want purchases to shape what staff see.");
  warn(packet.do_not_mention_purchases(), "Do not speak of past purchases.");
  warn(packet.do_not_contact(), "Do not call or write.");
}

template <typename Entries, typename Words>
void PrintLines(const char* heading, const Entries& entries, size_t width, const Words& words) {
  if (entries.empty()) return;
  std::cout << "\n" << heading << "\n";
  for (const auto& entry : entries) {
    std::istringstream lines(Indented(words(entry), width));
    for (std::string line; std::getline(lines, line);) std::cout << Fit(line, width) << "\n";
  }
}

void Print(const v1::HandOff& packet, size_t width) {
  PrintHeading(packet);
  if (!packet.usual().empty()) std::cout << "\nThe usual  " << ItemNames(packet.usual()) << "\n";
  if (packet.has_last_visit())
    std::cout << (packet.usual().empty() ? "\n" : "") << "Last here  "
              << FormatDate(packet.last_visit()) << "\n";
  const auto insight = [](const v1::RecordedInsight& each) {
    return InsightWords(each) + " (" + SourceWords(each.at(), each.staff_id()) + ")";
  };
  PrintLines("Never, or not again", packet.avoid(), width, insight);
  PrintLines("Do not repeat", packet.do_not_repeat(), width, ToldWords);
  PrintLines("What we know", packet.insights(), width, insight);
  PrintLines("Open moments", packet.moments(), width, [](const v1::HandOff::OpenMoment& each) {
    std::string words = OccasionWords(each.moment()) + ", until " + each.moment().until();
    if (each.suppressed() != v1::SUPPRESSION_UNSPECIFIED)
      words += "; not now: " + SuppressionWords(each.suppressed());
    return words;
  });
  PrintLines(("Suggested since " + FormatDate(packet.since())).c_str(), packet.told(), width,
             ToldWords);
  if (packet.left_out() > 0) {
    std::cout << "\n"
              << FormatPlural(packet.left_out(), "entry is", "entries are")
              << " left out: rapport outcome " << Harmless(packet.customer_id())
              << " --list, rapport insight " << Harmless(packet.customer_id()) << " --list\n";
  }
}

absl::Status HandOff(Context& context, const Options& options) {
  v1::GetHandOffRequest request;
  request.set_customer_id(options.customer_id);
  request.set_store(options.store);
  if (!options.since.empty()) *request.mutable_since() = TimeOf(options.since);
  auto packet = context.Call(&v1::ClientelingService::Stub::GetHandOff, request,
                             "hand over " + options.customer_id);
  if (!packet.ok()) return packet.status();
  if (context.json()) {
    PrintJson(*packet);
  } else {
    Names names(context);
    names.PutInto(packet->mutable_avoid());
    names.PutInto(packet->mutable_insights());
    Print(*packet, std::min(OutputWidth(), kMostColumns));
  }
  return absl::OkStatus();
}

}  // namespace

void AddHandOff(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("hand-off", "What a colleague needs who takes over");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  command->add_option("--since", options->since, "Leave out what is older (90 days)")
      ->type_name("TIME")
      ->check(IsTime());
  command->add_option("--store", options->store, "Where they are: its usual")->type_name("STORE");
  context.SetAction(*command, [&context, options] { return HandOff(context, *options); });
}

}  // namespace rapport::cli
