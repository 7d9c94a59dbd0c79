#include "services/recommender/gate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace rapport {
namespace {

// A method that the candidate must not be below.
struct Hurdle {
  std::string_view method;
  Pool pool;
};
constexpr std::array<Hurdle, 6> kHurdles = {{
    {"running", Pool::kNewToCustomer},
    {"running", Pool::kAny},
    {"popularity", Pool::kNewToCustomer},
    {"popularity", Pool::kAny},
    {"personal-frequency", Pool::kAny},
    {"trend+repeat", Pool::kAny},
}};

std::string Fixed(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.4f", value);
  return text;
}

std::string Items(Pool pool) { return pool == Pool::kNewToCustomer ? "new items" : "all items"; }

std::string Named(std::string_view method) {
  return method == "running" ? "the running model" : std::string(method);
}

// `rows` or `comparisons` of a report: the one of a method and pool, or null.
template <typename Entry>
const Entry* Find(const std::vector<Entry>& entries, const Hurdle& hurdle) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.method == hurdle.method && entry.pool == hurdle.pool;
  });
  return found == entries.end() ? nullptr : &*found;
}

// "ndcg@20 0.1410 on new items, 0.0130 below popularity (95 %: 0.0040 to 0.0220 below, 412
// customers)".
std::string Shortfall(const std::string& metric, const Hurdle& hurdle, double ours,
                      const MeanDifference& difference, int64_t customers) {
  return absl::StrCat(metric, " ", Fixed(ours), " on ", Items(hurdle.pool), ", ",
                      Fixed(-difference.mean), " below ", Named(hurdle.method),
                      " (95 %: ", Fixed(-difference.high), " to ", Fixed(-difference.low),
                      " below, ", customers, " customers)");
}

bool AllFinite(const ModelSnapshot& model) {
  for (const Taste& taste : model.tastes) {
    if (!taste.factors.allFinite() || !taste.spectrum.allFinite()) return false;
  }
  return model.popularity.allFinite();
}

}  // namespace

Verdict JudgeCandidate(const ModelSnapshot& candidate) {
  if (!AllFinite(candidate))
    return {
        .publish = false, .sound = false, .reason = "the model has numbers that are not finite"};
  const EvaluationReport& report = candidate.evaluation;
  std::vector<std::string> shortfalls;
  bool judged = false;
  for (const Hurdle& hurdle : kHurdles) {
    const EvaluationRow* ours = Find(report.rows, {"rapport", hurdle.pool});
    const EvaluationComparison* against = Find(report.comparisons, hurdle);
    if (ours == nullptr || against == nullptr || ours->customers < kLeastJudgedCustomers) continue;
    judged = true;
    if (against->recall.SignificantlyBelow()) {
      shortfalls.push_back(
          Shortfall("recall@20", hurdle, ours->recall, against->recall, ours->customers));
    }
    if (against->ndcg.SignificantlyBelow()) {
      shortfalls.push_back(
          Shortfall("ndcg@20", hurdle, ours->ndcg, against->ndcg, ours->customers));
    }
  }
  if (!shortfalls.empty()) return {.publish = false, .reason = absl::StrJoin(shortfalls, "; ")};
  if (judged) return {};
  return {.reason = absl::StrCat("published without a judgement: fewer than ",
                                 kLeastJudgedCustomers, " customers came back in the last window")};
}

}  // namespace rapport
