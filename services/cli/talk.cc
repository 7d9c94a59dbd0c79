// rapport talk: what to say to a customer, as a card for the member of staff who will say it.
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "rapport/v1/talk_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/customer_words.h"
#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::vector<std::string> subject;  // CUSTOMER ITEM…, or with a token ITEM…
  std::string token;
  std::string locale;
  std::string formality;
  std::string directness;
  bool written = false;
  bool for_customer = false;
};

constexpr size_t kIndent = 2;
constexpr size_t kLabelWidth = 6;

// A label, and text beside it that is broken into lines.
void PrintBeside(const std::string& label, const std::string& text) {
  std::istringstream lines(Wrap(text, OutputWidth() - kIndent - kLabelWidth));
  std::string line;
  for (bool first = true; std::getline(lines, line); first = false) {
    std::string beside = first ? label : "";
    beside.resize(kLabelWidth, ' ');
    std::cout << std::string(kIndent, ' ') << beside << line << "\n";
  }
}

void PrintList(const std::string& title,
               const google::protobuf::RepeatedPtrField<v1::BriefingLine>& lines) {
  if (lines.empty()) return;
  if (!title.empty()) std::cout << "  " << title << "\n";
  for (const v1::BriefingLine& line : lines) PrintBeside("  -", line.text());
}

std::string WordsOf(v1::Outcome outcome) {
  std::string words = v1::Outcome_Name(outcome);
  words.erase(0, std::string("OUTCOME_").size());
  return words;
}

void PrintBriefing(const v1::Briefing& briefing) {
  std::cout << "\n  FOR YOUR EYES\n";
  PrintList("", briefing.facts());
  PrintBeside("  -", briefing.confidence().text());
  std::cout << "  Listen for\n";
  Table table({{"", false, true}, {""}});
  for (const v1::ListenFor& listen_for : briefing.listen_for())
    table.AddRow({"  - " + listen_for.line().text(), WordsOf(listen_for.outcome())});
  table.Print(std::cout, OutputWidth());
  PrintList("Not to be said", briefing.avoid());
  std::cout << "  If they decline\n";
  PrintBeside("  -", briefing.if_declined().text());
}

void PrintPoint(const v1::TalkingPoint& point) {
  std::cout << "\n"
            << Harmless(ItemName(point.item())) << " (" << Harmless(point.item().item_id())
            << ")\n\n";
  std::string say, ask;
  bool volunteered = true;
  for (const v1::SayableLine& line : point.sayable()) {
    volunteered = volunteered && line.say_to_customer();
    std::string& text = line.part() == v1::TALK_PART_QUESTION ? ask : say;
    text += (text.empty() ? "" : " ") + line.text();
  }
  if (!volunteered) std::cout << "  Only if they ask about it:\n";
  PrintBeside("SAY", say);
  PrintBeside("ASK", ask);
  if (point.has_briefing()) PrintBriefing(point.briefing());
}

std::string WordsOf(v1::WithheldReason reason) {
  switch (reason) {
    case v1::WITHHELD_REASON_NO_NAME:
      return "the catalogue has no title for it";
    case v1::WITHHELD_REASON_ENOUGH:
      return "enough suggestions for one visit";
    case v1::WITHHELD_REASON_UNGROUNDED:
      return "a sentence could not be verified; the server's log has more";
    case v1::WITHHELD_REASON_NOT_ON_OFFER:
      return "cannot be sold now, or a rule of the shop leaves it out";
    case v1::WITHHELD_REASON_ALLERGY:
      return "they are allergic to it";
    case v1::WITHHELD_REASON_DECLINED:
      return "they declined it for ever";
    case v1::WITHHELD_REASON_ALREADY_HAS:
      return "they have it already";
    default:
      return "not to be offered to this customer";
  }
}

std::string WordingOf(const v1::GetTalkingPointsResponse& response) {
  std::string words = "wording of " + Harmless(response.locale());
  if (response.locale() != response.asked_locale())
    words += ", for want of " + Harmless(response.asked_locale());
  words += response.formality() == v1::FORMALITY_FORMAL ? "; formal" : "; informal";
  if (response.directness() == v1::DIRECTNESS_DIRECT) words += ", direct";
  if (response.directness() == v1::DIRECTNESS_BALANCED) words += ", balanced";
  if (response.directness() == v1::DIRECTNESS_INDIRECT) words += ", indirect";
  return words + (response.reviewed() ? "" : "; not reviewed by a native speaker");
}

void Print(const std::string& customer, const v1::GetTalkingPointsResponse& response) {
  std::cout << customer << "\n";
  for (const v1::BriefingLine& line : response.advice()) PrintBeside("", line.text());
  for (const v1::TalkingPoint& point : response.points()) PrintPoint(point);
  for (const v1::WithheldPoint& withheld : response.withheld())
    std::cout << "\n"
              << Harmless(withheld.title().empty()
                              ? withheld.item_id()
                              : withheld.title() + " (" + withheld.item_id() + ")")
              << ": " << WordsOf(withheld.reason()) << "\n";
  std::cout << "\nOpen questions\n";
  for (const v1::SayableLine& line : response.open_questions()) PrintBeside("ASK", line.text());
  std::cout << "\n  " << WordingOf(response) << "\n  model " << response.model_version()
            << ", as of " << FormatTime(response.as_of()) << " UTC\n";
}

v1::GetTalkingPointsRequest RequestOf(const Options& options) {
  v1::GetTalkingPointsRequest request;
  auto item = options.subject.begin();
  if (!options.token.empty()) {
    request.set_token(options.token);
  } else {
    request.set_customer_id(*item++);
  }
  for (; item != options.subject.end(); ++item) request.add_item_ids(*item);
  request.set_locale(options.locale);
  if (options.formality == "formal") request.set_formality(v1::FORMALITY_FORMAL);
  if (options.formality == "informal") request.set_formality(v1::FORMALITY_INFORMAL);
  if (options.directness == "direct") request.set_directness(v1::DIRECTNESS_DIRECT);
  if (options.directness == "balanced") request.set_directness(v1::DIRECTNESS_BALANCED);
  if (options.directness == "indirect") request.set_directness(v1::DIRECTNESS_INDIRECT);
  if (options.written) request.set_channel(v1::TALK_CHANNEL_WRITTEN);
  if (options.for_customer) request.set_role(v1::TALK_ROLE_CUSTOMER);
  return request;
}

absl::Status Talk(Context& context, const Options& options) {
  const v1::GetTalkingPointsRequest request = RequestOf(options);
  const auto response =
      context.Call(&v1::TalkService::Stub::GetTalkingPoints, request, "prepare a talk");
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(request.has_token() ? "Of the list of that token"
                              : CustomerWords(context, request.customer_id()),
          *response);
  }
  return absl::OkStatus();
}

}  // namespace

void AddTalk(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("talk", "What to say to a customer, and what to know and not say");
  command->footer(
      "rapport talk CUSTOMER                  of what would be suggested now\n"
      "rapport talk CUSTOMER ITEM ITEM        of these items\n"
      "rapport talk --token TOKEN             of what was suggested then");
  command
      ->add_option("CUSTOMER", options->subject,
                   "The customer's id (not with --token), then at most three items")
      ->expected(0, 4)
      ->check(IsId());
  command->add_option("--token", options->token, "From `rapport suggest --token`")
      ->type_name("TOKEN");
  command->add_option("--locale", options->locale, "Whose language; left out: the customer's")
      ->type_name("TAG");
  command->add_option("--formality", options->formality, "Left out: what is usual there")
      ->type_name("formal|informal")
      ->check(CLI::IsMember({"formal", "informal"}));
  command->add_option("--directness", options->directness, "Likewise")
      ->type_name("direct|balanced|indirect")
      ->check(CLI::IsMember({"direct", "balanced", "indirect"}));
  command->add_flag("--written", options->written, "To be read by the customer, not said");
  command->add_flag("--for-customer", options->for_customer, "Without what is for staff");
  command->parse_complete_callback([options] {
    if (options->subject.empty() && options->token.empty()) throw CLI::RequiredError("CUSTOMER");
  });
  context.SetAction(*command, [&context, options] { return Talk(context, *options); });
}

}  // namespace rapport::cli
