#include "services/server/feedback_calls.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "services/recommender/field_errors.h"
#include "services/server/errors.h"
#include "services/server/feedback_convert.h"
#include "services/server/lists.h"
#include "services/server/page_token.h"

namespace rapport::server {
namespace {

constexpr int kMostNamed = 10;  // items of a subject

grpc::Status Refused(const absl::Status& status) {
  Violations violations;
  for (FieldError& error : FieldErrorsOf(status))
    violations.Add(std::move(error.path), std::move(error.description));
  if (!violations.empty()) return InvalidArgument(violations);
  if (absl::IsNotFound(status)) return ToGrpc(status, "UNKNOWN_ID");
  return ToGrpc(status);
}

// A page of the customer's reports of one kind, the latest first. `add` adds one to the response.
template <typename Kind, typename Request, typename Response, typename Add>
grpc::Status ListReports(const Store& store, std::string_view call, const Request& request,
                         Response* response, const Add& add) {
  Violations violations;
  FieldChecker check(violations);
  check.RequiredId("customer_id", request.customer_id());
  const auto page_size =
      static_cast<size_t>(check.Count("page_size", request.page_size(), 100, kMaxBatch));
  std::optional<PurchaseCursor> after;
  if (!request.page_token().empty()) {
    const auto cursor = ReadPageToken(call, request.customer_id(), request.page_token());
    if (cursor) after = DecodeCursor(*cursor);
    if (!after) check.Fail("page_token", "expected a next_page_token of this call and customer");
  }
  if (!violations.empty()) return InvalidArgument(violations);
  const auto view = store.View(request.customer_id());
  if (!view.ok()) return ToGrpc(view.status());
  std::vector<const Reported*> page;
  const auto& reports = (*view)->history.reports;
  if (reports.empty()) {
    const auto customer = store.GetCustomer(request.customer_id());
    if (!customer.ok()) return ToGrpc(customer.status());
    if (!*customer)
      return ToGrpc(absl::NotFoundError("nothing is known of this customer"), "CUSTOMER_UNKNOWN");
  }
  for (auto each = reports.rbegin(); each != reports.rend(); ++each) {
    if (!std::holds_alternative<Kind>(each->report)) continue;
    const bool later = after && std::tuple(TimeOf(*each), EventIdOf(*each)) >=
                                    std::tuple(after->purchased_at, after->event_id);
    if (!later) page.push_back(&*each);
    if (page.size() > page_size) break;
  }
  const bool more = page.size() > page_size;
  if (more) page.pop_back();
  for (const Reported* reported : page) add(*reported);
  if (more) {
    response->set_next_page_token(
        MakePageToken(call, request.customer_id(),
                      EncodeCursor({TimeOf(*page.back()), EventIdOf(*page.back())})));
  }
  return grpc::Status::OK;
}

}  // namespace

FeedbackCalls::FeedbackCalls(const Store& store, const clienteling::Feedback& feedback, Clock clock)
    : store_(store), feedback_(feedback), clock_(std::move(clock)) {}

grpc::Status FeedbackCalls::Record(const v1::RecordOutcomeRequest& request,
                                   v1::RecordOutcomeResponse* response) const {
  Violations violations;
  FieldChecker check(violations);
  Outcome outcome = ReadOutcome(request, clock_(), check);
  const clienteling::EffectQuery effect = ReadEffect(request.effect(), check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto recorded = feedback_.Record(std::move(outcome), effect);
  if (!recorded.ok()) return Refused(recorded.status());
  WriteOutcome(recorded->reported, response->mutable_outcome());
  response->set_duplicate(recorded->duplicate);
  Write(recorded->effect, effect, response->mutable_effect());
  return grpc::Status::OK;
}

grpc::Status FeedbackCalls::Record(const v1::RecordInsightRequest& request,
                                   v1::RecordInsightResponse* response) const {
  Violations violations;
  FieldChecker check(violations);
  Insight insight = ReadInsight(request, clock_(), check);
  const clienteling::EffectQuery effect = ReadEffect(request.effect(), check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto recorded = feedback_.Record(std::move(insight), effect);
  if (!recorded.ok()) return Refused(recorded.status());
  WriteInsight(recorded->reported, response->mutable_insight());
  response->set_duplicate(recorded->duplicate);
  response->set_items_named(std::ssize(recorded->items_named));
  for (const auto& named : recorded->items_named) {
    if (response->items_size() == kMostNamed) break;
    v1::Item& item = *response->add_items();
    item.set_item_id(named->item_id);
    item.set_title(named->title);
  }
  Write(recorded->effect, effect, response->mutable_effect());
  return grpc::Status::OK;
}

grpc::Status FeedbackCalls::Undo(const v1::UndoReportRequest& request,
                                 v1::UndoReportResponse* response) const {
  Violations violations;
  FieldChecker check(violations);
  check.RequiredId("customer_id", request.customer_id());
  check.RequiredId("report_id", request.report_id());
  check.OptionalId("staff_id", request.staff_id());
  const clienteling::EffectQuery effect = ReadEffect(request.effect(), check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto undone =
      feedback_.Undo(request.customer_id(), request.report_id(), request.staff_id(), effect);
  if (!undone.ok()) return Refused(undone.status());
  response->set_duplicate(undone->duplicate);
  Write(undone->effect, effect, response->mutable_effect());
  return grpc::Status::OK;
}

grpc::Status FeedbackCalls::List(const v1::ListOutcomesRequest& request,
                                 v1::ListOutcomesResponse* response) const {
  return ListReports<Outcome>(
      store_, "ClientelingService/ListOutcomes", request, response,
      [&](const Reported& reported) { WriteOutcome(reported, response->add_outcomes()); });
}

grpc::Status FeedbackCalls::List(const v1::ListInsightsRequest& request,
                                 v1::ListInsightsResponse* response) const {
  return ListReports<Insight>(
      store_, "ClientelingService/ListInsights", request, response,
      [&](const Reported& reported) { WriteInsight(reported, response->add_insights()); });
}

}  // namespace rapport::server
