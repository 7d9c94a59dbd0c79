// What a failed call says to a person: what was being done, at which server, the cause, and what to
// do. Pure functions; any thread.
#pragma once

#include <grpcpp/support/status.h>

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace rapport::cli {

struct FailedCall {
  std::string doing;    // completes "cannot …"
  std::string server;   // host:port
  bool reached = true;  // whether there was a connection at all
  bool tls = false;     // whether it was to be encrypted
  bool shows_certificate = false;
  double timeout_seconds = 0;
};

// The same code; the message names each field that google.rpc.BadRequest complains of, and when
// google.rpc.RetryInfo says to come back. Requires: !status.ok().
absl::Status DescribeFailure(const grpc::Status& status, const FailedCall& call);

// From google.rpc.RetryInfo; none if the server gave no advice.
std::optional<double> RetryDelaySeconds(const grpc::Status& status);

}  // namespace rapport::cli
