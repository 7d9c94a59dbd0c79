// Files with one message a line, in protobuf's JSON mapping. One thread at a time.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace rapport::cli {

// The messages of `in`, in order; blank lines are passed over. INVALID_ARGUMENT names the file, the
// line and the cause.
template <typename Message>
absl::StatusOr<std::vector<Message>> ReadJsonLines(std::istream& in, const std::string& name) {
  std::vector<Message> messages;
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto status = google::protobuf::util::JsonStringToMessage(line, &messages.emplace_back());
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          name + ", line " + std::to_string(number) + ": " +
          std::string(status.message().data(), status.message().size()));
    }
  }
  if (in.bad()) return absl::UnavailableError("cannot read " + name);
  return messages;
}

// The same of a file; "-": standard input. NOT_FOUND if it cannot be opened.
template <typename Message>
absl::StatusOr<std::vector<Message>> ReadJsonLinesFile(const std::string& path) {
  if (path == "-") return ReadJsonLines<Message>(std::cin, "standard input");
  std::ifstream in(path);
  if (!in) return absl::NotFoundError("cannot open " + path);
  return ReadJsonLines<Message>(in, path);
}

}  // namespace rapport::cli
