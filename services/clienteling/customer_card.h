// CustomerCard: what staff should know of a customer when they come in: how to address them, the
// usual, their rhythm, what was first and what was last, what not to say; each with its evidence.
// For the eyes of staff, within the shop's tact: what is never spoken of is neither shown nor
// counted; nor are purchases that were reported not to be the customer's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/clienteling/rhythm.h"
#include "services/clienteling/shop_time.h"
#include "services/clienteling/substitute.h"
#include "services/clienteling/usual_order.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"

namespace rapport::clienteling {

struct CardQuery {
  std::string customer_id;
  std::optional<TimePoint> at;  // none: now; the past: as it was known to have been then
  std::string store;            // where the customer is; empty: not known
  Channel channel = Channel::kUnspecified;
};

// An item that the card names.
struct CardItem {
  std::shared_ptr<const Item> item;  // not null
  bool usual = false;                // of one of the usual orders
  bool may_say = false;              // whether staff may speak of it to the customer
  // By what was reported: an allergy, declined for ever, or they have it. Not to be offered.
  bool forbidden = false;
  // Of a usual item that cannot be sold, or is forbidden; none: nothing fits.
  std::optional<Substitute> substitute;
};

struct CardLine {
  Purchase purchase;
  int32_t kept = 0;
  bool may_say = false;
};

struct CardVisit {
  TimePoint at;
  Channel channel = Channel::kUnspecified;
  std::string store;
  std::vector<std::string> event_ids;
};

enum class Unsayable : uint8_t {
  kPastPurchases,   // none of them: the customer does not want that
  kGift,            // it was for somebody else
  kReturned,        // some of it came back
  kTooOld,          // beyond the horizon, and not usual
  kUnwelcome,       // it made the customer uncomfortable, or is of a topic to avoid
  kNotToBeOffered,  // an allergy, declined for ever, or they have it
};

struct DoNotSay {
  Unsayable why = Unsayable::kPastPurchases;
  std::string item_id;                 // empty: of kPastPurchases
  std::vector<std::string> event_ids;  // latest first
  int gifts = 0, purchases = 0;        // kGift: so many of all that are theirs of the item
};

// An item that was suggested or spoken of, and how that was received.
struct ToldItem {
  Item item;  // just the id of one that was never described
  Outcome outcome;
};

struct CustomerCard {
  Customer customer;  // just the id of one that was never described
  // Whether purchases may shape what staff see; if not, nothing below is filled in but insights and
  // as_of.
  bool personal = true;
  bool may_mention = true;                // whether staff may speak of past purchases
  std::vector<UsualOrder> usual_orders;   // the first is that of the moment; never empty
  std::map<std::string, CardItem> items;  // by id: all that the rest names
  std::optional<Rhythm> rhythm;           // none: too few visits
  std::optional<CardVisit> last_visit;    // none: there was none
  Milestones milestones;
  std::vector<CardLine> recent;  // latest first, at most 10
  std::vector<DoNotSay> do_not_say;
  // What was learnt and holds, the latest first; of who does not want personalization just what
  // they are allergic to.
  std::vector<Reported> insights;
  std::vector<ToldItem> outcomes;  // but what was not told, the latest first, at most 10
  TimePoint as_of;
  std::string model_version;  // that substitutes come from; empty: of nothing
};

// Any thread; may read from disk, so not for a gRPC thread.
class CardMaker {
 public:
  // `horizon_days`: nothing older is spoken of, but the usual. `declined_days`: what was declined
  // for now is no substitute for so long. References must outlive this.
  CardMaker(const Store& store, const ModelShelf& models, const ShopTime& time,
            Discretion discretion, double horizon_days, Clock clock, int declined_days = 30);

  // NOT_FOUND: nothing is known of the customer; else the codes of Store's reads.
  absl::StatusOr<CustomerCard> Make(const CardQuery& query) const;

 private:
  const Store& store_;
  const ModelShelf& models_;
  const ShopTime& time_;
  const Discretion discretion_;
  const double horizon_days_;
  const Clock clock_;
  const int declined_days_;
};

}  // namespace rapport::clienteling
