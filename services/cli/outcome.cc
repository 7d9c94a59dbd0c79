// rapport outcome: what became of a suggestion.
#include <array>
#include <iostream>
#include <memory>
#include <utility>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/cli/all_pages.h"
#include "services/cli/commands.h"
#include "services/cli/event_id.h"
#include "services/cli/feedback_words.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

constexpr std::array<std::pair<std::string_view, v1::Outcome>, 10> kOutcomes = {{
    {"not-told", v1::OUTCOME_NOT_RELAYED},
    {"told", v1::OUTCOME_RELAYED},
    {"accepted", v1::OUTCOME_ACCEPTED},
    {"not-now", v1::OUTCOME_DECLINED_NOT_NOW},
    {"never", v1::OUTCOME_DECLINED_NEVER},
    {"has-it", v1::OUTCOME_ALREADY_HAS},
    {"gift", v1::OUTCOME_BOUGHT_AS_GIFT},
    {"not-typical", v1::OUTCOME_NOT_REPRESENTATIVE},
    {"not-theirs", v1::OUTCOME_WRONG_FACT},
    {"uncomfortable", v1::OUTCOME_UNCOMFORTABLE},
}};

struct Options {
  std::string customer_id;
  std::string item_id;
  std::string outcome;
  std::vector<std::string> purchases;
  std::string staff_id;
  std::string claim;
  std::string confidence;
  std::string remark;
  std::string report_id;
  std::string at;
  std::string undo;
  int count = 10;
  bool list = false;
};

v1::Outcome OutcomeOf(const std::string& name) {
  for (const auto& [known, outcome] : kOutcomes) {
    if (known == name) return outcome;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

CLI::Validator IsOutcome() {
  return {[](const std::string& name) -> std::string {
            if (OutcomeOf(name) != v1::OUTCOME_UNSPECIFIED) return "";
            std::string known;
            for (const auto& [each, outcome] : kOutcomes)
              known += (known.empty() ? "" : ", ") + std::string(each);
            return "given " + name + "; expected one of " + known;
          },
          ""};
}

// Requires: "thin", "fair", "strong" or nothing.
v1::ConfidenceLevel LevelOf(const std::string& name) {
  if (name == "strong") return v1::CONFIDENCE_LEVEL_STRONG;
  if (name == "fair") return v1::CONFIDENCE_LEVEL_FAIR;
  return name == "thin" ? v1::CONFIDENCE_LEVEL_THIN : v1::CONFIDENCE_LEVEL_UNSPECIFIED;
}

absl::Status Record(Context& context, const Options& options) {
  v1::RecordOutcomeRequest request;
  request.set_outcome_id(options.report_id.empty() ? NewEventId(Now()) : options.report_id);
  request.set_customer_id(options.customer_id);
  request.set_outcome(OutcomeOf(options.outcome));
  request.set_item_id(options.item_id);
  request.mutable_purchase_event_ids()->Assign(options.purchases.begin(), options.purchases.end());
  request.set_staff_id(options.staff_id);
  request.set_claim(options.claim);
  request.set_confidence(LevelOf(options.confidence));
  request.set_remark(options.remark);
  if (!options.at.empty()) *request.mutable_at() = TimeOf(options.at);
  request.mutable_effect()->set_count(options.count);
  const auto response = context.Call(&v1::ClientelingService::Stub::RecordOutcome, request,
                                     "record the outcome " + request.outcome_id());
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  std::cout << KnownWords(response->duplicate(), response->outcome())
            << Harmless(options.customer_id) << ", " << Harmless(options.item_id) << ": "
            << OutcomeWords(response->outcome().outcome()) << " (id "
            << Harmless(request.outcome_id()) << ")\n";
  PrintEffect(std::cout, response->effect(), false, OutputWidth());
  return absl::OkStatus();
}

absl::Status Undo(Context& context, const Options& options) {
  v1::UndoReportRequest request;
  request.set_customer_id(options.customer_id);
  request.set_report_id(options.undo);
  request.set_staff_id(options.staff_id);
  request.mutable_effect()->set_count(options.count);
  const auto response = context.Call(&v1::ClientelingService::Stub::UndoReport, request,
                                     "undo the report " + options.undo);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  std::cout << (response->duplicate() ? "Undone already: " : "Undone: ") << Harmless(options.undo)
            << "\n";
  PrintEffect(std::cout, response->effect(), true, OutputWidth());
  return absl::OkStatus();
}

absl::Status List(Context& context, const Options& options) {
  v1::ListOutcomesRequest request;
  request.set_customer_id(options.customer_id);
  const auto all = AllPages(context, &v1::ClientelingService::Stub::ListOutcomes, request,
                            "list the outcomes of " + options.customer_id);
  if (!all.ok()) return all.status();
  if (context.json()) {
    PrintJson(*all);
    return absl::OkStatus();
  }
  Table table({{"when"}, {"item", false, true}, {"what"}, {"by"}, {"remark", false, true}, {"id"}});
  for (const v1::RecordedOutcome& each : all->outcomes()) {
    table.AddRow({FormatTime(each.at()), each.item_id(),
                  OutcomeWords(each.outcome()) + (each.has_undone_at() ? " (undone)" : ""),
                  each.staff_id(), each.remark(), each.outcome_id()});
  }
  if (table.empty()) {
    std::cout << "Of " << Harmless(options.customer_id) << " no outcome was reported.\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
  return absl::OkStatus();
}

absl::Status Run(Context& context, const Options& options) {
  if (options.list) return List(context, options);
  return options.undo.empty() ? Record(context, options) : Undo(context, options);
}

void Check(const Options& options) {
  const bool other = options.list || !options.undo.empty();
  if (other && !options.item_id.empty())
    throw CLI::ValidationError("outcome", "--list and --undo are of the customer, not of an ITEM");
  if (!other && options.outcome.empty())
    throw CLI::ValidationError("outcome", "needs ITEM and OUTCOME, --list, or --undo ID");
}

}  // namespace

void AddOutcome(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("outcome", "Report what became of a suggestion");
  command->footer(
      "OUTCOME is one of\n"
      "  not-told       nothing was said\n"
      "  told           it was said, and nothing came of it yet\n"
      "  accepted       they took it, or will\n"
      "  not-now        not today: the item is pushed down, and comes back in weeks\n"
      "  never          the item is never suggested to them again\n"
      "  has-it         from elsewhere: not suggested, but it says what they like\n"
      "  gift           their purchases of ITEM were for somebody else\n"
      "  not-typical    their purchases of ITEM say nothing of them\n"
      "  not-theirs     their purchases of ITEM were not theirs\n"
      "  uncomfortable  they did not like to be spoken to of it: it is not said again\n\n"
      "rapport outcome CUSTOMER ITEM not-now --staff sam --remark 'after the holidays'\n"
      "rapport outcome CUSTOMER --undo ID");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  command->add_option("ITEM", options->item_id, "What was suggested or spoken of");
  command->add_option("OUTCOME", options->outcome, "How it was received")->check(IsOutcome());
  command
      ->add_option("--purchase", options->purchases,
                   "gift, not-typical, not-theirs: of this purchase only (all of ITEM); may be\n"
                   "repeated")
      ->type_name("EVENT")
      ->allow_extra_args(false);
  command->add_option("--staff", options->staff_id, "Who reports")->type_name("ID");
  command->add_option("--remark", options->remark, "For the colleagues")->type_name("TEXT");
  command->add_option("--claim", options->claim, "What kind of thing was said, for counting")
      ->type_name("NAME");
  command->add_option("--confidence", options->confidence, "That it was suggested with")
      ->type_name("thin|fair|strong")
      ->check(CLI::IsMember({"thin", "fair", "strong"}));
  command->add_option("--id", options->report_id, "With the same id a repeat does nothing")
      ->type_name("ID");
  command->add_option("--at", options->at, "When (now)")->type_name("TIME")->check(IsTime());
  command->add_option("--count", options->count, "Show the effect on a list of so many (10)")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  auto* list = command->add_flag("--list", options->list, "Show what was reported, latest first");
  command->add_option("--undo", options->undo, "Take a report back: an outcome or an insight")
      ->type_name("ID")
      ->excludes(list);
  command->parse_complete_callback([options] { Check(*options); });
  context.SetAction(*command, [&context, options] { return Run(context, *options); });
}

}  // namespace rapport::cli
