// rapport: suggest, explain, record, import and train against a running server.
#include <CLI/CLI.hpp>
#include <memory>

#include "services/cli/commands.h"
#include "services/cli/context.h"
#include "services/cli/help.h"

int main(int argc, char** argv) {
  using namespace rapport::cli;
  CLI::App app{
      "rapport: recommend like someone who knows the customer.\n"
      "Talks to a running rapport-server. `rapport COMMAND --help` tells more of a command.",
      "rapport"};
  Context context;
  app.set_version_flag("--version", std::string("rapport ") + RAPPORT_VERSION);
  app.formatter(std::make_shared<HelpFormat>());
  app.failure_message(UsageError);
  app.footer("Everywhere: --server HOST:PORT, --json, --timeout SECONDS; see `rapport --help`.");
  app.require_subcommand(1);
  app.fallthrough();  // global options may also stand behind the command
  context.AddOptions(app);

  AddSuggest(app, context);
  AddExplain(app, context);
  AddWhyNot(app, context);
  AddCompare(app, context);
  AddTalk(app, context);
  AddCard(app, context);
  AddSimilar(app, context);
  AddSuggestMany(app, context);
  AddOutcome(app, context);
  AddInsight(app, context);
  AddHandOff(app, context);
  AddWhoWouldWant(app, context);
  AddRecord(app, context);
  AddPurchases(app, context);
  AddCustomers(app, context);
  AddItems(app, context);
  AddRules(app, context);
  AddMoments(app, context);
  AddImport(app, context);
  AddLoadSample(app, context);
  AddTrain(app, context);
  AddModels(app, context);
  AddShadow(app, context);
  AddStatus(app, context);
  AddBackup(app, context);
  AddRestore(app, context);
  AddEvaluate(app, context);
  AddTune(app, context);
  AddBench(app, context);

  for (CLI::App* command : app.get_subcommands({})) command->group("Commands");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return context.Run();
}
