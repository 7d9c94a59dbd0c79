#include "services/server/purchase_adapter.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/import_stream.h"
#include "services/server/page_token.h"
#include "services/server/purchase_batch.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListCall = "ListPurchases";
// A page ends early rather than grow past what a client takes by default (4 MiB).
constexpr size_t kMaxPageBytes = size_t{3} << 20;

void WriteResults(const PurchaseBatch& batch, const AppendResult& appended, Metrics& metrics,
                  v1::RecordPurchasesResponse& response) {
  std::vector<v1::RecordResult> results = batch.Results(appended.events, metrics);
  for (size_t line = 0; line < results.size(); ++line) {
    auto* list = line < batch.purchase_count() ? response.mutable_purchase_results()
                                               : response.mutable_return_results();
    *list->Add() = std::move(results[line]);
  }
  response.set_sequence(appended.sequence);
}

}  // namespace

PurchaseAdapter::PurchaseAdapter(Store& store, Clock clock, CallPolicy& policy)
    : store_(store),
      clock_(std::move(clock)),
      policy_(policy),
      record_metrics_(policy.metrics().Method("PurchaseService/RecordPurchases")),
      import_metrics_(policy.metrics().Method("PurchaseService/ImportPurchases")),
      list_metrics_(policy.metrics().Method("PurchaseService/ListPurchases")) {}

grpc::ServerUnaryReactor* PurchaseAdapter::RecordPurchases(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in,
                                                           grpc::ByteBuffer* out) {
  return policy_.Start<v1::RecordPurchasesRequest, v1::RecordPurchasesResponse>(
      record_metrics_, context, in, out, [this](auto* call) { Record(call); });
}

void PurchaseAdapter::Record(
    TypedCall<v1::RecordPurchasesRequest, v1::RecordPurchasesResponse>* call) {
  const v1::RecordPurchasesRequest& request = call->request();
  grpc::Status size = PurchaseBatch::CheckSize(request.purchases(), request.returns());
  if (!size.ok()) return call->Reply(std::move(size));
  auto batch = std::make_shared<PurchaseBatch>(request.purchases(), request.returns(), clock_());
  Metrics& metrics = policy_.metrics();
  if (!batch->HasEvents()) {
    WriteResults(*batch, {{}, store_.LastSequence()}, metrics, call->response());
    return call->Reply(grpc::Status::OK);
  }
  store_.Append(batch->TakeEvents(),
                [call, batch, &metrics](const absl::StatusOr<AppendResult>& appended) {
                  if (appended.ok()) WriteResults(*batch, *appended, metrics, call->response());
                  call->Reply(ToGrpc(appended.status()));
                });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* PurchaseAdapter::ImportPurchases(
    grpc::CallbackServerContext* context) {
  return new ImportStream(store_, clock_, policy_.metrics(), import_metrics_, *context);
}

grpc::ServerUnaryReactor* PurchaseAdapter::ListPurchases(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return policy_.Run<v1::ListPurchasesRequest, v1::ListPurchasesResponse>(
      list_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return List(request, response); });
}

grpc::Status PurchaseAdapter::List(const v1::ListPurchasesRequest& request,
                                   v1::ListPurchasesResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  check.RequiredId("customer_id", request.customer_id());
  const auto page_size =
      static_cast<size_t>(check.Count("page_size", request.page_size(), 100, kMaxBatch));
  std::optional<PurchaseCursor> after;
  if (!request.page_token().empty()) {
    const auto cursor = ReadPageToken(kListCall, request.customer_id(), request.page_token());
    if (cursor) after = DecodeCursor(*cursor);
    if (!after) check.Fail("page_token", "expected a next_page_token of this call and customer");
  }
  if (!violations.empty()) return InvalidArgument(violations);

  const auto history = store_.History(request.customer_id());
  if (!history.ok()) return ToGrpc(history.status());
  const std::vector<HistoryLine>& lines = history->lines;  // oldest first
  if (lines.empty()) {
    const auto customer = store_.GetCustomer(request.customer_id());
    if (!customer.ok()) return ToGrpc(customer.status());
    if (!*customer)
      return ToGrpc(absl::NotFoundError("nothing is known of this customer"), "CUSTOMER_UNKNOWN");
  }
  const auto place = [](const HistoryLine& line) {
    return std::tie(line.purchase.purchased_at, line.purchase.event_id);
  };
  auto end = lines.end();  // what is listed comes before this
  if (after) {
    end = std::lower_bound(
        lines.begin(), lines.end(), std::tie(after->purchased_at, after->event_id),
        [&place](const HistoryLine& line, const auto& cursor) { return place(line) < cursor; });
  }
  size_t bytes = 0;
  while (end != lines.begin() && static_cast<size_t>(response->purchases_size()) < page_size &&
         bytes < kMaxPageBytes) {
    --end;
    ToProto(*end, response->add_purchases());
    bytes += response->purchases(response->purchases_size() - 1).ByteSizeLong();
  }
  if (end != lines.begin()) {
    response->set_next_page_token(
        MakePageToken(kListCall, request.customer_id(),
                      EncodeCursor({end->purchase.purchased_at, end->purchase.event_id})));
  }
  return grpc::Status::OK;
}

}  // namespace rapport::server
