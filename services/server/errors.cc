#include "services/server/errors.h"

#include <array>
#include <utility>

#include "google/protobuf/any.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace rapport::server {
namespace {

constexpr std::chrono::milliseconds kRetryAfter{1000};

google::rpc::Status Details(grpc::StatusCode code, std::string_view message,
                            std::string_view reason) {
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(std::string(message));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  details.add_details()->PackFrom(info);
  return details;
}

grpc::Status Pack(const google::rpc::Status& details) {
  return {static_cast<grpc::StatusCode>(details.code()), details.message(),
          details.SerializeAsString()};
}

}  // namespace

void Violations::Add(std::string path, std::string description) {
  if (!full()) list_.push_back({std::move(path), std::move(description)});
}

grpc::Status InvalidArgument(const Violations& violations) {
  const Violation& first = violations.list().front();
  std::string message = first.path + ": " + first.description;
  const size_t more = violations.list().size() - 1;
  if (more > 0) {
    message += " (and " + std::to_string(more) + (violations.full() ? " or more" : "") +
               " other fields; see BadRequest)";
  }
  google::rpc::Status details =
      Details(grpc::StatusCode::INVALID_ARGUMENT, message, "INVALID_FIELD");
  google::rpc::BadRequest bad_request;
  for (const Violation& violation : violations.list()) {
    auto* field = bad_request.add_field_violations();
    field->set_field(violation.path);
    field->set_description(violation.description);
  }
  details.add_details()->PackFrom(bad_request);
  return Pack(details);
}

grpc::Status InvalidArgument(std::string path, std::string description) {
  Violations violations;
  violations.Add(std::move(path), std::move(description));
  return InvalidArgument(violations);
}

grpc::Status Error(grpc::StatusCode code, std::string_view message, std::string_view reason,
                   std::optional<std::chrono::milliseconds> retry_after) {
  google::rpc::Status details = Details(code, message, reason);
  if (retry_after) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(retry_after->count() / 1000);
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(retry_after->count() % 1000 * 1'000'000));
    details.add_details()->PackFrom(retry);
  }
  return Pack(details);
}

grpc::Status ToGrpc(const absl::Status& status, std::string_view reason) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  const bool retry =
      code == grpc::StatusCode::RESOURCE_EXHAUSTED || code == grpc::StatusCode::UNAVAILABLE;
  return Error(code, {status.message().data(), status.message().size()},
               reason.empty() ? CodeName(code) : reason,
               retry ? std::optional(kRetryAfter) : std::nullopt);
}

std::string_view CodeName(grpc::StatusCode code) {
  static constexpr std::array<std::string_view, 17> kNames = {"OK",
                                                              "CANCELLED",
                                                              "UNKNOWN",
                                                              "INVALID_ARGUMENT",
                                                              "DEADLINE_EXCEEDED",
                                                              "NOT_FOUND",
                                                              "ALREADY_EXISTS",
                                                              "PERMISSION_DENIED",
                                                              "RESOURCE_EXHAUSTED",
                                                              "FAILED_PRECONDITION",
                                                              "ABORTED",
                                                              "OUT_OF_RANGE",
                                                              "UNIMPLEMENTED",
                                                              "INTERNAL",
                                                              "UNAVAILABLE",
                                                              "DATA_LOSS",
                                                              "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames[index] : "UNKNOWN";
}

}  // namespace rapport::server
