#include "services/server/clienteling_adapter.h"

#include <utility>

#include "services/server/card_convert.h"
#include "services/server/errors.h"
#include "services/server/moment_stream.h"

namespace rapport::server {

ClientelingAdapter::ClientelingAdapter(const Store& store, const clienteling::CardMaker& cards,
                                       const MomentUseCases& moments, std::string time_zone,
                                       MomentFeed& feed, CallPolicy& policy)
    : store_(store),
      cards_(cards),
      moments_(moments, time_zone, policy),
      time_zone_(std::move(time_zone)),
      feed_(feed),
      policy_(policy),
      card_metrics_(policy.metrics().Method("ClientelingService/GetCustomerCard")),
      watch_metrics_(policy.metrics().Method("ClientelingService/WatchMoments")) {}

grpc::ServerUnaryReactor* ClientelingAdapter::GetCustomerCard(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* in,
                                                              grpc::ByteBuffer* out) {
  return policy_.Run<v1::GetCustomerCardRequest, v1::CustomerCard>(
      card_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Card(request, response); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ClientelingAdapter::WatchMoments(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new MomentStream(store_, feed_, watchers_, watch_metrics_, *context, *in);
}

grpc::Status ClientelingAdapter::Card(const v1::GetCustomerCardRequest& request,
                                      v1::CustomerCard* response) {
  Violations violations;
  FieldChecker check(violations);
  const clienteling::CardQuery query = ReadCard(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto card = cards_.Make(query);
  if (!card.ok())
    return ToGrpc(card.status(), absl::IsNotFound(card.status()) ? "CUSTOMER_UNKNOWN" : "");
  Write(*card, time_zone_, response);
  return grpc::Status::OK;
}

}  // namespace rapport::server
