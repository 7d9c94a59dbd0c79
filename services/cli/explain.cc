// rapport explain: why an item has the score it has, from the customer's own purchases.
#include <cmath>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <utility>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/explain_words.h"
#include "services/cli/format.h"
#include "services/cli/left_out_words.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"
#include "services/cli/what_if_options.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string customer_id;
  std::string item_id;
  std::string token;
  int max_evidence = 5;
  std::string pool = "new";
  std::string as_of;
  bool guest = false;
  std::vector<std::string> basket;
  std::vector<std::string> bought;
  std::string store;
  bool orders = false;
  std::string filter;
  WhatIfOptions what_if;
};

void PrintEvidence(const v1::ExplainSuggestionResponse& response, bool orders) {
  Table table({{"rests on", false, true},
               {"orders", true},
               {"last"},
               {"contribution", true},
               {"share", true},
               {"without it", true}});
  for (const v1::Evidence& evidence : response.evidence()) {
    table.AddRow({ItemName(evidence.item()) + NotBoughtWords(evidence),
                  FormatCount(evidence.times()), FormatDate(evidence.last_purchased_at()),
                  FormatSigned(evidence.contribution(), 3), FormatShare(evidence.share()),
                  evidence.rank_without() > 0 ? FormatOrdinal(evidence.rank_without()) : ""});
    for (const v1::EvidenceOrder& order : evidence.orders()) {
      if (!orders) break;
      table.AddNote(FormatTime(order.purchased_at()) + "  " +
                    FormatPlural(order.quantity(), "piece", "pieces") + "  " +
                    FormatSigned(order.contribution(), 3) +
                    (order.order_id().empty() ? "" : "  order " + order.order_id()) +
                    (order.event_id().empty() ? "" : "  event " + order.event_id()));
    }
  }
  if (response.other_evidence_count() > 0) {
    table.AddRow({FormatPlural(response.other_evidence_count(), "other item", "other items"), "",
                  "", FormatSigned(response.other_evidence_sum(), 3)});
  }
  if (table.empty()) {
    std::cout << "  No purchase of the customer has a part in it.\n";
  } else {
    table.Print(std::cout, OutputWidth());
  }
}

// Beneath the table, between words.
void Say(const std::string& words) {
  if (!words.empty()) std::cout << Indented(words, OutputWidth());
}

// Where it stands, and what would have to be otherwise.
void PrintPlaces(const v1::ExplainSuggestionResponse& response) {
  if (!response.unranked_because().empty()) Say("Not ranked: " + response.unranked_because() + ".");
  Say(PlaceWords(response));
  if (response.rank_by_score() == 0) return;
  Say(RemovalWords(response));
  if (response.has_next()) Say(NextWords(response));
  for (const v1::HeldBack& held_back : response.held_back()) {
    Say("Better by score, and held back: " + ItemName(held_back.item()) + " (" +
        FormatSigned(held_back.score(), 3) + "), " + LeftOutWords(held_back.left_out()) + ".");
  }
  std::string counts;
  for (const v1::LeftOut& left_out : response.better_left_out()) {
    counts += (counts.empty() ? "" : "; ") + FormatPlural(left_out.items(), "item", "items") + " " +
              LeftOutWords(left_out);
  }
  if (!counts.empty()) Say("All that is better by score without a place: " + counts + ".");
}

void PrintOwnHistory(const v1::OwnHistory& history) {
  std::cout << "  Bought before: " << FormatPlural(history.times(), "order", "orders") << ", "
            << FormatPlural(history.quantity(), "piece", "pieces") << ", "
            << FormatDate(history.first_purchased_at());
  if (history.times() > 1) std::cout << " to " << FormatDate(history.last_purchased_at());
  if (history.has_median_gap_days()) {
    std::cout << ", every " << FormatFixed(history.median_gap_days(), 0) << " days";
  }
  std::cout << "\n";
}

void Print(const v1::ExplainSuggestionResponse& response, bool orders) {
  std::cout << Wrap(response.sentence(), OutputWidth()) << "\n\n";
  PrintEvidence(response, orders);
  if (response.has_own_history()) PrintOwnHistory(response.own_history());
  std::cout << "\n";
  const v1::ScoreTerms& terms = response.terms();
  std::string score = "score " + FormatSigned(response.score(), 3) + " = taste " +
                      FormatSigned(terms.taste(), 3) + ", repeat " +
                      FormatSigned(terms.repeat(), 3) + ", popularity " +
                      FormatSigned(terms.popularity(), 3);
  if (!response.notes().empty()) score += ", notes " + FormatSigned(terms.notes(), 3);
  for (const v1::RuleTerm& term : response.rules()) {
    score += std::string(", ") + (term.commercial() ? "commercial " : "") + "rule " +
             term.rule_id() + " " + FormatSigned(term.amount(), 3);
  }
  Say(score);
  for (const v1::Note& note : response.notes()) Say(NoteWords(note));
  Say(AverageWords(response));
  Say(AgainstWords(response));
  if (response.has_chance()) Say(ChanceWords(response.chance()) + ".");
  PrintPlaces(response);
  std::ostringstream residual;
  residual.precision(0);
  residual << std::scientific << std::abs(response.residual());
  std::set<std::string> said;  // two allergies are one reason
  for (const v1::LeftOut& left_out : response.left_out()) {
    if (const std::string words = LeftOutWords(left_out); said.insert(words).second)
      Say("In no such list now: " + words + ".");
  }
  std::cout << "  The lines sum to the score; rounding left "
            << (response.residual() == 0 ? "nothing" : residual.str()) << ".\n  "
            << Harmless(ItemName(response.item())) << " (" << Harmless(response.item().item_id())
            << "), " << FormatPlural(response.history_size(), "purchase", "purchases")
            << " known\n  model " << response.model_version() << ", as of "
            << FormatTime(response.as_of()) << " UTC\n";
}

absl::Status Explain(Context& context, const Options& options) {
  v1::ExplainSuggestionRequest request;
  request.set_item_id(options.item_id);
  request.set_max_evidence(options.max_evidence);
  if (!options.token.empty()) {
    request.set_token(options.token);
  } else {
    if (options.guest) {
      request.set_guest(true);
    } else {
      request.set_customer_id(options.customer_id);
    }
    request.mutable_basket_item_ids()->Assign(options.basket.begin(), options.basket.end());
    for (const std::string& bought : options.bought)
      *request.add_guest_purchases() = GuestPurchaseOf(bought);
    request.set_store(options.store);
    request.set_pool(PoolOf(options.pool));
    request.set_filter(options.filter);
    if (!options.what_if.empty()) *request.mutable_what_if() = WhatIfOf(options.what_if);
    if (!options.as_of.empty()) *request.mutable_as_of() = TimeOf(options.as_of);
  }
  const auto response = context.Call(&v1::RecommendationService::Stub::ExplainSuggestion, request,
                                     "explain " + options.item_id);
  if (!response.ok()) return response.status();
  if (context.json()) {
    PrintJson(*response);
  } else {
    Print(*response, options.orders);
  }
  return absl::OkStatus();
}

// With a token or of a guest there is one positional, the item; else two.
void Arrange(Options& options) {
  if (options.token.empty() && !options.guest) {
    if (options.item_id.empty())
      throw CLI::ValidationError("explain", "needs CUSTOMER and ITEM, or --token TOKEN and ITEM");
  } else if (options.item_id.empty()) {
    std::swap(options.customer_id, options.item_id);
    if (options.item_id.empty()) throw CLI::RequiredError("ITEM");
  } else {
    throw CLI::ValidationError(options.guest ? "--guest" : "--token",
                               "leaves no customer to name; give the ITEM alone");
  }
}

}  // namespace

void AddExplain(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("explain", "Why an item suits a customer, from their own purchases");
  command->footer(
      "rapport explain CUSTOMER ITEM         what would be suggested now\n"
      "rapport explain --token TOKEN ITEM    exactly what was suggested then\n"
      "rapport explain --guest --basket mug-02 ITEM");
  command->add_option("CUSTOMER", options->customer_id, "The customer's id; left out with --token");
  command->add_option("ITEM", options->item_id, "The item's id");
  auto* token = command->add_option("--token", options->token, "From `rapport suggest --token`")
                    ->type_name("TOKEN");
  command->add_option("--evidence", options->max_evidence, "Lines of evidence")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--pool", options->pool, "As in suggest: new, bought, any")
      ->type_name("POOL")
      ->capture_default_str()
      ->check(IsPool())
      ->excludes(token);
  command->add_option("--as-of", options->as_of, "As if it were then")
      ->type_name("TIME")
      ->check(IsTime())
      ->excludes(token);
  auto* guest = command->add_flag("--guest", options->guest, "Of nobody whom the shop knows")
                    ->excludes(token);
  command->add_option("--basket", options->basket, "As in suggest; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false)
      ->excludes(token);
  command->add_option("--bought", options->bought, "As in suggest, of a guest; may be repeated")
      ->type_name("ITEM")
      ->allow_extra_args(false)
      ->check(IsGuestPurchase())
      ->needs(guest);
  command->add_option("--store", options->store, "As in suggest")
      ->type_name("STORE")
      ->excludes(token);
  command->add_option("--filter", options->filter, "As in suggest: of the list it is ranked in")
      ->type_name("TEXT")
      ->excludes(token);
  AddWhatIfOptions(*command, options->what_if, token);
  command->add_flag("--orders", options->orders, "Also each order beneath its item");
  command->parse_complete_callback([options] { Arrange(*options); });
  context.SetAction(*command, [&context, options] { return Explain(context, *options); });
}

}  // namespace rapport::cli
