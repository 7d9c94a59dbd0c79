#include "services/server/clienteling_adapter.h"

#include <string>
#include <utility>

#include "services/clienteling/customers_for_item.h"
#include "services/server/card_convert.h"
#include "services/server/errors.h"
#include "services/server/hand_off_convert.h"
#include "services/server/moment_stream.h"

namespace rapport::server {

ClientelingAdapter::ClientelingAdapter(ClientelingParts parts, CallPolicy& policy)
    : parts_(std::move(parts)),
      policy_(policy),
      feedback_(parts_.store, parts_.feedback, parts_.clock),
      moments_(parts_.moments, parts_.time_zone, policy),
      card_metrics_(Metrics("GetCustomerCard")),
      outcome_metrics_(Metrics("RecordOutcome")),
      insight_metrics_(Metrics("RecordInsight")),
      undo_metrics_(Metrics("UndoReport")),
      list_outcomes_metrics_(Metrics("ListOutcomes")),
      list_insights_metrics_(Metrics("ListInsights")),
      hand_off_metrics_(Metrics("GetHandOff")),
      for_item_metrics_(Metrics("SuggestCustomersForItem")),
      merge_metrics_(Metrics("MergeCustomers")),
      watch_metrics_(Metrics("WatchMoments")) {}

MethodMetrics& ClientelingAdapter::Metrics(std::string_view call) {
  return policy_.metrics().Method("ClientelingService/" + std::string(call));
}

grpc::ServerUnaryReactor* ClientelingAdapter::GetCustomerCard(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* in,
                                                              grpc::ByteBuffer* out) {
  return policy_.Run<v1::GetCustomerCardRequest, v1::CustomerCard>(
      card_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Card(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::RecordOutcome(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return policy_.Run<v1::RecordOutcomeRequest, v1::RecordOutcomeResponse>(
      outcome_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return feedback_.Record(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::RecordInsight(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return policy_.Run<v1::RecordInsightRequest, v1::RecordInsightResponse>(
      insight_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return feedback_.Record(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::UndoReport(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return policy_.Run<v1::UndoReportRequest, v1::UndoReportResponse>(
      undo_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return feedback_.Undo(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::ListOutcomes(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  return policy_.Run<v1::ListOutcomesRequest, v1::ListOutcomesResponse>(
      list_outcomes_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return feedback_.List(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::ListInsights(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  return policy_.Run<v1::ListInsightsRequest, v1::ListInsightsResponse>(
      list_insights_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return feedback_.List(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::GetHandOff(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return policy_.Run<v1::GetHandOffRequest, v1::HandOff>(
      hand_off_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return HandOff(request, response); });
}

grpc::ServerUnaryReactor* ClientelingAdapter::SuggestCustomersForItem(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.RunBehind<v1::SuggestCustomersForItemRequest, v1::SuggestCustomersForItemResponse>(
      for_item_metrics_, context, in, out, [this, context](const auto& request, auto* response) {
        return ForItem(request, *context, response);
      });
}

grpc::ServerUnaryReactor* ClientelingAdapter::MergeCustomers(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* in,
                                                             grpc::ByteBuffer* out) {
  return policy_.RunBehind<v1::MergeCustomersRequest, v1::MergeCustomersResponse>(
      merge_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Merge(request, response); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ClientelingAdapter::WatchMoments(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new MomentStream(parts_.store, parts_.mask, parts_.feed, watchers_, watch_metrics_,
                          *context, *in);
}

grpc::Status ClientelingAdapter::Card(const v1::GetCustomerCardRequest& request,
                                      v1::CustomerCard* response) {
  Violations violations;
  FieldChecker check(violations);
  const clienteling::CardQuery query = ReadCard(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto card = parts_.cards.Make(query);
  if (!card.ok())
    return ToGrpc(card.status(), absl::IsNotFound(card.status()) ? "CUSTOMER_UNKNOWN" : "");
  Write(*card, parts_.time_zone, response);
  return grpc::Status::OK;
}

grpc::Status ClientelingAdapter::HandOff(const v1::GetHandOffRequest& request,
                                         v1::HandOff* response) {
  Violations violations;
  FieldChecker check(violations);
  const clienteling::HandOffQuery query = ReadHandOff(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto packet = parts_.hand_offs.Make(query);
  if (!packet.ok())
    return ToGrpc(packet.status(), absl::IsNotFound(packet.status()) ? "CUSTOMER_UNKNOWN" : "");
  Write(*packet, response);
  return grpc::Status::OK;
}

grpc::Status ClientelingAdapter::ForItem(const v1::SuggestCustomersForItemRequest& request,
                                         const grpc::CallbackServerContext& context,
                                         v1::SuggestCustomersForItemResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const clienteling::ReverseQuery query = ReadReverse(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto found = clienteling::CustomersForItem(parts_.reverse, query, parts_.clock(),
                                                   [&context] { return context.IsCancelled(); });
  if (!found.ok()) return ToGrpc(found.status());
  Write(*found, query.pool, response);
  return grpc::Status::OK;
}

grpc::Status ClientelingAdapter::Merge(const v1::MergeCustomersRequest& request,
                                       v1::MergeCustomersResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  check.RequiredId("from_customer_id", request.from_customer_id());
  check.RequiredId("into_customer_id", request.into_customer_id());
  if (!violations.empty()) return InvalidArgument(violations);
  const auto result =
      parts_.store.MergeCustomersAndWait(request.from_customer_id(), request.into_customer_id());
  if (!result.ok())
    return ToGrpc(result.status(), absl::IsNotFound(result.status()) ? "CUSTOMER_UNKNOWN" : "");
  response->set_customer_id(result->merged.into_customer_id);
  response->set_purchases(static_cast<int64_t>(result->merged.purchases));
  response->set_reports(static_cast<int64_t>(result->merged.reports));
  response->set_duplicates(static_cast<int64_t>(result->merged.duplicates));
  response->set_moments(static_cast<int64_t>(result->merged.moments));
  response->set_done_before(result->done_before);
  return grpc::Status::OK;
}

}  // namespace rapport::server
