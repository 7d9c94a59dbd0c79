// MomentMask: which of the stored moments may be told, and as what: nothing of who refuses
// personalization, and nothing of what the shop's tact hides. Looked at as a moment is read, so
// that both hold from then on. Any thread; may read from disk.
#pragma once

#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "data/store.h"
#include "services/clienteling/substitute.h"

namespace rapport::clienteling {

class MomentMask {
 public:
  // The store must outlive it.
  MomentMask(const Store& store, Discretion discretion)
      : store_(store), discretion_(std::move(discretion)) {}

  // None: it is not told. An order whose line must not be named is told by the first of its lines
  // that may be, if there is one. Position and id stay. Codes of Store's reads.
  absl::StatusOr<std::optional<Moment>> Of(Moment moment) const;

 private:
  absl::StatusOr<bool> Hides(const std::string& item_id) const;

  const Store& store_;
  const Discretion discretion_;
};

}  // namespace rapport::clienteling
