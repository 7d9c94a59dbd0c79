// Client: the calls that the tests make, with a deadline, as plain functions. Any thread.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "rapport/v1/model_service.grpc.pb.h"
#include "rapport/v1/purchase_service.grpc.pb.h"
#include "rapport/v1/recommendation_service.grpc.pb.h"

namespace rapport::e2e {

// A purchase of one piece, long ago.
v1::Purchase MakePurchase(const std::string& event_id, const std::string& customer_id,
                          const std::string& item_id);

class Client {
 public:
  explicit Client(const std::string& endpoint);

  grpc::Status Record(const v1::RecordPurchasesRequest& request,
                      v1::RecordPurchasesResponse* response) const;
  grpc::Status Suggest(const std::string& customer_id,
                       v1::SuggestForCustomerResponse* response) const;
  grpc::Status ExplainToken(const std::string& token, const std::string& item_id,
                            v1::ExplainSuggestionResponse* response) const;
  grpc::Status Train(v1::Training* training) const;
  grpc::Status GetTraining(const std::string& training_id, v1::Training* training) const;
  grpc::Status GetModel(const std::string& version, v1::Model* model) const;
  // All pages; empty on failure or where nothing is known.
  std::vector<v1::RecordedPurchase> Purchases(const std::string& customer_id) const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace rapport::e2e
