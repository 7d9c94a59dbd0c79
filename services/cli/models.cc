// rapport models: what was learned, and which of it serves.
#include <iostream>
#include <memory>

#include "rapport/v1/model_service.grpc.pb.h"
#include "services/cli/commands.h"
#include "services/cli/model_table.h"

namespace rapport::cli {
namespace {

using Stub = v1::ModelService::Stub;

struct Options {
  std::string version;
  std::string activate;
};

absl::Status Show(Context& context, const absl::StatusOr<v1::Model>& model) {
  if (!model.ok()) return model.status();
  if (context.json()) {
    PrintJson(*model);
  } else {
    PrintModel(*model);
  }
  return absl::OkStatus();
}

absl::Status ShowOne(Context& context, const std::string& version) {
  v1::GetModelRequest request;
  request.set_version(version);
  return Show(context, context.Call(&Stub::GetModel, request, "get model " + version));
}

absl::Status Activate(Context& context, const std::string& version) {
  v1::ActivateModelRequest request;
  request.set_version(version);
  return Show(context, context.Call(&Stub::ActivateModel, request, "activate model " + version));
}

absl::Status ShowAll(Context& context) {
  v1::ListModelsResponse all;
  v1::ListModelsRequest request;
  do {
    const auto page = context.Call(&Stub::ListModels, request, "list the models");
    if (!page.ok()) return page.status();
    all.mutable_models()->MergeFrom(page->models());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (context.json()) {
    PrintJson(all);
  } else {
    PrintModels(all.models());
  }
  return absl::OkStatus();
}

}  // namespace

void AddModels(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("models", "The models that are kept: all, or one");
  command->footer(
      "serving: answers now. kept: did before; --activate brings it back. rejected: was worse "
      "than\n"
      "the one that served, so it does not serve. shadow: is being tried, see `rapport shadow`.");
  auto* one = command->add_option("VERSION", options->version, "Show this one in full");
  command
      ->add_option("--activate", options->activate,
                   "Serve this one from now on, until the next training")
      ->type_name("VERSION")
      ->excludes(one);
  context.SetAction(*command, [&context, options] {
    if (!options->activate.empty()) return Activate(context, options->activate);
    if (!options->version.empty()) return ShowOne(context, options->version);
    return ShowAll(context);
  });
}

}  // namespace rapport::cli
