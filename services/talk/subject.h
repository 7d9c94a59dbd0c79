// Subject: who is spoken to, as far as a talk needs it, as of now: opting out holds at once, and so
// does what came back and what was reported. A value; making it may read from disk.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/recommender/customer_state.h"
#include "services/recommender/eligibility.h"
#include "services/recommender/reported_items.h"
#include "services/recommender/serving_model.h"
#include "services/recommender/shopper.h"
#include "services/talk/customer_facts.h"
#include "services/talk/tact.h"

namespace rapport::talk {

struct Subject {
  Shopper shopper;
  std::shared_ptr<const ServingModel> serving;  // not null
  std::optional<Customer> described;
  CustomerState state;  // of now
  CustomerFacts facts;
  ItemTest unspoken;  // what was reported not to be spoken of; null: nothing
  // What was reported to be kept from them and why, the gravest first; null: nothing is, for that.
  std::array<std::pair<LeftOutBy, ItemTest>, 3> refused;
  bool open_complaint = false;
  bool any_sensitive = false;  // of what they bought, or have in the basket
  bool anything_sayable = false;

  bool personalization() const {
    return !described || described->consent_personalization.value_or(true);
  }
  // Null: the model does not know it.
  std::shared_ptr<const Item> Known(const std::string& item_id) const;
  // An item that the model does not know shapes nothing and is never named.
  bool IsSensitive(const std::string& item_id, const Tact& tact) const;
  bool IsUnspoken(const Item& item) const { return unspoken != nullptr && unspoken(item); }
};

// `serving` is not null. Codes of StateFor.
absl::StatusOr<Subject> SubjectOf(const Store& store, std::shared_ptr<const ServingModel> serving,
                                  Shopper shopper, const Tact& tact, TimePoint now);

}  // namespace rapport::talk
