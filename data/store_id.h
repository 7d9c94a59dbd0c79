// StoreId: which store this is. It is given once and copied with the records, so that backups know
// whose they are: a store that was restored is the same, one that was begun anew is another.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "data/database.h"

namespace rapport {

// Gives the store one, durably, if it has none. UNAVAILABLE: disk.
absl::StatusOr<std::string> StoreId(const Database& database);

}  // namespace rapport
