// ClientelingAdapter: ClientelingService over the store. Decides nothing. gRPC's threads call it.
#pragma once

#include "data/store.h"
#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/server/call_policy.h"
#include "services/server/moment_feed.h"
#include "services/server/worker_pool.h"

namespace rapport::server {

using RawClientelingService =
    v1::ClientelingService::WithRawCallbackMethod_WatchMoments<v1::ClientelingService::Service>;

class ClientelingAdapter final : public RawClientelingService {
 public:
  // All must outlive every call.
  ClientelingAdapter(const Store& store, MomentFeed& feed, CallPolicy& policy);

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchMoments(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* in) override;

 private:
  const Store& store_;
  MomentFeed& feed_;
  MethodMetrics& watch_metrics_;
  // Its own, so that calls that crowd the workers cut off nobody who watches. Last: its thread uses
  // all of the above.
  WorkerPool watchers_{1, MomentFeed::kMostWatchers};
};

}  // namespace rapport::server
