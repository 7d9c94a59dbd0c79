// HandOff: what a colleague needs to know who takes over a customer: what was suggested and said
// and how it was received, what not to repeat, what was learnt, the usual, open moments. For the
// eyes of staff, within the shop's tact.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/clienteling/customer_card.h"
#include "services/clienteling/moment_finder.h"

namespace rapport::clienteling {

struct HandOffQuery {
  std::string customer_id;
  std::optional<TimePoint> since;  // none: 90 days ago
  std::string store;               // where the customer is; empty: not known
};

struct HandOff {
  Customer customer;
  TimePoint since;
  TimePoint as_of;
  std::vector<ToldItem> told;  // since then, the latest first, one for each item
  // Whatever their age, and whatever was heard of the item later: what is not to be suggested or
  // said again. By time, the latest first; one for each item and kind.
  std::vector<ToldItem> refused;
  std::vector<Reported> forbidden;  // insights
  std::vector<Reported>
      insights;  // that hold, and were learnt since; complaints whatever their age
  std::vector<std::shared_ptr<const Item>> usual;  // what of it may be offered
  std::vector<MomentNow> moments;                  // that nobody has dealt with yet
  std::optional<TimePoint> last_visit;
  bool personal = true;  // if not: just what is forbidden or refused for ever
  bool may_mention = true;
  bool may_contact = true;  // by any channel
  bool complaint = false;
};

// Any thread; may read from disk, so not for a gRPC thread.
class HandOffMaker {
 public:
  // All must outlive this.
  HandOffMaker(const Store& store, const CardMaker& cards, const MomentFinder& moments,
               Discretion discretion);

  // NOT_FOUND: nothing is known of the customer; else the codes of Store's reads.
  absl::StatusOr<HandOff> Make(const HandOffQuery& query) const;

 private:
  const Store& store_;
  const CardMaker& cards_;
  const MomentFinder& moments_;
  const Discretion discretion_;
};

}  // namespace rapport::clienteling
