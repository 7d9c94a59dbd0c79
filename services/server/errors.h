// Errors as callers get them: a status, and google.rpc details that a program can act on.
// BadRequest names fields, ErrorInfo gives a reason that never changes, RetryInfo says when to come
// back. Values and pure functions; any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace rapport::server {

// Domain of every ErrorInfo.
inline constexpr std::string_view kErrorDomain = "rapport";

// One field that cannot be taken as it is.
struct Violation {
  std::string path;         // "purchases[3].quantity"
  std::string description;  // what was given and what is expected
};

// What is wrong with one request, in the order it was found; the first kMost of it.
class Violations {
 public:
  static constexpr size_t kMost = 50;

  void Add(std::string path, std::string description);
  bool empty() const { return list_.empty(); }
  bool full() const { return list_.size() >= kMost; }
  const std::vector<Violation>& list() const { return list_; }

 private:
  std::vector<Violation> list_;
};

// INVALID_ARGUMENT with BadRequest and ErrorInfo INVALID_FIELD. Requires: not empty.
grpc::Status InvalidArgument(const Violations& violations);
grpc::Status InvalidArgument(std::string path, std::string description);

// A status with ErrorInfo, and RetryInfo if `retry_after` is given. `reason` is UPPER_SNAKE.
grpc::Status Error(grpc::StatusCode code, std::string_view message, std::string_view reason,
                   std::optional<std::chrono::milliseconds> retry_after = std::nullopt);

// The same code and message. RESOURCE_EXHAUSTED and UNAVAILABLE carry RetryInfo. An empty `reason`
// becomes the code's name. OK stays OK.
grpc::Status ToGrpc(const absl::Status& status, std::string_view reason = {});

// "INVALID_ARGUMENT"; "UNKNOWN" for a number that is no code.
std::string_view CodeName(grpc::StatusCode code);

}  // namespace rapport::server
