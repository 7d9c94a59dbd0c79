#include "services/cli/explanations_report.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "model/explanation.h"
#include "model/faithfulness/evidence_order.h"
#include "model/faithfulness/study.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using nlohmann::ordered_json;

// The gates.
constexpr double kMostPosOfCosine = 0.70;
constexpr double kMostCeOfCosine = 0.60;
constexpr double kMostCeOfLime = 1;
constexpr double kLeastNeg = 0.90;
constexpr double kLeastAgreement = 0.80;

double Share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

const MeanOverCustomers& Figure(const MethodFigures& method, Measure measure) {
  return method.measures[static_cast<size_t>(measure)];
}

// Means over the trainings that could be judged.
EvaluationRow MeanAccuracy(const std::vector<EvaluationRow>& rows) {
  EvaluationRow mean = rows.front();
  mean.recall = mean.ndcg = mean.hit_rate = 0;
  for (const EvaluationRow& row : rows) {
    mean.recall += row.recall / static_cast<double>(rows.size());
    mean.ndcg += row.ndcg / static_cast<double>(rows.size());
    mean.hit_rate += row.hit_rate / static_cast<double>(rows.size());
  }
  return mean;
}

std::string Scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.0e", value);
  return text;
}

// "0.179 (0.165 to 0.194)"
std::string WithInterval(const MeanDifference& mean, int decimals) {
  return FormatFixed(mean.mean, decimals) + " (" + FormatFixed(mean.low, decimals) + " to " +
         FormatFixed(mean.high, decimals) + ")";
}

std::string Cell(const MeanOverCustomers& figure, int decimals) {
  return figure.customers == 0 ? "" : FormatFixed(figure.mean.mean, decimals);
}

ordered_json MeanJson(const MeanDifference& mean) {
  return {{"mean", mean.mean}, {"low", mean.low}, {"high", mean.high}};
}

ordered_json FigureJson(const MeanOverCustomers& figure) {
  ordered_json json = MeanJson(figure.mean);
  json["customers"] = figure.customers;
  json["least"] = figure.least;
  json["greatest"] = figure.greatest;
  return json;
}

ordered_json AccuracyJson(const EvaluationRow& row) {
  return {{"customers", row.customers},
          {"recall@20", row.recall},
          {"ndcg@20", row.ndcg},
          {"hit_rate@20", row.hit_rate}};
}

ordered_json OptionsJson(const AlsOptions& als, bool has_times) {
  ordered_json json = {{"factors", als.factors},
                       {"alpha0", als.alpha0},
                       {"regularization", als.regularization},
                       {"nu", als.nu},
                       {"iterations", als.iterations},
                       {"neighbour_weight", als.neighbour_weight}};
  if (has_times) json["half_life_days"] = als.half_life_days;
  return json;
}

ordered_json AgreementJson(const AgreementSummary& agreement) {
  if (agreement.cases == 0) return {{"cases", 0}};
  return {{"cases", agreement.cases},
          {"same_list", FigureJson(agreement.same_list)},
          {"same_direction", FigureJson(agreement.same_direction)},
          {"left_by_fold_in", agreement.folded_left},
          {"left_by_training_again", agreement.retrained_left},
          {"kappa", agreement.kappa}};
}

ordered_json TradeJson(const TradeRow& row, bool has_times) {
  ordered_json json = {{"options", OptionsJson(row.options, has_times)}};
  if (row.accuracy) json["accuracy"] = AccuracyJson(*row.accuracy);
  json["POS"] = FigureJson(row.pos);
  json["NEG"] = FigureJson(row.neg);
  json["CE"] = FigureJson(row.ce);
  json["smallest_removal"] = FigureJson(row.smallest_removal);
  json["POS_to_cosine"] = MeanJson(row.pos_to_cosine);
  json["coverage"] = FigureJson(row.covered);
  json["training_seconds"] = row.training_seconds;
  json["explanation_microseconds"] = row.explanation_microseconds;
  return json;
}

ordered_json ProfileJson(const ProfileRow& row) {
  ordered_json json = {{"of", row.of},
                       {"cases", row.cases},
                       {"POS_additive", row.pos_additive},
                       {"POS_cosine", row.pos_cosine},
                       {"NEG_additive", row.neg_additive}};
  if (row.ce_smallest) json["CE_smallest_removal"] = *row.ce_smallest;
  if (row.ce_lime) json["CE_lime"] = *row.ce_lime;
  if (row.ce_cosine) json["CE_cosine"] = *row.ce_cosine;
  return json;
}

ordered_json MethodsJson(const ExplanationsOfData& data) {
  ordered_json methods = ordered_json::object();
  for (const MethodFigures& method : data.methods) {
    ordered_json& own = methods[method.method] = ordered_json::object();
    for (size_t measure = 0; measure < kMeasures; ++measure) {
      if (method.measures[measure].customers > 0)
        own[std::string(kMeasureNames[measure])] = FigureJson(method.measures[measure]);
    }
  }
  return methods;
}

ordered_json DataJson(const ExplanationsOfData& data) {
  const bool has_times = data.cut.has_value();
  ordered_json json = {{"name", data.name}, {"customers", data.customers}, {"cases", data.cases}};
  if (has_times) json["cut"] = FormatDate(ToTimestamp(*data.cut));
  json["median_entries"] = data.median_entries;
  json["options"] = ordered_json::array();
  for (const AlsOptions& als : data.tastes) json["options"].push_back(OptionsJson(als, has_times));
  json["accuracy"] = ordered_json::array();
  for (const EvaluationRow& row : data.accuracy) json["accuracy"].push_back(AccuracyJson(row));
  json["methods"] = MethodsJson(data);
  json["ratios"] = {{"POS_additive_to_cosine", MeanJson(data.pos_to_cosine)},
                    {"CE_smallest_removal_to_cosine", MeanJson(data.ce_to_cosine)},
                    {"CE_smallest_removal_to_lime", MeanJson(data.ce_to_lime)}};
  json["additivity_error"] = data.additivity_error;
  json["stated_ranks"] = {{"stated", data.stated}, {"true", data.true_stated}};
  json["retraining"] = {{"top_entry", AgreementJson(data.top_entry)},
                        {"smallest_removal", AgreementJson(data.smallest)}};
  if (data.stability_pairs > 0) {
    json["stability"] = {{"top_3_evidence", FigureJson(data.same_evidence)},
                         {"suggestions", FigureJson(data.same_list)}};
  }
  json["coverage"] = FigureJson(data.covered);
  json["profile"] = ordered_json::array();
  for (const ProfileRow& row : data.profile) json["profile"].push_back(ProfileJson(row));
  json["trade"] = ordered_json::array();
  for (const TradeRow& row : data.trade) json["trade"].push_back(TradeJson(row, has_times));
  json["seconds"] = {{"training", data.training_seconds},
                     {"study", data.study_seconds},
                     {"retraining", data.retraining_seconds}};
  return json;
}

void PrintHead(std::ostream& out, const ExplanationsEvaluation& evaluation,
               const ExplanationsOfData& data) {
  out << "\n"
      << data.name << ": " << FormatCount(static_cast<int64_t>(data.cases)) << " suggestions to "
      << FormatPlural(static_cast<int64_t>(data.customers), "customer", "customers") << " over "
      << FormatPlural(evaluation.options.seeds, "training", "trainings")
      << " (f = " << data.tastes.front().factors << ")";
  if (data.cut) out << ", as of " << FormatDate(ToTimestamp(*data.cut));
  out << "; in the\nmedian " << FormatFixed(data.median_entries, 0) << " items of evidence.";
  if (!data.accuracy.empty()) {
    const EvaluationRow mean = MeanAccuracy(data.accuracy);
    out << " New items: recall@20 " << FormatFixed(mean.recall, 4) << ", ndcg@20 "
        << FormatFixed(mean.ndcg, 4) << ".";
  }
  out << "\n\n";
}

void PrintMain(std::ostream& out, const ExplanationsOfData& data) {
  Table table({{"evidence by"},
               {"POS, least is best (95 %)", true},
               {"NEG, most is best (95 %)", true},
               {"CE, least is best (95 %)", true}});
  for (const MethodFigures& method : data.methods) {
    const auto cell = [&](Measure measure, int decimals) {
      const MeanOverCustomers& figure = Figure(method, measure);
      return figure.customers == 0 ? "" : WithInterval(figure.mean, decimals);
    };
    table.AddRow(
        {method.method, cell(Measure::kPos, 3), cell(Measure::kNeg, 3), cell(Measure::kCe, 1)});
  }
  table.Print(out, OutputWidth());
}

void PrintRest(std::ostream& out, const ExplanationsOfData& data) {
  std::vector<Column> columns = {{"evidence by"}};
  for (size_t measure = 0; measure < static_cast<size_t>(Measure::kCe); ++measure) {
    const bool shown = Measure{measure} != Measure::kPos && Measure{measure} != Measure::kNeg;
    if (shown) columns.push_back({std::string(kMeasureNames[measure]), true});
  }
  Table table(columns);
  for (const MethodFigures& method : data.methods) {
    if (method.method == kSmallestRemoval) continue;
    std::vector<std::string> cells = {method.method};
    for (size_t measure = 0; measure < static_cast<size_t>(Measure::kCe); ++measure) {
      const bool shown = Measure{measure} != Measure::kPos && Measure{measure} != Measure::kNeg;
      if (shown) cells.push_back(Cell(method.measures[measure], 3));
    }
    table.AddRow(std::move(cells));
  }
  out << "\n";
  table.Print(out, OutputWidth());
}

void AddAgreement(Table& table, const std::string& of, const AgreementSummary& agreement) {
  if (agreement.cases == 0) return;
  table.AddRow({of + ": same list", WithInterval(agreement.same_list.mean, 3)});
  table.AddNote(FormatCount(static_cast<int64_t>(agreement.cases)) + " cases; left by fold-in " +
                FormatShare(agreement.folded_left) + ", by training again " +
                FormatShare(agreement.retrained_left) + "; kappa " +
                FormatFixed(agreement.kappa, 2));
  table.AddRow({of + ": score moves the same way", WithInterval(agreement.same_direction.mean, 3)});
}

void PrintFacts(std::ostream& out, const ExplanationsOfData& data) {
  Table table({{""}, {"", true}});
  table.AddRow({"POS of additive / of cosine", WithInterval(data.pos_to_cosine, 3)});
  table.AddRow({"CE of the smallest removal / of cosine", WithInterval(data.ce_to_cosine, 3)});
  table.AddRow({"CE of the smallest removal / of LIME", WithInterval(data.ce_to_lime, 3)});
  table.AddRow({"contributions and score differ by at most", Scientific(data.additivity_error)});
  table.AddRow({"stated ranks that are true", FormatCount(static_cast<int64_t>(data.true_stated)) +
                                                  " of " +
                                                  FormatCount(static_cast<int64_t>(data.stated))});
  AddAgreement(table, "trained again without the top line", data.top_entry);
  AddAgreement(table, "trained again without the smallest removal", data.smallest);
  if (data.stability_pairs > 0) {
    table.AddRow(
        {"same top three lines in two trainings", WithInterval(data.same_evidence.mean, 3)});
    table.AddRow({"same suggestions in two trainings", WithInterval(data.same_list.mean, 3)});
  }
  table.AddRow({"three sayable lines carry 30 %", WithInterval(data.covered.mean, 3)});
  out << "\n";
  table.Print(out, OutputWidth());
}

void PrintProfile(std::ostream& out, const ExplanationsOfData& data) {
  Table table({{"suggestions"},
               {"cases", true},
               {"POS additive", true},
               {"cosine", true},
               {"NEG additive", true},
               {"CE smallest", true},
               {"lime-200", true},
               {"cosine", true}});
  for (const ProfileRow& row : data.profile) {
    const auto cell = [](const std::optional<double>& value) {
      return value ? FormatFixed(*value, 1) : "";
    };
    table.AddRow({std::string(row.of), FormatCount(static_cast<int64_t>(row.cases)),
                  FormatFixed(row.pos_additive, 3), FormatFixed(row.pos_cosine, 3),
                  FormatFixed(row.neg_additive, 3), cell(row.ce_smallest), cell(row.ce_lime),
                  cell(row.ce_cosine)});
  }
  out << "\nBy place in the list and by items of evidence; means over cases\n";
  table.Print(out, OutputWidth());
}

void PrintTrade(std::ostream& out, const ExplanationsOfData& data) {
  Table table({{"f", true},
               {"neighbours", true},
               {"recall@20", true},
               {"ndcg@20", true},
               {"POS", true},
               {"/ cosine", true},
               {"NEG", true},
               {"CE", true},
               {"smallest", true},
               {"covered", true},
               {"trained in", true},
               {"explained in", true}});
  for (const TradeRow& row : data.trade) {
    const auto accuracy = [&](double EvaluationRow::*measure) {
      return row.accuracy ? FormatFixed((*row.accuracy).*measure, 4) : "";
    };
    table.AddRow({std::to_string(row.options.factors), FormatFixed(row.options.neighbour_weight, 0),
                  accuracy(&EvaluationRow::recall), accuracy(&EvaluationRow::ndcg),
                  Cell(row.pos, 3), FormatFixed(row.pos_to_cosine.mean, 2), Cell(row.neg, 3),
                  Cell(row.ce, 1), Cell(row.smallest_removal, 1),
                  FormatShare(row.covered.mean.mean), FormatSeconds(row.training_seconds),
                  FormatFixed(row.explanation_microseconds / 1000, 2) + " ms"});
  }
  out << "\nAccuracy and faithfulness, one training each\n";
  table.Print(out, OutputWidth());
}

}  // namespace

std::vector<Target> TargetsOf(const ExplanationsEvaluation& evaluation) {
  std::vector<Target> targets;
  for (const ExplanationsOfData& data : evaluation.data) {
    const std::string of = data.name + ": ";
    targets.push_back(AtMost(of + "additivity error", data.additivity_error, kResidualLimit));
    targets.push_back(
        AtLeast(of + "stated ranks that are true", Share(data.true_stated, data.stated), 1));
    targets.push_back(
        AtMost(of + "POS additive / cosine", data.pos_to_cosine.mean, kMostPosOfCosine));
    targets.push_back(
        AtMost(of + "CE smallest removal / cosine", data.ce_to_cosine.mean, kMostCeOfCosine));
    targets.push_back(
        AtMost(of + "CE smallest removal / LIME", data.ce_to_lime.mean, kMostCeOfLime));
    targets.push_back(AtLeast(
        of + "NEG", Figure(*FindMethod(data, kOrderMethodNames[0]), Measure::kNeg).mean.mean,
        kLeastNeg));
    targets.push_back(AtLeast(of + "fold-in agrees with training again, list",
                              data.top_entry.same_list.mean.mean, kLeastAgreement));
    targets.push_back(AtLeast(of + "fold-in agrees with training again, direction",
                              data.top_entry.same_direction.mean.mean, kLeastAgreement));
  }
  return targets;
}

ordered_json ToJson(const ExplanationsEvaluation& evaluation) {
  ordered_json json = {{"list_length", StudyOptions{}.list_length},
                       {"seeds", evaluation.options.seeds},
                       {"seconds", evaluation.seconds},
                       {"data_sets", ordered_json::array()}};
  for (const ExplanationsOfData& data : evaluation.data)
    json["data_sets"].push_back(DataJson(data));
  json["targets"] = ToJson(TargetsOf(evaluation));
  return json;
}

void PrintTables(std::ostream& out, const ExplanationsEvaluation& evaluation) {
  out << "Evidence is taken away and the rest folded in again, as it would be served; lists of "
      << StudyOptions{}.list_length << " new items.\n";
  for (const ExplanationsOfData& data : evaluation.data) {
    PrintHead(out, evaluation, data);
    PrintMain(out, data);
    PrintRest(out, data);
    PrintFacts(out, data);
    PrintProfile(out, data);
    PrintTrade(out, data);
  }
  PrintTargets(out, TargetsOf(evaluation));
  out << "\n" << FormatSeconds(evaluation.seconds) << " in all.\n";
}

}  // namespace rapport::cli
