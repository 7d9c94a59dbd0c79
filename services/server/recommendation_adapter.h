// RecommendationAdapter: RecommendationService over suggester and explainer. Decides nothing.
// gRPC's threads call it.
#pragma once

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/explainer.h"
#include "services/recommender/shadow.h"
#include "services/recommender/suggester.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawRecommendationService =
    v1::RecommendationService::WithRawCallbackMethod_SuggestForCustomer<
        v1::RecommendationService::WithRawCallbackMethod_ExplainSuggestion<
            v1::RecommendationService::Service>>;

class RecommendationAdapter final : public RawRecommendationService {
 public:
  // All must outlive every call.
  RecommendationAdapter(const Suggester& suggester, const Explainer& explainer, Shadow& shadow,
                        CallPolicy& policy);

  grpc::ServerUnaryReactor* SuggestForCustomer(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in,
                                               grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ExplainSuggestion(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;

 private:
  grpc::Status Suggest(const v1::SuggestForCustomerRequest& request,
                       v1::SuggestForCustomerResponse* response);
  grpc::Status Explain(const v1::ExplainSuggestionRequest& request,
                       v1::ExplainSuggestionResponse* response);

  FilterCache filters_;
  const Suggester& suggester_;
  const Explainer& explainer_;
  Shadow& shadow_;
  CallPolicy& policy_;
  MethodMetrics& suggest_metrics_;
  MethodMetrics& explain_metrics_;
};

}  // namespace rapport::server
