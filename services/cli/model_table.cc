#include "services/cli/model_table.h"

#include <iostream>
#include <string>

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

// "new to the customer: recall@20 0.158 (popularity 0.109), ndcg@20 0.150 (0.094)"; empty if not
// evaluated.
std::string Judgement(const v1::Model& model, v1::Pool pool) {
  const v1::EvaluationRow* ours = Find(model, "rapport", pool);
  const v1::EvaluationRow* popularity = Find(model, "popularity", pool);
  if (ours == nullptr || popularity == nullptr) return {};
  return PoolWords(pool) + ": recall@20 " + FormatFixed(ours->recall_at_20(), 3) + " (popularity " +
         FormatFixed(popularity->recall_at_20(), 3) + "), ndcg@20 " +
         FormatFixed(ours->ndcg_at_20(), 3) + " (" + FormatFixed(popularity->ndcg_at_20(), 3) + ")";
}

std::string KindWords(const v1::Model& model) {
  return model.kind() == v1::Model::KIND_TRAINED ? "learned from purchases" : "popularity alone";
}

void PrintFacts(const v1::Model& model) {
  const v1::DataSizes& data = model.data();
  Table table({{""}, {"", false, true}});
  table.AddRow({"model", model.version() + (model.serving() ? " (serving)" : "")});
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
    for (const v1::ModelOptions& options : model.tastes()) {
    table.AddRow({"taste", FormatCount(options.factors()) + " factors, " +
                                 FormatPlural(options.iterations(), "sweep", "sweeps") +
                                 ", half-life " + FormatFixed(options.half_life_days(), 0) +
                                 " days, alpha0 " + FormatFixed(options.alpha0(), 3) +
                                 ", regularization " + FormatFixed(options.regularization(), 4)});
    }
  }
  table.AddRow({"size", FormatBytes(model.bytes())});
  table.Print(std::cout, OutputWidth());
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

}  // namespace

void PrintModels(const google::protobuf::RepeatedPtrField<v1::Model>& models) {
  Table table({{""},
               {"version"},
               {"trained (UTC)"},
               {"customers", true},
               {"items", true},
               {"purchases", true}});
  for (const v1::Model& model : models) {
    table.AddRow({model.serving() ? "*" : "", model.version(), FormatTime(model.trained_at()),
                  FormatCount(model.data().customers()), FormatCount(model.data().items()),
                  FormatCount(model.data().purchases())});
    if (model.kind() == v1::Model::KIND_POPULARITY) table.AddNote("popularity alone");
    for (const v1::Pool pool : {v1::POOL_NEW_TO_CUSTOMER, v1::POOL_ANY}) {
      if (const std::string judgement = Judgement(model, pool); !judgement.empty())
        table.AddNote(judgement);
    }
  }
  if (table.empty()) {
    std::cout << "  No models yet; `rapport train` makes one.\n";
    return;
  }
  table.Print(std::cout, OutputWidth());
  std::cout << "  * serves now\n";
}

void PrintModel(const v1::Model& model) {
  PrintFacts(model);
  if (model.has_evaluation()) PrintEvaluation(model.evaluation());
}

}  // namespace rapport::cli
