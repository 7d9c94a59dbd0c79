// rapport rules: what the shop wants of some of its items.
#include <iostream>
#include <memory>

#include "rapport/v1/rule_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/json_lines.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

struct Options {
  std::string set;
  std::string filter;
  double boost = 0;
  bool bury = false;
  bool exclude = false;
  int pin = 0;
  std::string from;
  std::string until;
  std::vector<std::string> stores;
  bool commercial = false;
  std::string description;
  std::string upsert;
  std::string erase;
};

std::string EffectWords(const v1::Rule& rule) {
  switch (rule.effect()) {
    case v1::RULE_EFFECT_BOOST:
      return "boost " + FormatSigned(rule.amount(), 2);
    case v1::RULE_EFFECT_BURY:
      return "bury";
    case v1::RULE_EFFECT_EXCLUDE:
      return "exclude";
    case v1::RULE_EFFECT_PIN:
      return "pin to place " + std::to_string(rule.position());
    default:
      return "";
  }
}

std::string WhenAndWhere(const v1::Rule& rule) {
  std::vector<std::string> parts;
  if (rule.has_valid_from()) parts.push_back("from " + FormatTime(rule.valid_from()));
  if (rule.has_valid_until()) parts.push_back("until " + FormatTime(rule.valid_until()));
  for (const std::string& store : rule.stores()) parts.push_back("in " + store);
  if (rule.commercial()) parts.emplace_back("commercial");
  if (!rule.description().empty()) parts.push_back(rule.description());
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

absl::StatusOr<v1::ListRulesResponse> ListAll(Context& context) {
  v1::ListRulesResponse all;
  v1::ListRulesRequest request;
  request.set_page_size(1'000);
  for (;;) {
    const auto page = context.Call(&v1::RuleService::Stub::ListRules, request, "list rules");
    if (!page.ok()) return page.status();
    all.mutable_rules()->MergeFrom(page->rules());
    if (page->next_page_token().empty()) return all;
    request.set_page_token(page->next_page_token());
  }
}

absl::Status ShowAll(Context& context) {
  const auto rules = ListAll(context);
  if (!rules.ok()) return rules.status();
  if (context.json()) {
    PrintJson(*rules);
    return absl::OkStatus();
  }
  Table table({{"rule"}, {"effect"}, {"items", false, true}});
  for (const v1::Rule& rule : rules->rules()) {
    table.AddRow(
        {rule.rule_id(), EffectWords(rule), rule.filter().empty() ? "all" : rule.filter()});
    if (const std::string note = WhenAndWhere(rule); !note.empty()) table.AddNote(note);
  }
  if (table.empty()) {
    std::cout << "  No rules yet; `rapport rules --set ID` makes one, see --help.\n";
    return absl::OkStatus();
  }
  table.Print(std::cout, OutputWidth());
  return absl::OkStatus();
}

absl::Status Upsert(Context& context, const v1::UpsertRulesRequest& request) {
  const auto reply = context.Call(&v1::RuleService::Stub::UpsertRules, request, "set the rules");
  if (!reply.ok()) return reply.status();
  if (context.json()) {
    PrintJson(*reply);
  } else {
    std::cout << "Created or replaced " << FormatPlural(reply->upserted(), "rule", "rules")
              << "; from the next suggestion on.\n";
  }
  return absl::OkStatus();
}

absl::Status UpsertFile(Context& context, const std::string& path) {
  const auto rules = ReadJsonLinesFile<v1::Rule>(path);
  if (!rules.ok()) return rules.status();
  v1::UpsertRulesRequest request;
  for (const v1::Rule& rule : *rules) *request.add_rules() = rule;
  return Upsert(context, request);
}

absl::Status Set(Context& context, const Options& options) {
  v1::UpsertRulesRequest request;
  v1::Rule& rule = *request.add_rules();
  rule.set_rule_id(options.set);
  rule.set_filter(options.filter);
  rule.set_amount(options.boost);
  rule.set_position(options.pin);
  rule.set_effect(options.bury       ? v1::RULE_EFFECT_BURY
                  : options.exclude  ? v1::RULE_EFFECT_EXCLUDE
                  : options.pin != 0 ? v1::RULE_EFFECT_PIN
                                     : v1::RULE_EFFECT_BOOST);
  if (!options.from.empty()) *rule.mutable_valid_from() = TimeOf(options.from);
  if (!options.until.empty()) *rule.mutable_valid_until() = TimeOf(options.until);
  rule.mutable_stores()->Assign(options.stores.begin(), options.stores.end());
  rule.set_commercial(options.commercial);
  rule.set_description(options.description);
  return Upsert(context, request);
}

absl::Status Delete(Context& context, const std::string& rule_id) {
  v1::DeleteRuleRequest request;
  request.set_rule_id(rule_id);
  const auto reply =
      context.Call(&v1::RuleService::Stub::DeleteRule, request, "delete rule " + rule_id);
  if (!reply.ok()) return reply.status();
  if (context.json()) {
    PrintJson(*reply);
  } else {
    std::cout << Harmless(rule_id) << " holds no more.\n";
  }
  return absl::OkStatus();
}

absl::Status Act(Context& context, const Options& options) {
  if (!options.set.empty()) return Set(context, options);
  if (!options.upsert.empty()) return UpsertFile(context, options.upsert);
  if (!options.erase.empty()) return Delete(context, options.erase);
  return ShowAll(context);
}

}  // namespace

void AddRules(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("rules", "What the shop wants of some of its items");
  command->footer(
      "rapport rules                                              all of them\n"
      "rapport rules --set spring --boost 0.7 --filter 'tags:spring' --until 2026-06-01\n"
      "rapport rules --set new-mug --pin 3 --filter 'item_id = \"mug-09\"' --commercial");
  auto* set = command->add_option("--set", options->set, "Create or replace this rule")
                  ->type_name("ID")
                  ->check(IsId());
  command
      ->add_option("--filter", options->filter,
                   "Which items, as in suggest --filter; none: all items")
      ->type_name("TEXT")
      ->needs(set);
  CLI::Option_group* effect = command->add_option_group("effect", "One of these, with --set");
  effect
      ->add_option("--boost", options->boost,
                   "Add so much to the score, -100 to 100; 0.7 doubles the odds")
      ->type_name("X")
      ->needs(set);
  effect->add_flag("--bury", options->bury, "After all other items")->needs(set);
  effect->add_flag("--exclude", options->exclude, "In no list")->needs(set);
  effect->add_option("--pin", options->pin, "The best of them to this place, 1 to 100")
      ->type_name("PLACE")
      ->needs(set);
  effect->require_option(0, 1);
  for (const auto& [name, value, doc] :
       {std::tuple{"--from", &options->from, "Holds from then on"},
        std::tuple{"--until", &options->until, "Holds until then"}}) {
    command->add_option(name, *value, doc)->type_name("TIME")->check(IsTime())->needs(set);
  }
  command->add_option("--store", options->stores, "Holds in this store; may be repeated")
      ->type_name("STORE")
      ->allow_extra_args(false)
      ->needs(set);
  command->add_flag("--commercial", options->commercial, "The shop earns by it: marked as promoted")
      ->needs(set);
  command->add_option("--description", options->description, "For people")
      ->type_name("TEXT")
      ->needs(set);
  auto* upsert =
      command
          ->add_option(
              "--upsert", options->upsert,
              "Create or replace from a file with one JSON object a line; -: standard input")
          ->type_name("FILE")
          ->excludes(set);
  command->add_option("--delete", options->erase, "Delete this one")
      ->type_name("ID")
      ->excludes(set)
      ->excludes(upsert);
  command->parse_complete_callback([set, effect] {
    if (set->count() > 0 && effect->count_all() == 0)
      throw CLI::ValidationError("--set", "needs one of --boost, --bury, --exclude, --pin");
  });
  context.SetAction(*command, [&context, options] { return Act(context, *options); });
}

}  // namespace rapport::cli
