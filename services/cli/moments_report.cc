#include "services/cli/moments_report.h"

#include <sstream>
#include <string>

#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using nlohmann::ordered_json;

// The gates.
constexpr double kMostEce = 0.02;
constexpr double kLeastLapseArea = 0.80;

constexpr auto kOurs = static_cast<size_t>(DueMethod::kOurs);
constexpr auto kNoChances = static_cast<size_t>(DueMethod::kFrequencyRecency);
constexpr auto kOursLapse = static_cast<size_t>(LapseMethod::kOurs);
constexpr auto kUsual = static_cast<size_t>(UsualMethod::kUsual);

std::string DayText(PurchaseDay day) { return FormatDate(ToTimestamp(day)); }

// "0.012 (0.004 to 0.020)"
std::string WithInterval(const MeanDifference& mean) {
  return FormatSigned(mean.mean, 4) + " (" + FormatSigned(mean.low, 4) + " to " +
         FormatSigned(mean.high, 4) + ")";
}

std::string BoughtText(size_t least) {
  return least == 0 ? "bought before" : "bought twice before";
}

// Gaps alone are ours too: no rival.
bool IsBaseline(size_t method) {
  return method != kOurs && method != static_cast<size_t>(DueMethod::kGapsAlone);
}

void AddDueTargets(const std::string& of, const DueFigures& figures, std::vector<Target>& targets) {
  const DueMethodFigures& ours = figures.methods[kOurs];
  for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon) {
    for (size_t least = 0; least < 2; ++least) {
      const CalibrationQuality& quality = ours.calibration[horizon][least].all;
      const std::string name = of + " " + BoughtText(least) + ", due within " +
                               std::to_string(kDueHorizons[horizon]) + " days: ";
      targets.push_back(AtMost(name + "ECE", quality.ece, kMostEce));
      targets.push_back(Above(name + "Brier skill", quality.brier_skill, 0));
    }
  }
  for (size_t method = 0; method < kDueMethods; ++method) {
    if (!IsBaseline(method)) continue;
    const std::string less = " less " + std::string(kDueMethodNames[method]);
    const DueMethodFigures& row = figures.methods[method];
    targets.push_back(Above(of + ": ndcg@5" + less + ", at least", row.ndcg_difference.low, 0));
    targets.push_back(Above(of + ": recall@5" + less + ", at least", row.recall_difference.low, 0));
  }
  for (size_t by = 1; by < kListedBy; ++by) {
    targets.push_back(
        AtLeast(of + ": precision of 20 a day less " + std::string(kListedByNames[by]),
                figures.precision[0] - figures.precision[by], 0));
  }
}

ordered_json MeanJson(const MeanDifference& mean) {
  return {{"mean", mean.mean}, {"low", mean.low}, {"high", mean.high}};
}

ordered_json QualityJson(const CalibrationQuality& quality) {
  return {{"cases", quality.samples},           {"expected", quality.expected},
          {"happened", quality.bought},         {"brier", quality.brier},
          {"brier_skill", quality.brier_skill}, {"ece", quality.ece}};
}

ordered_json DueJson(const DueFigures& figures) {
  ordered_json json = {{"cases", figures.cases}, {"ranked_customers", figures.ranked_customers}};
  for (size_t method = 0; method < kDueMethods; ++method) {
    const DueMethodFigures& row = figures.methods[method];
    ordered_json& of = json["methods"][std::string(kDueMethodNames[method])];
    of = {{"ndcg@5", row.ndcg},
          {"recall@5", row.recall},
          {"ndcg@5_difference", MeanJson(row.ndcg_difference)},
          {"recall@5_difference", MeanJson(row.recall_difference)}};
    if (method == kNoChances) continue;
    for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon) {
      for (size_t least = 0; least < 2; ++least) {
        const DueCalibration& calibration = row.calibration[horizon][least];
        ordered_json quality = QualityJson(calibration.all);
        quality["worst_ece"] = calibration.worst_ece;
        of["within_" + std::to_string(kDueHorizons[horizon]) + "_days"]
          ["bought_" + std::to_string(least + 1)] = std::move(quality);
      }
    }
  }
  for (size_t by = 0; by < kListedBy; ++by)
    json["precision"][std::string(kListedByNames[by])] = figures.precision[by];
  return json;
}

ordered_json LapseJson(const MomentsEvaluation& evaluation) {
  ordered_json json = {{"days", kLapseDays}, {"quality", QualityJson(evaluation.lapse_quality)}};
  const auto areas = [](const std::array<double, kLapseMethods>& of) {
    ordered_json by_method;
    for (size_t method = 0; method < kLapseMethods; ++method)
      by_method[std::string(kLapseMethodNames[method])] = of[method];
    return by_method;
  };
  json["area_under_curve"] = areas(evaluation.area_under_curve);
  json["cuts"] = ordered_json::array();
  for (const LapseAtCut& at : evaluation.lapses) {
    json["cuts"].push_back({{"cut", DayText(at.cut)},
                            {"area_under_curve", areas(at.area_under_curve)},
                            {"quality", QualityJson(at.quality)}});
  }
  return json;
}

ordered_json UsualJson(const UsualFigures& figures) {
  ordered_json json = {{"visits", figures.visits},
                       {"named", figures.named},
                       {"customers", figures.customers},
                       {"mean_items", figures.mean_items}};
  for (size_t method = 0; method < kUsualMethods; ++method) {
    json["methods"][std::string(kUsualMethodNames[method])] = {
        {"hit_rate", figures.hit_rate[method]},
        {"items_had", figures.items_had[method]},
        {"hit_rate_difference", MeanJson(figures.difference[method])}};
  }
  return json;
}

void PrintCalibration(std::ostream& out, const DueFigures& figures) {
  Table table({{"due within"},
               {"bought before"},
               {"method"},
               {"cases", true},
               {"expected", true},
               {"bought", true},
               {"ECE", true},
               {"worst cut", true},
               {"Brier skill", true}});
  for (size_t horizon = 0; horizon < kDueHorizons.size(); ++horizon) {
    for (size_t least = 0; least < 2; ++least) {
      for (size_t method = 0; method < kDueMethods; ++method) {
        if (method == kNoChances) continue;
        const DueCalibration& calibration = figures.methods[method].calibration[horizon][least];
        const bool first = method == 0;
        table.AddRow({first ? std::to_string(kDueHorizons[horizon]) + " days" : "",
                      first ? (least == 0 ? "once or more" : "twice or more") : "",
                      std::string(kDueMethodNames[method]),
                      first ? FormatCount(calibration.all.samples) : "",
                      FormatFixed(calibration.all.expected, 4),
                      FormatFixed(calibration.all.bought, 4), FormatFixed(calibration.all.ece, 4),
                      FormatFixed(calibration.worst_ece, 4),
                      FormatSigned(calibration.all.brier_skill, 4)});
      }
    }
  }
  table.Print(out, OutputWidth());
}

void PrintRanking(std::ostream& out, const DueFigures& figures) {
  Table table({{"method"},
               {"ndcg@5", true},
               {"recall@5", true},
               {"ours less this: ndcg@5", true},
               {"recall@5", true}});
  for (size_t method = 0; method < kDueMethods; ++method) {
    const DueMethodFigures& row = figures.methods[method];
    table.AddRow({std::string(kDueMethodNames[method]), FormatFixed(row.ndcg, 4),
                  FormatFixed(row.recall, 4),
                  method == kOurs ? "" : WithInterval(row.ndcg_difference),
                  method == kOurs ? "" : WithInterval(row.recall_difference)});
  }
  out << "\nOrder of what " << FormatCount(static_cast<int64_t>(figures.ranked_customers))
      << " customers bought again within " << kDueHorizons.back() << " days\n";
  table.Print(out, OutputWidth());
  Table lists({{"20 customers a day, listed by"}, {"bought it within 14 days", true}});
  for (size_t by = 0; by < kListedBy; ++by)
    lists.AddRow({std::string(kListedByNames[by]), FormatShare(figures.precision[by])});
  out << "\n";
  lists.Print(out, OutputWidth());
}

void PrintDue(std::ostream& out, const std::string& of, const DueFigures& figures) {
  out << "\nDue times of " << of << "\n";
  PrintCalibration(out, figures);
  PrintRanking(out, figures);
}

void PrintLapse(std::ostream& out, const MomentsEvaluation& evaluation) {
  if (evaluation.lapses.empty()) {
    out << "\nLapses: too little history to learn and to judge them\n";
    return;
  }
  Table table({{"learned before"},
               {"customers", true},
               {"AUC rapport", true},
               {"recency", true},
               {"frequency x recency", true},
               {"expected", true},
               {"lapsed", true},
               {"ECE", true},
               {"Brier skill", true}});
  const auto add = [&](const std::string& name, const std::array<double, kLapseMethods>& areas,
                       const CalibrationQuality& quality) {
    table.AddRow({name, FormatCount(quality.samples), FormatFixed(areas[0], 4),
                  FormatFixed(areas[1], 4), FormatFixed(areas[2], 4),
                  FormatFixed(quality.expected, 3), FormatFixed(quality.bought, 3),
                  FormatFixed(quality.ece, 3), FormatSigned(quality.brier_skill, 3)});
  };
  for (const LapseAtCut& at : evaluation.lapses)
    add(DayText(at.cut), at.area_under_curve, at.quality);
  add("all", evaluation.area_under_curve, evaluation.lapse_quality);
  out << "\nWho buys nothing for " << kLapseDays << " days\n";
  table.Print(out, OutputWidth());
}

void PrintUsual(std::ostream& out, const UsualFigures& figures) {
  Table table({{"named before a visit"},
               {"all of it bought", true},
               {"part of it bought", true},
               {"ours less this", true}});
  for (size_t method = 0; method < kUsualMethods; ++method) {
    table.AddRow({std::string(kUsualMethodNames[method]), FormatFixed(figures.hit_rate[method], 4),
                  FormatFixed(figures.items_had[method], 4),
                  method == kUsual ? "" : WithInterval(figures.difference[method])});
  }
  out << "\nUsual orders: " << FormatCount(static_cast<int64_t>(figures.named)) << " of "
      << FormatCount(static_cast<int64_t>(figures.visits)) << " visits had one, of "
      << FormatFixed(figures.mean_items, 1) << " items; "
      << FormatCount(static_cast<int64_t>(figures.customers)) << " customers\n";
  table.Print(out, OutputWidth());
}

void AddFeedbackTargets(const FeedbackStudy& study, std::vector<Target>& targets) {
  if (study.gifts.customers > 0)
    targets.push_back(AtLeast("gifts: share of the loss recovered", study.gifts.recovered, 0.8));
  if (study.declines.declines > 0) {
    targets.push_back(AtLeast("declined: not in the list any more", study.declines.left_list, 1));
    targets.push_back(
        AtMost("declined: mean movement of unrelated", study.declines.mean_movement, 0.01));
    targets.push_back(
        AtMost("declined: most movement of unrelated", study.declines.most_movement, 0.01));
  }
  if (study.likes.customers > 0) {
    targets.push_back(Above("liked kind: ndcg@10 gained, at least", study.likes.gain.low, 0));
    targets.push_back(
        Above("liked kind: of other items, at least", study.likes.gain_of_others.low, 0));
  }
  if (study.undo.customers > 0)
    targets.push_back(AtMost("undone: greatest difference", study.undo.difference, 1e-9));
}

void PrintFeedback(std::ostream& out, const FeedbackStudy& study) {
  const auto say = [&out](const std::string& words) { out << Wrap(words, OutputWidth()) << "\n"; };
  const auto count = [](size_t n) { return FormatCount(static_cast<int64_t>(n)); };
  const auto part = [](double share) { return FormatFixed(100 * share, 2) + " %"; };
  out << "\nWhat people tell, replayed\n";
  const GiftReplay& gifts = study.gifts;
  say("Gifts marked as such, " + count(gifts.customers) + " customers: ndcg@10 " +
      FormatFixed(gifts.ndcg, 4) + "; with purchases of somebody else's " +
      FormatFixed(gifts.ndcg_unmarked, 4) + ", these marked " + FormatFixed(gifts.ndcg_marked, 4) +
      ": " + FormatShare(gifts.recovered) + " of the loss recovered.");
  const DeclineReplay& declines = study.declines;
  say("One of the first ten declined, " + count(declines.declines) + " times: " +
      FormatShare(declines.left_list) + " leave the list; scores of unrelated items move by " +
      part(declines.mean_movement) + " in the mean, " + part(declines.most_movement) + " at most.");
  const LikeReplay& likes = study.likes;
  say("A kind liked, " + count(likes.customers) + " customers with three orders at most: ndcg@10 " +
      FormatFixed(likes.ndcg_before, 4) + " to " + FormatFixed(likes.ndcg_after, 4) + ", " +
      WithInterval(likes.gain) + "; without the item that it was taken from " +
      FormatFixed(likes.others_before, 4) + " to " + FormatFixed(likes.others_after, 4) + ", " +
      WithInterval(likes.gain_of_others) + ".");
  std::ostringstream difference;
  difference << study.undo.difference;
  say("All taken back, " + count(study.undo.customers) +
      " customers: the greatest difference of a score is " + difference.str() + ".");
}

ordered_json FeedbackJson(const FeedbackStudy& study) {
  const auto interval = [](const MeanDifference& difference) {
    return ordered_json{
        {"mean", difference.mean}, {"low", difference.low}, {"high", difference.high}};
  };
  return {{"gifts",
           {{"customers", study.gifts.customers},
            {"ndcg", study.gifts.ndcg},
            {"ndcg_unmarked", study.gifts.ndcg_unmarked},
            {"ndcg_marked", study.gifts.ndcg_marked},
            {"recovered", study.gifts.recovered}}},
          {"declines",
           {{"declines", study.declines.declines},
            {"left_list", study.declines.left_list},
            {"mean_movement", study.declines.mean_movement},
            {"most_movement", study.declines.most_movement},
            {"barely_moved", study.declines.barely_moved}}},
          {"likes",
           {{"customers", study.likes.customers},
            {"ndcg_before", study.likes.ndcg_before},
            {"ndcg_after", study.likes.ndcg_after},
            {"gain", interval(study.likes.gain)},
            {"others_before", study.likes.others_before},
            {"others_after", study.likes.others_after},
            {"gain_of_others", interval(study.likes.gain_of_others)}}},
          {"undo", {{"customers", study.undo.customers}, {"difference", study.undo.difference}}}};
}

}  // namespace

std::vector<Target> TargetsOf(const MomentsEvaluation& evaluation) {
  std::vector<Target> targets;
  AddDueTargets("items", evaluation.items, targets);
  if (evaluation.categories) AddDueTargets("categories", *evaluation.categories, targets);
  if (!evaluation.lapses.empty()) {
    const double ours = evaluation.area_under_curve[kOursLapse];
    targets.push_back(AtLeast("lapse: AUC", ours, kLeastLapseArea));
    for (size_t method = 1; method < kLapseMethods; ++method) {
      targets.push_back(Above("lapse: AUC less " + std::string(kLapseMethodNames[method]),
                              ours - evaluation.area_under_curve[method], 0));
    }
  }
  if (evaluation.usual.named > 0) {
    for (size_t method = 1; method < kUsualMethods; ++method) {
      targets.push_back(Above(
          "usual order: hit rate less " + std::string(kUsualMethodNames[method]) + ", at least",
          evaluation.usual.difference[method].low, 0));
    }
  }
  AddFeedbackTargets(evaluation.feedback, targets);
  return targets;
}

ordered_json ToJson(const MomentsEvaluation& evaluation) {
  ordered_json json = {{"cuts", ordered_json::array()}};
  for (const PurchaseDay cut : evaluation.cuts) json["cuts"].push_back(DayText(cut));
  json["due"]["items"] = DueJson(evaluation.items);
  json["due"]["categories"] = nullptr;
  if (evaluation.categories) json["due"]["categories"] = DueJson(*evaluation.categories);
  json["lapse"] = LapseJson(evaluation);
  json["usual"] = UsualJson(evaluation.usual);
  json["feedback"] = FeedbackJson(evaluation.feedback);
  json["learning_seconds"] = evaluation.learning_seconds;
  json["seconds"] = evaluation.seconds;
  json["targets"] = ToJson(TargetsOf(evaluation));
  return json;
}

void PrintTables(std::ostream& out, const MomentsEvaluation& evaluation) {
  out << "Learned before each of " << evaluation.cuts.size() << " days, "
      << DayText(evaluation.cuts.front()) << " to " << DayText(evaluation.cuts.back())
      << ", and judged by what came after.\n";
  PrintDue(out, "items", evaluation.items);
  if (evaluation.categories) {
    PrintDue(out, "categories", *evaluation.categories);
  } else {
    out << "\nThe catalogue has no categories: due times of items alone.\n";
  }
  PrintLapse(out, evaluation);
  PrintUsual(out, evaluation.usual);
  PrintFeedback(out, evaluation.feedback);
  out << "\n";
  PrintTargets(out, TargetsOf(evaluation));
  out << "\n"
      << FormatSeconds(evaluation.learning_seconds) << " to learn at one cut, "
      << FormatSeconds(evaluation.seconds) << " in all.\n";
}

}  // namespace rapport::cli
