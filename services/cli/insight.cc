// rapport insight: what was learnt of a customer.
#include <iostream>
#include <memory>

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

struct Options {
  std::string customer_id;
  // One of these.
  std::string likes, dislikes, allergic_to, size, owns, avoid, note, complaint;
  std::string of;  // --size: of what
  std::string staff_id;
  std::string until;
  std::string report_id;
  std::string at;
  int count = 10;
  bool list = false;
};

// "category=Coffee", "brand=Acme", "tag=organic", "item=tea-1", "attribute.roast=dark", or a word.
v1::Subject SubjectOf(const std::string& text) {
  v1::Subject subject;
  const size_t equals = text.find('=');
  const std::string field = text.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : text.substr(equals + 1);
  constexpr std::string_view kAttribute = "attribute.";
  if (equals == std::string::npos) {
    subject.set_word(text);
  } else if (field == "item") {
    subject.set_item_id(value);
  } else if (field == "category") {
    subject.set_category(value);
  } else if (field == "brand") {
    subject.set_brand(value);
  } else if (field == "tag") {
    subject.set_tag(value);
  } else if (field.starts_with(kAttribute)) {
    subject.mutable_attribute()->set_name(field.substr(kAttribute.size()));
    subject.mutable_attribute()->set_value(value);
  } else {
    subject.set_word(text);
  }
  return subject;
}

// What was learnt, of those that were given.
void Fill(const Options& options, v1::RecordInsightRequest& request) {
  const auto about = [&](const std::string& text, v1::InsightKind kind) {
    if (text.empty()) return;
    request.set_kind(kind);
    *request.mutable_subject() = SubjectOf(text);
  };
  about(options.likes, v1::INSIGHT_KIND_LIKES);
  about(options.dislikes, v1::INSIGHT_KIND_DISLIKES);
  about(options.allergic_to, v1::INSIGHT_KIND_ALLERGIC_TO);
  about(options.avoid, v1::INSIGHT_KIND_AVOID_TOPIC);
  if (!options.owns.empty()) {
    request.set_kind(v1::INSIGHT_KIND_OWNS_ELSEWHERE);
    request.mutable_subject()->set_item_id(options.owns);
  }
  const auto words = [&](const std::string& text, v1::InsightKind kind) {
    if (text.empty()) return;
    request.set_kind(kind);
    request.set_text(text);
  };
  words(options.size, v1::INSIGHT_KIND_SIZE);
  words(options.note, v1::INSIGHT_KIND_NOTE);
  words(options.complaint, v1::INSIGHT_KIND_COMPLAINT);
  if (!options.of.empty()) *request.mutable_subject() = SubjectOf(options.of);
}

CLI::Validator IsText() {
  return {[](const std::string& text) -> std::string {
            return text.find_first_not_of(" \t\r\n") == std::string::npos
                       ? "given nothing; expected a text"
                       : "";
          },
          ""};
}

absl::Status Record(Context& context, const Options& options) {
  v1::RecordInsightRequest request;
  Fill(options, request);
  request.set_insight_id(options.report_id.empty() ? NewEventId(Now()) : options.report_id);
  request.set_customer_id(options.customer_id);
  request.set_staff_id(options.staff_id);
  if (!options.at.empty()) *request.mutable_at() = TimeOf(options.at);
  if (!options.until.empty()) *request.mutable_expires_at() = TimeOf(options.until);
  request.mutable_effect()->set_count(options.count);
  const auto response = context.Call(&v1::ClientelingService::Stub::RecordInsight, request,
                                     "record the insight " + request.insight_id());
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
    return absl::OkStatus();
  }
  std::cout << KnownWords(response->duplicate(), response->insight())
            << Harmless(options.customer_id) << ": " << InsightWords(response->insight()) << " (id "
            << Harmless(request.insight_id()) << ")\n";
  if (request.has_subject() && request.kind() != v1::INSIGHT_KIND_OWNS_ELSEWHERE) {
    std::cout << "  It names " << FormatPlural(response->items_named(), "item", "items");
    if (response->items_named() == 0) std::cout << ": is it spelt as in the catalogue?";
    std::cout << "\n";
    for (const v1::Item& item : response->items())
      std::cout << "    " << Harmless(ItemName(item)) << "\n";
    if (const int64_t more = response->items_named() - response->items_size(); more > 0)
      std::cout << "    and " << FormatPlural(more, "other", "others") << "\n";
  }
  PrintEffect(std::cout, response->effect(), false, OutputWidth());
  return absl::OkStatus();
}

absl::Status List(Context& context, const Options& options) {
  v1::ListInsightsRequest request;
  request.set_customer_id(options.customer_id);
  const auto all = AllPages(context, &v1::ClientelingService::Stub::ListInsights, request,
                            "list the insights of " + options.customer_id);
  if (!all.ok()) return all.status();
  if (context.json()) {
    PrintJson(*all);
    return absl::OkStatus();
  }
  Table table({{"when"}, {"what", false, true}, {"by"}, {"until"}, {"id"}});
  for (const v1::RecordedInsight& each : all->insights()) {
    table.AddRow({FormatTime(each.at()), InsightWords(each), each.staff_id(),
                  each.has_undone_at()    ? "undone"
                  : each.has_expires_at() ? FormatDate(each.expires_at())
                                          : "",
                  each.insight_id()});
  }
  if (table.empty()) {
    std::cout << "Of " << Harmless(options.customer_id) << " nothing was noted.\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
  return absl::OkStatus();
}

}  // namespace

void AddInsight(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("insight", "Report what was learnt of a customer");
  command->footer(
      "WHAT is a word that any text of an item may have, or category=Coffee, brand=Acme,\n"
      "tag=organic, item=ID, attribute.roast=dark. To take an insight back: rapport outcome "
      "--undo.\n\n"
      "rapport insight CUSTOMER --allergic-to nut --staff sam\n"
      "rapport insight CUSTOMER --likes category=Coffee\n"
      "rapport insight CUSTOMER --note 'moves house in May' --until 2026-06-01");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id")
      ->required()
      ->check(IsId());
  CLI::Option_group* what = command->add_option_group("What was learnt");
  what->require_option(1);
  what->add_option("--likes", options->likes, "Suggest more of it")->type_name("WHAT");
  what->add_option("--dislikes", options->dislikes, "Suggest less of it")->type_name("WHAT");
  what->add_option("--allergic-to", options->allergic_to, "Never suggest anything of it")
      ->type_name("WHAT");
  CLI::Option* size =
      what->add_option("--size", options->size, "What fits; --of what")->type_name("SIZE");
  what->add_option("--owns", options->owns, "They have it from elsewhere")->type_name("ITEM");
  what->add_option("--avoid", options->avoid, "Not to be spoken of")->type_name("WHAT");
  what->add_option("--note", options->note, "In words")->type_name("TEXT");
  what->add_option("--complaint", options->complaint, "Open until it is taken back")
      ->type_name("TEXT");
  for (CLI::Option* option : what->get_options()) option->check(IsText());
  what->add_flag("--list", options->list, "Show what was learnt, latest first");
  command->add_option("--of", options->of, "Of what the size is")->type_name("WHAT")->needs(size);
  command->add_option("--staff", options->staff_id, "Who reports")->type_name("ID");
  command->add_option("--until", options->until, "When it ends (never)")
      ->type_name("TIME")
      ->check(IsTime());
  command->add_option("--id", options->report_id, "With the same id a repeat does nothing")
      ->type_name("ID");
  command->add_option("--at", options->at, "When (now)")->type_name("TIME")->check(IsTime());
  command->add_option("--count", options->count, "Show the effect on a list of so many (10)")
      ->type_name("N")
      ->check(CLI::Range(1, 100));
  context.SetAction(*command, [&context, options] {
    return options->list ? List(context, *options) : Record(context, *options);
  });
}

}  // namespace rapport::cli
