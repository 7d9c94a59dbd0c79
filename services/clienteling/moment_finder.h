// MomentFinder: whom to be in touch with on a day, and why: the moments of a store's customers, or
// of a book's, ranked, and what is not for now. Reads every history that is asked about. Any
// thread; may read from disk for seconds, so not for a gRPC thread.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/clienteling/moment_list.h"
#include "services/clienteling/shop_time.h"
#include "services/clienteling/substitute.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"

namespace rapport::clienteling {

struct MomentOptions {
  CandidateOptions candidates;
  ContactOptions contact;
};

struct MomentQuery {
  // Whose customers: of a store (who belong to it, or who belong to none and bought there last), of
  // the book of a member of staff, of both together (the store's, but those in another's book), or
  // of the shop.
  std::string store;
  std::string staff_id;
  std::optional<std::chrono::local_days> date;  // none: today
  int capacity = 20;                            // customers; 0 lists none
  std::vector<Occasion> occasions;              // none: all
  std::optional<ContactChannel> channel;        // that is meant; none: any
};

struct DayOfMoments {
  MomentList list;
  std::chrono::local_days date;
  TimePoint as_of;            // of what is known: now, or the end of a day that is over
  int64_t customers = 0;      // that were looked at
  std::string model_version;  // that chances come from; empty: from the customers' own gaps
};

// One moment of one customer, as of now.
struct MomentNow {
  CustomerMoment moment;
  std::optional<SuppressedBy> suppressed;  // none: it may be told
  std::optional<MomentClaim> claim;        // that runs, or ended it; none: nobody deals with it
  uint64_t sequence = 0;                   // of the history that was looked at
};

class MomentFinder {
 public:
  // References must outlive this.
  MomentFinder(const Store& store, const ModelShelf& models, const ShopTime& time,
               Discretion discretion, MomentOptions options, Clock clock);

  // CANCELLED once `cancelled` says so; else the codes of Store's reads.
  absl::StatusOr<DayOfMoments> List(const MomentQuery& query,
                                    const std::function<bool()>& cancelled) const;

  // All of one customer, the free ones first. `staff_id`: who asks; empty: nobody. Codes of Store's
  // reads.
  absl::StatusOr<std::vector<MomentNow>> Of(const std::string& customer_id,
                                            const std::string& staff_id) const;
  // For whoever wants to deal with it; by the id that it has, or that it had while the customer was
  // known by the id that is given. NOT_FOUND: the customer has no such moment now.
  absl::StatusOr<MomentNow> Find(const std::string& customer_id, const std::string& moment_id,
                                 const std::string& staff_id) const;

  std::chrono::local_days Today() const { return time_.At(clock_()).day; }

 private:
  class Search;

  const Store& store_;
  const ModelShelf& models_;
  const ShopTime& time_;
  const Discretion discretion_;
  const MomentOptions options_;
  const Clock clock_;
};

}  // namespace rapport::clienteling
