#include "services/server/recommendation_adapter.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"

namespace rapport::server {
namespace {

std::unordered_set<std::string> ReadIds(const google::protobuf::RepeatedPtrField<std::string>& ids,
                                        const std::string& field, FieldChecker& check) {
  check.AtMost(field, ids.size(), kMaxFilterIds);
  if (ids.size() > kMaxFilterIds) return {};
  for (int index = 0; index < ids.size(); ++index) {
    check.RequiredId(field + "[" + std::to_string(index) + "]", ids[index]);
  }
  return {ids.begin(), ids.end()};
}

v1::ReasonCode CodeOf(Reason reason) {
  switch (reason) {
    case Reason::kTaste:
      return v1::REASON_CODE_TASTE;
    case Reason::kBoughtBefore:
      return v1::REASON_CODE_BOUGHT_BEFORE;
    case Reason::kPopular:
      return v1::REASON_CODE_POPULAR;
    case Reason::kNew:
      return v1::REASON_CODE_NEW;
  }
  return v1::REASON_CODE_UNSPECIFIED;
}

constexpr int kMostOrders = 100;

// Only what names the item: a reply with a thousand of them stays small.
void WriteName(const Item& item, v1::Item* proto) {
  proto->set_item_id(item.item_id);
  proto->set_title(item.title);
}

void Write(const Suggestion& suggestion, v1::Suggestion* proto) {
  ToProto(*suggestion.item, proto->mutable_item());
  proto->set_rank(suggestion.rank);
  proto->set_score(suggestion.score);
  ToProto(suggestion.terms, proto->mutable_terms());
  for (const Reason reason : suggestion.reasons) proto->add_reasons(CodeOf(reason));
  proto->set_source(SourceOf(suggestion.personal));
  for (const auto& item : suggestion.goes_with) WriteName(*item, proto->add_goes_with());
}

void Write(const EvidenceLine& line, v1::Evidence* proto) {
  WriteName(line.item, proto->mutable_item());
  proto->set_times(line.times);
  *proto->mutable_first_purchased_at() = ToProto(line.first_purchased_at);
  *proto->mutable_last_purchased_at() = ToProto(line.last_purchased_at);
  proto->set_quantity(line.quantity);
  proto->set_contribution(line.contribution);
  proto->set_share(line.share);
  for (const EvidenceOrder& order : line.orders) {
    if (proto->orders_size() == kMostOrders) break;
    auto* order_proto = proto->add_orders();
    order_proto->set_order_id(order.order_id);
    *order_proto->mutable_purchased_at() = ToProto(order.purchased_at);
    // Pieces of one order of one item: a sum of lines, each of at most 10,000,000.
    order_proto->set_quantity(static_cast<int32_t>(std::min<int64_t>(order.quantity, INT32_MAX)));
    order_proto->set_contribution(order.contribution);
  }
}

void Write(const OwnHistory& history, v1::OwnHistory* proto) {
  proto->set_times(history.times);
  *proto->mutable_first_purchased_at() = ToProto(history.first_purchased_at);
  *proto->mutable_last_purchased_at() = ToProto(history.last_purchased_at);
  proto->set_quantity(history.quantity);
  if (history.median_gap_days) proto->set_median_gap_days(*history.median_gap_days);
}

void Write(const ItemExplanation& explanation, v1::ExplainSuggestionResponse* proto) {
  ToProto(explanation.item, proto->mutable_item());
  for (const EvidenceLine& line : explanation.evidence) Write(line, proto->add_evidence());
  proto->set_other_evidence_sum(explanation.other_evidence_sum);
  proto->set_other_evidence_count(explanation.other_evidence_count);
  ToProto(explanation.terms, proto->mutable_terms());
  proto->set_score(explanation.score);
  proto->set_residual(explanation.residual);
  proto->set_source(SourceOf(explanation.personal));
  if (explanation.own_history) Write(*explanation.own_history, proto->mutable_own_history());
  proto->set_sentence(explanation.sentence);
  proto->set_model_version(explanation.model_version);
  proto->set_history_size(explanation.history_size);
  *proto->mutable_as_of() = ToProto(explanation.as_of);
  proto->set_pool(ToProto(explanation.pool));
}

ExplainQuery ReadExplain(const v1::ExplainSuggestionRequest& request, Violations& violations) {
  FieldChecker check(violations);
  ExplainQuery query;
  if (request.has_token()) {
    check.Text("token", request.token(), kMaxTokenBytes);
    if (request.token().empty())
      check.Fail("token", "given an empty token; expected one from SuggestForCustomer");
    if (request.pool() != v1::POOL_UNSPECIFIED) {
      check.Fail("pool", "given beside a token, which names its own; expected none");
    }
    if (request.has_as_of()) {
      check.Fail("as_of", "given beside a token, which names its own; expected none");
    }
  } else if (request.has_customer_id()) {
    check.RequiredId("customer_id", request.customer_id());
  } else {
    check.Fail("subject", "not given; expected token or customer_id");
  }
  query.token = request.token();
  query.customer_id = request.customer_id();
  check.RequiredId("item_id", request.item_id());
  query.item_id = request.item_id();
  query.max_evidence = check.Count("max_evidence", request.max_evidence(), 5, 1'000);
  query.pool = FromProto(request.pool(), "pool", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  return query;
}

}  // namespace

RecommendationAdapter::RecommendationAdapter(const Suggester& suggester, const Explainer& explainer,
                                             Shadow& shadow, CallPolicy& policy)
    : suggester_(suggester),
      explainer_(explainer),
      shadow_(shadow),
      policy_(policy),
      suggest_metrics_(policy.metrics().Method("RecommendationService/SuggestForCustomer")),
      explain_metrics_(policy.metrics().Method("RecommendationService/ExplainSuggestion")) {}

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

grpc::Status RecommendationAdapter::Suggest(const v1::SuggestForCustomerRequest& request,
                                            v1::SuggestForCustomerResponse* response) {
  Violations violations;
  FieldChecker check(violations);
  SuggestQuery query;
  check.RequiredId("customer_id", request.customer_id());
  query.customer_id = request.customer_id();
  query.count = check.Count("count", request.count(), 10, 100);
  query.pool = FromProto(request.pool(), "pool", check);
  query.exclude_item_ids = ReadIds(request.exclude_item_ids(), "exclude_item_ids", check);
  query.only_item_ids = ReadIds(request.only_item_ids(), "only_item_ids", check);
  if (request.has_as_of()) query.as_of = check.Time("as_of", request.as_of());
  if (!violations.empty()) return InvalidArgument(violations);

  const auto list = suggester_.Suggest(query);
  if (!list.ok()) return ToGrpc(list.status());
  Metrics& metrics = policy_.metrics();
  response->set_token(list->token);
  response->set_model_version(list->model_version);
  response->set_history_size(list->history_size);
  response->set_pool(ToProto(list->pool));
  *response->mutable_as_of() = ToProto(list->as_of);
  for (const Suggestion& suggestion : list->suggestions) {
    Write(suggestion, response->add_suggestions());
    (suggestion.personal ? metrics.suggestions.personal : metrics.suggestions.popular).Increment();
  }
  metrics.history_lines.Observe(list->history_size);
  shadow_.Offer(query, list->as_of);
  return grpc::Status::OK;
}

grpc::Status RecommendationAdapter::Explain(const v1::ExplainSuggestionRequest& request,
                                            v1::ExplainSuggestionResponse* response) {
  Violations violations;
  const ExplainQuery query = ReadExplain(request, violations);
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

}  // namespace rapport::server
