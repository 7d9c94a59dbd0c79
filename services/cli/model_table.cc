#include "services/cli/model_table.h"

#include <iostream>
#include <sstream>
#include <string>
#include <utility>

#include "services/cli/format.h"
#include "services/cli/option_types.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

const v1::EvaluationRow* Find(const v1::Model& model, const std::string& method, v1::Pool pool) {
  for (const v1::EvaluationRow& row : model.evaluation().rows()) {
    if (row.method() == method && row.pool() == pool) return &row;
  }
  return nullptr;
}

const v1::EvaluationComparison* FindComparison(const v1::Model& model, const std::string& method,
                                               v1::Pool pool) {
  for (const v1::EvaluationComparison& comparison : model.evaluation().comparisons()) {
    if (comparison.method() == method && comparison.pool() == pool) return &comparison;
  }
  return nullptr;
}

// "0.162 / 0.144"; empty if there is none.
std::string Quality(const v1::EvaluationRow* row) {
  if (row == nullptr) return {};
  return FormatFixed(row->recall_at_20(), 3) + " / " + FormatFixed(row->ndcg_at_20(), 3);
}

// "+0.065 (+0.051 to +0.079)".
std::string Difference(const v1::MeanDifference& difference) {
  return FormatSigned(difference.mean(), 3) + " (" + FormatSigned(difference.low(), 3) + " to " +
         FormatSigned(difference.high(), 3) + ")";
}

// "recall over popularity: new +0.065 (+0.051 to +0.079), all +0.214 (+0.190 to +0.238)"; empty if
// they were not compared.
std::string Lead(const v1::Model& model, const std::string& method, const std::string& name) {
  const auto* fresh = FindComparison(model, method, v1::POOL_NEW_TO_CUSTOMER);
  const auto* any = FindComparison(model, method, v1::POOL_ANY);
  if (fresh == nullptr || any == nullptr) return {};
  return "recall over " + name + ": new " + Difference(fresh->recall_at_20()) + ", all " +
         Difference(any->recall_at_20());
}

const v1::EvaluationRow* RowOf(const v1::RealisedWeek& week, v1::Pool pool) {
  for (const v1::EvaluationRow& row : week.rows()) {
    if (row.pool() == pool) return &row;
  }
  return nullptr;
}

// "in the week to 2026-11-15 it had: new 0.151 / 0.130, all 0.300 / 0.361".
std::string Realised(const v1::RealisedWeek& week) {
  const std::string fresh = Quality(RowOf(week, v1::POOL_NEW_TO_CUSTOMER));
  const std::string any = Quality(RowOf(week, v1::POOL_ANY));
  return "in the week to " + FormatDate(week.end()) +
         " it had: " + (fresh.empty() ? "" : "new " + fresh + ", ") + "all " + any;
}

std::string StateWords(const v1::Model& model) {
  switch (model.state()) {
    case v1::Model::STATE_SERVING:
      return "serving";
    case v1::Model::STATE_SHADOW:
      return "shadow";
    case v1::Model::STATE_REJECTED:
      return "rejected";
    default:
      return "kept";
  }
}

void AddNotes(const v1::Model& model, Table& table) {
  if (model.kind() == v1::Model::KIND_POPULARITY) table.AddNote("popularity alone");
  for (const auto& [method, name] :
       {std::pair{"popularity", "popularity"}, std::pair{"running", "the one that served then"}}) {
    if (const std::string lead = Lead(model, method, name); !lead.empty()) table.AddNote(lead);
  }
  if (model.realised_weeks_size() > 0)
    table.AddNote(Realised(model.realised_weeks(model.realised_weeks_size() - 1)));
  std::istringstream remark(Wrap(model.remark(), OutputWidth() - Table::kNoteIndent));
  for (std::string line; std::getline(remark, line);) table.AddNote(line);
}

std::string KindWords(const v1::Model& model) {
  return model.kind() == v1::Model::KIND_TRAINED ? "learned from purchases" : "popularity alone";
}

std::string OptionsWords(const v1::ModelOptions& options) {
  std::string words = FormatCount(options.factors()) + " factors, " +
                      FormatPlural(options.iterations(), "sweep", "sweeps") + ", half-life " +
                      FormatFixed(options.half_life_days(), 0) + " days, alpha0 " +
                      FormatFixed(options.alpha0(), 3) + ", regularization " +
                      FormatFixed(options.regularization(), 4);
  if (options.neighbour_weight() > 0)
    words += ", neighbours " + FormatFixed(options.neighbour_weight(), 2);
  return words;
}

void PrintFacts(const v1::Model& model) {
  const v1::DataSizes& data = model.data();
  Table table({{""}, {"", false, true}});
  table.AddRow({"model", model.version() + " (" + StateWords(model) + ")"});
  table.AddRow({"kind", KindWords(model)});
  table.AddRow({"trained", FormatTime(model.trained_at()) + " UTC, in " +
                               FormatSeconds(model.training_seconds())});
  table.AddRow({"from", FormatPlural(data.purchases(), "purchase", "purchases") + " in " +
                            FormatPlural(data.orders(), "order", "orders") + " by " +
                            FormatPlural(data.customers(), "customer", "customers") + ", " +
                            FormatPlural(data.items(), "item", "items")});
  if (data.has_first_purchase_at()) {
    table.AddRow({"between", FormatDate(data.first_purchase_at()) + " and " +
                                 FormatDate(data.last_purchase_at())});
  }
  if (model.serving())
    table.AddRow({"since then", FormatPlural(model.purchases_since(), "purchase", "purchases")});
  if (model.kind() == v1::Model::KIND_TRAINED) {
    for (const v1::ModelOptions& options : model.tastes())
      table.AddRow({"taste", OptionsWords(options)});
  }
  if (const double weight = model.category_prior().weight(); weight > 0) {
    table.AddRow({"new items", "taken to be like their category, as if " + FormatFixed(weight, 0) +
                                   " customers more had bought them"});
  }
  table.AddRow({"size", FormatBytes(model.bytes())});
  table.Print(std::cout, OutputWidth());
  std::istringstream remark(Wrap(model.remark(), OutputWidth() - 2));
  for (std::string line; std::getline(remark, line);) std::cout << "  " << line << "\n";
}

void PrintEvaluation(const v1::Evaluation& evaluation) {
  std::cout << "\n  Trained on all before " << FormatDate(evaluation.cut()) << ", judged by the "
            << FormatFixed(evaluation.window_days(), 0) << " days after it:\n";
  Table table({{"items"},
               {"method"},
               {"customers", true},
               {"recall@20", true},
               {"ndcg@20", true},
               {"hit rate@20", true}});
  for (const v1::EvaluationRow& row : evaluation.rows()) {
    table.AddRow({PoolWords(row.pool()), row.method(), FormatCount(row.customers()),
                  FormatFixed(row.recall_at_20(), 3), FormatFixed(row.ndcg_at_20(), 3),
                  FormatFixed(row.hit_rate_at_20(), 3)});
  }
  table.Print(std::cout, OutputWidth());
}

void PrintComparisons(const v1::Evaluation& evaluation) {
  if (evaluation.comparisons().empty()) return;
  std::cout
      << "\n  This model less another method, on the same customers; in brackets between which\n"
         "  figures the true difference lies, 95 % sure:\n";
  Table table({{"items"}, {"less"}, {"recall@20", true}, {"ndcg@20", true}});
  for (const v1::EvaluationComparison& comparison : evaluation.comparisons()) {
    table.AddRow({PoolWords(comparison.pool()), comparison.method(),
                  Difference(comparison.recall_at_20()), Difference(comparison.ndcg_at_20())});
  }
  table.Print(std::cout, OutputWidth());
}

void PrintCalibration(const v1::Evaluation& evaluation) {
  if (evaluation.calibration().empty()) return;
  std::cout << "\n  How likely its suggestions were to be bought within these days, in its own "
               "estimate and "
               "in truth:\n";
  Table table({{"items"},
               {"suggested", true},
               {"expected", true},
               {"bought", true},
               {"ece", true},
               {"brier skill", true}});
  for (const v1::CalibrationQuality& quality : evaluation.calibration()) {
    table.AddRow({PoolWords(quality.pool()), FormatCount(quality.suggested()),
                  FormatFixed(quality.expected(), 4), FormatFixed(quality.bought(), 4),
                  FormatFixed(quality.ece(), 4), FormatFixed(quality.brier_skill(), 3)});
  }
  table.Print(std::cout, OutputWidth());
}

std::string LevelWords(v1::ConfidenceLevel level) {
  switch (level) {
    case v1::CONFIDENCE_LEVEL_STRONG:
      return "strong";
    case v1::CONFIDENCE_LEVEL_FAIR:
      return "fair";
    default:
      return "thin";
  }
}

void PrintAnswers(const v1::Model& model) {
  if (model.relayed_answers().empty()) return;
  std::cout << "\n  What customers answered when staff relayed a suggestion:\n";
  Table table({{"confidence"},
               {"accepted", true},
               {"declined", true},
               {"share", true},
               {"at least", true},
               {"at most", true}});
  for (const v1::RelayedAnswers& answers : model.relayed_answers()) {
    table.AddRow({LevelWords(answers.level()), FormatCount(answers.accepted()),
                  FormatCount(answers.declined()), FormatShare(answers.share()),
                  FormatShare(answers.low()), FormatShare(answers.high())});
  }
  table.Print(std::cout, OutputWidth());
}

void PrintRealised(const v1::Model& model) {
  if (model.realised_weeks().empty()) return;
  std::cout << "\n  What its suggestions achieved in the weeks since:\n";
  Table table({{"week"},
               {"items"},
               {"customers", true},
               {"recall@20", true},
               {"ndcg@20", true},
               {"hit rate@20", true}});
  for (const v1::RealisedWeek& week : model.realised_weeks()) {
    for (const v1::EvaluationRow& row : week.rows()) {
      table.AddRow({FormatDate(week.begin()) + " to " + FormatDate(week.end()),
                    PoolWords(row.pool()), FormatCount(row.customers()),
                    FormatFixed(row.recall_at_20(), 3), FormatFixed(row.ndcg_at_20(), 3),
                    FormatFixed(row.hit_rate_at_20(), 3)});
    }
  }
  table.Print(std::cout, OutputWidth());
}

}  // namespace

void PrintModels(const google::protobuf::RepeatedPtrField<v1::Model>& models) {
  Table table({{"state"}, {"model"}, {"trained (UTC)"}, {"new items", true}, {"all items", true}});
  bool judged = false;
  for (const v1::Model& model : models) {
    const auto* any = Find(model, "rapport", v1::POOL_ANY);
    judged = judged || any != nullptr;
    table.AddRow({StateWords(model), model.version(), FormatTime(model.trained_at()),
                  Quality(Find(model, "rapport", v1::POOL_NEW_TO_CUSTOMER)), Quality(any)});
    AddNotes(model, table);
  }
  if (table.empty()) {
    std::cout << "  No models yet; `rapport train` makes one.\n";
    return;
  }
  table.Print(std::cout, OutputWidth());
  if (!judged) return;
  std::cout
      << "\n"
         "  new items, all items: recall / ndcg of lists of 20, of items new to the customer\n"
         "  or of any, judged by the weeks after them. Recall is the part of what the customer\n"
         "  bought that was on the list; ndcg counts it more the higher it stood. 1 is perfect;\n"
         "  in brackets: 95 % sure.\n";
}

void PrintModel(const v1::Model& model) {
  PrintFacts(model);
  if (model.has_evaluation()) {
    PrintEvaluation(model.evaluation());
    PrintComparisons(model.evaluation());
    PrintCalibration(model.evaluation());
  }
  PrintAnswers(model);
  PrintRealised(model);
}

}  // namespace rapport::cli
