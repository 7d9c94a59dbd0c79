// ClientelingAdapter: ClientelingService over the use cases and the store. Decides nothing. gRPC's
// threads call it.
#pragma once

#include <string>

#include "data/store.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/clienteling/customer_card.h"
#include "services/server/call_policy.h"
#include "services/server/moment_calls.h"
#include "services/server/moment_feed.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

using RawMomentMethods = v1::ClientelingService::WithRawCallbackMethod_ListMoments<
    v1::ClientelingService::WithRawCallbackMethod_ClaimMoment<
        v1::ClientelingService::WithRawCallbackMethod_CompleteMoment<
            v1::ClientelingService::WithRawCallbackMethod_WatchMoments<
                v1::ClientelingService::Service>>>>;
using RawClientelingService =
    v1::ClientelingService::WithRawCallbackMethod_GetCustomerCard<RawMomentMethods>;

class ClientelingAdapter final : public RawClientelingService {
 public:
  // `time_zone`: that the cards are of. References must outlive every call.
  ClientelingAdapter(const Store& store, const clienteling::CardMaker& cards,
                     const MomentUseCases& moments, std::string time_zone, MomentFeed& feed,
                     CallPolicy& policy);

  grpc::ServerUnaryReactor* GetCustomerCard(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchMoments(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in) override;
  grpc::ServerUnaryReactor* ListMoments(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override {
    return moments_.List(context, in, out);
  }
  grpc::ServerUnaryReactor* ClaimMoment(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override {
    return moments_.Claim(context, in, out);
  }
  grpc::ServerUnaryReactor* CompleteMoment(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override {
    return moments_.Complete(context, in, out);
  }

 private:
  grpc::Status Card(const v1::GetCustomerCardRequest& request, v1::CustomerCard* response);

  const Store& store_;
  const clienteling::CardMaker& cards_;
  MomentCalls moments_;
  const std::string time_zone_;
  MomentFeed& feed_;
  CallPolicy& policy_;
  MethodMetrics& card_metrics_;
  MethodMetrics& watch_metrics_;
  // Its own, so that calls that crowd the workers cut off nobody who watches. Last: its thread uses
  // all of the above.
  WorkerPool watchers_{1, MomentFeed::kMostWatchers};
};

}  // namespace rapport::server
