// ClientelingAdapter: ClientelingService over the use cases. Decides nothing. gRPC's threads call
// it.
#pragma once

#include <string>

#include "rapport/v1/clienteling_service.grpc.pb.h"
#include "services/clienteling/customer_card.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawClientelingService =
    v1::ClientelingService::WithRawCallbackMethod_GetCustomerCard<v1::ClientelingService::Service>;

class ClientelingAdapter final : public RawClientelingService {
 public:
  // `time_zone`: that the cards are of. References must outlive every call.
  ClientelingAdapter(const clienteling::CardMaker& cards, std::string time_zone,
                     CallPolicy& policy);

  grpc::ServerUnaryReactor* GetCustomerCard(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;

 private:
  grpc::Status Card(const v1::GetCustomerCardRequest& request, v1::CustomerCard* response);

  const clienteling::CardMaker& cards_;
  const std::string time_zone_;
  CallPolicy& policy_;
  MethodMetrics& card_metrics_;
};

}  // namespace rapport::server
