#include "services/server/recommendation_adapter.h"

#include <string>

#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/recommendation_convert.h"
#include "services/server/suggest_stream.h"

namespace rapport::server {

RecommendationAdapter::RecommendationAdapter(const Suggester& suggester, const Explainer& explainer,
                                             const ModelShelf& models, Shadow& shadow, Clock clock,
                                             CallPolicy& policy)
    : suggester_(suggester),
      explainer_(explainer),
      models_(models),
      shadow_(shadow),
      clock_(std::move(clock)),
      policy_(policy),
      suggest_metrics_(policy.metrics().Method("RecommendationService/SuggestForCustomer")),
      explain_metrics_(policy.metrics().Method("RecommendationService/ExplainSuggestion")),
      similar_metrics_(policy.metrics().Method("RecommendationService/SimilarItems")),
      stream_metrics_(policy.metrics().Method("RecommendationService/SuggestForCustomers")) {
}

grpc::ServerUnaryReactor* RecommendationAdapter::SuggestForCustomer(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.Run<v1::SuggestForCustomerRequest, v1::SuggestForCustomerResponse>(
      suggest_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Suggest(request, response); });
}

grpc::ServerUnaryReactor* RecommendationAdapter::ExplainSuggestion(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.Run<v1::ExplainSuggestionRequest, v1::ExplainSuggestionResponse>(
      explain_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Explain(request, response); });
}

grpc::ServerUnaryReactor* RecommendationAdapter::SimilarItems(grpc::CallbackServerContext* context,
                                                              const grpc::ByteBuffer* in,
                                                              grpc::ByteBuffer* out) {
  return policy_.Run<v1::SimilarItemsRequest, v1::SimilarItemsResponse>(
      similar_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Similar(request, response); });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RecommendationAdapter::SuggestForCustomers(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new SuggestStream(suggester_, filters_, campaigns_, open_streams_, stream_metrics_,
                           *context, *in);
}

grpc::Status RecommendationAdapter::Suggest(const v1::SuggestForCustomerRequest& request,
                                            v1::SuggestForCustomerResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const SuggestQuery query = ReadSuggest(request, clock_(), filters_, check);
  if (!violations.empty()) return InvalidArgument(violations);

  const auto list = suggester_.Suggest(query);
  if (!list.ok()) {
    const std::string message(list.status().message());
    if (absl::IsInvalidArgument(list.status())) return InvalidArgument("page_token", message);
    const bool gone = absl::IsFailedPrecondition(list.status());
    return ToGrpc(list.status(), gone ? "MODEL_NOT_SERVING" : "");
  }
  Write(*list, response);
  Metrics& metrics = policy_.metrics();
  for (const Suggestion& suggestion : list->suggestions)
    (suggestion.personal ? metrics.suggestions.personal : metrics.suggestions.popular).Increment();
  metrics.history_lines.Observe(list->history_size);
  if (query.page_token.empty()) shadow_.Offer(query, list->as_of);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::Explain(const v1::ExplainSuggestionRequest& request,
                                            v1::ExplainSuggestionResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const ExplainQuery query = ReadExplain(request, clock_(), check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto explanation = explainer_.Explain(query);
  if (!explanation.ok()) {
    const absl::Status& status = explanation.status();
    const std::string message(status.message());
    if (absl::IsInvalidArgument(status)) return InvalidArgument("token", message);
    if (absl::IsFailedPrecondition(status)) return ToGrpc(status, "MODEL_NOT_KEPT");
    if (absl::IsNotFound(status)) return ToGrpc(status, "NOT_EXPLAINABLE");
    return ToGrpc(status);
  }
  Write(*explanation, response);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::Similar(const v1::SimilarItemsRequest& request,
                                            v1::SimilarItemsResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const SimilarQuery query = ReadSimilar(request, filters_, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto serving = models_.Serving();
  const auto similar = rapport::SimilarItems(*serving, query, clock_());
  if (!similar.ok()) {
    return ToGrpc(similar.status(), absl::IsNotFound(similar.status()) ? "ITEM_NOT_IN_MODEL" : "");
  }
  response->set_model_version(serving->model().version);
  for (const SimilarItem& each : *similar) {
    Write(each, response->add_items());
    response->mutable_items()->rbegin()->set_rank(response->items_size());
  }
  return grpc::Status::OK;
}

}  // namespace rapport::server
