// RecommendationAdapter: RecommendationService over the use cases. Decides nothing. gRPC's threads
// call it.
#pragma once

#include <atomic>

#include "rapport/v1/recommendation_service.grpc.pb.h"
#include "services/filter/filter_cache.h"
#include "services/recommender/clock.h"
#include "services/recommender/explainer.h"
#include "services/recommender/low_priority.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/shadow.h"
#include "services/recommender/suggester.h"
#include "services/server/call_policy.h"
#include "services/server/suggest_stream.h"
#include "services/server/worker_pool.h"
#include "services/talk/tact.h"

namespace rapport::server {

using RawRecommendationService =
    v1::RecommendationService::WithRawCallbackMethod_SuggestForCustomer<
        v1::RecommendationService::WithRawCallbackMethod_ExplainSuggestion<
            v1::RecommendationService::WithRawCallbackMethod_SimilarItems<
                v1::RecommendationService::WithRawCallbackMethod_SuggestForCustomers<
                    v1::RecommendationService::WithRawCallbackMethod_CompareSuggestions<
                        v1::RecommendationService::WithRawCallbackMethod_WhyNot<
                            v1::RecommendationService::Service>>>>>>;

class RecommendationAdapter final : public RawRecommendationService {
 public:
  // All must outlive every call.
  RecommendationAdapter(const Store& store, const Suggester& suggester, const Explainer& explainer,
                        const talk::Tact& tact, const ModelShelf& models, Shadow& shadow,
                        Clock clock, CallPolicy& policy);

  grpc::ServerUnaryReactor* SuggestForCustomer(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in,
                                               grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ExplainSuggestion(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* in,
                                              grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* CompareSuggestions(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in,
                                               grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* WhyNot(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                   grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SimilarItems(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* SuggestForCustomers(
      grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) override;

 private:
  grpc::Status Suggest(const v1::SuggestForCustomerRequest& request,
                       v1::SuggestForCustomerResponse* response);
  grpc::Status Explain(const v1::ExplainSuggestionRequest& request,
                       v1::ExplainSuggestionResponse* response);
  grpc::Status Compare(const v1::CompareSuggestionsRequest& request,
                       v1::CompareSuggestionsResponse* response);
  grpc::Status TellFate(const v1::WhyNotRequest& request, v1::WhyNotResponse* response);
  grpc::Status Similar(const v1::SimilarItemsRequest& request, v1::SimilarItemsResponse* response);

  const Store& store_;
  const Suggester& suggester_;
  const Explainer& explainer_;
  const talk::Tact& tact_;
  const ModelShelf& models_;
  Shadow& shadow_;
  const Clock clock_;
  CallPolicy& policy_;
  MethodMetrics& suggest_metrics_;
  MethodMetrics& explain_metrics_;
  MethodMetrics& compare_metrics_;
  MethodMetrics& why_not_metrics_;
  MethodMetrics& similar_metrics_;
  MethodMetrics& stream_metrics_;
  FilterCache filters_;
  std::atomic<int> open_streams_ = 0;
  // Each stream has one message in it at a time. Last: its thread uses all of the above.
  WorkerPool campaigns_{1, SuggestStream::kMostOpen, LowerThreadPriority};
};

}  // namespace rapport::server
