#include "services/server/recommendation_adapter.h"

#include <string>

#include "services/recommender/field_errors.h"
#include "services/recommender/similar_items.h"
#include "services/recommender/why_not.h"
#include "services/server/errors.h"
#include "services/server/explanation_convert.h"
#include "services/server/fields.h"
#include "services/server/recommendation_convert.h"
#include "services/server/suggest_stream.h"

namespace rapport::server {
namespace {

// An INVALID_ARGUMENT of a use case: about the fields that it names, or else about a token in
// `token_field`. `prefix`: of the paths of both, "list." or nothing.
grpc::Status NotTaken(const absl::Status& status, const std::string& prefix,
                      const std::string& token_field) {
  Violations violations;
  for (FieldError& error : FieldErrorsOf(status))
    violations.Add(prefix + error.path, std::move(error.description));
  if (violations.empty()) violations.Add(prefix + token_field, std::string(status.message()));
  return InvalidArgument(violations);
}

grpc::Status NotExplained(const absl::Status& status, const std::string& prefix = "") {
  if (absl::IsInvalidArgument(status)) return NotTaken(status, prefix, "token");
  if (absl::IsFailedPrecondition(status)) return ToGrpc(status, "MODEL_NOT_KEPT");
  if (absl::IsNotFound(status)) return ToGrpc(status, "NOT_EXPLAINABLE");
  return ToGrpc(status);
}

grpc::Status NoList(const absl::Status& status, const std::string& prefix = "") {
  if (absl::IsInvalidArgument(status)) return NotTaken(status, prefix, "page_token");
  return ToGrpc(status, absl::IsFailedPrecondition(status) ? "MODEL_NOT_SERVING" : "");
}

}  // namespace

RecommendationAdapter::RecommendationAdapter(const Store& store, const Suggester& suggester,
                                             const Explainer& explainer, const talk::Tact& tact,
                                             const ModelShelf& models, Shadow& shadow, Clock clock,
                                             CallPolicy& policy)
    : store_(store),
      suggester_(suggester),
      explainer_(explainer),
      tact_(tact),
      models_(models),
      shadow_(shadow),
      clock_(std::move(clock)),
      policy_(policy),
      suggest_metrics_(policy.metrics().Method("RecommendationService/SuggestForCustomer")),
      explain_metrics_(policy.metrics().Method("RecommendationService/ExplainSuggestion")),
      compare_metrics_(policy.metrics().Method("RecommendationService/CompareSuggestions")),
      why_not_metrics_(policy.metrics().Method("RecommendationService/WhyNot")),
      similar_metrics_(policy.metrics().Method("RecommendationService/SimilarItems")),
      stream_metrics_(policy.metrics().Method("RecommendationService/SuggestForCustomers")) {}

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

grpc::ServerUnaryReactor* RecommendationAdapter::CompareSuggestions(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
  return policy_.Run<v1::CompareSuggestionsRequest, v1::CompareSuggestionsResponse>(
      compare_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return Compare(request, response); });
}

grpc::ServerUnaryReactor* RecommendationAdapter::WhyNot(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return policy_.Run<v1::WhyNotRequest, v1::WhyNotResponse>(
      why_not_metrics_, context, in, out,
      [this](const auto& request, auto* response) { return TellFate(request, response); });
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
  if (!list.ok()) return NoList(list.status());
  Write(*list, response);
  Metrics& metrics = policy_.metrics();
  for (const Suggestion& suggestion : list->suggestions)
    (suggestion.personal ? metrics.suggestions.personal : metrics.suggestions.popular).Increment();
  metrics.history_lines.Observe(list->history_size);
  if (query.page_token.empty() && query.shopper.what_if.empty()) shadow_.Offer(query, list->as_of);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::Explain(const v1::ExplainSuggestionRequest& request,
                                            v1::ExplainSuggestionResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  const ExplainQuery query = ReadExplain(request, clock_(), filters_, check);
  if (!violations.empty()) return InvalidArgument(violations);
  const auto explanation = explainer_.Explain(query);
  if (!explanation.ok()) return NotExplained(explanation.status());
  Write(*explanation, tact_, response);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::Compare(const v1::CompareSuggestionsRequest& request,
                                            v1::CompareSuggestionsResponse* response) {
  Violations violations;
  FieldChecker check(violations), check_one(violations, "one.");
  const ExplainQuery query = ReadExplain(request.one(), clock_(), filters_, check_one);
  check.RequiredId("other_item_id", request.other_item_id());
  if (!query.item_id.empty() && request.other_item_id() == query.item_id)
    check.Fail("other_item_id", "given the same item twice; expected another one");
  if (!violations.empty()) return InvalidArgument(violations);
  const auto comparison = explainer_.Compare(query, request.other_item_id());
  if (!comparison.ok()) return NotExplained(comparison.status(), "one.");
  Write(*comparison, response);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::TellFate(const v1::WhyNotRequest& request,
                                             v1::WhyNotResponse* response) {
  Violations violations;
  FieldChecker check(violations), check_list(violations, "list.");
  const SuggestQuery query = ReadSuggest(request.list(), clock_(), filters_, check_list);
  check.RequiredId("item_id", request.item_id());
  if (!violations.empty()) return InvalidArgument(violations);
  const auto fate = rapport::WhyNot(store_, models_, query, request.item_id(), clock_());
  if (!fate.ok()) return NoList(fate.status(), "list.");
  Write(*fate, response);
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
