// PurchaseAdapter: PurchaseService over the store. Decides nothing. gRPC's threads call it.
#pragma once

#include "data/store.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "services/clienteling/moment_mask.h"
#include "services/recommender/clock.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawPurchaseService = v1::PurchaseService::WithRawCallbackMethod_RecordPurchases<
    v1::PurchaseService::WithRawCallbackMethod_ImportPurchases<
        v1::PurchaseService::WithRawCallbackMethod_ListPurchases<v1::PurchaseService::Service>>>;

class PurchaseAdapter final : public RawPurchaseService {
 public:
  // All must outlive every call.
  PurchaseAdapter(Store& store, const clienteling::MomentMask& mask, Clock clock,
                  CallPolicy& policy);

  grpc::ServerUnaryReactor* RecordPurchases(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* ImportPurchases(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* ListPurchases(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;

 private:
  void Record(TypedCall<v1::RecordPurchasesRequest, v1::RecordPurchasesResponse>* call);
  grpc::Status List(const v1::ListPurchasesRequest& request, v1::ListPurchasesResponse* response);

  Store& store_;
  const clienteling::MomentMask& mask_;
  const Clock clock_;
  CallPolicy& policy_;
  MethodMetrics& record_metrics_;
  MethodMetrics& import_metrics_;
  MethodMetrics& list_metrics_;
};

}  // namespace rapport::server
