#include "services/server/model_adapter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/server/convert.h"
#include "services/server/errors.h"
#include "services/server/fields.h"
#include "services/server/page_token.h"

namespace rapport::server {
namespace {

constexpr std::string_view kListCall = "ListModels";

v1::Training::State StateOf(TrainingState state) {
  switch (state) {
    case TrainingState::kRunning:
      return v1::Training::STATE_RUNNING;
    case TrainingState::kSucceeded:
      return v1::Training::STATE_SUCCEEDED;
    case TrainingState::kFailed:
      return v1::Training::STATE_FAILED;
    case TrainingState::kCancelled:
      return v1::Training::STATE_CANCELLED;
  }
  return v1::Training::STATE_UNSPECIFIED;
}

v1::Training::Stage StageOf(TrainingStage stage) {
  switch (stage) {
    case TrainingStage::kReading:
      return v1::Training::STAGE_READING;
    case TrainingStage::kFittingWeights:
      return v1::Training::STAGE_FITTING_WEIGHTS;
    case TrainingStage::kEvaluating:
      return v1::Training::STAGE_EVALUATING;
    case TrainingStage::kTraining:
      return v1::Training::STAGE_TRAINING;
    case TrainingStage::kPublishing:
      return v1::Training::STAGE_PUBLISHING;
  }
  return v1::Training::STAGE_UNSPECIFIED;
}

void Write(const TrainingStatus& status, v1::Training* proto) {
  proto->set_training_id(status.training_id);
  proto->set_state(StateOf(status.state));
  proto->set_stage(StageOf(status.stage));
  proto->set_fraction(status.fraction);
  proto->set_rows(status.rows);
  if (status.eta_seconds) proto->set_eta_seconds(*status.eta_seconds);
  proto->set_elapsed_seconds(status.elapsed_seconds);
  *proto->mutable_started_at() = ToProto(status.started_at);
  proto->set_model_version(status.model_version);
  proto->set_message(status.message);
}

void Write(const DataSizes& data, v1::DataSizes* proto) {
  proto->set_customers(data.customers);
  proto->set_items(data.items);
  proto->set_orders(data.orders);
  proto->set_purchases(data.purchases);
  proto->set_pairs(data.pairs);
  if (data.purchases == 0) return;
  *proto->mutable_first_purchase_at() = ToProto(data.first_purchase);
  *proto->mutable_last_purchase_at() = ToProto(data.last_purchase);
}

void Write(const AlsOptions& options, v1::ModelOptions* proto) {
  proto->set_factors(options.factors);
  proto->set_alpha0(options.alpha0);
  proto->set_regularization(options.regularization);
  proto->set_nu(options.nu);
  proto->set_iterations(options.iterations);
  proto->set_half_life_days(options.half_life_days);
  proto->set_seed(options.seed);
}

void Write(const PoolWeights& weights, v1::PoolWeights* proto) {
  for (const double taste : weights.tastes) proto->add_tastes(taste);
  for (size_t feature = 0; feature < kRepeatFeatures.size(); ++feature) {
    (*proto->mutable_repeat())[std::string(kRepeatFeatures[feature])] = weights.repeat[feature];
  }
  for (size_t feature = 0; feature < kPopularityFeatures.size(); ++feature) {
    (*proto->mutable_popularity())[std::string(kPopularityFeatures[feature])] =
        weights.popularity[feature];
  }
  proto->set_fitted(weights.fitted);
}

void Write(const EvaluationReport& report, v1::Evaluation* proto) {
  *proto->mutable_cut() = ToProto(report.cut);
  proto->set_window_days(report.window_days);
  for (const EvaluationRow& row : report.rows) {
    auto* row_proto = proto->add_rows();
    row_proto->set_method(row.method);
    row_proto->set_pool(ToProto(row.pool));
    row_proto->set_customers(row.customers);
    row_proto->set_recall_at_20(row.recall);
    row_proto->set_ndcg_at_20(row.ndcg);
    row_proto->set_hit_rate_at_20(row.hit_rate);
  }
}

grpc::Status NotKept() {
  return ToGrpc(absl::NotFoundError("this version is not kept; ListModels names those that are"),
                "MODEL_NOT_KEPT");
}

}  // namespace

ModelAdapter::ModelAdapter(const Store& store, ModelShelf& models, Trainer& trainer,
                           CallPolicy& policy)
    : store_(store),
      models_(models),
      trainer_(trainer),
      policy_(policy),
      train_model_(policy.metrics().Method("ModelService/TrainModel")),
      get_training_(policy.metrics().Method("ModelService/GetTraining")),
      get_model_(policy.metrics().Method("ModelService/GetModel")),
      list_models_(policy.metrics().Method("ModelService/ListModels")),
      activate_model_(policy.metrics().Method("ModelService/ActivateModel")) {}

grpc::ServerUnaryReactor* ModelAdapter::TrainModel(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::TrainModelRequest, v1::Training>(
      train_model_, context, in, out, [this](const auto& /*request*/, auto* response) {
        server::Write(trainer_.Request(), response);
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
  return policy_.Run<v1::GetModelRequest, v1::Model>(
      get_model_, context, in, out, [this](const auto& request, auto* response) {
        Violations violations;
        FieldChecker(violations).OptionalId("version", request.version());
        if (!violations.empty()) return InvalidArgument(violations);
        return Get(request.version(), response);
      });
}

grpc::ServerUnaryReactor* ModelAdapter::ListModels(Context* context, const Bytes* in, Bytes* out) {
  return policy_.Run<v1::ListModelsRequest, v1::ListModelsResponse>(
      list_models_, context, in, out,
      [this](const auto& request, auto* response) { return List(request, response); });
}

grpc::ServerUnaryReactor* ModelAdapter::ActivateModel(Context* context, const Bytes* in,
                                                      Bytes* out) {
  return policy_.Run<v1::ActivateModelRequest, v1::Model>(
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
  proto->set_version(model.version);
  proto->set_kind(model.kind == ModelKind::kTrained ? v1::Model::KIND_TRAINED
                                                    : v1::Model::KIND_POPULARITY);
  proto->set_serving(kept.serving);
  if (model.trained_at != Instant{}) *proto->mutable_trained_at() = ToProto(model.trained_at);
  proto->set_training_seconds(model.training_seconds);
  proto->set_sequence(model.sequence);
  if (kept.serving) {
    const uint64_t sequence =
        store_.LastSequence();  // behind the model's, if a backup was restored
    proto->set_purchases_since(static_cast<int64_t>(sequence - std::min(sequence, model.sequence)));
  }
  server::Write(model.data, proto->mutable_data());
  for (const Taste& taste : model.tastes) server::Write(taste.options, proto->add_tastes());
  for (const Pool pool : kPools) {
    v1::PoolWeights* weights = proto->add_weights();
    weights->set_pool(ToProto(pool));
    server::Write(model.WeightsOf(pool), weights);
  }
  if (!model.evaluation.rows.empty()) {
    server::Write(model.evaluation, proto->mutable_evaluation());
  }
  proto->set_bytes(kept.bytes);
}

}  // namespace rapport::server
