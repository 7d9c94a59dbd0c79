#include "services/server/metrics.h"

#include <utility>
#include <vector>

#include "services/server/errors.h"

namespace rapport::server {
namespace {

using clienteling::NameOf;
using Buckets = prometheus::Histogram::BucketBoundaries;

const Buckets& RequestSeconds() {
  static const Buckets buckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                  0.05,   0.1,     0.25,   0.5,   1,      2.5,   10};
  return buckets;
}

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Histogram& OneHistogram(prometheus::Registry& registry, const std::string& name,
                                    const std::string& help, const Buckets& buckets) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

LineCounters Lines(prometheus::Registry& registry, const std::string& name,
                   const std::string& help) {
  auto& family = Counters(registry, name, help);
  return {family.Add({{"result", "accepted"}}), family.Add({{"result", "duplicate"}}),
          family.Add({{"result", "conflict"}}), family.Add({{"result", "rejected"}})};
}

SourceCounters Sources(prometheus::Registry& registry) {
  auto& family = Counters(registry, "rapport_suggestions_served_total",
                          "Suggested items, by what their score rests on.");
  return {family.Add({{"source", "personal"}}), family.Add({{"source", "popular"}})};
}

TrainingCounters Trainings(prometheus::Registry& registry) {
  auto& family = Counters(registry, "rapport_training_runs_total", "Trainings that ended.");
  return {family.Add({{"result", "succeeded"}}), family.Add({{"result", "failed"}}),
          family.Add({{"result", "cancelled"}}), family.Add({{"result", "rejected"}}),
          family.Add({{"result", "too_little"}})};
}

TalkCounters Talks(prometheus::Registry& registry) {
  auto& talks = Counters(registry, "rapport_talks_total", "Talks that were prepared, by mode.");
  auto& points = Counters(registry, "rapport_talking_points_total",
                          "Items that were spoken of, and items asked about that were not.");
  return {talks.Add({{"mode", "suggest"}}),  talks.Add({{"mode", "ask_first"}}),
          talks.Add({{"mode", "listen"}}),   talks.Add({{"mode", "hand_over"}}),
          points.Add({{"result", "given"}}), points.Add({{"result", "withheld"}})};
}

MomentCounters Moments(prometheus::Registry& registry) {
  auto& family = Counters(registry, "rapport_moments_total",
                          "Moments told, new or moved by a purchase that arrived late.");
  return {family.Add({{"kind", "first_order"}}), family.Add({{"kind", "first_in_category"}}),
          family.Add({{"kind", "nth_order"}})};
}

// "no_consent" of "NO_CONSENT".
std::string Label(std::string_view name) {
  std::string label(name);
  for (char& letter : label) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return label;
}

MomentListFigures MomentLists(prometheus::Registry& registry) {
  static constexpr std::array kFates = {"claimed", "contacted", "not_reached", "skipped", "wrong"};
  auto& listed = Counters(registry, "rapport_moments_listed_total", "Moments listed for staff.");
  auto& suppressed =
      Counters(registry, "rapport_moments_suppressed_total", "Moments kept back, by the reason.");
  auto& claims = Counters(registry, "rapport_moment_claims_total",
                          "Moments that staff took on, and how they ended.");
  MomentListFigures figures{};
  for (size_t at = 0; at < kOccasions; ++at) {
    const std::string kind = Label(NameOf(static_cast<Occasion>(at + 1)));
    figures.listed[at] = &listed.Add({{"kind", kind}});
    for (size_t fate = 0; fate < kFates.size(); ++fate)
      figures.claims[at][fate] = &claims.Add({{"kind", kind}, {"fate", kFates[fate]}});
  }
  for (size_t by = 0; by < figures.suppressed.size(); ++by) {
    const auto name = NameOf(static_cast<clienteling::SuppressedBy>(by));
    figures.suppressed[by] = &suppressed.Add({{"reason", Label(name)}});
  }
  return figures;
}

ShadowFigures ShadowFiguresIn(prometheus::Registry& registry) {
  auto& requests =
      Counters(registry, "rapport_shadow_requests_total",
               "Requests of the sample that the model in the shadow was to answer too.");
  auto& seconds = prometheus::BuildHistogram()
                      .Name("rapport_shadow_seconds")
                      .Help(
                          "Time of an answer, by the running model and by the one in the shadow, "
                          "in turns on one thread at low priority.")
                      .Register(registry);
  return {requests.Add({{"result", "compared"}}),
          requests.Add({{"result", "dropped"}}),
          requests.Add({{"result", "failed"}}),
          OneHistogram(registry, "rapport_shadow_overlap",
                       "Part of a list that the other model's list has too.",
                       {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}),
          seconds.Add({{"model", "running"}}, RequestSeconds()),
          seconds.Add({{"model", "shadow"}}, RequestSeconds())};
}

}  // namespace

MethodMetrics::MethodMetrics(std::string name, prometheus::Family<prometheus::Counter>& requests,
                             prometheus::Histogram& seconds, prometheus::Gauge& in_flight)
    : name_(std::move(name)), requests_(requests), seconds_(seconds), in_flight_(in_flight) {
  ByCode(grpc::StatusCode::OK);  // a method that was never called shows as 0
}

void MethodMetrics::Ended(grpc::StatusCode code, double seconds) {
  in_flight_.Decrement();
  seconds_.Observe(seconds);
  ByCode(code).Increment();
}

prometheus::Counter& MethodMetrics::ByCode(grpc::StatusCode code) {
  auto index = static_cast<size_t>(code);
  if (index >= by_code_.size()) index = grpc::StatusCode::UNKNOWN;
  prometheus::Counter* counter = by_code_[index].load(std::memory_order_acquire);
  if (counter == nullptr) {  // two threads may come here together: Add gives both the same one
    counter = &requests_.Add(
        {{"method", name_}, {"code", std::string(CodeName(static_cast<grpc::StatusCode>(index)))}});
    by_code_[index].store(counter, std::memory_order_release);
  }
  return *counter;
}

Metrics::Metrics(std::string_view version)
    : registry_(std::make_shared<prometheus::Registry>()),
      purchases(Lines(*registry_, "rapport_purchases_total", "Purchase lines received.")),
      returns(Lines(*registry_, "rapport_returns_total", "Return lines received.")),
      suggestions(Sources(*registry_)),
      model_load_failures(Counters(*registry_, "rapport_model_load_failures_total",
                                   "Model files that were refused.")
                              .Add({})),
      store_refuses_writes(Gauges(*registry_, "rapport_store_refuses_writes",
                                  "1 after a write failed: nothing is recorded until a restart.")
                               .Add({})),
      history_lines(OneHistogram(*registry_, "rapport_history_lines",
                                 "Order lines behind a list of suggestions.",
                                 {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000})),
      ungrounded_text(Counters(*registry_, "rapport_ungrounded_text_total",
                               "Sentences that the verifier kept back because they were not so.")
                          .Add({})),
      feedback(*registry_),
      residual_exceeded_(Counters(*registry_, "rapport_explain_residual_exceeded_total",
                                  "Explanations refused because they did not sum to the score.")
                             .Add({})),
      residual_(OneHistogram(*registry_, "rapport_explain_residual",
                             "|contributions - score| / max(1, |score|) of explanations.",
                             {0, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9})),
      batch_events_(OneHistogram(*registry_, "rapport_commit_batch_events",
                                 "Events accepted by one synced write.",
                                 {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20000})),
      sync_seconds_(OneHistogram(*registry_, "rapport_commit_sync_seconds",
                                 "Time of one synced write.", RequestSeconds())),
      visible_seconds_(OneHistogram(*registry_, "rapport_purchase_visible_seconds",
                                    "From a write's arrival until the next suggestion sees it.",
                                    RequestSeconds())),
      trainings_(Trainings(*registry_)),
      training_seconds_(OneHistogram(*registry_, "rapport_training_seconds",
                                     "Duration of trainings, whatever their result.",
                                     {0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 7200})),
      training_last_success_(Gauges(*registry_, "rapport_training_last_success_timestamp_seconds",
                                    "When the last successful training ended; 0: never.")
                                 .Add({})),
      shadow_(ShadowFiguresIn(*registry_)),
      talks_(Talks(*registry_)),
      moments_(Moments(*registry_)),
      moment_lists_(MomentLists(*registry_)),
      requests_(Counters(*registry_, "rapport_grpc_requests_total", "Calls that ended.")),
      request_seconds_(prometheus::BuildHistogram()
                           .Name("rapport_grpc_request_seconds")
                           .Help("From a call's admission until its reply was handed to gRPC.")
                           .Register(*registry_)),
      requests_in_flight_(Gauges(*registry_, "rapport_grpc_in_flight",
                                 "Calls that were admitted and run or wait.")) {
  Gauges(*registry_, "rapport_build_info", "1, with the version of the server as a label.")
      .Add({{"version", std::string(version)}})
      .Set(1);
}

MethodMetrics& Metrics::Method(const std::string& name) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<MethodMetrics>& method = methods_[name];
  if (!method) {
    method = std::make_unique<MethodMetrics>(
        name, requests_, request_seconds_.Add({{"method", name}}, RequestSeconds()),
        requests_in_flight_.Add({{"method", name}}));
  }
  return *method;
}

void Metrics::Committed(const CommitReport& report) {
  batch_events_.Observe(static_cast<double>(report.events));
  sync_seconds_.Observe(report.sync_seconds);
  if (report.events > 0) visible_seconds_.Observe(report.visible_seconds);
}

void Metrics::Trained(const TrainingStatus& status) {
  training_seconds_.Observe(status.elapsed_seconds);
  switch (status.state) {
    case TrainingState::kSucceeded: {
      trainings_.succeeded.Increment();
      const double began = static_cast<double>(status.started_at.time_since_epoch().count()) / 1e6;
      return training_last_success_.Set(began + status.elapsed_seconds);
    }
    case TrainingState::kCancelled:
      return trainings_.cancelled.Increment();
    case TrainingState::kRejected:
      return trainings_.rejected.Increment();
    case TrainingState::kTooLittle:
      return trainings_.too_little.Increment();
    case TrainingState::kFailed:
    case TrainingState::kRunning:
      return trainings_.failed.Increment();
  }
}

void Metrics::Shadowed(const ShadowEvent& event) {
  switch (event.result) {
    case ShadowEvent::Result::kDropped:
      return shadow_.dropped.Increment();
    case ShadowEvent::Result::kFailed:
      return shadow_.failed.Increment();
    case ShadowEvent::Result::kCompared:
      shadow_.compared.Increment();
      shadow_.overlap.Observe(event.overlap);
      shadow_.running_seconds.Observe(event.running_seconds);
      shadow_.shadow_seconds.Observe(event.shadow_seconds);
  }
}

void Metrics::Explained(double relative_residual, bool exceeded) {
  residual_.Observe(relative_residual);
  if (exceeded) residual_exceeded_.Increment();
}

void Metrics::Talked(const talk::Talk& talk) {
  switch (talk.mode.mode) {
    case talk::Mode::kSuggest:
      talks_.suggest.Increment();
      break;
    case talk::Mode::kAskFirst:
      talks_.ask_first.Increment();
      break;
    case talk::Mode::kListen:
      talks_.listen.Increment();
      break;
    case talk::Mode::kHandOver:
      talks_.hand_over.Increment();
      break;
  }
  talks_.points.Increment(static_cast<double>(talk.points.size()));
  talks_.withheld.Increment(static_cast<double>(talk.withheld.size()));
}

void Metrics::Told(std::span<const Moment> moments) {
  for (const Moment& moment : moments) {
    switch (moment.kind) {
      case MomentKind::kFirstOrder:
        moments_.first_order.Increment();
        break;
      case MomentKind::kFirstInCategory:
        moments_.first_in_category.Increment();
        break;
      case MomentKind::kNthOrder:
        moments_.nth_order.Increment();
        break;
    }
  }
}

void Metrics::Listed(const clienteling::MomentList& list) {
  for (const clienteling::ListedMoment& each : list.listed)
    moment_lists_.listed[static_cast<size_t>(each.moment.occasion) - 1]->Increment();
  for (const clienteling::SuppressedMoment& each : list.suppressed)
    moment_lists_.suppressed[static_cast<size_t>(each.by)]->Increment();
}

void Metrics::Claimed(const MomentClaim& claim) {
  const size_t fate = claim.fate ? static_cast<size_t>(*claim.fate) : 0;
  moment_lists_.claims[static_cast<size_t>(claim.occasion) - 1][fate]->Increment();
}

void Metrics::SetLastTraining(TimePoint trained_at) {
  training_last_success_.Set(static_cast<double>(trained_at.time_since_epoch().count()) / 1e6);
}

}  // namespace rapport::server
