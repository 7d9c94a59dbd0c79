// FirstsBatch: what one group of writes makes of customers' firsts, and the moments that come of
// it. Part of a CommitBatch; one thread. Guests have no firsts.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "data/database.h"
#include "data/firsts.h"
#include "data/records.h"

namespace rocksdb {
class WriteBatch;
}

namespace rapport {

class FirstsBatch {
 public:
  // The broadest category of an item as the writes so far left the catalogue; empty: none.
  using CategoryOf = std::function<std::string_view(const std::string& item_id)>;

  // `database` and the milestones must outlive it.
  FirstsBatch(const Database& database, CategoryOf category_of, std::span<const int> milestones,
              uint64_t last_position);

  struct Candidate {
    const Purchase* purchase;
    bool stored;  // as it is, before this batch or in it
  };
  // Reads what Add and MomentsOf need for one call's purchases. On failure nothing has changed.
  absl::Status Prepare(std::span<const Candidate> candidates);
  // A purchase that was accepted; it must outlive this. Requires: it was prepared.
  void Add(const Purchase& purchase);
  // Once, after all: decides what the moments are.
  void Finish();

  // After Finish: the moments whose subject is this purchase, new or told before. Requires: it was
  // prepared.
  std::vector<Moment> MomentsOf(const Purchase& purchase) const;
  // New or moved, in order of position.
  const std::vector<Moment>& told() const { return changes_.told; }
  uint64_t last_position() const { return last_position_; }
  void WriteTo(rocksdb::WriteBatch* batch) const;

 private:
  struct Customer {
    bool bought_before = false;  // this batch
    CustomerFirsts firsts;
    std::optional<CustomerFirsts> before;  // none: nothing was added
    std::vector<const Purchase*> added;
  };
  using Categories = std::map<std::string, MomentSubject, std::less<>>;

  absl::Status ReadFirsts(std::span<const Candidate> candidates);
  // The earliest stored line of each of the categories that the customer's firsts lack: an item may
  // have been described after it was bought.
  absl::Status ReadEarlier(const std::string& customer_id, const Customer& customer,
                           Categories* wanted) const;

  const Database& database_;
  const CategoryOf category_of_;
  const std::span<const int> milestones_;
  uint64_t last_position_;
  std::unordered_map<std::string, Customer> customers_;
  std::vector<std::pair<const std::string, Customer>*> in_order_;  // as they came
  std::unordered_map<std::string, Categories> earlier_;  // by customer, of the call in hand
  MomentChanges changes_;
};

}  // namespace rapport
