#include "services/recommender/field_errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace rapport {
namespace {

constexpr const char* kPayload = "rapport/field-errors";

}  // namespace

absl::Status InvalidFields(const std::vector<FieldError>& errors) {
  absl::Status status = absl::InvalidArgumentError(
      absl::StrCat(errors.front().path, ": ", errors.front().description));
  std::string lines;
  for (const FieldError& error : errors)
    absl::StrAppend(&lines, error.path, "\t", error.description, "\n");
  status.SetPayload(kPayload, absl::Cord(lines));
  return status;
}

std::vector<FieldError> FieldErrorsOf(const absl::Status& status) {
  std::vector<FieldError> errors;
  const auto payload = status.GetPayload(kPayload);
  if (!payload) return errors;
  const std::string lines(*payload);
  for (const absl::string_view line : absl::StrSplit(lines, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits('\t', 1));
    if (parts.size() == 2) errors.push_back({parts[0], parts[1]});
  }
  return errors;
}

}  // namespace rapport
