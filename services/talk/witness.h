// Witness: whether what a sentence says of one point is so, looked up in the facts, whatever it was
// composed from. For `verify`; holds references; for one call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/talk/point_facts.h"
#include "services/talk/tact.h"
#include "services/talk/talking_point.h"
#include "services/talk/voice.h"

namespace rapport::talk {

// INTERNAL, with the message's key.
absl::Status Untrue(const Line& line, std::string_view what);

class Witness {
 public:
  Witness(const PointFacts& facts, const Tact& tact, const Voice& voice)
      : facts_(facts), explanation_(facts.explanation), tact_(tact), voice_(voice) {}

  // INTERNAL with what is not so. Requires: the slots fit the message.
  absl::Status Observation(const Line& line) const;
  // `observed`: the items that the sentence before names.
  absl::Status Bridge(const Line& line, const std::vector<std::string>& observed) const;
  absl::Status Suggestion(const Line& line, const std::vector<std::string>& observed) const;
  // That every event is of one of these items' visits.
  absl::Status Evidence(const Line& line, const std::vector<std::string>& events,
                        const std::vector<std::string>& items) const;
  // Of what staff are told.
  absl::Status Fact(const Line& line) const;
  absl::Status Confidence(const Line& line) const;

 private:
  absl::Status PersonalBridge(const Line& line, const std::vector<std::string>& observed) const;
  absl::Status FactOfPurchases(const Line& line) const;
  // That without exactly these the item would leave the list is what the explanation says.
  absl::Status Because(const Line& line, std::vector<std::string> items, size_t count) const;

  // Null: it is no evidence.
  const EvidenceLine* Find(const std::string& item_id) const;
  // How a purchase of the item may be spoken of, by the name that it is given; none: it may not.
  std::optional<Mention> Spoken(const NamedItem& named) const;
  bool InBasket(const NamedItem& named) const;
  bool MayBeNamed(const NamedItem& named) const { return Spoken(named) || InBasket(named); }
  bool ShareIs(const NamedItem& named, const Slot& share) const;
  bool CrowdOfBuyers() const { return facts_.buyers >= tact_.options().crowd; }
  // None: fewer than a crowd.
  std::optional<int64_t> OrdersWith(const std::string& item_id) const;
  // Whether an item that may be spoken of has another of it.
  // From one of those that were spoken of.
  bool AttributeDiffers(const std::string& name, const std::string& value,
                        const std::vector<std::string>& observed) const;
  bool BrandDiffers(const std::string& brand, const std::vector<std::string>& observed) const;

  const PointFacts& facts_;
  const ItemExplanation& explanation_;
  const Tact& tact_;
  const Voice& voice_;
};

}  // namespace rapport::talk
