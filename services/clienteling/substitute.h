// Substitute: what to offer in place of an item that cannot be had: of the same category, most like
// it by who buys it; or, where the model has no tastes of it, by what the catalogue says of both.
// Any thread; no disk.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "data/records.h"
#include "services/recommender/serving_model.h"

namespace rapport::clienteling {

// What is never spoken of, as the shop's tact has it. Neither is empty.
struct Discretion {
  std::function<bool(const Item&)> hides_item;
  std::function<bool(std::string_view)> hides_text;
};

struct Substitute {
  std::shared_ptr<const Item> item;  // not null; can be sold
  std::string category;              // that both have: the narrowest
  // Attributes that both have, at most three, in order of name; none that is not spoken of.
  std::map<std::string, std::string> shared;
  std::optional<double> similarity;  // the cosine of factors; none: chosen by attributes
};

// The best of the narrowest category of `item` that has one, by the rules of now for `store`; none
// of `besides`, and nothing that is hidden. None: there is none, or `item` itself is hidden or has
// no category. Codes: INTERNAL.
absl::StatusOr<std::optional<Substitute>> SubstituteFor(const Item& item,
                                                        const std::set<std::string>& besides,
                                                        const ServingModel& serving,
                                                        const Discretion& discretion,
                                                        const std::string& store, TimePoint now);

}  // namespace rapport::clienteling
