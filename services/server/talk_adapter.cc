#include "services/server/talk_adapter.h"

#include <string>

#include "services/server/errors.h"
#include "services/server/talk_convert.h"

namespace rapport::server {

TalkAdapter::TalkAdapter(const talk::Talker& talker, CallPolicy& policy)
    : talker_(talker),
      policy_(policy),
      talk_metrics_(policy.metrics().Method("TalkService/GetTalkingPoints")) {}

grpc::ServerUnaryReactor* TalkAdapter::GetTalkingPoints(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return policy_.Run<v1::GetTalkingPointsRequest, v1::GetTalkingPointsResponse>(
      talk_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return TalkingPoints(request, response); });
}

grpc::Status TalkAdapter::TalkingPoints(const v1::GetTalkingPointsRequest& request,
                                        v1::GetTalkingPointsResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const talk::TalkQuery query = ReadTalk(request, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto talk = talker_.TalkingPoints(query);
  if (!talk.ok()) {
    const absl::Status& status = talk.status();
    if (absl::IsInvalidArgument(status))
      return InvalidArgument("token", std::string(status.message()));
    if (absl::IsFailedPrecondition(status)) return ToGrpc(status, "MODEL_NOT_KEPT");
    if (absl::IsNotFound(status)) return ToGrpc(status, "NOT_EXPLAINABLE");
    return ToGrpc(status);
  }
  policy_.metrics().Talked(*talk);
  Write(*talk, request.role() != v1::TALK_ROLE_CUSTOMER, response);
  return grpc::Status::OK;
}

}  // namespace rapport::server
