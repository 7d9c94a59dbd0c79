#include "services/recommender/token.h"

#include <xxhash.h>

#include <chrono>
#include <cstring>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace rapport {
namespace {

// Text inside: "1|model|sequence|as of|pool|request|customer|checksum", the customer in base64url.
constexpr std::string_view kFormat = "1";
constexpr size_t kFields = 8;

std::string Body(const Token& token) {
  return absl::StrCat(std::string(kFormat), "|", token.model_version, "|", token.sequence, "|",
                      token.as_of.time_since_epoch().count(), "|", static_cast<int>(token.pool),
                      "|", absl::Hex(token.request), "|",
                      absl::WebSafeBase64Escape(token.customer_id), "|");
}

uint64_t Checksum(std::string_view body) { return XXH3_64bits(body.data(), body.size()); }

}  // namespace

std::string EncodeToken(const Token& token) {
  const std::string body = Body(token);
  return absl::WebSafeBase64Escape(absl::StrCat(body, absl::Hex(Checksum(body))));
}

absl::StatusOr<Token> DecodeToken(std::string_view text) {
  const absl::Status broken = absl::InvalidArgumentError(
      "token is not one that SuggestForCustomer gave, or was changed on the way; ask for "
      "suggestions again");
  std::string plain;
  if (!absl::WebSafeBase64Unescape(absl::string_view(text.data(), text.size()), &plain))
    return broken;
  const std::vector<std::string> fields = absl::StrSplit(plain, '|');
  if (fields.size() != kFields || fields[0] != kFormat) return broken;
  Token token{.model_version = fields[1]};
  int64_t as_of = 0;
  int pool = 0;
  if (!absl::SimpleAtoi(fields[2], &token.sequence) || !absl::SimpleAtoi(fields[3], &as_of) ||
      !absl::SimpleAtoi(fields[4], &pool) || pool < 0 || pool >= static_cast<int>(kPoolCount) ||
      !absl::SimpleHexAtoi(fields[5], &token.request) ||
      !absl::WebSafeBase64Unescape(fields[6], &token.customer_id)) {
    return broken;
  }
  token.as_of = TimePoint(std::chrono::microseconds(as_of));
  token.pool = static_cast<Pool>(pool);
  // Written again it must be the same text, checksum and all.
  return EncodeToken(token) == text ? absl::StatusOr<Token>(token) : broken;
}

}  // namespace rapport
