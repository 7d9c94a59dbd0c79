// FieldErrors: which fields of a question cannot be taken, where only the use case can tell: an id
// that the store does not know. An INVALID_ARGUMENT status carries them to the edge. Pure
// functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace rapport {

struct FieldError {
  std::string path;         // "what_if.add_item_ids[2]"
  std::string description;  // what was given and what is expected; no control characters
  bool operator==(const FieldError&) const = default;
};

// INVALID_ARGUMENT; its message is of the first. Requires: not empty.
absl::Status InvalidFields(const std::vector<FieldError>& errors);
// What such a status carries, in order; empty: it is not one.
std::vector<FieldError> FieldErrorsOf(const absl::Status& status);

}  // namespace rapport
