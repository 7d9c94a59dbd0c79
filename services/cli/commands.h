// The commands of `rapport`, one file each. A command adds itself to the app and sets its action in
// the context. Main thread only.
#pragma once

#include <CLI/CLI.hpp>

#include "services/cli/context.h"

namespace rapport::cli {

void AddSuggest(CLI::App& app, Context& context);
void AddSuggestMany(CLI::App& app, Context& context);
void AddSimilar(CLI::App& app, Context& context);
void AddExplain(CLI::App& app, Context& context);
void AddCompare(CLI::App& app, Context& context);
void AddWhyNot(CLI::App& app, Context& context);
void AddTalk(CLI::App& app, Context& context);
void AddCard(CLI::App& app, Context& context);
void AddOutcome(CLI::App& app, Context& context);
void AddInsight(CLI::App& app, Context& context);
void AddHandOff(CLI::App& app, Context& context);
void AddWhoWouldWant(CLI::App& app, Context& context);
void AddRecord(CLI::App& app, Context& context);
void AddPurchases(CLI::App& app, Context& context);
void AddCustomers(CLI::App& app, Context& context);
void AddItems(CLI::App& app, Context& context);
void AddRules(CLI::App& app, Context& context);
void AddMoments(CLI::App& app, Context& context);
void AddImport(CLI::App& app, Context& context);
void AddLoadSample(CLI::App& app, Context& context);
void AddTrain(CLI::App& app, Context& context);
void AddModels(CLI::App& app, Context& context);
void AddBackup(CLI::App& app, Context& context);
void AddRestore(CLI::App& app, Context& context);
void AddShadow(CLI::App& app, Context& context);
void AddStatus(CLI::App& app, Context& context);
void AddEvaluate(CLI::App& app, Context& context);
void AddTune(CLI::App& app, Context& context);
void AddBench(CLI::App& app, Context& context);

}  // namespace rapport::cli
