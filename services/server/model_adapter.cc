#include "services/server/model_adapter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/model_convert.h"
#include "services/server/page_token.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListCall = "ListModels";

v1::Model::State StateOf(const ModelShelf::Kept& kept, const ShadowStatus& shadow) {
  if (kept.serving) return v1::Model::STATE_SERVING;
  if (shadow.sample_rate > 0 && shadow.model_version == kept.model->version)
    return v1::Model::STATE_SHADOW;
  return kept.rejected ? v1::Model::STATE_REJECTED : v1::Model::STATE_KEPT;
}

grpc::Status NotKept() {
  return ToGrpc(absl::NotFoundError("this version is not kept; ListModels names those that are"),
                "MODEL_NOT_KEPT");
}

}  // namespace

ModelAdapter::ModelAdapter(const Store& store, ModelShelf& models, Trainer& trainer, Shadow& shadow,
                           CallPolicy& policy)
    : store_(store),
      models_(models),
      trainer_(trainer),
      shadow_(shadow),
      policy_(policy),
      train_model_(policy.metrics().Method("ModelService/TrainModel")),
      cancel_training_(policy.metrics().Method("ModelService/CancelTraining")),
      get_training_(policy.metrics().Method("ModelService/GetTraining")),
      get_model_(policy.metrics().Method("ModelService/GetModel")),
      list_models_(policy.metrics().Method("ModelService/ListModels")),
      activate_model_(policy.metrics().Method("ModelService/ActivateModel")),
      set_shadow_(policy.metrics().Method("ModelService/SetShadow")),
      clear_shadow_(policy.metrics().Method("ModelService/ClearShadow")),
      get_shadow_(policy.metrics().Method("ModelService/GetShadow")) {}

grpc::ServerUnaryReactor* ModelAdapter::TrainModel(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::TrainModelRequest, v1::Training>(
      train_model_, context, in, out, [this](const auto& /*request*/, auto* response) {
        server::Write(trainer_.Request(), response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* ModelAdapter::CancelTraining(Context* context, const Bytes* in,
                                                       Bytes* out) {
  return policy_.Run<v1::CancelTrainingRequest, v1::Training>(
      cancel_training_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).OptionalId("training_id", request.training_id());
        if (!violations.empty()) return InvalidArgument(violations);
        const auto status = trainer_.Cancel(request.training_id());
        if (!status.ok()) return ToGrpc(status.status(), "TRAINING_UNKNOWN");
        server::Write(*status, response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* ModelAdapter::GetTraining(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::GetTrainingRequest, v1::Training>(
      get_training_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).OptionalId("training_id", request.training_id());
        if (!violations.empty()) return InvalidArgument(violations);
        const auto status = trainer_.Status(request.training_id());
        if (!status.ok()) return ToGrpc(status.status(), "TRAINING_UNKNOWN");
        server::Write(*status, response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* ModelAdapter::GetModel(Context* context, const Bytes* in, Bytes* out) {
  return policy_.RunBehind<v1::GetModelRequest, v1::Model>(
      get_model_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).OptionalId("version", request.version());
        if (!violations.empty()) return InvalidArgument(violations);
        return Get(request.version(), response);
      });
}

grpc::ServerUnaryReactor* ModelAdapter::ListModels(Context* context, const Bytes* in, Bytes* out) {
  return policy_.RunBehind<v1::ListModelsRequest, v1::ListModelsResponse>(
      list_models_, context, in, out,
      [this](const auto& request, auto* response) { return List(request, response); });
}

grpc::ServerUnaryReactor* ModelAdapter::ActivateModel(Context* context, const Bytes* in,
                                                      Bytes* out) {
  return policy_.RunBehind<v1::ActivateModelRequest, v1::Model>(
      activate_model_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).RequiredId("version", request.version());
        if (!violations.empty()) return InvalidArgument(violations);
        const absl::Status activated = models_.Activate(request.version());
        if (absl::IsNotFound(activated)) return NotKept();
        if (!activated.ok()) return ToGrpc(activated);
        return Get(request.version(), response);
      });
}

grpc::ServerUnaryReactor* ModelAdapter::SetShadow(Context* context, const Bytes* in, Bytes* out) {
  return policy_.RunBehind<v1::SetShadowRequest, v1::Shadow>(
      set_shadow_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker check(violations);
        check.RequiredId("model_version", request.model_version());
        if (!(request.sample_rate() > 0 && request.sample_rate() <= 1))
          check.Fail("sample_rate", "expected a part of the requests, above 0, to 1");
        if (!violations.empty()) return InvalidArgument(violations);
        const absl::Status set = shadow_.Set(request.model_version(), request.sample_rate());
        if (absl::IsNotFound(set)) return NotKept();
        if (!set.ok()) return ToGrpc(set, absl::IsFailedPrecondition(set) ? "MODEL_SERVES" : "");
        server::Write(shadow_.Status(), response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* ModelAdapter::ClearShadow(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::ClearShadowRequest, v1::Shadow>(
      clear_shadow_, context, in, out, [this](const auto& /*request*/, auto* response) {
        shadow_.Clear();
        server::Write(shadow_.Status(), response);
        return grpc::Status::OK;
      });
}

grpc::ServerUnaryReactor* ModelAdapter::GetShadow(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::GetShadowRequest, v1::Shadow>(
      get_shadow_, context, in, out, [this](const auto& /*request*/, auto* response) {
        server::Write(shadow_.Status(), response);
        return grpc::Status::OK;
      });
}

grpc::Status ModelAdapter::Get(const std::string& version, v1::Model* response) const {
  const auto kept = models_.Find(version.empty() ? models_.Current()->version : version);
  if (absl::IsFailedPrecondition(kept.status())) return NotKept();
  if (!kept.ok()) return ToGrpc(kept.status());
  Write(*kept, response);
  return grpc::Status::OK;
}

grpc::Status ModelAdapter::List(const v1::ListModelsRequest& request,
                                v1::ListModelsResponse* response) const {
  Violations violations;
  FieldChecker check(violations);
  const int page_size = check.Count("page_size", request.page_size(), 100, 100);
  std::optional<std::string>
      before;  // the last version of the page before; newer versions sort after older ones
  if (!request.page_token().empty()) {
    before = ReadPageToken(kListCall, "", request.page_token());
    if (!before) check.Fail("page_token", "expected a next_page_token of this call");
  }
  if (!violations.empty()) return InvalidArgument(violations);

  const auto kept = models_.List();
  if (!kept.ok()) return ToGrpc(kept.status());
  for (const ModelShelf::Kept& model : *kept) {
    if (before && model.model->version >= *before) continue;
    if (response->models_size() == page_size) {
      const std::string& last = response->models(page_size - 1).version();
      response->set_next_page_token(MakePageToken(kListCall, "", last));
      break;
    }
    Write(model, response->add_models());
  }
  return grpc::Status::OK;
}

void ModelAdapter::Write(const ModelShelf::Kept& kept, v1::Model* proto) const {
  const ModelSnapshot& model = *kept.model;
  server::Write(model, proto);
  proto->set_serving(kept.serving);
  proto->set_state(StateOf(kept, shadow_.Status()));
  if (kept.serving) {
    const uint64_t sequence =
        store_.LastSequence();  // behind the model's, if a backup was restored
    proto->set_purchases_since(static_cast<int64_t>(sequence - std::min(sequence, model.sequence)));
  }
  for (const RealisedWeek& week : trainer_.drift().Of(model.version))
    server::Write(week, proto->add_realised_weeks());
  proto->set_bytes(kept.bytes);
}

}  // namespace rapport::server
