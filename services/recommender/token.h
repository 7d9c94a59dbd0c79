// The token of a suggestion list: all that is needed to make the very same solve again. Opaque to
// clients; it names the customer, so it is to be kept like a customer id. Checked for damage, not
// signed. Pure functions; any thread.
//
// A new field of a request that decides what a list holds goes through: SuggestQuery; AskedFor and
// WithinLimits here; Put and Get, and kFormat one higher; AskedBy (suggester.cc), which fills the
// token, and AskedOf (explained_list.cc), which reads it; Fingerprint, by which pages know their
// request.
#pragma once

#include <cstdint>
#include <optional>
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
  bool promoted = false;  // a commercial rule has a part in its place
  bool pinned = false;    // a rule gave it its place
  bool operator==(const RuledItem&) const = default;
};

// What decides, beside pool, store and shopper, which items the list might hold, and how it varied.
struct AskedFor {
  uint32_t count = 10;  // on the page
  uint32_t max_per_category = 0;
  double diversity = 0;
  double min_confidence = 0;
  std::optional<uint32_t> promoted_slots;
  std::string filter;
  std::vector<std::string> only_item_ids, exclude_item_ids;  // in order
  // There were more than kMostIds of them, and they are not here.
  bool too_many_ids = false;
  bool operator==(const AskedFor&) const = default;

  static constexpr int kMostIds = 100;  // of each
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
  std::vector<RuledItem> rules;  // of every item of the page, in its order
  uint64_t told = 0;             // Told::fingerprint: the items that notes were of
  // Commercial places were limited: what was not promoted has its score without commercial rules.
  bool split = false;
  // Whether it asks for another page. Then its shopper has just the basket and the what-if that
  // were used, `shown` is what was shown so far, and it has no `asked` and no `rules`; else `shown`
  // is of the pages before this one.
  bool page = false;
  std::vector<Shown> shown;
  std::vector<std::string> spent_pins;  // of a page token: by rule_id
  bool operator==(const Token&) const = default;
};

// base64url text without padding.
std::string EncodeToken(const Token& token);
// INVALID_ARGUMENT if it is not one, was changed on the way, or asks for more than requests may.
absl::StatusOr<Token> DecodeToken(std::string_view text);

}  // namespace rapport
