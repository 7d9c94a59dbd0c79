// rapport train: a new model.
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "rapport/v1/model_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/model_table.h"
#include "services/cli/progress.h"

namespace rapport::cli {
namespace {

using Stub = v1::ModelService::Stub;
constexpr auto kPoll = std::chrono::milliseconds(200);

std::string StageWords(v1::Training::Stage stage) {
  switch (stage) {
    case v1::Training::STAGE_READING:
      return "reading purchases";
    case v1::Training::STAGE_FITTING_WEIGHTS:
      return "fitting weights";
    case v1::Training::STAGE_EVALUATING:
      return "evaluating";
    case v1::Training::STAGE_TRAINING:
      return "training";
    case v1::Training::STAGE_PUBLISHING:
      return "publishing";
    default:
      return "starting";
  }
}

std::string Details(const v1::Training& training) {
  std::string details = FormatPlural(training.rows(), "purchase", "purchases") + "  " +
                        FormatSeconds(training.elapsed_seconds());
  if (training.has_eta_seconds())
    details += ", " + FormatSeconds(training.eta_seconds()) + " to go";
  return details;
}

// Follows a training to its end: a bar on a terminal, a line a stage elsewhere (none with --json).
absl::StatusOr<v1::Training> Follow(Context& context, v1::Training training) {
  Progress progress;
  std::string told;
  v1::GetTrainingRequest request;
  request.set_training_id(training.training_id());
  while (training.state() == v1::Training::STATE_RUNNING) {
    const std::string stage = StageWords(training.stage());
    progress.Show(stage, training.fraction(), Details(training));
    if (!progress.shown() && !context.json() && stage != told) {
      std::cout << "  " << stage << " …" << std::endl;
      told = stage;
    }
    std::this_thread::sleep_for(kPoll);
    auto reply = context.Call(&Stub::GetTraining, request, "follow the training");
    if (!reply.ok()) return reply.status();
    training = *std::move(reply);
  }
  return training;
}

absl::Status Outcome(const v1::Training& training) {
  if (training.state() == v1::Training::STATE_SUCCEEDED) return absl::OkStatus();
  const bool cancelled = training.state() == v1::Training::STATE_CANCELLED;
  return absl::AbortedError(std::string("the training was ") +
                            (cancelled ? "cancelled" : "no success") +
                            (training.message().empty() ? "" : ": " + training.message()) +
                            "; the model that served before serves on");
}

absl::Status Train(Context& context, bool wait) {
  auto started = context.Call(&Stub::TrainModel, v1::TrainModelRequest(), "start a training");
  if (!started.ok()) return started.status();
  if (!wait) {
    if (context.json()) {
      PrintJson(*started);
    } else {
      std::cout << "Training " << started->training_id()
                << " is running; `rapport status` tells how it is doing.\n";
    }
    return absl::OkStatus();
  }
  const auto training = Follow(context, *std::move(started));
  if (!training.ok()) return training.status();
  if (context.json()) PrintJson(*training);
  if (absl::Status failed = Outcome(*training); !failed.ok() || context.json()) return failed;

  if (!training->message().empty()) std::cout << "  Note: " << training->message() << "\n";
  v1::GetModelRequest request;
  request.set_version(training->model_version());
  const auto model = context.Call(&Stub::GetModel, request, "get the new model");
  if (!model.ok()) return model.status();
  PrintModel(*model);
  return absl::OkStatus();
}

}  // namespace

void AddTrain(CLI::App& app, Context& context) {
  auto no_wait = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("train", "Learn a new model from all purchases, and serve it");
  command->add_flag("--no-wait", *no_wait, "Return at once");
  context.SetAction(*command, [&context, no_wait] { return Train(context, !*no_wait); });
}

}  // namespace rapport::cli
