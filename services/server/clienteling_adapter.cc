#include "services/server/clienteling_adapter.h"

#include "services/server/moment_stream.h"

namespace rapport::server {

ClientelingAdapter::ClientelingAdapter(const Store& store, MomentFeed& feed, CallPolicy& policy)
    : store_(store),
      feed_(feed),
      watch_metrics_(policy.metrics().Method("ClientelingService/WatchMoments")) {}

grpc::ServerWriteReactor<grpc::ByteBuffer>* ClientelingAdapter::WatchMoments(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new MomentStream(store_, feed_, watchers_, watch_metrics_, *context, *in);
}

}  // namespace rapport::server
