// CustomersForItem: whom among some customers an item would suit, with a reason each: the reverse
// of a list. Everybody is asked the very question that makes their own list, so that whoever could
// not be suggested the item is not named: consent, dislikes and what they own are respected. For
// the eyes of staff, within the shop's tact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "model/purchase_chance.h"
#include "model/score.h"
#include "services/clienteling/contact_rules.h"
#include "services/clienteling/shop_time.h"
#include "services/clienteling/substitute.h"
#include "services/recommender/model_shelf.h"

namespace rapport::clienteling {

// Whether a customer is one of those among whom is looked for; `store`: that they belong to
// (customer_place.h).
using Among = std::function<bool(const Customer& customer, const std::string& store)>;

struct ReverseQuery {
  std::string item_id;
  // None: everybody who ever bought or was described. Several ids of one customer are one.
  std::vector<std::string> customer_ids;
  Among among;  // empty: all of these
  size_t limit = 10;
  Pool pool = Pool::kNewToCustomer;  // or kBoughtBefore
  bool to_contact = false;           // only those who may be contacted now
  std::string staff_id;              // who would contact them; empty: nobody in particular
};

// What the answer rests on. References must outlive it.
struct ReverseParts {
  const Store& store;
  const ModelShelf& models;
  const Discretion& discretion;
  const ShopTime& time;
  ContactOptions contact;
  double horizon_days = 730;  // nothing older is a reason
};

struct SuitedCustomer {
  Customer customer;
  double score = 0;
  std::optional<PurchaseChance> chance;
  int64_t rank_for_customer = 0;  // in their own list, by score alone, from 1
  // What of their own speaks for it most, at most two; none where staff may not speak of it.
  std::vector<std::shared_ptr<const Item>> because_of;
  std::optional<Reported> because_of_insight;  // a like
  bool popularity_driven = false;
};

enum class NotSuited : uint8_t {
  kNoPersonalization,
  kNoContact,
  kNotNow,  // may be contacted, but not now: WhyNotContact
  kHasIt,
  kNotBought,
  kDeclined,
  kAllergic,
  kNotOnOffer,
  kNoHistory,
  kBeyondLimit,
};

struct SuitedCustomers {
  std::shared_ptr<const Item> item;       // not null
  std::vector<SuitedCustomer> customers;  // by chance, then score, then id
  std::map<NotSuited, int64_t> left_out;  // how many, by the first reason that holds
  double window_days = 0;                 // that chances are about
  std::string model_version;
  TimePoint as_of;
};

// NOT_FOUND: the shop does not know the item; FAILED_PRECONDITION: the model does not; CANCELLED
// when `cancelled` says so, which is asked now and then; else the codes of Store's reads.
absl::StatusOr<SuitedCustomers> CustomersForItem(const ReverseParts& parts,
                                                 const ReverseQuery& query, TimePoint now,
                                                 const std::function<bool()>& cancelled);

}  // namespace rapport::clienteling
