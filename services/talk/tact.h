// Tact: the shop's own limits of what is said and what is offered. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/records.h"

namespace rapport::talk {

// Words that begin a word of a category, tag or title of what is never spoken of: health, allergens
// among it, bereavement, pregnancy and babies, what is intimate, religion, politics, addiction,
// wine and beer among it, money, minors; in the languages that there are messages for. A shop
// replaces them with its own. "=word" is that word only.
extern const std::string_view kSensitiveByDefault;

struct TactOptions {
  std::string sensitive_categories{kSensitiveByDefault};  // parted by commas
  bool sensitive_shapes_taste = false;  // whether such purchases may shape other suggestions
  double most_sensitive_share = 0.3;    // of a score; what rests on them more is not offered
  double most_commercial_share = 0.2;  // of a score, by rules; what has more has no personal reason
  double horizon_days = 730;           // nothing older is spoken of, but the usual
  int crowd = 20;                      // nothing is said of fewer people or orders
  int suggestions_a_visit = 2;
  double stale_days = 30;                 // a model that was trained longer ago is no help
  std::string catalogue_language = "en";  // of attributes: said in no other
};

class Tact {
 public:
  explicit Tact(TactOptions options);

  const TactOptions& options() const { return options_; }
  bool IsSensitive(const Item& item) const;
  bool IsSensitive(std::string_view text) const;

 private:
  const TactOptions options_;
  std::vector<std::string> begins_;  // folded, sorted
  std::vector<std::string> whole_;   // folded, sorted
  std::vector<std::string> within_;  // of scripts without spaces: anywhere
};

}  // namespace rapport::talk
