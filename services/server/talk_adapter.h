// TalkAdapter: TalkService over the use case. Decides nothing. gRPC's threads call it.
#pragma once

#include "rapport/v1/talk_service.grpc.pb.h"
#include "services/server/call_policy.h"
#include "services/talk/talker.h"

namespace rapport::server {

using RawTalkService =
    v1::TalkService::WithRawCallbackMethod_GetTalkingPoints<v1::TalkService::Service>;

class TalkAdapter final : public RawTalkService {
 public:
  // Both must outlive every call.
  TalkAdapter(const talk::Talker& talker, CallPolicy& policy);

  grpc::ServerUnaryReactor* GetTalkingPoints(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;

 private:
  grpc::Status TalkingPoints(const v1::GetTalkingPointsRequest& request,
                             v1::GetTalkingPointsResponse* response);

  const talk::Talker& talker_;
  CallPolicy& policy_;
  MethodMetrics& talk_metrics_;
};

}  // namespace rapport::server
