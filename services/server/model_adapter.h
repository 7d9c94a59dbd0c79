// ModelAdapter: ModelService over trainer, shelf and shadow. Decides nothing. gRPC's threads call
// it.
#pragma once

#include <string>

#include "data/store.h"
#include "rapport/v1/model_service.grpc.pb.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/shadow.h"
#include "services/recommender/trainer.h"
#include "services/server/call_policy.h"

namespace rapport::server {

using RawTrainings = v1::ModelService::WithRawCallbackMethod_TrainModel<
    v1::ModelService::WithRawCallbackMethod_CancelTraining<
        v1::ModelService::WithRawCallbackMethod_GetTraining<v1::ModelService::Service>>>;
using RawModels = v1::ModelService::WithRawCallbackMethod_GetModel<
    v1::ModelService::WithRawCallbackMethod_ListModels<
        v1::ModelService::WithRawCallbackMethod_ActivateModel<RawTrainings>>>;
using RawModelService = v1::ModelService::WithRawCallbackMethod_SetShadow<
    v1::ModelService::WithRawCallbackMethod_ClearShadow<
        v1::ModelService::WithRawCallbackMethod_GetShadow<RawModels>>>;

class ModelAdapter final : public RawModelService {
 public:
  // All must outlive every call.
  ModelAdapter(const Store& store, ModelShelf& models, Trainer& trainer, Shadow& shadow,
               CallPolicy& policy);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;
  grpc::ServerUnaryReactor* TrainModel(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* CancelTraining(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetTraining(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetModel(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListModels(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ActivateModel(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* SetShadow(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ClearShadow(Context*, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* GetShadow(Context*, const Bytes* in, Bytes* out) override;

 private:
  // An empty version: the one that serves.
  grpc::Status Get(const std::string& version, v1::Model* response) const;
  grpc::Status List(const v1::ListModelsRequest& request, v1::ListModelsResponse* response) const;
  void Write(const ModelShelf::Kept& kept, v1::Model* proto) const;

  const Store& store_;
  ModelShelf& models_;
  Trainer& trainer_;
  Shadow& shadow_;
  CallPolicy& policy_;
  MethodMetrics& train_model_;
  MethodMetrics& cancel_training_;
  MethodMetrics& get_training_;
  MethodMetrics& get_model_;
  MethodMetrics& list_models_;
  MethodMetrics& activate_model_;
  MethodMetrics& set_shadow_;
  MethodMetrics& clear_shadow_;
  MethodMetrics& get_shadow_;
};

}  // namespace rapport::server
