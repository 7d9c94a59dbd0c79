// rapport status: how the server is.
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/wrappers.pb.h>
#include <grpcpp/generic/generic_stub.h>

#include <future>
#include <iostream>

#include "rapport/v1/model_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using Stub = v1::ModelService::Stub;

// grpc.health.v1.Health/Check of the whole server. Debian has no header for it; its messages have
// one field, which an Empty and an Int32Value read and write just so.
absl::StatusOr<int> CheckHealth(Context& context) {
  using HealthStub =
      grpc::TemplatedGenericStub<google::protobuf::Empty, google::protobuf::Int32Value>;
  HealthStub stub(context.channel());
  grpc::ClientContext call;
  context.SetDeadline(call);
  const google::protobuf::Empty whole_server;
  google::protobuf::Int32Value answer;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&call, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &whole_server, &answer,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const absl::Status failed = context.Judge(done.get_future().get(), "ask for the server's health");
  if (!failed.ok()) return failed;
  return answer.value();
}

std::string HealthWords(int health) {
  constexpr int kServing = 1;
  constexpr int kNotServing = 2;
  if (health == kServing) return "serving";
  return health == kNotServing ? "not serving" : "unknown";
}

std::string TrainingWords(const v1::Training& training) {
  switch (training.state()) {
    case v1::Training::STATE_RUNNING:
      return "running, " + FormatShare(training.fraction()) +
             (training.has_eta_seconds() ? ", " + FormatSeconds(training.eta_seconds()) + " to go"
                                         : "");
    case v1::Training::STATE_SUCCEEDED:
      return "succeeded at " + FormatTime(training.started_at()) + " in " +
             FormatSeconds(training.elapsed_seconds()) +
             (training.message().empty() ? "" : ": " + training.message());
    case v1::Training::STATE_FAILED:
      return "failed: " + training.message();
    case v1::Training::STATE_CANCELLED:
      return "cancelled";
    case v1::Training::STATE_REJECTED:
      return "its model does not serve: " + training.message();
    case v1::Training::STATE_TOO_LITTLE:
      return training.message();
    default:
      return "unknown";
  }
}

absl::Status ShowStatus(Context& context) {
  const auto health = CheckHealth(context);
  if (!health.ok()) return health.status();
  const auto model = context.Call(&Stub::GetModel, v1::GetModelRequest(), "get the model");
  if (!model.ok()) return model.status();
  const auto training =
      context.Call(&Stub::GetTraining, v1::GetTrainingRequest(), "get the training");
  const bool trained = training.ok();
  if (!trained && !absl::IsNotFound(training.status())) return training.status();

  if (context.json()) {
    nlohmann::json json = {
        {"server", context.server()}, {"health", HealthWords(*health)}, {"model", ToJson(*model)}};
    json["training"] = trained ? ToJson(*training) : nlohmann::json(nullptr);
    PrintJson(json);
    return absl::OkStatus();
  }
  const bool learned = model->kind() == v1::Model::KIND_TRAINED;
  Table table({{""}, {"", false, true}});
  table.AddRow({"server", context.server() + ", " + HealthWords(*health)});
  table.AddRow({"model", model->version().empty() ? "none" : model->version()});
  table.AddRow({"", learned ? "learned from " +
                                  FormatPlural(model->data().purchases(), "purchase", "purchases") +
                                  " up to " + FormatDate(model->data().last_purchase_at())
                            : "popularity alone; `rapport train` makes a better one"});
  table.AddRow({"since then", FormatPlural(model->purchases_since(), "purchase", "purchases")});
  table.AddRow(
      {"latest training", trained ? TrainingWords(*training) : "none since the server started"});
  table.Print(std::cout, OutputWidth());
  return absl::OkStatus();
}

}  // namespace

void AddStatus(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("status", "How the server is: health, model, training");
  context.SetAction(*command, [&context] { return ShowStatus(context); });
}

}  // namespace rapport::cli
