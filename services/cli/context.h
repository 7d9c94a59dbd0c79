// Context: what every command needs: the global options, the connection, and where its result goes.
// A command's outcome is an absl::Status whose message is written for people; it becomes the exit
// code here and nowhere else. Main thread only, except channel(), which may be shared.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/cli/tls_options.h"

namespace rapport::cli {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2 };

class Context {
 public:
  Context();

  // --server, --tls-ca and the like, --json, --timeout.
  void AddOptions(CLI::App& app);

  // What to do if `command` is the one that was given.
  void SetAction(CLI::App& command, std::function<absl::Status()> action);
  // Does it; prints an error to stderr. The exit code.
  int Run();

  bool json() const { return json_; }
  const std::string& server() const { return server_; }
  double timeout_seconds() const { return timeout_seconds_.value_or(30); }
  // Connects on first use, without waiting.
  std::shared_ptr<grpc::Channel> channel();
  // Another, which shares its connection with nobody.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  // One unary call, given up after --timeout. `doing` completes "cannot …" in the message of a
  // failure.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, std::string_view doing) {
    grpc::ClientContext call;
    SetDeadline(call);
    return Call(call, method, request, doing);
  }
  // Likewise, for work that takes as long as it takes: given up only after a --timeout that was
  // given.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> CallPatiently(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                      const Request&, Response*),
                                         const Request& request, std::string_view doing) {
    grpc::ClientContext call;
    if (timeout_seconds_) SetDeadline(call);
    return Call(call, method, request, doing);
  }

  void SetDeadline(grpc::ClientContext& call) const;
  // The status of a call in words for people: what failed, where, and what to do about it.
  absl::Status Judge(const grpc::Status& status, std::string_view doing);

 private:
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::ClientContext& call,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, std::string_view doing) {
    Stub stub(channel());
    Response response;
    absl::Status failure = Judge((stub.*method)(&call, request, &response), doing);
    if (!failure.ok()) return failure;
    return response;
  }

  std::string server_ = "127.0.0.1:7411";
  bool json_ = false;
  std::optional<double> timeout_seconds_;
  TlsOptions tls_;
  std::shared_ptr<grpc::ChannelCredentials> credentials_;  // since Run
  std::shared_ptr<grpc::Channel> channel_;
  std::function<absl::Status()> action_;
};

// The protobuf JSON of a message, with the field names of the .proto files, on stdout.
void PrintJson(const google::protobuf::Message& message);
void PrintJson(const nlohmann::json& json);
void PrintJson(const nlohmann::ordered_json& json);  // in the order of its keys
// For a place in a larger document.
nlohmann::json ToJson(const google::protobuf::Message& message);

}  // namespace rapport::cli
