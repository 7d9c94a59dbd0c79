#include "services/server/purchase_adapter.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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

grpc::Status WriteResults(const PurchaseBatch& batch, const AppendResult& appended,
                          const clienteling::MomentMask& mask, Metrics& metrics,
                          v1::RecordPurchasesResponse& response) {
  std::vector<v1::RecordResult> results = batch.Results(appended.events, metrics);
  for (size_t line = 0; line < results.size(); ++line) {
    auto* list = line < batch.purchase_count() ? response.mutable_purchase_results()
                                               : response.mutable_return_results();
    *list->Add() = std::move(results[line]);
  }
  response.set_sequence(appended.sequence);
  for (const Moment& moment : appended.moments) {
    const auto told = mask.Of(moment);
    if (!told.ok()) return ToGrpc(told.status());
    if (*told) ToProto(**told, response.add_moments());
  }
  return grpc::Status::OK;
}

// One page of `lines`, which are oldest first, from the latest that comes before `after`.
void WritePage(const std::vector<HistoryLine>& lines, const std::optional<PurchaseCursor>& after,
               int page_size, const std::string& customer_id, v1::ListPurchasesResponse& response) {
  auto end = lines.end();  // what is listed comes before this
  if (after) {
    end = std::partition_point(lines.begin(), lines.end(), [&after](const HistoryLine& line) {
      return std::tie(line.purchase.purchased_at, line.purchase.event_id) <
             std::tie(after->purchased_at, after->event_id);
    });
  }
  size_t bytes = 0;
  while (end != lines.begin() && response.purchases_size() < page_size && bytes < kMaxPageBytes) {
    --end;
    v1::RecordedPurchase* proto = response.add_purchases();
    ToProto(*end, proto);
    bytes += proto->ByteSizeLong();
  }
  if (end == lines.begin()) return;
  const std::string cursor = EncodeCursor({end->purchase.purchased_at, end->purchase.event_id});
  response.set_next_page_token(MakePageToken(kListCall, customer_id, cursor));
}

}  // namespace

PurchaseAdapter::PurchaseAdapter(Store& store, const clienteling::MomentMask& mask, Clock clock,
                                 CallPolicy& policy)
    : store_(store),
      mask_(mask),
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
    return call->Reply(
        WriteResults(*batch, {{}, store_.LastSequence(), {}}, mask_, metrics, call->response()));
  }
  store_.Append(batch->TakeEvents(), [call, batch, this,
                                      &metrics](const absl::StatusOr<AppendResult>& appended) {
    call->Reply(appended.ok() ? WriteResults(*batch, *appended, mask_, metrics, call->response())
                              : ToGrpc(appended.status()));
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
  const int page_size = check.Count("page_size", request.page_size(), 100, kMaxBatch);
  std::optional<PurchaseCursor> after;
  if (!request.page_token().empty()) {
    const auto cursor = ReadPageToken(kListCall, request.customer_id(), request.page_token());
    if (cursor) after = DecodeCursor(*cursor);
    if (!after) check.Fail("page_token", "expected a next_page_token of this call and customer");
  }
  if (!violations.empty()) return InvalidArgument(violations);

  const auto history = store_.History(request.customer_id());
  if (!history.ok()) return ToGrpc(history.status());
  if (history->lines.empty()) {
    const auto customer = store_.GetCustomer(request.customer_id());
    if (!customer.ok()) return ToGrpc(customer.status());
    if (!*customer) {
      return ToGrpc(absl::NotFoundError("nothing is known of this customer"), "CUSTOMER_UNKNOWN");
    }
  }
  WritePage(history->lines, after, page_size, request.customer_id(), *response);
  return grpc::Status::OK;
}

}  // namespace rapport::server
