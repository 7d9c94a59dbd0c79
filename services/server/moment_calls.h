// MomentCalls: ListMoments, ClaimMoment and CompleteMoment over the use cases; a part of
// ClientelingAdapter. Decides nothing. gRPC's threads call it.
#pragma once

#include <string>

#include "rapport/v1/moments.pb.h"
#include "services/clienteling/moment_desk.h"
#include "services/clienteling/moment_finder.h"
#include "services/server/call_policy.h"
#include "services/talk/moment_words.h"

namespace rapport::server {

// What they are over. All must outlive every call.
struct MomentUseCases {
  const clienteling::MomentFinder& finder;
  const clienteling::MomentDesk& desk;
  const talk::MomentSpeaker& speaker;
};

class MomentCalls {
 public:
  // `time_zone`: that days are of.
  MomentCalls(const MomentUseCases& uses, std::string time_zone, CallPolicy& policy);

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                 grpc::ByteBuffer* out);
  grpc::ServerUnaryReactor* Claim(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                  grpc::ByteBuffer* out);
  grpc::ServerUnaryReactor* Complete(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* in, grpc::ByteBuffer* out);

 private:
  grpc::Status List(const grpc::CallbackServerContext& context,
                    const v1::ListMomentsRequest& request, v1::ListMomentsResponse* response);
  grpc::Status Claim(const v1::ClaimMomentRequest& request, v1::MomentClaim* response);
  grpc::Status Complete(const v1::CompleteMomentRequest& request, v1::MomentClaim* response);

  const MomentUseCases uses_;
  const std::string time_zone_;
  CallPolicy& policy_;
  MethodMetrics& list_metrics_;
  MethodMetrics& claim_metrics_;
  MethodMetrics& complete_metrics_;
};

}  // namespace rapport::server
