#include "services/server/feedback_metrics.h"

#include <array>
#include <string_view>

namespace rapport::server {
namespace {

constexpr std::array<std::string_view, kOutcomeKinds> kOutcomeNames = {
    "not_relayed", "relayed",        "accepted",           "declined_not_now", "declined_never",
    "already_has", "bought_as_gift", "not_representative", "wrong_fact",       "uncomfortable"};
constexpr std::array<std::string_view, kInsightKinds> kInsightNames = {
    "likes",          "dislikes",    "allergic_to", "size",
    "owns_elsewhere", "avoid_topic", "note",        "complaint"};
constexpr std::array<std::string_view, 4> kConfidences = {"none", "thin", "fair", "strong"};

template <typename Kind, size_t count>
std::string NameOf(Kind kind, const std::array<std::string_view, count>& names, size_t first) {
  const size_t index = static_cast<size_t>(kind) - first;
  return std::string(index < count ? names[index] : "other");
}

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

bool IsAnswer(OutcomeKind kind) {
  return kind == OutcomeKind::kAccepted || kind == OutcomeKind::kDeclinedNotNow ||
         kind == OutcomeKind::kDeclinedNever;
}

}  // namespace

FeedbackMetrics::FeedbackMetrics(prometheus::Registry& registry)
    : outcomes_(Counters(registry, "rapport_outcomes_total",
                         "Outcomes reported, by kind and by what kind of thing was said.")),
      answers_(Counters(registry, "rapport_suggestion_answers_total",
                        "Suggestions that customers answered, by the confidence that they were "
                        "made with: the acceptance of each level.")),
      insights_(Counters(registry, "rapport_insights_total", "Insights reported, by kind.")),
      undone_(Counters(registry, "rapport_reports_undone_total", "Outcomes and insights undone.")
                  .Add({})) {
  for (const std::string_view confidence : kConfidences) {
    for (const char* answer : {"accepted", "declined"})
      answers_.Add({{"answer", answer}, {"confidence", std::string(confidence)}});
  }
  for (const std::string_view kind : kInsightNames) insights_.Add({{"kind", std::string(kind)}});
  for (const std::string_view kind : kOutcomeNames)
    outcomes_.Add({{"outcome", std::string(kind)}, {"claim", "none"}});
}

std::string FeedbackMetrics::ClaimLabel(const std::string& claim) {
  if (claim.empty()) return "none";
  const std::lock_guard lock(mutex_);
  if (claims_.size() < kMostClaims) claims_.insert(claim);
  return claims_.contains(claim) ? claim : "other";
}

void FeedbackMetrics::Reported(const Outcome& outcome) {
  outcomes_
      .Add({{"outcome", NameOf(outcome.kind, kOutcomeNames, 1)},
            {"claim", ClaimLabel(outcome.claim)}})
      .Increment();
  if (!IsAnswer(outcome.kind)) return;
  answers_
      .Add({{"answer", outcome.kind == OutcomeKind::kAccepted ? "accepted" : "declined"},
            {"confidence", NameOf(outcome.confidence, kConfidences, 0)}})
      .Increment();
}

void FeedbackMetrics::Reported(const Insight& insight) {
  insights_.Add({{"kind", NameOf(insight.kind, kInsightNames, 1)}}).Increment();
}

}  // namespace rapport::server
