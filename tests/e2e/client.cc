#include "tests/e2e/client.h"

#include <chrono>

namespace rapport::e2e {
namespace {

// Calls of servers that die in the middle must end, too.
struct Call : grpc::ClientContext {
  Call() { set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20)); }
};

}  // namespace

v1::Purchase MakePurchase(const std::string& event_id, const std::string& customer_id,
                          const std::string& item_id) {
  v1::Purchase purchase;
  purchase.set_event_id(event_id);
  purchase.set_customer_id(customer_id);
  purchase.set_item_id(item_id);
  purchase.set_quantity(1);
  purchase.mutable_purchased_at()->set_seconds(1'700'000'000);
  return purchase;
}

Client::Client(const std::string& endpoint) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel_ = grpc::CreateCustomChannel(endpoint, grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status Client::Record(const v1::RecordPurchasesRequest& request,
                            v1::RecordPurchasesResponse* response) const {
  Call call;
  return v1::PurchaseService::Stub(channel_).RecordPurchases(&call, request, response);
}

grpc::Status Client::Suggest(const std::string& customer_id,
                             v1::SuggestForCustomerResponse* response) const {
  Call call;
  v1::SuggestForCustomerRequest request;
  request.set_customer_id(customer_id);
  return v1::RecommendationService::Stub(channel_).SuggestForCustomer(&call, request, response);
}

grpc::Status Client::ExplainToken(const std::string& token, const std::string& item_id,
                                  v1::ExplainSuggestionResponse* response) const {
  Call call;
  v1::ExplainSuggestionRequest request;
  request.set_token(token);
  request.set_item_id(item_id);
  request.set_max_evidence(1000);
  return v1::RecommendationService::Stub(channel_).ExplainSuggestion(&call, request, response);
}

grpc::Status Client::Train(v1::Training* training) const {
  Call call;
  return v1::ModelService::Stub(channel_).TrainModel(&call, {}, training);
}

grpc::Status Client::GetTraining(const std::string& training_id, v1::Training* training) const {
  Call call;
  v1::GetTrainingRequest request;
  request.set_training_id(training_id);
  return v1::ModelService::Stub(channel_).GetTraining(&call, request, training);
}

grpc::Status Client::GetModel(const std::string& version, v1::Model* model) const {
  Call call;
  v1::GetModelRequest request;
  request.set_version(version);
  return v1::ModelService::Stub(channel_).GetModel(&call, request, model);
}

std::vector<v1::RecordedPurchase> Client::Purchases(const std::string& customer_id) const {
  v1::PurchaseService::Stub stub(channel_);
  std::vector<v1::RecordedPurchase> all;
  v1::ListPurchasesRequest request;
  request.set_customer_id(customer_id);
  request.set_page_size(1000);
  do {
    Call call;
    v1::ListPurchasesResponse page;
    if (!stub.ListPurchases(&call, request, &page).ok()) return {};
    all.insert(all.end(), page.purchases().begin(), page.purchases().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

}  // namespace rapport::e2e
