// MergeBatch: what merging one customer into another becomes: a merge event in the log of the one
// who stays, an alias for the other, and firsts, moments and description of both as one. The events
// stay where they lie. The only write of its group; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/codec.h"
#include "data/database.h"
#include "data/firsts_merge.h"
#include "data/merged_customers.h"
#include "data/store.h"

namespace rocksdb {
class WriteBatch;
}

namespace rapport {

class MergeBatch {
 public:
  using CategoryOf = std::function<std::string_view(const std::string& item_id)>;

  // Decides. `state`: before the merge. Codes as Store::MergeCustomers.
  static absl::StatusOr<MergeBatch> Make(const Database& database, const MergedCustomers& merged,
                                         const CategoryOf& category_of,
                                         std::span<const int> milestones,
                                         const codec::StoreState& state, TimePoint now,
                                         const std::string& from, const std::string& into);

  // It was done before: there is nothing to write.
  bool done_before() const { return result_.done_before; }
  const MergeResult& result() const { return result_; }
  const std::string& from() const { return from_; }
  const std::string& into() const { return result_.merged.into_customer_id; }
  const std::vector<Moment>& told() const { return firsts_.changes.told; }
  uint64_t last_position() const { return last_position_; }
  void WriteTo(const Database& database, rocksdb::WriteBatch* batch) const;

 private:
  MergeBatch() = default;
  // Refuses what makes no sense, and finds what was done before.
  absl::Status Resolve(const MergedCustomers& merged, const std::string& into);
  absl::Status ReadDescriptions(const Database& database);
  absl::Status ReadFirsts(const Database& database);
  absl::Status JoinHistories(const Database& database, const CategoryOf& category_of,
                             std::span<const int> milestones);

  std::string from_;
  MergeResult result_;
  TimePoint now_;
  uint64_t last_position_ = 0;
  std::optional<Customer> described_from_;
  std::optional<Customer> described_into_;
  std::optional<CustomerFirsts> firsts_from_;
  std::optional<CustomerFirsts> firsts_into_;
  MergedFirsts firsts_;
};

}  // namespace rapport
