// rapport train: a new model.
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <thread>

#include "rapport/v1/model_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/format.h"
#include "services/cli/model_table.h"
#include "services/cli/progress.h"
#include "services/cli/table.h"

namespace rapport::cli {
namespace {

using Stub = v1::ModelService::Stub;
constexpr auto kPoll = std::chrono::milliseconds(200);

// Each line two to the right, like tables.
std::string Indented(const std::string& lines) {
  std::string indented = "  ";
  for (const char sign : lines) indented += sign == '\n' ? "\n  " : std::string(1, sign);
  return indented + "\n";
}

std::string StageWords(v1::Training::Stage stage) {
  switch (stage) {
    case v1::Training::STAGE_READING:
      return "reading purchases";
    case v1::Training::STAGE_TUNING:
      return "searching for better options";
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

// "823,643 purchases, 1,204,000 pairs/s, 12 s, 30 s to go".
std::string Details(const v1::Training& training) {
  std::string details = FormatPlural(training.rows(), "purchase", "purchases");
  if (training.has_rate()) {
    details += ", " + FormatCount(std::llround(training.rate())) +
               (training.stage() == v1::Training::STAGE_READING ? " purchases/s" : " pairs/s");
  }
  details += ", " + FormatSeconds(training.elapsed_seconds());
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

// OK if what could be learned serves now.
absl::Status Outcome(const v1::Training& training) {
  const std::string why = training.message().empty() ? "" : ": " + training.message();
  const std::string before = "; the model that served before serves on";
  switch (training.state()) {
    case v1::Training::STATE_SUCCEEDED:
    case v1::Training::STATE_TOO_LITTLE:
      return absl::OkStatus();
    case v1::Training::STATE_REJECTED:
      return absl::AbortedError("the new model does not serve" + why + before +
                                "\n  `rapport models --activate " + training.model_version() +
                                "` serves the new one all the same");
    case v1::Training::STATE_CANCELLED:
      return absl::AbortedError("the training was cancelled" + why + before);
    default:
      return absl::AbortedError("the training was no success" + why + before);
  }
}

absl::Status Cancel(Context& context) {
  const auto training =
      context.Call(&Stub::CancelTraining, v1::CancelTrainingRequest(), "cancel the training");
  if (!training.ok()) return training.status();
  if (context.json()) {
    PrintJson(*training);
  } else {
    std::cout << "Training " << training->training_id()
              << " is cancelled; the model that serves serves on.\n";
  }
  return absl::OkStatus();
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

  if (!training->message().empty()) {
    std::cout << Indented(Wrap("Note: " + training->message(), OutputWidth() - 2));
  }
  if (training->state() == v1::Training::STATE_TOO_LITTLE) return absl::OkStatus();
  v1::GetModelRequest request;
  request.set_version(training->model_version());
  const auto model = context.Call(&Stub::GetModel, request, "get the new model");
  if (!model.ok()) return model.status();
  PrintModel(*model);
  return absl::OkStatus();
}

}  // namespace

void AddTrain(CLI::App& app, Context& context) {
  struct Options {
    bool no_wait = false;
    bool cancel = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("train", "Learn a new model from all purchases, and serve it");
  command->footer(
      "The server trains in the background; Ctrl-C ends the watching, not the training. A model "
      "that\n"
      "is worse than the one that serves, or than suggesting what is popular, does not serve: "
      "then\n"
      "this ends with 1 and says by how much. Too little to learn from is no failure: it ends with "
      "0.");
  auto* no_wait = command->add_flag("--no-wait", options->no_wait, "Return at once");
  command->add_flag("--cancel", options->cancel, "End the training that runs or waits")
      ->excludes(no_wait);
  context.SetAction(*command, [&context, options] {
    return options->cancel ? Cancel(context) : Train(context, !options->no_wait);
  });
}

}  // namespace rapport::cli
