// The token of a suggestion list: all that is needed to make the very same solve again. Opaque to
// clients; it names the customer, so it is to be kept like a customer id. Checked for damage, not
// signed. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "model/ids.h"
#include "model/score.h"
#include "services/recommender/list_builder.h"
#include "services/recommender/rules_now.h"
#include "services/recommender/shopper.h"

namespace rapport {

// What the shop's rules added to the score of one item of the list.
struct RuledItem {
  ItemIndex item{};
  std::vector<RuleTerm> terms;
  bool operator==(const RuledItem&) const = default;
};

// What decides, beside pool, store and shopper, which items the list might hold.
struct AskedFor {
  uint32_t count = 10;
  std::string filter;
  std::vector<std::string> only_item_ids, exclude_item_ids;  // in order
  // There were more than kMostIds of them, and they are not here.
  bool too_many_ids = false;
  bool operator==(const AskedFor&) const = default;

  static constexpr size_t kMostIds = 100;  // of each
};

struct Token {
  std::string model_version;
  uint64_t sequence = 0;  // of the history; 0: none of the store's was used
  TimePoint as_of;        // of the request
  Pool pool = Pool::kNewToCustomer;
  uint64_t request = 0;  // fingerprint of what was asked
  Shopper shopper;
  std::string store;  // that was asked in
  AskedFor asked;
  std::vector<RuledItem> rules;
  // Of a page token, by the pages before; its shopper has just the basket that was used.
  std::vector<Shown> shown;
  std::vector<std::string> spent_pins;  // by rule_id
  bool operator==(const Token&) const = default;
};

// base64url text without padding.
std::string EncodeToken(const Token& token);
// INVALID_ARGUMENT if it is not one, or was changed on the way.
absl::StatusOr<Token> DecodeToken(std::string_view text);

}  // namespace rapport
