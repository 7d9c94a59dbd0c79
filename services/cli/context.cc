#include "services/cli/context.h"

#include <google/protobuf/util/json_util.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "services/cli/option_types.h"
#include "services/cli/rpc_error.h"

namespace rapport::cli {
namespace {

constexpr int kMaxMessageBytes = 4 << 20;  // the server's own limit

std::string JsonText(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  return status.ok() ? text : "{}";  // fails only for times out of range, which the server refuses
}

}  // namespace

Context::Context() {
  if (const char* server = std::getenv("RAPPORT_SERVER"); server != nullptr && *server != '\0') {
    server_ = server;
  }
  tls_ = TlsFromEnvironment();
}

void Context::AddOptions(CLI::App& app) {
  app.add_option("--server", server_, "The server; also from RAPPORT_SERVER")
      ->option_text("HOST:PORT (" + server_ + ")");
  AddTlsOptions(app, tls_);
  app.add_flag("--json", json_, "Print JSON instead of tables");
  app.add_option("--timeout", timeout_seconds_, "Give up a call after so long")
      ->option_text("SECONDS (30)")
      ->check(IsIn({0.001, 86'400}));
}

void Context::SetAction(CLI::App& command, std::function<absl::Status()> action) {
  command.callback([this, action = std::move(action)] { action_ = action; });
}

int Context::Run() {
  const auto credentials = CredentialsOf(tls_);
  if (credentials.ok()) credentials_ = *credentials;
  const absl::Status status = credentials.ok() ? action_() : credentials.status();
  std::cout.flush();
  if (!status.ok()) {
    std::cerr << "rapport: " << status.message() << "\n";
    return kFailed;
  }
  if (!std::cout) {
    std::cerr << "rapport: cannot write to standard output\n";
    return kFailed;
  }
  return kDone;
}

std::shared_ptr<grpc::Channel> Context::channel() {
  if (!channel_) channel_ = NewChannel();
  return channel_;
}

std::shared_ptr<grpc::Channel> Context::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);  // the server is near
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(server_, credentials_, arguments);
}

void Context::SetDeadline(grpc::ClientContext& call) const {
  call.set_deadline(std::chrono::system_clock::now() +
                    std::chrono::milliseconds(static_cast<int64_t>(timeout_seconds() * 1000)));
}

absl::Status Context::Judge(const grpc::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  const grpc_connectivity_state state = channel()->GetState(false);
  const bool reached = state != GRPC_CHANNEL_TRANSIENT_FAILURE && state != GRPC_CHANNEL_CONNECTING;
  return DescribeFailure(status, {.doing = std::string(doing),
                                  .server = server_,
                                  .reached = reached,
                                  .tls = !tls_.ca.empty(),
                                  .shows_certificate = !tls_.certificate.empty(),
                                  .timeout_seconds = timeout_seconds()});
}

void PrintJson(const google::protobuf::Message& message) { std::cout << JsonText(message); }

void PrintJson(const nlohmann::json& json) { std::cout << json.dump(1) << "\n"; }
void PrintJson(const nlohmann::ordered_json& json) { std::cout << json.dump(1) << "\n"; }

nlohmann::json ToJson(const google::protobuf::Message& message) {
  return nlohmann::json::parse(JsonText(message));
}

}  // namespace rapport::cli
