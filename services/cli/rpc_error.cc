#include "services/cli/rpc_error.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/cli/format.h"

namespace rapport::cli {
namespace {

// The first detail of type T, if the status carries one.
template <typename T>
std::optional<T> Detail(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return std::nullopt;
  for (const auto& any : details.details()) {
    if (T detail; any.Is<T>() && any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

std::string NoServer(const std::string& server) {
  return "no server at " + server + "; start one with `make run`, or name another with --server";
}

}  // namespace

absl::Status DescribeFailure(const grpc::Status& status, const FailedCall& call) {
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && !call.reached) {
    return {code, NoServer(call.server)};
  }
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    if (!call.reached) return {code, NoServer(call.server)};
    return {code, "cannot " + call.doing + ": " + call.server + " did not answer within " +
                      FormatSeconds(call.timeout_seconds) + "; give it longer with --timeout"};
  }
  std::string message = "cannot " + call.doing + ": " + status.error_message();
  const auto bad = Detail<google::rpc::BadRequest>(status);
  const auto told = [&](const google::rpc::BadRequest::FieldViolation& violation) {
    return status.error_message() == violation.field() + ": " + violation.description();
  };
  // Of one field that is wrong the message says all.
  if (bad && !(bad->field_violations_size() == 1 && told(bad->field_violations(0)))) {
    for (const auto& violation : bad->field_violations()) {
      message += "\n  " + violation.field() + ": " + violation.description();
    }
  }
  if (const auto delay = RetryDelaySeconds(status)) {
    message += "\n  try again in " + FormatSeconds(*delay);
  }
  return {code, message};
}

std::optional<double> RetryDelaySeconds(const grpc::Status& status) {
  const auto retry = Detail<google::rpc::RetryInfo>(status);
  if (!retry) return std::nullopt;
  return static_cast<double>(retry->retry_delay().seconds()) + retry->retry_delay().nanos() / 1e9;
}

}  // namespace rapport::cli
