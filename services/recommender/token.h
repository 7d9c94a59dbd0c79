// The token of a suggestion list: all that is needed to make the very same solve again. Opaque to
// clients; it names the customer, so it is to be kept like a customer id. Checked for damage, not
// signed. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "model/score.h"

namespace rapport {

struct Token {
  std::string model_version;
  uint64_t sequence = 0;  // of the history; 0: no history was used
  TimePoint as_of;        // of the request
  Pool pool = Pool::kNewToCustomer;
  uint64_t request = 0;  // fingerprint of what was asked
  std::string customer_id;
  bool operator==(const Token&) const = default;
};

// base64url text without padding.
std::string EncodeToken(const Token& token);
// INVALID_ARGUMENT if it is not one, or was changed on the way.
absl::StatusOr<Token> DecodeToken(std::string_view text);

}  // namespace rapport
